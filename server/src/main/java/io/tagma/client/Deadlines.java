package io.tagma.client;

import io.netty.channel.EventLoop;
import io.netty.util.concurrent.ScheduledFuture;
import io.tagma.engine.protocol.ResultCode;
import java.util.PriorityQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/** Ends calls whose time is up: one timer, for the earliest of them. Belongs to the client's event loop. */
final class Deadlines {
    private static final int SWEEP_MIN = 1_024;
    private static final long DELAY_MIN_NS = TimeUnit.MILLISECONDS.toNanos(1);

    private final EventLoop eventLoop;
    private final Supplier<String> obstacle;
    private final Runnable afterwards;
    private final Runnable expire = this::expire;
    private final PriorityQueue<Call<?>> calls = new PriorityQueue<>();
    private int sweepAt = SWEEP_MIN;
    private ScheduledFuture<?> timer;
    private long timerNs;

    /**
     * Without calls.
     *
     * @param obstacle   what keeps commands from being taken, as {@link Call#expire} wants it
     * @param afterwards run when calls have ended
     */
    Deadlines(final EventLoop eventLoop, final Supplier<String> obstacle, final Runnable afterwards) {
        this.eventLoop = eventLoop;
        this.obstacle = obstacle;
        this.afterwards = afterwards;
    }

    /** {@link #schedule()} follows. */
    void add(final Call<?> call) {
        forgetDone();
        if (calls.size() >= sweepAt) {
            // Behind one that takes long, others have ended.
            calls.removeIf(Call::isDone);
            sweepAt = Math.max(SWEEP_MIN, 2 * calls.size());
        }
        calls.add(call);
    }

    /** A call may end before all that were there when the timer was set. */
    void schedule() {
        if (calls.isEmpty()) {
            return;
        }
        final long earliestNs = calls.peek().deadlineNs;
        if (timer != null) {
            if (timerNs - earliestNs <= 0) {
                return;
            }
            timer.cancel(false);
        }
        timerNs = earliestNs;
        timer = eventLoop.schedule(expire, Math.max(DELAY_MIN_NS, earliestNs - System.nanoTime()),
            TimeUnit.NANOSECONDS);
    }

    /** The client closes. */
    void failAll(final ResultCode code, final String detail) {
        if (timer != null) {
            timer.cancel(false);
        }
        while (!calls.isEmpty()) {
            calls.poll().fail(code, detail);
        }
    }

    private void expire() {
        timer = null;
        final long nowNs = System.nanoTime();
        forgetDone();
        while (!calls.isEmpty() && calls.peek().deadlineNs - nowNs <= 0) {
            calls.poll().expire(obstacle.get());
            forgetDone();
        }
        afterwards.run();
        schedule();
    }

    private void forgetDone() {
        while (!calls.isEmpty() && calls.peek().isDone()) {
            calls.poll();
        }
    }
}
