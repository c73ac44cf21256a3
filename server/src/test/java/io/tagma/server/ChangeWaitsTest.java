package io.tagma.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class ChangeWaitsTest {
    private final ChangeWaits waits = new ChangeWaits();

    @Test
    void shouldWakeWhoWaitsWhenAnEventComes() {
        final CompletableFuture<Void> first = waits.future(0);
        final CompletableFuture<Void> second = waits.future(0);
        assertThat(first).isNotDone();

        waits.onChanges(1);

        assertThat(first).isCompleted();
        assertThat(second).isCompleted();
        assertThat(waits.count()).isZero();
    }

    @Test
    void shouldNotWaitForAnEventThatIsThere() {
        waits.onChanges(8);

        assertThat(waits.future(7)).isCompleted();
        assertThat(waits.future(8)).isNotDone();
        assertThat(waits.count()).isEqualTo(1);
    }

    @Test
    void shouldForgetWhoNoLongerWaits() {
        waits.future(0).cancel(false);

        assertThat(waits.count()).isZero();
    }
}
