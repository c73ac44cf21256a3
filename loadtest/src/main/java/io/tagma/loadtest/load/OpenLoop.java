package io.tagma.loadtest.load;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import org.HdrHistogram.Histogram;
import org.HdrHistogram.Recorder;

/**
 * Calls at a fixed rate, timed from the instant each was meant to be sent (open loop, free of coordinated omission): a
 * call that could not be sent in time because the server was slow counts its wait. One thread sends; answers come on
 * the client's threads; one thread reads.
 */
public final class OpenLoop {
    private static final long LATENCY_MAX_NS = 60_000_000_000L;
    private static final long SECOND_NS = 1_000_000_000;

    private final Supplier<CompletableFuture<?>> call;
    private final long perSecond;
    private final int inFlightMax;
    private final Recorder latencies = new Recorder(LATENCY_MAX_NS, 3);
    private final AtomicLong inFlight = new AtomicLong();
    private final AtomicLong failures = new AtomicLong();
    private Histogram interval;
    private long startNs;
    private long sent;

    /** {@code perSecond} 0 sends nothing; beyond {@code inFlightMax} calls without an answer sending waits. */
    public OpenLoop(final long perSecond, final int inFlightMax, final Supplier<CompletableFuture<?>> call) {
        this.perSecond = perSecond;
        this.inFlightMax = inFlightMax;
        this.call = call;
    }

    /** Sets the instant of the first call. */
    public void start(final long nowNs) {
        startNs = nowNs;
    }

    /** Sends what is due, at most so many; returns how long the next call has time, or 0 where more is due. */
    long sendDue(final long nowNs, final int max) {
        if (perSecond == 0) {
            return Long.MAX_VALUE;
        }
        for (int i = 0; i < max; i++) {
            final long intendedNs = startNs + intended(sent);
            if (intendedNs > nowNs) {
                return intendedNs - nowNs;
            }
            if (inFlight.get() >= inFlightMax) {
                return SECOND_NS / 1000;
            }
            send(intendedNs);
        }
        return 0;
    }

    private long intended(final long index) {
        return index / perSecond * SECOND_NS + index % perSecond * SECOND_NS / perSecond;
    }

    private void send(final long intendedNs) {
        sent++;
        inFlight.incrementAndGet();
        final CompletableFuture<?> answer;
        try {
            answer = call.get();
        } catch (final RuntimeException notSent) {
            inFlight.decrementAndGet();
            failures.incrementAndGet();
            return;
        }
        answer.whenComplete((value, failure) -> {
            inFlight.decrementAndGet();
            if (failure == null) {
                latencies.recordValue(Math.min(LATENCY_MAX_NS, System.nanoTime() - intendedNs));
            } else {
                failures.incrementAndGet();
            }
        });
    }

    /** Latencies in ns of the answers since the last call; valid until the next one. */
    public Histogram latencies() {
        interval = latencies.getIntervalHistogram(interval);
        return interval;
    }

    /** How many calls failed so far. */
    public long failures() {
        return failures.get();
    }

    /** The rate. */
    public long perSecond() {
        return perSecond;
    }
}
