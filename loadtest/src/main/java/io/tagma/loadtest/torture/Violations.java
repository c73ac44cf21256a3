package io.tagma.loadtest.torture;

import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;

/** What was found wrong: how often, and the first few. Any thread. */
final class Violations {
    private static final int KEPT_MAX = 20;

    private final AtomicLong count = new AtomicLong();
    private final Queue<String> first = new ConcurrentLinkedQueue<>();

    void add(final String what) {
        if (count.getAndIncrement() < KEPT_MAX) {
            first.add(what);
        }
    }

    long count() {
        return count.get();
    }

    List<String> first() {
        return List.copyOf(first);
    }

    /** Ends the torture where there are any. */
    void check() {
        if (count.get() > 0) {
            throw new TortureException(count.get() + " violations, the first: " + String.join("; ", first));
        }
    }
}
