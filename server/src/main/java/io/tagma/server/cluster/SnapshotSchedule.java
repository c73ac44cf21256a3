package io.tagma.server.cluster;

import java.util.concurrent.TimeUnit;

/**
 * When a snapshot is due: a restart replays the log since the last one, and the log before the one before it can be
 * purged. Immutable.
 *
 * @param logLength    bytes of log since the last snapshot that make one due
 * @param lengthFactor but not before the log is so many times as long as the last snapshot, which has to be written
 * @param intervalNs   since the last snapshot, or the start, that makes one due where the log has any command since;
 *                     slices of time alone are cheap to replay
 */
public record SnapshotSchedule(long logLength, int lengthFactor, long intervalNs) {
    /** Bytes of log since the last snapshot, at least. */
    public static final long LOG_LENGTH_MIN = 64 * 1024;
    /** Between snapshots, at least. */
    public static final long INTERVAL_MIN_NS = TimeUnit.SECONDS.toNanos(1);
    /** Between snapshots, at most. */
    public static final long INTERVAL_MAX_NS = TimeUnit.DAYS.toNanos(365);
    private static final int LENGTH_FACTOR_MAX = 1_000;

    /** 2 GB, twice the snapshot, an hour. */
    public static final SnapshotSchedule USUAL =
        new SnapshotSchedule(2L * 1024 * 1024 * 1024, 2, TimeUnit.MINUTES.toNanos(60));

    /** Checks every value. */
    public SnapshotSchedule {
        if (logLength < LOG_LENGTH_MIN) {
            throw new IllegalArgumentException("must be at least " + LOG_LENGTH_MIN + ": logLength=" + logLength);
        }
        if (lengthFactor < 0 || lengthFactor > LENGTH_FACTOR_MAX) {
            throw new IllegalArgumentException("out of range 0-" + LENGTH_FACTOR_MAX + ": lengthFactor="
                + lengthFactor);
        }
        if (intervalNs < INTERVAL_MIN_NS || intervalNs > INTERVAL_MAX_NS) {
            throw new IllegalArgumentException("out of range " + INTERVAL_MIN_NS + "-" + INTERVAL_MAX_NS
                + ": intervalNs=" + intervalNs);
        }
    }

    /**
     * Whether a snapshot is due.
     *
     * @param logSince      bytes of log since the last snapshot
     * @param commandsSince of them, bytes of commands
     * @param lastLength    bytes of the last snapshot, 0 where there is none
     * @param elapsedNs     since the last snapshot or the start
     */
    boolean isDue(final long logSince, final long commandsSince, final long lastLength, final long elapsedNs) {
        return commandsSince > 0
            && (logSince >= Math.max(logLength, lengthFactor * lastLength) || elapsedNs >= intervalNs);
    }
}
