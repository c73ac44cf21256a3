package io.tagma.engine.log;

import org.agrona.DirectBuffer;

/**
 * What a log drives, from one thread: deterministic, without clock, I/O or threads of its own. Given the same calls in
 * the same order every instance reaches the same state and the same {@link #stateHash()}.
 *
 * <p>All methods are called on the log's one service thread, never re-entrantly.
 */
public interface StateMachine {

    /**
     * Applies a log message: one or more frames ({@code int32 length | LogEntry}). Never throws for the caller's
     * faults: those are results.
     *
     * @param position    of the log behind this message; grows
     * @param timestampMs the log's clock; may step back, the machine then stays where it is
     */
    void onMessage(long position, long timestampMs, DirectBuffer buffer, int offset, int length);

    /** A slice of time-driven and background work, of bounded size. Driven by the log, hence equal on replicas. */
    void onSlice(long position, long timestampMs);

    /**
     * How soon the next slice is wanted, as a delay in milliseconds from the last call's timestamp: 0 at once,
     * {@code Long.MAX_VALUE} never. A log arms its timer with it after every call, and again at least every second.
     */
    long nextSliceDelayMs();

    /**
     * Work without effect on the state (queries), between commands. Never called inside {@link #onMessage},
     * {@link #onSlice} or a snapshot.
     *
     * @return how much was done; 0 lets the thread idle
     */
    int onIdle();

    /** Writes the whole state as frames of SnapshotBegin, SnapshotSection ..., SnapshotEnd. */
    void snapshot(SnapshotSink sink);

    /** Replaces the state of a fresh instance by a snapshot's, and refuses a damaged one with an exception. */
    void restore(SnapshotSource source);

    /**
     * Reads a snapshot to its end without restoring it. A machine that knows its format refuses a damaged one with an
     * exception, as {@link #restore} would, and newer software's with a {@link NodeTooOldException}; by default it is
     * only read. Touches no state: before the first call from the log, from any one thread.
     */
    default void check(final SnapshotSource source) {
        boolean isMore = true;
        while (isMore) {
            isMore = source.read((buffer, offset, length) -> { });
        }
    }

    /** 64 bits over the logical state in canonical order. */
    long stateHash();

    /** Where snapshot frames go, one message a call, each at most 64 KB. */
    interface SnapshotSink {
        /** Takes a frame's message; may block for back-pressure. */
        void write(DirectBuffer buffer, int offset, int length);
    }

    /** Where snapshot frames come from. */
    interface SnapshotSource {
        /** Calls the sink with the next message; false at the end. */
        boolean read(SnapshotSink consumer);
    }
}
