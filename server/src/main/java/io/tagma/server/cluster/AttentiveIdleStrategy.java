package io.tagma.server.cluster;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.agrona.concurrent.IdleStrategy;

/**
 * Spins, yields, then parks: briefly for some two milliseconds after the last work, then longer and longer, up to one
 * millisecond. An entry of the log passes half a dozen agents: with Agrona's back-off each was on its way to a long
 * park whenever it waited for the one before it, and a third fewer updates came through; with brief parks alone an idle
 * node takes half of a core ({@code tagma race}, server/RELIABILITY.md). One thread.
 */
public final class AttentiveIdleStrategy implements IdleStrategy {
    static final int SPINS = 10;
    static final int YIELDS = 20;
    static final int BRIEF_PARKS = 20;
    static final long BRIEF_PARK_NS = TimeUnit.MICROSECONDS.toNanos(100);
    static final long PARK_MAX_NS = TimeUnit.MILLISECONDS.toNanos(1);

    private int idles;
    private long parkNs = BRIEF_PARK_NS;

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
        final long ns = nextParkNs();
        if (ns > 0) {
            LockSupport.parkNanos(ns);
        } else if (idles <= SPINS) {
            Thread.onSpinWait();
        } else {
            Thread.yield();
        }
    }

    @Override
    public void reset() {
        idles = 0;
        parkNs = BRIEF_PARK_NS;
    }

    /** Counts another time without work; how long to park, or 0 where it is too early for that. */
    long nextParkNs() {
        if (idles < SPINS + YIELDS + BRIEF_PARKS) {
            idles++;
            return idles <= SPINS + YIELDS ? 0 : BRIEF_PARK_NS;
        }
        parkNs = Math.min(2 * parkNs, PARK_MAX_NS);
        return parkNs;
    }

    @Override
    public String alias() {
        return "attentive";
    }
}
