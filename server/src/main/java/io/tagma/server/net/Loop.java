package io.tagma.server.net;

import io.netty.channel.EventLoop;
import io.netty.util.concurrent.ScheduledFuture;
import io.tagma.engine.CommandResult;
import io.tagma.engine.log.CommandLog;
import io.tagma.engine.protocol.Command;
import io.tagma.engine.protocol.ResultCode;
import java.security.SecureRandom;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.UnaryOperator;
import org.agrona.DirectBuffer;
import org.agrona.collections.Long2ObjectHashMap;

/**
 * What the connections of one event loop share: the reader of rows, the codecs, the queue of results. Everything is the
 * event loop's, except {@link #results()}' producer side and {@link #wake()}, which are the engine's thread's.
 */
final class Loop implements ResultQueue.Consumer, WaitingReads.Consumer {
    private static final System.Logger LOGGER = System.getLogger(Loop.class.getName());
    private static final int PENDING_POOL_MAX = WireLimits.IN_FLIGHT_MAX;
    private static final long RETRY_DELAY_US = 1_000;

    /** Who is answered when a job has ended: a single command, or a batch that is not complete without it. */
    private record JobWaiter(Connection connection, long correlationId, PendingBatch batch, long position,
                             CommandResult result) {
    }

    private final EventLoop eventLoop;
    private final BinarySettings settings;
    private final Lookups lookups;
    private final Nodes nodes;
    private final ReplyProxy replies = new ReplyProxy();
    private final RequestAdapter requests;
    private final ResultRouter router;
    private final LogProxy log;
    /** A client id that opens no lane; the sequences of its entries count the loop's barriers. */
    private final long barrierClientId;

    private final ResultQueue results = new ResultQueue(this);
    private final AtomicBoolean isAwake = new AtomicBoolean();
    private final Runnable drain = this::drain;

    private final Set<Connection> connections = new LinkedHashSet<>();
    private final List<Connection> unflushed = new ArrayList<>();
    private final ArrayDeque<PendingCommand> pool = new ArrayDeque<>();
    private final Long2ObjectHashMap<List<JobWaiter>> jobs = new Long2ObjectHashMap<>();
    private final WaitingReads waiting = new WaitingReads();
    private final Runnable retry = this::retryWaiting;
    private final Runnable barrier = this::offerBarrier;
    private long barriersOffered;
    private long barriersWanted;
    private final ScheduledFuture<?> sweep;
    private boolean isPinned;
    private boolean isRetryScheduled;
    private boolean isClosed;
    private boolean isBarrierWithoutSpace;
    private long linesSecond;
    private int linesInSecond;

    /** On the event loop's thread, whose reader {@code lookups} becomes. */
    Loop(final EventLoop eventLoop, final BinarySettings settings, final CommandLog log, final ResultRouter router,
         final Lookups lookups, final UnaryOperator<Command> normaliser, final Nodes nodes,
         final int commandLengthMax) {
        this.eventLoop = eventLoop;
        this.settings = settings;
        this.lookups = lookups;
        this.nodes = nodes;
        this.router = router;
        this.log = new LogProxy(log, normaliser);
        requests = new RequestAdapter(this, lookups, replies, this.log, router, commandLengthMax);
        barrierClientId = new SecureRandom().nextLong() | 1;
        router.barriersOf(barrierClientId, this);
        final long periodMs = Math.max(5, Math.min(1000, Math.min(settings.helloTimeoutMs(),
            Math.min(settings.halfFrameTimeoutMs(), settings.stallTimeoutMs())) / 4));
        sweep = eventLoop.scheduleWithFixedDelay(this::sweep, periodMs, periodMs, TimeUnit.MILLISECONDS);
    }

    RequestAdapter requests() {
        return requests;
    }

    ResultQueue results() {
        return results;
    }

    BinarySettings settings() {
        return settings;
    }

    /** The engine's thread, behind what it put into {@link #results()}: one task however many results there are. */
    void wake() {
        // A full fence between the result's store and this load: a plain read first could miss a loop going to sleep.
        if (!isAwake.getAndSet(true)) {
            try {
                eventLoop.execute(drain);
            } catch (final RejectedExecutionException stopped) {
                LOGGER.log(System.Logger.Level.DEBUG, "results dropped: the event loop has stopped", stopped);
            }
        }
    }

    void add(final Connection connection) {
        connections.add(connection);
    }

    /** Gives up what the connection held. */
    void remove(final Connection connection) {
        connections.remove(connection);
        for (final Lane lane : connection.lanes().values()) {
            router.closed(lane);
            lane.pending.clear();
        }
        connection.lanes().clear();
        for (final List<JobWaiter> waiters : jobs.values()) {
            waiters.removeIf(waiter -> waiter.connection == connection);
        }
    }

    /** Pins the rows until {@link #unpin()}. */
    void pin() {
        if (!isPinned) {
            lookups.begin();
            isPinned = true;
        }
    }

    void unpin() {
        if (isPinned) {
            isPinned = false;
            lookups.end();
        }
    }

    /** Keeps a look-up until its position is applied or its time is up; false where too many wait. */
    boolean waitFor(final long position, final Connection connection, final long correlationId,
                    final DirectBuffer buffer, final int offset, final int length) {
        final long deadlineNs = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(settings.positionWaitMs());
        if (!waiting.add(connection, correlationId, position, deadlineNs, buffer, offset, length)) {
            return false;
        }
        scheduleRetry();
        return true;
    }

    /**
     * Keeps a look-up until a barrier that is offered from now on has come through the log; false where too many wait.
     * Look-ups of one turn of the event loop share a barrier.
     */
    boolean waitForBarrier(final Connection connection, final long correlationId, final DirectBuffer buffer,
                           final int offset, final int length, final int readModeAt) {
        final long deadlineNs = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(WireLimits.BARRIER_WAIT_MS);
        if (!waiting.addBehind(barriersOffered + 1, connection, correlationId, deadlineNs, buffer, offset, length,
            readModeAt)) {
            return false;
        }
        if (barriersWanted == barriersOffered) {
            barriersWanted++;
            eventLoop.execute(barrier);
        }
        scheduleRetry();
        return true;
    }

    /** One that the log does not take is offered again as long as look-ups wait. */
    private void offerBarrier() {
        if (barriersWanted > barriersOffered) {
            final long offered = log.offerBarrier(barrierClientId, barriersWanted);
            isBarrierWithoutSpace = offered == CommandLog.NO_SPACE;
            if (offered >= 0) {
                barriersOffered = barriersWanted;
            }
        }
    }

    /** Remembers whom a taken command's result is for. */
    PendingCommand pend(final Lane lane, final long sequence, final long correlationId, final PendingBatch batch,
                        final int index, final boolean waitsForJob) {
        final PendingCommand pooled = pool.poll();
        final PendingCommand fresh = pooled == null ? new PendingCommand() : pooled;
        final PendingCommand former =
            lane.pending.put(sequence, fresh.set(lane, correlationId, batch, index, waitsForJob));
        if (former == null) {
            lane.connection.inFlight(1);
        } else {
            refuse(lane.connection, former, ResultCode.DEADLINE, "sent again: the later request is answered");
            recycle(former);
        }
        return fresh;
    }

    @Override
    public void onResult(final Lane lane, final long sequence, final long position, final CommandResult ofEngine) {
        final Connection connection = lane.connection;
        if (connection.isClosed()) {
            return;
        }
        if (sequence == 0) {
            onLaneOpened(lane, position, ofEngine);
            return;
        }
        final PendingCommand command = lane.pending.remove(sequence);
        if (command == null) {
            return;
        }
        final CommandResult result = command.answer(ofEngine);
        if (command.waitsForJob && result.isOk() && result.job() != 0) {
            jobs.computeIfAbsent(result.job(), job -> new ArrayList<>(1))
                .add(new JobWaiter(connection, command.correlationId, command.batch, position, result));
        } else {
            connection.inFlight(-1);
            if (command.batch != null && !result.isOk()) {
                command.batch.failed(command.index, result.code(), result.pointer(), result.detail());
                answerComplete(connection, command.batch);
            } else {
                answerApplied(connection, command.correlationId, command.batch, position, result);
            }
        }
        recycle(command);
    }

    private void answerApplied(final Connection connection, final long correlationId, final PendingBatch batch,
                               final long position, final CommandResult result) {
        if (batch == null) {
            replies.update(connection, correlationId, position, result);
            touch(connection);
        } else {
            batch.applied(position);
            answerComplete(connection, batch);
        }
    }

    private void answerComplete(final Connection connection, final PendingBatch batch) {
        if (batch.isComplete()) {
            replies.updateBatch(connection, batch);
            touch(connection);
        }
    }

    @Override
    public void onJobDone(final long job) {
        final List<JobWaiter> waiters = jobs.remove(job);
        if (waiters != null) {
            for (final JobWaiter waiter : waiters) {
                waiter.connection.inFlight(-1);
                answerApplied(waiter.connection, waiter.correlationId, waiter.batch, waiter.position, waiter.result);
            }
        }
    }

    @Override
    public void onLaneLost(final Lane lane) {
        final Connection connection = lane.connection;
        if (connection.isClosed()) {
            return;
        }
        connection.lanes().remove(lane.clientId, lane);
        connection.inFlight(-lane.pending.size());
        for (final PendingCommand command : lane.pending.values()) {
            refuse(connection, command, ResultCode.UNKNOWN_LANE, "another connection has opened the lane");
        }
        lane.pending.clear();
        refuseOpeners(lane, ResultCode.UNKNOWN_LANE, "another connection has opened the lane");
        touch(connection);
    }

    @Override
    public void onBarrier(final long passed, final long position) {
        waiting.passed(passed, position);
    }

    @Override
    public void onReady(final Connection connection, final DirectBuffer message, final int length) {
        requests.onMessage(connection, message, 0, length);
        touch(connection);
    }

    @Override
    public void onExpired(final Connection connection, final long correlationId, final long position) {
        if (position == WaitingReads.UNKNOWN_POSITION && isBarrierWithoutSpace) {
            replies.error(connection, correlationId, ResultCode.NO_SPACE,
                "a linearizable look-up goes through the log, and the disk is nearly full: read locally");
        } else if (position == WaitingReads.UNKNOWN_POSITION) {
            replies.error(connection, correlationId, ResultCode.STALE_POSITION,
                "no barrier has come back through the log in time");
        } else {
            final String node = nodes.nodeWith(position);
            replies.error(connection, correlationId, ResultCode.STALE_POSITION,
                "not applied here yet: asked=" + position + ", applied=" + lookups.position()
                    + (node.isEmpty() ? "" : ", node=" + node), node);
        }
        touch(connection);
    }

    /** A line about a closed connection, unless there are too many of them. */
    void logClosed(final Connection connection, final String reason) {
        final long second = TimeUnit.NANOSECONDS.toSeconds(System.nanoTime());
        if (second != linesSecond) {
            linesSecond = second;
            linesInSecond = 0;
        }
        if (linesInSecond++ < WireLimits.CLOSE_LINES_PER_SECOND_MAX) {
            LOGGER.log(System.Logger.Level.INFO, "connection closed: " + reason + ", from=" + connection.remote());
        }
    }

    /** On the event loop's thread. */
    void close() {
        if (isClosed) {
            return;
        }
        isClosed = true;
        sweep.cancel(false);
        router.noBarriersOf(barrierClientId);
        unpin();
        for (final Connection connection : new ArrayList<>(connections)) {
            connection.close();
        }
        lookups.close();
    }

    private void onLaneOpened(final Lane lane, final long position, final CommandResult result) {
        if (result.isOk()) {
            for (int i = 0; i < lane.openers.size(); i++) {
                replies.laneOpened(lane.connection, lane.openers.getLong(i), lane.clientId, result.value(), position);
            }
            lane.openers.clear();
        } else {
            lane.connection.lanes().remove(lane.clientId, lane);
            router.closed(lane);
            refuseOpeners(lane, result.code(), result.detail());
        }
        touch(lane.connection);
    }

    private void refuseOpeners(final Lane lane, final ResultCode code, final String detail) {
        for (int i = 0; i < lane.openers.size(); i++) {
            replies.error(lane.connection, lane.openers.getLong(i), code, detail);
        }
        lane.openers.clear();
    }

    private void refuse(final Connection connection, final PendingCommand command, final ResultCode code,
                        final String detail) {
        final PendingBatch batch = command.batch;
        if (batch == null) {
            replies.error(connection, command.correlationId, code, detail);
        } else {
            batch.failed(command.index, code, "", "");
            if (batch.isComplete()) {
                replies.updateBatch(connection, batch);
            }
        }
    }

    private void recycle(final PendingCommand command) {
        if (pool.size() < PENDING_POOL_MAX) {
            pool.add(command.set(null, 0, null, 0, false));
        }
    }

    private void drain() {
        isAwake.set(false);
        if (isClosed) {
            return;
        }
        if (results.drain(WireLimits.RESULTS_PER_TURN_MAX) == WireLimits.RESULTS_PER_TURN_MAX) {
            wake();
        }
        retryWaitingReads();
        flushTouched();
    }

    private void retryWaiting() {
        isRetryScheduled = false;
        if (!isClosed) {
            retryWaitingReads();
            flushTouched();
        }
    }

    private void retryWaitingReads() {
        if (!waiting.isEmpty()) {
            offerBarrier();
            pin();
            waiting.retry(lookups.position(), System.nanoTime(), this);
            scheduleRetry();
        }
    }

    private void scheduleRetry() {
        if (!isRetryScheduled && !waiting.isEmpty()) {
            isRetryScheduled = true;
            eventLoop.schedule(retry, RETRY_DELAY_US, TimeUnit.MICROSECONDS);
        }
    }

    private void touch(final Connection connection) {
        if (connection.touch()) {
            unflushed.add(connection);
        }
    }

    private void flushTouched() {
        unpin();
        for (int i = 0; i < unflushed.size(); i++) {
            unflushed.get(i).flush();
        }
        unflushed.clear();
    }

    private void sweep() {
        final long nowNs = System.nanoTime();
        for (final Connection connection : new ArrayList<>(connections)) {
            connection.sweep(nowNs);
        }
    }
}
