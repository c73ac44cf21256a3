package io.tagma.server.cluster;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.agrona.concurrent.IdleStrategy;

/**
 * Spins, yields, then parks: shortly for some two milliseconds after the last work, then longer and longer, to one
 * millisecond. An entry of the log passes half a dozen agents: with Agrona's back-off each was on its way to a long
 * park whenever it waited for the one before it, and a third fewer updates came through; with short parks alone an idle
 * node takes half of a core. One thread.
 */
public final class AttentiveIdleStrategy implements IdleStrategy {
    private static final int SPINS = 10;
    private static final int YIELDS = SPINS + 20;
    private static final int SHORT_PARKS = YIELDS + 20;
    private static final long SHORT_PARK_NS = TimeUnit.MICROSECONDS.toNanos(100);
    private static final long PARK_MAX_NS = TimeUnit.MILLISECONDS.toNanos(1);

    private int idles;
    private long parkNs;

    /** A strategy that is idle for the first time. */
    public AttentiveIdleStrategy() {
        reset();
    }

    @Override
    public void idle(final int workCount) {
        if (workCount > 0) {
            reset();
        } else {
            idle();
        }
    }

    @Override
    public void idle() {
        if (idles < SHORT_PARKS) {
            idles++;
            if (idles <= SPINS) {
                Thread.onSpinWait();
                return;
            }
            if (idles <= YIELDS) {
                Thread.yield();
                return;
            }
        } else {
            parkNs = Math.min(2 * parkNs, PARK_MAX_NS);
        }
        LockSupport.parkNanos(parkNs);
    }

    @Override
    public void reset() {
        idles = 0;
        parkNs = SHORT_PARK_NS;
    }

    @Override
    public String alias() {
        return "attentive";
    }
}
