package io.tagma.server.cluster;

import java.util.concurrent.TimeUnit;

/**
 * How far a node's recovery has come, in words for whoever asks, and as a line now and then for whoever looks on. Its
 * thread is the starting one; {@link #toString()} is for any.
 */
final class Recovery {
    private static final long LINE_INTERVAL_NS = TimeUnit.SECONDS.toNanos(3);

    private final long startNs;
    private long lineDueNs;
    private volatile long end = -1;
    private volatile String wait;
    private volatile long position;

    Recovery(final long nowNs) {
        startNs = nowNs;
        lineDueNs = nowNs + LINE_INTERVAL_NS;
    }

    /** It cannot go on by itself: for what it waits, in words. */
    void waitFor(final String what) {
        wait = what;
    }

    /** The log has been checked and ends there. */
    void replay(final long logEnd) {
        wait = null;
        end = logEnd;
    }

    /** What is applied so far; answers a line every few seconds while there is something to tell, else null. */
    String at(final long applied, final long nowNs) {
        position = applied;
        if (nowNs - lineDueNs < 0) {
            return null;
        }
        lineDueNs = nowNs + LINE_INTERVAL_NS;
        return this + ", seconds=" + TimeUnit.NANOSECONDS.toSeconds(nowNs - startNs);
    }

    @Override
    public String toString() {
        final String what = wait;
        if (what != null) {
            return what;
        }
        final long of = end;
        final long at = Math.min(position, of);
        if (of < 0) {
            return "the log is being checked";
        } else if (at < of) {
            return "the log is being replayed: position=" + at + ", of=" + of + ", percent=" + at * 100 / of;
        }
        return "the log is replayed, and is being opened";
    }
}
