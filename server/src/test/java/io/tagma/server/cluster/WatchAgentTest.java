package io.tagma.server.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WatchAgentTest {
    private static final long STEP_NS = TimeUnit.SECONDS.toNanos(1);

    @TempDir
    private Path directory;

    private final Watchdog watchdog = new Watchdog(failure -> { });
    private long nowNs = STEP_NS;
    private long acknowledged = 64;
    private boolean isElectionOver = true;
    private int questions;
    private WatchAgent agent;

    @BeforeEach
    void open() {
        agent = new WatchAgent(watchdog, this::askElection, new DiskGuard(this::askRoom, () -> 0, () -> 0, 100),
            new AcknowledgedMark(directory, this::askPosition), () -> nowNs);
    }

    @AfterEach
    void close() {
        agent.onClose();
    }

    @Test
    void shouldTellWhetherAnElectionGoesOn() {
        assertThat(agent.isElectionOver()).isTrue();
        isElectionOver = false;
        crank();
        assertThat(agent.isElectionOver()).isFalse();
        isElectionOver = true;
        crank();
        assertThat(agent.isElectionOver()).isTrue();
    }

    @Test
    void shouldNoteHowFarTheLogIsAcknowledged() {
        crank();
        assertThat(AcknowledgedMark.read(directory)).isEqualTo(64);
        acknowledged = 128;
        crank();
        assertThat(AcknowledgedMark.read(directory)).isEqualTo(128);
    }

    @Test
    void shouldFailWhenAThreadHasDied() throws InterruptedException {
        final Thread thread = watchdog.newThread(() -> { });
        thread.setName("tagma-ingress");
        crank();
        thread.start();
        thread.join();
        assertThat(watchdog.failure()).isNull();
        crank();

        assertThat(watchdog.failure()).hasMessage("thread has died: thread=tagma-ingress");
    }

    @Test
    void shouldReadNoCounterAfterAFailure() {
        crank();
        final int before = questions;
        assertThat(before).isEqualTo(3);
        watchdog.fail(new IllegalStateException("the counters are gone"));
        acknowledged = 128;
        isElectionOver = false;
        crank();

        assertThat(questions).isEqualTo(before);
        assertThat(agent.isElectionOver()).isTrue();
        assertThat(AcknowledgedMark.read(directory)).isEqualTo(64);
    }

    private void crank() {
        agent.doWork();
        nowNs += STEP_NS;
    }

    private boolean askElection() {
        questions++;
        return isElectionOver;
    }

    private long askRoom() {
        questions++;
        return 1_000;
    }

    private long askPosition() {
        questions++;
        return acknowledged;
    }
}
