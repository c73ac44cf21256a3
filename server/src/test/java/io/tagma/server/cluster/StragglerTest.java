package io.tagma.server.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class StragglerTest {
    private final Watchdog watchdog = new Watchdog(failure -> { });
    private List<PeerReport> reports = List.of();
    private boolean isElectionOver;
    private long nowNs;
    private int asked;

    private final Straggler straggler = new Straggler(() -> nowNs, () -> isElectionOver, () -> 1_000, new Peers() {
        @Override
        public List<PeerReport> reports() {
            asked++;
            return reports;
        }

        @Override
        public boolean requestSnapshot(final int memberId) {
            throw new IllegalStateException("not asked for");
        }

        @Override
        public long lowestLivePosition() {
            throw new IllegalStateException("not asked for");
        }
    }, watchdog);

    @Test
    void shouldFailWhenTheLeadersLogBeginsBehindItsOwnAndTheElectionHasGoneOnForLong() {
        reports = List.of(PeerReport.silent(1), leader(1_001));
        pass(29);
        assertThat(asked).isZero();
        pass(1);
        assertThat(watchdog.failure()).hasMessageContaining("away while the log was purged")
            .hasMessageContaining("leader=2");
    }

    @Test
    void shouldGoOnWhenTheLogStillJoinsTheLeadersOrNobodyLeads() {
        reports = List.of(leader(1_000), new PeerReport(1, true, true, false, 5_000, 4_000, 2));
        pass(30);
        assertThat(asked).isOne();
        assertThat(watchdog.failure()).isNull();
    }

    @Test
    void shouldNotAskWhileALeaderIsThereNowAndThen() {
        for (int i = 0; i < 10; i++) {
            isElectionOver = true;
            pass(20);
            isElectionOver = false;
            pass(20);
        }
        assertThat(asked).isZero();
    }

    private void pass(final int seconds) {
        nowNs += TimeUnit.SECONDS.toNanos(seconds);
        straggler.doWork();
    }

    private static PeerReport leader(final long logStart) {
        return new PeerReport(2, true, true, true, 9_000, logStart, 2);
    }
}
