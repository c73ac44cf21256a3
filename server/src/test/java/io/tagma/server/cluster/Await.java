package io.tagma.server.cluster;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/** Waits by polling, until a deadline. */
final class Await {
    private static final long DEADLINE_NS = TimeUnit.SECONDS.toNanos(30);

    private Await() {
    }

    static void until(final BooleanSupplier condition, final Supplier<String> what) {
        final long deadlineNs = System.nanoTime() + DEADLINE_NS;
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() - deadlineNs > 0) {
                throw new AssertionError("not within 30 s: " + what.get());
            }
            LockSupport.parkNanos(200_000);
        }
    }
}
