package io.tagma.loadtest.torture;

import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;

/** When writes were acknowledged: how many, and the longest time without one. Any thread. */
final class AckClock {
    private final AtomicLong count = new AtomicLong();
    private final AtomicLong lastNs = new AtomicLong(System.nanoTime());
    private final AtomicReference<Gap> longest = new AtomicReference<>(new Gap(0, 0));

    /** Without an acknowledgement, in {@link System#nanoTime}. */
    record Gap(long fromNs, long toNs) {
        long ms() {
            return (toNs - fromNs) / 1_000_000;
        }
    }

    /** A write was acknowledged at that time. */
    void acknowledged(final long nowNs) {
        count.incrementAndGet();
        final long beforeNs = lastNs.getAndAccumulate(nowNs, Math::max);
        Gap known = longest.get();
        while (nowNs - beforeNs > known.toNs - known.fromNs
            && !longest.compareAndSet(known, new Gap(beforeNs, nowNs))) {
            known = longest.get();
        }
    }

    /** Forgets earlier gaps: the next begins at that time. */
    void begin(final long nowNs) {
        lastNs.accumulateAndGet(nowNs, Math::max);
        longest.set(new Gap(0, 0));
    }

    Gap longest() {
        return longest.get();
    }

    /** Of the last acknowledgement, or of the beginning where none has come since. */
    long lastNs() {
        return lastNs.get();
    }

    long count() {
        return count.get();
    }
}
