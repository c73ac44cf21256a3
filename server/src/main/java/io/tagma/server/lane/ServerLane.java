package io.tagma.server.lane;

import io.tagma.engine.CommandResult;
import io.tagma.engine.EngineListener;
import io.tagma.engine.log.CommandLog;
import io.tagma.engine.protocol.Command;
import io.tagma.engine.protocol.CommandEncoder;
import io.tagma.engine.protocol.LogEntryEncoder;
import io.tagma.engine.protocol.MessageHeaderEncoder;
import io.tagma.engine.protocol.ResultCode;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongSupplier;
import org.agrona.ExpandableArrayBuffer;
import org.agrona.concurrent.ManyToOneConcurrentArrayQueue;
import org.agrona.concurrent.NanoClock;

/**
 * The server's own lane of commands, which its faces share. {@link #submit} may be called from any thread;
 * {@link #onResult} is called by the engine's thread; everything else belongs to the lane's own thread, which runs
 * {@link #doWork()}.
 *
 * <p>The lane is opened by a logged LaneOpen under sequence 0; commands then carry 1, 2, 3 ... in the order in which
 * they were submitted. A log that pushes back is asked again. What it has taken is answered, however long that takes: a
 * log that lives loses nothing, whoever leads. A command that met a gap or was answered BUSY by the engine is offered
 * again with all that follow it, and the engine drops repeats. Up to {@code inFlightMax} commands wait for their result
 * and as many wait to be offered; beyond that a command is answered BUSY at once, and nothing of it was taken. A log
 * without space answers what waits at once: nothing of that was taken either; what would have to be offered again then
 * has an unknown outcome.
 *
 * <p>Futures complete on the lane's thread: whoever has more than a few instructions to do there takes them elsewhere.
 */
public final class ServerLane implements EngineListener, AutoCloseable {
    private static final long REST_NS = 1_000_000L;
    private static final long PARK_NS = 10_000_000L;
    private static final int SPINS = 200;
    private static final int COMMANDS_PER_DUTY = 256;
    private static final CommandResult BUSY =
        CommandResult.refused(ResultCode.BUSY, "", "the lane of commands is full");
    private static final CommandResult STOPPED =
        CommandResult.refused(ResultCode.SHUTTING_DOWN, "", "the server is shutting down");
    private static final CommandResult UNKNOWN_OUTCOME =
        CommandResult.refused(ResultCode.DEADLINE, "", "the outcome of the command is unknown");
    private static final CommandResult NO_SPACE = CommandResult.refused(ResultCode.NO_SPACE, "",
        "the disk of the node is nearly full: writes are refused until there is room");
    private static final CommandResult OVERSIZED =
        CommandResult.refused(ResultCode.TOO_LARGE, "", "the command is over the log's limit of length");

    private final CommandLog log;
    private final LongSupplier clientIds;
    private final NanoClock clock;
    private final int mask;
    private final ManyToOneConcurrentArrayQueue<Pending> inbox;
    private final AtomicReferenceArray<Answer> answers;
    private final Pending[] inFlight;
    private final CommandEncoder commandEncoder = new CommandEncoder();
    private final LogEntryEncoder entryEncoder = new LogEntryEncoder();
    private final MessageHeaderEncoder header = new MessageHeaderEncoder();
    private final ExpandableArrayBuffer commandBuffer = new ExpandableArrayBuffer(4096);
    private final ExpandableArrayBuffer entryBuffer = new ExpandableArrayBuffer(4096);

    private volatile long clientId;
    private volatile Answer openAnswer;
    private volatile boolean isClosed;
    private volatile boolean isParked;
    private volatile Thread thread;

    private boolean isOpen;
    private boolean isOpening;
    private long lastSequence;
    private long offeredSequence;
    private long answeredSequence;
    private long restUntilNs;
    private boolean isRewound;
    private Pending refusedByLog;

    /**
     * @param clientIds   gives an id that no other lane has, ever: random 64 bits
     * @param inFlightMax a power of two
     */
    public ServerLane(final CommandLog log, final LongSupplier clientIds, final int inFlightMax,
                       final NanoClock clock) {
        if (Integer.bitCount(inFlightMax) != 1) {
            throw new IllegalArgumentException("not a power of two: inFlightMax=" + inFlightMax);
        }
        this.log = log;
        this.clientIds = clientIds;
        this.clock = clock;
        this.mask = inFlightMax - 1;
        this.inbox = new ManyToOneConcurrentArrayQueue<>(inFlightMax);
        this.answers = new AtomicReferenceArray<>(inFlightMax);
        this.inFlight = new Pending[inFlightMax];
        this.clientId = clientIds.getAsLong();
        this.restUntilNs = clock.nanoTime();
    }

    /** Starts the lane's thread. Once. */
    public void start() {
        final Thread runner = new Thread(this::run, "server-lane");
        runner.setDaemon(true);
        thread = runner;
        runner.start();
    }

    /**
     * Takes the command, to be offered after all that were taken before. The future completes when the command is
     * durable and applied, or refused; never exceptionally. One that is already complete was not taken.
     */
    public CompletableFuture<CommandResult> submit(final Command command) {
        if (isClosed) {
            return CompletableFuture.completedFuture(STOPPED);
        }
        final Pending pending = new Pending(command, new CompletableFuture<>());
        if (!inbox.offer(pending)) {
            return CompletableFuture.completedFuture(BUSY);
        }
        if (isClosed) {
            pending.future.complete(STOPPED);
        }
        wake();
        return pending.future;
    }

    @Override
    public void onResult(final long client, final long sequence, final long position, final CommandResult result) {
        if (client != clientId) {
            return;
        }
        final Answer answer = new Answer(client, sequence, result);
        if (sequence == 0) {
            openAnswer = answer;
        } else {
            final int index = (int) sequence & mask;
            final Answer present = answers.get(index);
            if (present == null || present.client != client || present.sequence <= sequence) {
                answers.set(index, answer);
            }
        }
        wake();
    }

    @Override
    public void onJobDone(final long job) {
    }

    @Override
    public void onChanges(final long nextSeq) {
    }

    /** Stops the lane; what was not offered is answered SHUTTING_DOWN, the rest with an unknown outcome. */
    @Override
    public void close() {
        isClosed = true;
        final Thread runner = thread;
        if (runner == null) {
            abandon();
            return;
        }
        LockSupport.unpark(runner);
        try {
            runner.join(5_000);
        } catch (final InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /** A duty cycle: results to their futures, waiting commands to the log. Returns how much was done. */
    int doWork() {
        final long now = clock.nanoTime();
        int work = takeAnswers(now);
        if (now - restUntilNs < 0) {
            return work;
        }
        if (!isOpen) {
            return work + open(now);
        }
        if (isRewound) {
            forgetRefusals();
        }
        for (int i = 0; i < COMMANDS_PER_DUTY && offerNext(); i++) {
            work++;
        }
        return work;
    }

    private void run() {
        int idleCycles = 0;
        while (!isClosed) {
            if (doWork() > 0) {
                idleCycles = 0;
            } else if (++idleCycles < SPINS) {
                Thread.onSpinWait();
            } else {
                park();
            }
        }
        abandon();
    }

    private void park() {
        isParked = true;
        final boolean isWaiting = lastSequence > answeredSequence || !isOpen || refusedByLog != null;
        if (inbox.isEmpty() && !hasAnswer() && !isClosed) {
            LockSupport.parkNanos(isWaiting ? REST_NS : PARK_NS);
        } else if (!hasAnswer()) {
            LockSupport.parkNanos(REST_NS / 10);
        }
        isParked = false;
    }

    private boolean hasAnswer() {
        final Answer answer = answers.get((int) (answeredSequence + 1) & mask);
        return answer != null && answer.sequence == answeredSequence + 1 && answer.client == clientId
            || isOpening && openAnswer != null;
    }

    private void wake() {
        if (isParked) {
            LockSupport.unpark(thread);
        }
    }

    private int takeAnswers(final long now) {
        int work = 0;
        while (answeredSequence < lastSequence) {
            final long sequence = answeredSequence + 1;
            final int index = (int) sequence & mask;
            final Answer answer = answers.get(index);
            if (answer == null || answer.sequence != sequence || answer.client != clientId) {
                break;
            }
            work++;
            answers.compareAndSet(index, answer, null);
            final ResultCode code = answer.result.code();
            if (isToBeOfferedAgain(code)) {
                rewind(now);
                break;
            }
            if (code == ResultCode.UNKNOWN_LANE) {
                reopen();
                break;
            }
            final Pending pending = inFlight[index];
            inFlight[index] = null;
            answeredSequence = sequence;
            // A repeat's answer may come before it has been offered again.
            offeredSequence = Math.max(offeredSequence, sequence);
            pending.future.complete(answer.result);
        }
        return work;
    }

    private int open(final long now) {
        final Answer answer = openAnswer;
        if (isOpening && answer != null && answer.client == clientId) {
            openAnswer = null;
            isOpening = false;
            isOpen = answer.result.isOk();
            if (!isOpen) {
                restUntilNs = now + REST_NS;
            }
            return 1;
        }
        if (isOpening) {
            return 0;
        }
        openAnswer = null;
        final long taken = offer(new Command.LaneOpen(clientId), 0);
        isOpening = taken >= 0;
        if (!isOpening) {
            restUntilNs = now + REST_NS;
            return taken == CommandLog.NO_SPACE ? refuseWaiting() : 1;
        }
        return 1;
    }

    /** There is no space for what has not been offered yet. */
    private int refuseWaiting() {
        int refused = 0;
        while (refused <= mask) {
            final Pending next = nextWaiting();
            if (next == null) {
                break;
            }
            refusedByLog = null;
            next.future.complete(NO_SPACE);
            refused++;
        }
        return refused;
    }

    private Pending nextWaiting() {
        return refusedByLog != null ? refusedByLog : inbox.poll();
    }

    private boolean offerNext() {
        if (offeredSequence < lastSequence) {
            final long taken = offer(inFlight[(int) (offeredSequence + 1) & mask].command, offeredSequence + 1);
            if (taken == CommandLog.NO_SPACE) {
                // Whether the log had it before cannot be told, and nobody waits until there is space.
                reopen();
                return false;
            }
            if (taken < 0) {
                return false;
            }
            offeredSequence++;
            return true;
        }
        if (lastSequence - answeredSequence > mask) {
            return false;
        }
        final Pending next = nextWaiting();
        if (next == null) {
            return false;
        }
        refusedByLog = null;
        final long taken = offer(next.command, lastSequence + 1);
        if (taken == CommandLog.TOO_LARGE) {
            next.future.complete(OVERSIZED);
            return true;
        }
        if (taken == CommandLog.NO_SPACE) {
            next.future.complete(NO_SPACE);
            return true;
        }
        if (taken < 0) {
            refusedByLog = next;
            return false;
        }
        lastSequence++;
        offeredSequence = lastSequence;
        inFlight[(int) lastSequence & mask] = next;
        return true;
    }

    private long offer(final Command command, final long sequence) {
        final int length;
        try {
            final int commandLength = commandEncoder.encode(command, commandBuffer, 0);
            entryEncoder.wrapAndApplyHeader(entryBuffer, 0, header).clientId(clientId).sequence(sequence)
                .putCommand(commandBuffer, 0, commandLength);
            length = entryEncoder.limit();
        } catch (final IllegalArgumentException overFormat) {
            return CommandLog.TOO_LARGE;
        }
        if (length > log.entryLengthMax()) {
            return CommandLog.TOO_LARGE;
        }
        return log.offer(entryBuffer, 0, length);
    }

    private void rewind(final long now) {
        offeredSequence = answeredSequence;
        restUntilNs = now + REST_NS;
        isRewound = true;
    }

    /** What followed a refused command was refused with it: those answers say nothing of the next attempt. */
    private void forgetRefusals() {
        isRewound = false;
        for (long sequence = answeredSequence + 1; sequence <= lastSequence; sequence++) {
            final int index = (int) sequence & mask;
            final Answer answer = answers.get(index);
            if (answer != null && isToBeOfferedAgain(answer.result.code())) {
                answers.compareAndSet(index, answer, null);
            }
        }
    }

    private static boolean isToBeOfferedAgain(final ResultCode code) {
        return code == ResultCode.BUSY || code == ResultCode.SEQUENCE_GAP || code == ResultCode.NOT_LEADER;
    }

    /** The engine has forgotten the lane: what is in flight has an unknown outcome, what waits goes on a new lane. */
    private void reopen() {
        clientId = clientIds.getAsLong();
        isOpen = false;
        isOpening = false;
        openAnswer = null;
        abandonInFlight();
        lastSequence = 0;
        offeredSequence = 0;
        answeredSequence = 0;
        for (int i = 0; i <= mask; i++) {
            answers.set(i, null);
        }
    }

    private void abandonInFlight() {
        for (long sequence = answeredSequence + 1; sequence <= lastSequence; sequence++) {
            final int index = (int) sequence & mask;
            final Pending pending = inFlight[index];
            inFlight[index] = null;
            pending.future.complete(UNKNOWN_OUTCOME);
        }
    }

    private void abandon() {
        takeAnswers(clock.nanoTime());
        abandonInFlight();
        answeredSequence = lastSequence;
        offeredSequence = lastSequence;
        if (refusedByLog != null) {
            refusedByLog.future.complete(STOPPED);
            refusedByLog = null;
        }
        for (Pending pending = inbox.poll(); pending != null; pending = inbox.poll()) {
            pending.future.complete(STOPPED);
        }
    }

    private record Pending(Command command, CompletableFuture<CommandResult> future) {
    }

    private record Answer(long client, long sequence, CommandResult result) {
    }
}
