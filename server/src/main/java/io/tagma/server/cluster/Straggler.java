package io.tagma.server.cluster;

import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;
import org.agrona.concurrent.Agent;
import org.agrona.concurrent.NanoClock;

/**
 * Notices that this member was away for so long that its peers have purged what it lacks: it can never catch up, and
 * only a start seeds it. Asks its peers, which may block, when an election has gone on for long.
 */
final class Straggler implements Agent {
    private static final long ELECTION_MAX_NS = TimeUnit.SECONDS.toNanos(30);

    private final NanoClock clock;
    private final BooleanSupplier isElectionOver;
    private final LongSupplier position;
    private final Peers peers;
    private final Watchdog watchdog;
    private long overNs;

    Straggler(final NanoClock clock, final BooleanSupplier isElectionOver, final LongSupplier position,
              final Peers peers, final Watchdog watchdog) {
        this.clock = clock;
        this.isElectionOver = isElectionOver;
        this.position = position;
        this.peers = peers;
        this.watchdog = watchdog;
        overNs = clock.nanoTime();
    }

    @Override
    public String roleName() {
        return "tagma-straggler";
    }

    @Override
    public int doWork() {
        final long nowNs = clock.nanoTime();
        if (isElectionOver.getAsBoolean()) {
            overNs = nowNs;
            return 0;
        }
        if (nowNs - overNs < ELECTION_MAX_NS) {
            return 0;
        }
        overNs = nowNs;
        for (final PeerReport peer : peers.reports()) {
            if (peer.isLeader() && peer.logStart() > position.getAsLong()) {
                watchdog.fail(new IllegalStateException("this member was away while the log was purged: start it "
                    + "again, and it is seeded by its peers: position=" + position.getAsLong() + ", leader="
                    + peer.memberId() + ", logStart=" + peer.logStart()));
            }
        }
        return 1;
    }
}
