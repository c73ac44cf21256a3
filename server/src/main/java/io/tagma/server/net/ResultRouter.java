package io.tagma.server.net;

import io.tagma.engine.CommandResult;
import io.tagma.engine.EngineListener;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.LongPredicate;
import org.agrona.collections.Long2ObjectHashMap;

/**
 * Brings the engine's results to the event loop whose connection asked; results nobody here asked for are dropped. The
 * listener's methods are the engine's thread's, which alone owns the tables of lanes and jobs; event loops announce
 * lanes through a queue, before they offer the command that opens them.
 */
public final class ResultRouter implements EngineListener {
    /**
     * To wake a sleeping event loop is a call of the system, dearer than a result: it is woken for so many at once, and
     * for fewer where the engine pauses.
     */
    private static final int RESULTS_PER_WAKE = 64;

    private final Queue<LaneChange> changes = new ConcurrentLinkedQueue<>();
    private final Long2ObjectHashMap<Lane> lanes = new Long2ObjectHashMap<>();
    /** Event loops that were told of a result with that job. */
    private final Long2ObjectHashMap<List<Loop>> jobs = new Long2ObjectHashMap<>();
    private final LongPredicate isJobDone;
    private final List<Loop> unwoken = new ArrayList<>();
    private int unwokenResults;
    /** Event loops by the client id of their barriers; replaced, never changed. */
    private volatile Long2ObjectHashMap<Loop> barriers = new Long2ObjectHashMap<>();

    /** @param isJobDone asked on the engine's thread, for results that are told again */
    public ResultRouter(final LongPredicate isJobDone) {
        this.isJobDone = isJobDone;
    }

    @Override
    public void onResult(final long clientId, final long sequence, final long position, final CommandResult result) {
        applyChanges();
        final Lane lane = lanes.get(clientId);
        if (lane == null) {
            final Loop asking = barriers.get(clientId);
            if (asking != null) {
                asking.results().barrier(sequence, position);
                wakeSoon(asking);
            }
            return;
        }
        final Loop loop = lane.connection.loop();
        loop.results().result(lane, sequence, position, result);
        final boolean isRepeat = sequence != 0 && sequence <= lane.lastSequence;
        if (!isRepeat) {
            lane.lastSequence = sequence == 0 ? result.value() : sequence;
        }
        if (result.job() != 0) {
            if (isRepeat && isJobDone.test(result.job())) {
                loop.results().jobDone(result.job());
            } else {
                final List<Loop> loops = jobs.computeIfAbsent(result.job(), job -> new ArrayList<>(1));
                if (!loops.contains(loop)) {
                    loops.add(loop);
                }
            }
        }
        wakeSoon(loop);
    }

    @Override
    public void onPause() {
        unwokenResults = 0;
        for (int i = unwoken.size() - 1; i >= 0; i--) {
            unwoken.remove(i).wake();
        }
    }

    private void wakeSoon(final Loop loop) {
        if (!unwoken.contains(loop)) {
            unwoken.add(loop);
        }
        if (++unwokenResults == RESULTS_PER_WAKE) {
            onPause();
        }
    }

    @Override
    public void onJobDone(final long job) {
        final List<Loop> loops = jobs.remove(job);
        if (loops != null) {
            for (final Loop loop : loops) {
                loop.results().jobDone(job);
                loop.wake();
            }
        }
    }

    @Override
    public void onChanges(final long nextSeq) {
        applyChanges();
    }

    /** Any event loop: results of that client are this lane's from now on. */
    void opened(final Lane lane) {
        changes.add(new LaneChange(lane, true));
    }

    /** Any event loop: the lane's connection is gone. */
    void closed(final Lane lane) {
        changes.add(new LaneChange(lane, false));
    }

    /** An event loop: results of that client id, which opens no lane, are barriers of the loop from now on. */
    synchronized void barriersOf(final long clientId, final Loop loop) {
        final Long2ObjectHashMap<Loop> more = new Long2ObjectHashMap<>(barriers);
        more.put(clientId, loop);
        barriers = more;
    }

    /** The event loop is gone. */
    synchronized void noBarriersOf(final long clientId) {
        final Long2ObjectHashMap<Loop> fewer = new Long2ObjectHashMap<>(barriers);
        fewer.remove(clientId);
        barriers = fewer;
    }

    private void applyChanges() {
        if (changes.isEmpty()) {
            return;
        }
        LaneChange change = changes.poll();
        while (change != null) {
            final Lane lane = change.lane();
            if (change.isOpened()) {
                final Lane former = lanes.put(lane.clientId, lane);
                if (former != null && former != lane) {
                    former.connection.loop().results().laneLost(former);
                    former.connection.loop().wake();
                }
            } else if (lanes.get(lane.clientId) == lane) {
                lanes.remove(lane.clientId);
            }
            change = changes.poll();
        }
    }

    private record LaneChange(Lane lane, boolean isOpened) {
    }
}
