package io.tagma.server.cluster;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.agrona.concurrent.Agent;
import org.agrona.concurrent.NanoClock;

/**
 * Keeps the disk and the next restart short: asks for a snapshot when one is due, where this node leads, and sweeps
 * away what a complete one makes needless, on every node. A thread of its own, cranked by hand in tests.
 */
final class Janitor implements Agent {
    private static final System.Logger LOGGER = System.getLogger(Janitor.class.getName());
    private static final long LOOK_INTERVAL_NS = TimeUnit.MILLISECONDS.toNanos(500);
    private static final long RETRY_INTERVAL_NS = TimeUnit.MINUTES.toNanos(1);

    private final SnapshotSchedule schedule;
    private final NanoClock nanoClock;
    private final SnapshotMeter meter;
    private final BooleanSupplier isLeader;
    private final LongSupplier logPosition;
    private final LongSupplier completeCount;
    private final Supplier<CompletableFuture<Long>> snapshots;
    private final Broom broom;
    private CompletableFuture<Long> request;
    private long knownCount;
    private long lookDueNs;
    private long askDueNs;
    private long sweepDueNs;
    private long snapshotNs;
    private boolean isSweepWanted = true;

    /** Deletes what no start needs any more; the archive. */
    interface Broom {
        /** Deletes; false where something has to wait, and to be tried again later. */
        boolean sweep();
    }

    /**
     * A janitor yet to work.
     *
     * @param logPosition   up to where the log is committed
     * @param completeCount snapshots that are complete, growing
     * @param snapshots     asks for one
     */
    Janitor(final SnapshotSchedule schedule, final NanoClock nanoClock, final SnapshotMeter meter,
            final BooleanSupplier isLeader, final LongSupplier logPosition, final LongSupplier completeCount,
            final Supplier<CompletableFuture<Long>> snapshots, final Broom broom) {
        this.schedule = schedule;
        this.nanoClock = nanoClock;
        this.meter = meter;
        this.isLeader = isLeader;
        this.logPosition = logPosition;
        this.completeCount = completeCount;
        this.snapshots = snapshots;
        this.broom = broom;
        final long nowNs = nanoClock.nanoTime();
        lookDueNs = nowNs;
        askDueNs = nowNs;
        sweepDueNs = nowNs;
        snapshotNs = nowNs;
        knownCount = completeCount.getAsLong();
    }

    @Override
    public String roleName() {
        return "tagma-janitor";
    }

    @Override
    public int doWork() {
        final long nowNs = nanoClock.nanoTime();
        if (nowNs - lookDueNs < 0) {
            return 0;
        }
        lookDueNs = nowNs + LOOK_INTERVAL_NS;
        final long count = completeCount.getAsLong();
        if (count != knownCount) {
            knownCount = count;
            snapshotNs = nowNs;
            sweepDueNs = nowNs;
            isSweepWanted = true;
        }
        return ask(nowNs) + sweep(nowNs);
    }

    private int ask(final long nowNs) {
        if (request != null) {
            if (!request.isDone()) {
                return 0;
            }
            if (request.isCompletedExceptionally()) {
                LOGGER.log(System.Logger.Level.WARNING, "a snapshot that was due was not taken, trying again later");
                askDueNs = nowNs + RETRY_INTERVAL_NS;
            }
            request = null;
        }
        final SnapshotFigures last = meter.figures();
        if (nowNs - askDueNs < 0 || !isLeader.getAsBoolean() || !schedule.isDue(
            logPosition.getAsLong() - Math.max(0, last.position()), meter.commandsSince(), last.length(),
            nowNs - snapshotNs)) {
            return 0;
        }
        LOGGER.log(System.Logger.Level.DEBUG, "a snapshot is due");
        request = snapshots.get();
        return 1;
    }

    private int sweep(final long nowNs) {
        if (!isSweepWanted || nowNs - sweepDueNs < 0) {
            return 0;
        }
        try {
            isSweepWanted = !broom.sweep();
        } catch (final RuntimeException ex) {
            // Room on the disk is no reason to end: the disk's guard tells when there is none.
            LOGGER.log(System.Logger.Level.WARNING, "cannot sweep the archive, trying again later: " + ex.getMessage());
        }
        sweepDueNs = nowNs + RETRY_INTERVAL_NS;
        return 1;
    }
}
