package io.tagma.client;

import java.util.ArrayDeque;
import java.util.concurrent.TimeUnit;

/**
 * When a look-up is asked on a second node as well: after the 99th percentile of what the last ones took, within a
 * budget (hedged requests: Dean and Barroso, The Tail at Scale, 2013). A look-up earns a share of a hedge, so that at
 * most so many percent are hedged however slow the nodes are; of what is not spent, ten hedges are kept.
 *
 * <p>Has no clock: callers say what time it is. Belongs to the client's event loop.
 */
final class Hedging {
    /** Until enough look-ups were answered to know better. */
    static final long DELAY_FIRST_NS = TimeUnit.MILLISECONDS.toNanos(10);
    /** Below it, the timer costs more than the hedge gains. */
    static final long DELAY_MIN_NS = TimeUnit.MILLISECONDS.toNanos(1);
    static final long DELAY_MAX_NS = TimeUnit.SECONDS.toNanos(1);
    /** Nothing is to be hedged. */
    static final long NEVER = -1;

    private static final double QUANTILE = 0.99;
    private static final int COST = 100;
    private static final int SAVED_MAX = 10 * COST;

    private final int percent;
    private final RollingQuantile times = new RollingQuantile(QUANTILE);
    private final ArrayDeque<ReadCall<?>> asked = new ArrayDeque<>();
    private int saved;

    /** @param percent of the look-ups; 0: none */
    Hedging(final int percent) {
        this.percent = percent;
    }

    /** A look-up was asked for the first time. */
    void asked(final ReadCall<?> call) {
        if (percent != 0) {
            saved = Math.min(SAVED_MAX, saved + percent);
            asked.add(call);
        }
    }

    /** What a look-up took on the node it was asked on; what it waited for on purpose does not count. */
    void answered(final ReadCall.Pace pace, final long tookNs) {
        if (pace == ReadCall.Pace.MEMORY) {
            times.record(tookNs);
        }
    }

    /** After so long a look-up is hedged. */
    long delayNs() {
        final long quantileNs = times.value();
        return quantileNs == RollingQuantile.UNKNOWN ? DELAY_FIRST_NS
            : Math.max(DELAY_MIN_NS, Math.min(DELAY_MAX_NS, quantileNs));
    }

    /** How long until {@link #next} may have one, or {@link #NEVER}. */
    long waitNs(final long nowNs) {
        forgetAnswered();
        return asked.isEmpty() ? NEVER : Math.max(0, asked.peek().askedNs() + delayNs() - nowNs);
    }

    /** A look-up to be hedged now, paid for, or null. */
    ReadCall<?> next(final long nowNs) {
        final long delayNs = delayNs();
        forgetAnswered();
        while (!asked.isEmpty() && nowNs - asked.peek().askedNs() >= delayNs) {
            final ReadCall<?> late = asked.poll();
            if (saved >= COST) {
                saved -= COST;
                return late;
            }
            forgetAnswered();
        }
        return null;
    }

    /** The hedge just paid for was not sent. */
    void refund() {
        saved += COST;
    }

    /** Also those that were asked anew: they are on another node already. */
    private void forgetAnswered() {
        while (!asked.isEmpty() && (asked.peek().isDone() || asked.peek().tries() > 1)) {
            asked.poll();
        }
    }
}
