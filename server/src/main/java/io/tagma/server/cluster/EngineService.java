package io.tagma.server.cluster;

import io.aeron.ExclusivePublication;
import io.aeron.Image;
import io.aeron.cluster.codecs.CloseReason;
import io.aeron.cluster.service.ClientSession;
import io.aeron.cluster.service.Cluster;
import io.aeron.cluster.service.ClusteredService;
import io.aeron.logbuffer.Header;
import io.tagma.engine.log.StateMachine;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.AgentTerminationException;
import org.agrona.concurrent.IdleStrategy;

/**
 * Adapts the log's entries to calls of the state machine, on the cluster's service thread, without logic of its own but
 * the arming of slices; the volatile readings are for any thread.
 *
 * <p>Slices are timer events of the log, so that every replica slices at the same positions. Only a leader arms: up to
 * {@value #SLICE_TIMERS} timers at once while the machine wants slices at once (one alone is limited by the time a
 * timer takes through the log), else one for the instant it wants, at least every second. Correlation ids are fixed
 * within a term and differ between terms:
 *
 * <pre>
 *   correlation id = leadership term id &lt;&lt; 3 | timer       timer 0: the calendar's, 1..4: at once
 * </pre>
 *
 * Were they the same in all terms, then a replay would have to schedule exactly as often as the timers fired before,
 * or the consensus module swallows the next ones; as it is, a replay schedules nothing, and a timer of an earlier term
 * is a slice like any other that is not armed again.
 *
 * <p>A throwing machine has stopped between two states. It is not called again and the node fails.
 */
final class EngineService implements ClusteredService {
    private static final int SLICE_TIMERS = 4;
    private static final int TIMER_BITS = 3;
    private static final int CALENDAR_TIMER = 0;
    private static final long SLICE_DELAY_MAX_MS = 1_000;

    private final StateMachine machine;
    private final Watchdog watchdog;
    private final AtomicLong progress = new AtomicLong();
    private final AtomicLong replayedPosition = new AtomicLong();
    private final AtomicLong appliedMessages = new AtomicLong();
    private final boolean[] isSliceOutstanding = new boolean[SLICE_TIMERS + 1];
    private Cluster cluster;
    private IdleStrategy idle;
    private long termId;
    private long calendarDueMs = Long.MAX_VALUE;
    private boolean isLeading;
    private boolean isInCall;
    private volatile boolean isReady;
    private volatile long snapshotPosition;
    private volatile long snapshotLength;

    EngineService(final StateMachine machine, final Watchdog watchdog) {
        this.machine = machine;
        this.watchdog = watchdog;
    }

    @Override
    public void onStart(final Cluster cluster, final Image snapshotImage) {
        this.cluster = cluster;
        idle = cluster.idleStrategy();
        if (snapshotImage != null) {
            enter();
            try {
                machine.restore(new SnapshotImage(snapshotImage, idle, progress));
            } catch (final Throwable ex) {
                throw failed(ex);
            }
            isInCall = false;
        }
    }

    @Override
    public void onSessionMessage(final ClientSession session, final long timestamp, final DirectBuffer buffer,
                                 final int offset, final int length, final Header header) {
        enter();
        try {
            machine.onMessage(cluster.logPosition(), timestamp, buffer, offset, length);
        } catch (final Throwable ex) {
            throw failed(ex);
        }
        if (isLeading) {
            armSlices(timestamp);
            appliedMessages.lazySet(appliedMessages.get() + 1);
        } else {
            replayedPosition.lazySet(cluster.logPosition());
        }
        isInCall = false;
        progress.lazySet(progress.get() + 1);
    }

    @Override
    public void onTimerEvent(final long correlationId, final long timestamp) {
        enter();
        try {
            machine.onSlice(cluster.logPosition(), timestamp);
        } catch (final Throwable ex) {
            throw failed(ex);
        }
        if (isLeading) {
            if (correlationId >> TIMER_BITS == termId) {
                disarmed((int) (correlationId & (1 << TIMER_BITS) - 1));
            }
            armSlices(timestamp);
        }
        isInCall = false;
        progress.lazySet(progress.get() + 1);
    }

    @Override
    public void onTakeSnapshot(final ExclusivePublication publication) {
        enter();
        try {
            machine.snapshot(new SnapshotPublisher(publication, idle, watchdog));
        } catch (final Throwable ex) {
            throw failed(ex);
        }
        snapshotPosition = cluster.logPosition();
        snapshotLength = publication.position();
        isInCall = false;
    }

    @Override
    public void onNewLeadershipTermEvent(final long leadershipTermId, final long logPosition, final long timestamp,
                                         final long termBaseLogPosition, final int leaderMemberId,
                                         final int logSessionId, final TimeUnit timeUnit, final int appVersion) {
        enter();
        isLeading = cluster.role() == Cluster.Role.LEADER;
        if (isLeading) {
            termId = leadershipTermId;
            for (int timer = CALENDAR_TIMER; timer <= SLICE_TIMERS; timer++) {
                disarmed(timer);
            }
            armSlices(timestamp);
            isReady = true;
        }
        isInCall = false;
        progress.lazySet(progress.get() + 1);
    }

    @Override
    public int doBackgroundWork(final long nowNs) {
        if (isInCall || !isReady) {
            return 0;
        }
        isInCall = true;
        final int work;
        try {
            work = machine.onIdle();
        } catch (final Throwable ex) {
            throw failed(ex);
        }
        isInCall = false;
        return work;
    }

    @Override
    public void onRoleChange(final Cluster.Role newRole) {
        isLeading = isLeading && newRole == Cluster.Role.LEADER;
    }

    @Override
    public void onSessionOpen(final ClientSession session, final long timestamp) {
        progress.lazySet(progress.get() + 1);
    }

    @Override
    public void onSessionClose(final ClientSession session, final long timestamp, final CloseReason closeReason) {
        progress.lazySet(progress.get() + 1);
    }

    @Override
    public void onTerminate(final Cluster cluster) {
        isReady = false;
    }

    /** Whether the log is replayed, this node leads, and its term has begun. */
    boolean isReady() {
        return isReady;
    }

    /** Messages applied while leading. */
    long appliedMessages() {
        return appliedMessages.get();
    }

    /** Position of the last message applied while not leading. */
    long replayedPosition() {
        return replayedPosition.get();
    }

    /** Grows with whatever recovery gets done. */
    long progress() {
        return progress.get();
    }

    /** Position of the latest snapshot of this process. */
    long snapshotPosition() {
        return snapshotPosition;
    }

    /** Length of the latest snapshot of this process, 0 where it has taken none. */
    long snapshotLength() {
        return snapshotLength;
    }

    private void enter() {
        if (watchdog.failure() != null) {
            throw new AgentTerminationException("the log has failed");
        }
        isInCall = true;
    }

    private AgentTerminationException failed(final Throwable ex) {
        isReady = false;
        watchdog.fail(ex);
        return new AgentTerminationException(ex);
    }

    private void disarmed(final int timer) {
        if (timer == CALENDAR_TIMER) {
            calendarDueMs = Long.MAX_VALUE;
        } else {
            isSliceOutstanding[timer] = false;
        }
    }

    private void armSlices(final long timestampMs) {
        final long delayMs = machine.nextSliceDelayMs();
        if (delayMs <= 0) {
            for (int timer = CALENDAR_TIMER + 1; timer <= SLICE_TIMERS; timer++) {
                if (!isSliceOutstanding[timer]) {
                    schedule(timer, timestampMs);
                    isSliceOutstanding[timer] = true;
                }
            }
        } else {
            final long dueMs = timestampMs + Math.min(delayMs, SLICE_DELAY_MAX_MS);
            if (dueMs < calendarDueMs) {
                schedule(CALENDAR_TIMER, dueMs);
                calendarDueMs = dueMs;
            }
        }
    }

    private void schedule(final int timer, final long dueMs) {
        idle.reset();
        while (!cluster.scheduleTimer(termId << TIMER_BITS | timer, dueMs)) {
            idle.idle();
        }
    }
}
