package io.tagma.server;

import io.tagma.server.cluster.SnapshotSchedule;
import java.time.Duration;

/**
 * How much of the log is kept, and for whom. Immutable.
 *
 * @param schedule  when snapshots are due, behind which the log is purged
 * @param peerGrace how long a peer that is not heard holds back the purge of the log; one that is away for longer may
 *                  find what it lacks purged, and is seeded then
 */
public record Retention(SnapshotSchedule schedule, Duration peerGrace) {
    /** A peer that is well is heard more often. */
    static final Duration PEER_GRACE_MIN = Duration.ofSeconds(2);
    static final Duration PEER_GRACE_MAX = Duration.ofDays(365);

    /** {@link SnapshotSchedule#USUAL}, ten minutes. */
    public static final Retention USUAL = new Retention(SnapshotSchedule.USUAL, Duration.ofMinutes(10));

    /** Checks every value. */
    public Retention {
        if (schedule == null) {
            throw new IllegalArgumentException("when snapshots are due is not said: schedule=null");
        }
        if (peerGrace == null || peerGrace.compareTo(PEER_GRACE_MIN) < 0 || peerGrace.compareTo(PEER_GRACE_MAX) > 0) {
            throw new IllegalArgumentException("out of range " + PEER_GRACE_MIN + "-" + PEER_GRACE_MAX
                + ": peerGrace=" + peerGrace);
        }
    }
}
