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
import java.util.concurrent.atomic.AtomicReference;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.AgentTerminationException;
import org.agrona.concurrent.IdleStrategy;
import org.agrona.concurrent.SystemEpochClock;
import org.agrona.concurrent.SystemNanoClock;

/**
 * Adapts the log's entries to calls of the state machine, on the cluster's service thread, without logic of its own but
 * the arming of slices; the readings of its progress are for any thread.
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
    private final AtomicLong appliedPosition = new AtomicLong();
    private final AtomicReference<LeaderTerm> term = new AtomicReference<>(LeaderTerm.NONE);
    private final SnapshotMeter snapshotMeter =
        new SnapshotMeter(SystemNanoClock.INSTANCE, SystemEpochClock.INSTANCE);
    private final boolean[] isSliceOutstanding = new boolean[SLICE_TIMERS + 1];
    private Cluster cluster;
    private IdleStrategy idle;
    private long termId;
    private long calendarDueMs = Long.MAX_VALUE;
    private boolean isLeading;
    private boolean isInCall;
    private volatile boolean isReady;
    private volatile long snapshotPosition;
    private volatile SessionCount watched;
    private volatile long restoredPosition;

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
            restoredPosition = cluster.logPosition();
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
        snapshotMeter.onCommands(length);
        if (isLeading) {
            armSlices(timestamp);
        }
        final SessionCount count = watched;
        if (count != null && session.id() == count.sessionId()) {
            count.increment();
        }
        leave();
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
        leave();
    }

    @Override
    public void onTakeSnapshot(final ExclusivePublication publication) {
        enter();
        try {
            snapshotMeter.begin();
            machine.snapshot(new SnapshotPublisher(publication, idle, watchdog));
            snapshotMeter.end(cluster.logPosition(), publication.position());
        } catch (final Throwable ex) {
            throw failed(ex);
        }
        snapshotPosition = cluster.logPosition();
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
        }
        term.set(new LeaderTerm(leadershipTermId, leaderMemberId, isLeading));
        leave();
    }

    @Override
    public int doBackgroundWork(final long nowNs) {
        if (isInCall) {
            return 0;
        }
        if (appliedPosition.get() != cluster.logPosition()) {
            appliedPosition.lazySet(cluster.logPosition());
        }
        if (!isReady) {
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
        leave();
    }

    @Override
    public void onSessionClose(final ClientSession session, final long timestamp, final CloseReason closeReason) {
        leave();
    }

    @Override
    public void onTerminate(final Cluster cluster) {
        isReady = false;
    }

    /** The log is replayed and its newest term has begun: questions may be answered. Any thread. */
    void ready() {
        isReady = true;
    }

    /** The newest term that began. */
    LeaderTerm term() {
        return term.get();
    }

    /** The term in which this node joined, where its beginning lies before the snapshot and is never told. */
    void joined(final LeaderTerm present) {
        term.compareAndSet(LeaderTerm.NONE, present);
    }

    /** Log position of the snapshot that was restored, or 0. */
    long restoredPosition() {
        return restoredPosition;
    }

    /** Counts a session's messages from now on; before the first of them is sent. */
    void watch(final SessionCount count) {
        watched = count;
    }

    /** Log position up to which everything is applied. */
    long appliedPosition() {
        return appliedPosition.get();
    }

    /** Grows with whatever recovery gets done. */
    long progress() {
        return progress.get();
    }

    /** Position of the latest snapshot of this process. */
    long snapshotPosition() {
        return snapshotPosition;
    }

    SnapshotMeter snapshotMeter() {
        return snapshotMeter;
    }

    private void enter() {
        if (watchdog.failure() != null) {
            throw new AgentTerminationException("the log has failed");
        }
        isInCall = true;
    }

    private void leave() {
        isInCall = false;
        appliedPosition.lazySet(cluster.logPosition());
        progress.lazySet(progress.get() + 1);
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
