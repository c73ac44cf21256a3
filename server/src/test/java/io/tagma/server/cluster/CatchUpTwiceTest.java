package io.tagma.server.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.aeron.ErrorCode;
import io.aeron.archive.client.ArchiveException;
import io.aeron.driver.exceptions.InvalidChannelException;
import io.aeron.exceptions.RegistrationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** What a follower does that asks for the missing log a second time must not end its leader. */
class CatchUpTwiceTest {
    private static final String CLASH = "existing publication has clashing sessionId=-7 for streamId=100";

    private final CompletableFuture<Throwable> told = new CompletableFuture<>();
    private final Watchdog watchdog = new Watchdog(told::complete);

    @Test
    void shouldGoOnWhenACatchUpCannotBeginBecauseTheLastOneIsStillBeingClosed() {
        watchdog.onError(new InvalidChannelException(CLASH));
        watchdog.onError(new RegistrationException(1, 1, ErrorCode.GENERIC_ERROR, "ERROR - " + CLASH));
        watchdog.onError(new ArchiveException("failed to create replay publication: ERROR - " + CLASH));
        assertThat(watchdog.failure()).isNull();
        assertThat(told).isNotDone();
    }

    @Test
    void shouldFailWhenTheArchiveHasAnotherError() throws Exception {
        final ArchiveException fault = new ArchiveException("no space left");
        watchdog.onError(fault);
        assertThat(watchdog.failure()).isSameAs(fault);
        assertThat(told.get(10, TimeUnit.SECONDS)).isSameAs(fault);
    }
}
