package io.tagma.server.cluster;

import java.util.function.BooleanSupplier;
import org.agrona.CloseHelper;
import org.agrona.concurrent.Agent;
import org.agrona.concurrent.NanoClock;

/**
 * Looks after the node beside the path of its entries: whether threads have died, whether an election goes on, whether
 * the disk has room, and how far the log is acknowledged. Some of that asks the operating system and writes a file,
 * which must not hold up an entry. A thread of its own; {@link #isElectionOver} is for any.
 */
final class WatchAgent implements Agent {
    private final Watchdog watchdog;
    private final BooleanSupplier electionOver;
    private final DiskGuard guard;
    private final AcknowledgedMark mark;
    private final NanoClock nanoClock;
    private volatile boolean isElectionOver = true;

    /** @param electionOver whether no election goes on; not asked after a failure */
    WatchAgent(final Watchdog watchdog, final BooleanSupplier electionOver, final DiskGuard guard,
               final AcknowledgedMark mark, final NanoClock nanoClock) {
        this.watchdog = watchdog;
        this.electionOver = electionOver;
        this.guard = guard;
        this.mark = mark;
        this.nanoClock = nanoClock;
    }

    @Override
    public String roleName() {
        return "tagma-watch";
    }

    @Override
    public int doWork() {
        final long nowNs = nanoClock.nanoTime();
        int work = watchdog.poll(nowNs);
        if (watchdog.failure() == null) {
            // After a failure the counters may be gone.
            isElectionOver = electionOver.getAsBoolean();
            work += guard.poll(nowNs) + mark.poll(nowNs);
        }
        return work;
    }

    @Override
    public void onClose() {
        CloseHelper.close(watchdog, mark);
    }

    /** Whether no election went on lately: a leader is there. */
    boolean isElectionOver() {
        return isElectionOver;
    }
}
