package io.tagma.server.cluster;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.agrona.concurrent.EpochClock;
import org.agrona.concurrent.NanoClock;

/**
 * Measures the snapshots, and the commands since the last one. Written by the thread that drives the state machine (and
 * by the starting one before that), read by any.
 */
final class SnapshotMeter {
    private static final double NS_PER_MS = TimeUnit.MILLISECONDS.toNanos(1);

    private final NanoClock nanoClock;
    private final EpochClock epochClock;
    private final AtomicLong commandsSince = new AtomicLong();
    private volatile SnapshotFigures figures = SnapshotFigures.NONE;
    private long beginNs;

    SnapshotMeter(final NanoClock nanoClock, final EpochClock epochClock) {
        this.nanoClock = nanoClock;
        this.epochClock = epochClock;
    }

    /** The node starts from that one; its length is its recording's. */
    void found(final long position, final long length, final long takenAtMs) {
        figures = new SnapshotFigures(0, position, length, takenAtMs, 0, 0);
    }

    /** A message of commands was applied, or replayed. */
    void onCommands(final int length) {
        commandsSince.lazySet(commandsSince.get() + length);
    }

    /** The state is about to be written. */
    void begin() {
        beginNs = nanoClock.nanoTime();
    }

    /** The state is written; the length is the recording's. */
    void end(final long position, final long length) {
        final SnapshotFigures before = figures;
        final long stallNs = nanoClock.nanoTime() - beginNs;
        commandsSince.lazySet(0);
        figures = new SnapshotFigures(before.count() + 1, position, length, epochClock.time(), stallNs,
            Math.max(before.maxStallNs(), stallNs));
    }

    /** Bytes of commands since the last snapshot. */
    long commandsSince() {
        return commandsSince.get();
    }

    SnapshotFigures figures() {
        return figures;
    }

    /** The figures by name; of the newest snapshot only where there is one. */
    Map<String, Object> info() {
        final SnapshotFigures known = figures;
        final Map<String, Object> info = new LinkedHashMap<>();
        info.put("count", known.count());
        info.put("lastStallMs", known.lastStallNs() / NS_PER_MS);
        info.put("maxStallMs", known.maxStallNs() / NS_PER_MS);
        if (known.position() >= 0) {
            info.put("position", known.position());
            info.put("bytes", known.length());
            info.put("ageMs", Math.max(0, epochClock.time() - known.takenAtMs()));
        }
        return info;
    }
}
