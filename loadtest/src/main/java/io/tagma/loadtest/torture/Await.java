package io.tagma.loadtest.torture;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/** Asks again and again, until a deadline. Any thread. */
final class Await {
    /** How long anything may take on a busy machine before it counts as not happening. */
    static final Duration PATIENCE = Duration.ofSeconds(300);

    private static final long INTERVAL_NS = 5_000_000;

    private Await() {
    }

    /** Returns once the condition holds. */
    static void until(final Supplier<String> what, final BooleanSupplier condition) {
        final long deadlineNs = System.nanoTime() + PATIENCE.toNanos();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() - deadlineNs > 0) {
                throw new TortureException("did not happen: what=" + what.get() + ", withinMs=" + PATIENCE.toMillis());
            }
            LockSupport.parkNanos(INTERVAL_NS);
            if (Thread.interrupted()) {
                throw new TortureException("interrupted while it waited: what=" + what.get());
            }
        }
    }

    /** Lets time pass: the load's. */
    static void pass(final long ms) {
        final long untilNs = System.nanoTime() + ms * 1_000_000;
        for (long leftNs = untilNs - System.nanoTime(); leftNs > 0; leftNs = untilNs - System.nanoTime()) {
            LockSupport.parkNanos(leftNs);
            if (Thread.interrupted()) {
                throw new TortureException("interrupted under load");
            }
        }
    }
}
