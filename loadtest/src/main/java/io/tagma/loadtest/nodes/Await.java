package io.tagma.loadtest.nodes;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/** Asks again and again, until a deadline. Any thread. */
public final class Await {
    /** How long anything may take on a busy machine before it counts as not happening. */
    public static final Duration PATIENCE = Duration.ofSeconds(300);

    private static final long INTERVAL_NS = TimeUnit.MILLISECONDS.toNanos(5);

    private Await() {
    }

    /** Returns once the condition holds. */
    public static void until(final Supplier<String> what, final BooleanSupplier condition) {
        until(what, PATIENCE, condition);
    }

    /** The same with another patience. */
    public static void until(final Supplier<String> what, final Duration patience, final BooleanSupplier condition) {
        final long deadlineNs = System.nanoTime() + patience.toNanos();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() - deadlineNs > 0) {
                throw new NodeException("did not happen: what=" + what.get() + ", withinMs=" + patience.toMillis());
            }
            pause(INTERVAL_NS);
        }
    }

    /** Lets time pass: the load's. */
    public static void pass(final long ms) {
        pause(TimeUnit.MILLISECONDS.toNanos(ms));
    }

    private static void pause(final long durationNs) {
        final long untilNs = System.nanoTime() + durationNs;
        for (long leftNs = durationNs; leftNs > 0; leftNs = untilNs - System.nanoTime()) {
            LockSupport.parkNanos(leftNs);
            if (Thread.currentThread().isInterrupted()) {
                throw new NodeException("interrupted while it waited");
            }
        }
    }
}
