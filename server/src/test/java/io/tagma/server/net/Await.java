package io.tagma.server.net;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** Waits for something real by asking again and again, with a deadline. */
public final class Await {
    private static final long DEADLINE_NS = TimeUnit.SECONDS.toNanos(30);
    private static final long PAUSE_NS = TimeUnit.MICROSECONDS.toNanos(500);

    private Await() {
    }

    /** Fails with the sentence when the condition is not met in time. */
    public static void until(final String what, final BooleanSupplier condition) {
        final long startNs = System.nanoTime();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() - startNs > DEADLINE_NS) {
                throw new AssertionError("not in time: " + what);
            }
            LockSupport.parkNanos(PAUSE_NS);
        }
    }
}
