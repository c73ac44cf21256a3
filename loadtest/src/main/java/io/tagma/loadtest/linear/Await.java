package io.tagma.loadtest.linear;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** Waiting for processes, by asking now and then until a deadline. */
final class Await {
    private static final long INTERVAL_NS = TimeUnit.MILLISECONDS.toNanos(20);

    private Await() {
    }

    /** Waits until it holds. */
    static void until(final String what, final Duration limit, final BooleanSupplier condition) {
        final long deadlineNs = System.nanoTime() + limit.toNanos();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() - deadlineNs > 0) {
                throw new IllegalStateException("not in time: awaited=" + what + ", limit=" + limit);
            }
            pause(INTERVAL_NS);
        }
    }

    /** Lets so much time pass. */
    static void elapse(final long durationMs) {
        pause(TimeUnit.MILLISECONDS.toNanos(durationMs));
    }

    private static void pause(final long durationNs) {
        final long untilNs = System.nanoTime() + durationNs;
        do {
            if (Thread.currentThread().isInterrupted()) {
                throw new IllegalStateException("interrupted while waiting");
            }
            LockSupport.parkNanos(untilNs - System.nanoTime());
        } while (untilNs - System.nanoTime() > 0);
    }
}
