package io.tagma.server.cluster;

import io.tagma.engine.log.NoSpaceException;
import java.io.UncheckedIOException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * Refuses writes before the disk is full: below a reserve of the newest snapshot's length and {@value #SEGMENTS}
 * segments of the log, so that what was taken, the slices of a day and one more snapshot (behind which the log is
 * purged) still have room. It takes writes again once there is some more than that. One thread polls; the readings are
 * for any.
 */
final class DiskGuard {
    /** Segments of the log that the reserve has room for. */
    static final int SEGMENTS = 3;

    private static final System.Logger LOGGER = System.getLogger(DiskGuard.class.getName());
    private static final long CHECK_INTERVAL_NS = TimeUnit.MILLISECONDS.toNanos(250);

    private final LongSupplier free;
    private final LongSupplier snapshotLength;
    private final LongSupplier logSinceSnapshot;
    private final long segmentLength;
    private boolean isProbeBroken;
    private long checkDueNs;
    private volatile boolean isWritable = true;
    private volatile long freeBytes;
    private volatile long reserveBytes;
    private volatile long sinceBytes;

    /**
     * Nothing is known before the first {@link #check}.
     *
     * @param free             bytes that the disk has left for this process
     * @param snapshotLength   of the newest snapshot, 0 where there is none
     * @param logSinceSnapshot length of the log behind the newest snapshot
     * @param segmentLength    of the log
     */
    DiskGuard(final LongSupplier free, final LongSupplier snapshotLength, final LongSupplier logSinceSnapshot,
              final long segmentLength) {
        this.free = free;
        this.snapshotLength = snapshotLength;
        this.logSinceSnapshot = logSinceSnapshot;
        this.segmentLength = segmentLength;
    }

    /** Checks now and then. */
    int poll(final long nowNs) {
        if (nowNs - checkDueNs < 0) {
            return 0;
        }
        checkDueNs = nowNs + CHECK_INTERVAL_NS;
        check();
        return 1;
    }

    /** A disk that does not tell its room leaves the verdict as it is. */
    void check() {
        final long room;
        try {
            room = free.getAsLong();
        } catch (final UncheckedIOException ex) {
            if (!isProbeBroken) {
                isProbeBroken = true;
                LOGGER.log(System.Logger.Level.WARNING, "the disk does not tell its free space", ex);
            }
            return;
        }
        isProbeBroken = false;
        final long reserve = snapshotLength.getAsLong() + SEGMENTS * segmentLength;
        freeBytes = room;
        reserveBytes = reserve;
        sinceBytes = logSinceSnapshot.getAsLong();
        if (isWritable && room < reserve) {
            isWritable = false;
            LOGGER.log(System.Logger.Level.ERROR, "the disk is nearly full, writes are refused and look-ups go on: "
                + "freeBytes=" + room + ", reserveBytes=" + reserve);
        } else if (!isWritable && room >= reserve + segmentLength / 2) {
            isWritable = true;
            LOGGER.log(System.Logger.Level.INFO, "the disk has room again, writes are taken: freeBytes=" + room
                + ", reserveBytes=" + reserve);
        }
    }

    /** Whether writes may be taken. */
    boolean isWritable() {
        return isWritable;
    }

    /**
     * Why a snapshot must not be taken now, or null. It may use up the reserve but for a segment; how long it gets can
     * only be guessed: as long as the newest and what was written since, at most twice the newest.
     */
    NoSpaceException snapshotRefusal() {
        final long newest = snapshotLength.getAsLong();
        final long since = sinceBytes;
        final long needed = newest + (newest == 0 ? since : Math.min(since, newest)) + segmentLength;
        return freeBytes >= needed ? null : new NoSpaceException("the disk has no room for a snapshot: freeBytes="
            + freeBytes + ", neededBytes=" + needed);
    }

    /** The readings by name. */
    Map<String, Object> info() {
        final Map<String, Object> info = new LinkedHashMap<>();
        info.put("diskFreeBytes", freeBytes);
        info.put("diskReserveBytes", reserveBytes);
        info.put("writable", isWritable);
        return info;
    }
}
