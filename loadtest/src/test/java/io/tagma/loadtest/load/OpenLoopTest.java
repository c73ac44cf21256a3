package io.tagma.loadtest.load;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

final class OpenLoopTest {
    private final List<CompletableFuture<Void>> calls = new ArrayList<>();

    private CompletableFuture<Void> call() {
        final CompletableFuture<Void> call = new CompletableFuture<>();
        calls.add(call);
        return call;
    }

    @Test
    void shouldSendWhatIsDueWhenTimeHasPassed() {
        final OpenLoop loop = new OpenLoop(1_000, 100, this::call);
        loop.start(0);
        assertThat(loop.sendDue(0, 64)).isEqualTo(1_000_000);
        assertThat(calls).hasSize(1);
        assertThat(loop.sendDue(10_500_000, 64)).isEqualTo(500_000);
        assertThat(calls).hasSize(11);
    }

    @Test
    void shouldSendABoundedNumberWhenMuchIsDue() {
        final OpenLoop loop = new OpenLoop(1_000, 100, this::call);
        loop.start(0);
        assertThat(loop.sendDue(1_000_000_000, 64)).isZero();
        assertThat(calls).hasSize(64);
    }

    @Test
    void shouldCountTheWaitFromTheIntendedSendWhenTheWindowIsFull() {
        final OpenLoop loop = new OpenLoop(1_000, 2, this::call);
        final long startNs = System.nanoTime() - 5_000_000_000L;
        loop.start(startNs);
        assertThat(loop.sendDue(startNs + 1_000_000_000, 64)).isPositive();
        assertThat(calls).hasSize(2);
        calls.forEach(call -> call.complete(null));
        assertThat(loop.sendDue(startNs + 1_000_000_000, 64)).isPositive();
        calls.get(2).complete(null);
        // Call 2 was meant for 2 ms after the start, five seconds ago, though it was sent only now.
        assertThat(loop.latencies().getMinValue()).isGreaterThanOrEqualTo(4_900_000_000L);
        assertThat(loop.latencies().getTotalCount()).isZero();
    }

    @Test
    void shouldCountFailuresApartWhenCallsFail() {
        final OpenLoop loop = new OpenLoop(1_000, 100, this::call);
        loop.start(0);
        loop.sendDue(1_500_000, 64);
        calls.get(0).completeExceptionally(new IllegalStateException("refused"));
        calls.get(1).complete(null);
        assertThat(loop.failures()).isEqualTo(1);
        assertThat(loop.latencies().getTotalCount()).isEqualTo(1);
    }

    @Test
    void shouldSendNothingWhenTheRateIsZero() {
        final OpenLoop loop = new OpenLoop(0, 100, this::call);
        loop.start(0);
        assertThat(loop.sendDue(1_000_000_000, 64)).isEqualTo(Long.MAX_VALUE);
        assertThat(calls).isEmpty();
    }
}
