package io.tagma.loadtest.linear;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;

/**
 * What clients and whoever makes faults tell each other during a run: the time, which node is of interest, what must
 * not happen, and when writes went on. Thread-safe.
 */
final class Course {
    private static final int NONE = -1;

    private final long beginNs = System.nanoTime();
    private final List<String> mishaps = new ArrayList<>();
    private final List<Long> resumedMs = new ArrayList<>();
    private final AtomicLong operations = new AtomicLong();
    private volatile int favoured = NONE;
    private volatile long faultNs = Long.MAX_VALUE;

    /** Since the beginning. */
    long nowNs() {
        return System.nanoTime() - beginNs;
    }

    /** One more is recorded. */
    void operation() {
        operations.incrementAndGet();
    }

    /** How many are recorded. */
    long operations() {
        return operations.get();
    }

    /** A node to be asked more often than others, because it has just come back; -1 for none. */
    int favoured() {
        return favoured;
    }

    void favour(final int node) {
        favoured = node;
    }

    void favourNone() {
        favoured = NONE;
    }

    /** The leader is gone: it is measured when writes go on. */
    void leaderLost() {
        faultNs = nowNs();
    }

    /** A write that was asked for and acknowledged then. */
    void acknowledged(final long invokedNs, final long returnedNs) {
        if (invokedNs > faultNs) {
            synchronized (resumedMs) {
                if (invokedNs > faultNs) {
                    resumedMs.add((returnedNs - faultNs) / 1_000_000);
                    faultNs = Long.MAX_VALUE;
                }
            }
        }
    }

    void mishap(final String what) {
        synchronized (mishaps) {
            mishaps.add(what);
        }
    }

    /** A copy. */
    List<String> mishaps() {
        synchronized (mishaps) {
            return new ArrayList<>(mishaps);
        }
    }

    /** After each loss of the leader. A copy. */
    List<Long> resumedMs() {
        synchronized (resumedMs) {
            return new ArrayList<>(resumedMs);
        }
    }
}
