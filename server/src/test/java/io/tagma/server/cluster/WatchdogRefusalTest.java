package io.tagma.server.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.aeron.ErrorCode;
import io.aeron.archive.client.ArchiveException;
import io.aeron.driver.exceptions.InvalidChannelException;
import io.aeron.exceptions.AeronException;
import io.aeron.exceptions.ControlProtocolException;
import io.aeron.exceptions.RegistrationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class WatchdogRefusalTest {
    private final CompletableFuture<Throwable> told = new CompletableFuture<>();
    private final Watchdog watchdog = new Watchdog(told::complete);

    @Test
    void shouldGoOnWhenTheMediaDriverRefusesWhatAClientAskedFor() {
        watchdog.onError(new InvalidChannelException("existing publication has clashing sessionId"));
        watchdog.onError(new ControlProtocolException(ErrorCode.UNKNOWN_PUBLICATION, "unknown publication"));
        assertThat(watchdog.failure()).isNull();
        assertThat(told).isNotDone();
    }

    @Test
    void shouldGoOnWhenACatchUpClashesWithTheLastWhoeverSaysSoAndFailWhenAnotherErrorComesTheSameWay() {
        watchdog.onError(new AeronException("ERROR - existing publication has clashing sessionId: 7"));
        watchdog.onError(new AeronException("a warning", AeronException.Category.WARN));
        assertThat(watchdog.failure()).isNull();
        final AeronException other = new AeronException("ERROR - something else");
        watchdog.onError(other);
        assertThat(watchdog.failure()).isSameAs(other);
    }

    @Test
    void shouldGoOnWhenTheArchiveCannotBeginAReplayAndFailWhenAnotherAgentGetsNoChannel() {
        final RegistrationException refused = new RegistrationException(1, 1, ErrorCode.INVALID_CHANNEL, "clashing");
        watchdog.onArchiveError(refused);
        assertThat(watchdog.failure()).isNull();
        watchdog.onError(refused);
        assertThat(watchdog.failure()).isSameAs(refused);
    }

    @Test
    void shouldGoOnWhenAFollowerAsksForWhatHasBeenPurgedAndFailWhenTheArchiveIsBroken() {
        watchdog.onError(new ArchiveException("before the start", ArchiveException.INVALID_POSITION));
        assertThat(watchdog.failure()).isNull();
        final ArchiveException broken = new ArchiveException("no room", ArchiveException.STORAGE_SPACE);
        watchdog.onError(broken);
        assertThat(watchdog.failure()).isSameAs(broken);
    }

    @Test
    void shouldFailWhenTheArchiveHasAnotherError() {
        final IllegalStateException fault = new IllegalStateException("disk");
        watchdog.onArchiveError(fault);
        assertThat(watchdog.failure()).isSameAs(fault);
    }

    @Test
    void shouldFailWhenAnAgentHasAnotherError() throws Exception {
        final IllegalStateException fault = new IllegalStateException("broken");
        watchdog.onError(fault);
        assertThat(watchdog.failure()).isSameAs(fault);
        assertThat(told.get(10, TimeUnit.SECONDS)).isSameAs(fault);
    }
}
