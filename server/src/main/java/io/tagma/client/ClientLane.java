package io.tagma.client;

import io.netty.channel.EventLoop;
import io.tagma.engine.protocol.LaneOpenedDecoder;
import io.tagma.engine.protocol.ResultCode;
import io.tagma.engine.protocol.UpdateBatchReplyDecoder;
import io.tagma.engine.protocol.UpdateReplyDecoder;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import org.agrona.collections.Long2ObjectHashMap;

/**
 * The client's one ordered lane of commands. Each gets a sequence when it is first sent and keeps it until it is
 * answered, over every reconnection, so that it is applied at most once; at most {@link #WINDOW} are without an answer,
 * which is what the server remembers results of.
 *
 * <p>When a command is not taken (BUSY, a gap after a change of leader, a lost connection), nothing new is sent until
 * every frame under way is answered; then what was not taken is sent again in order. A refused command has its answer,
 * and its sequence is consumed. When the server no longer knows the lane, or a frame itself was refused, a new lane is
 * opened: what was certainly not applied moves over, what may have been is answered with DEADLINE (outcome unknown).
 *
 * <p>The lane stays on one node while that answers. It moves when the connection is lost, when the node is shutting
 * down, when it has had no way to the leader for some tries, or has left commands without an answer for two seconds
 * though it lives: what is unanswered is sent again on another node under its sequences, and answers that still come
 * from the first are passed over. It also follows the look-ups to another node as soon as nothing is under way.
 *
 * <p>Belongs to the client's event loop.
 */
final class ClientLane {
    /** Results of one lane that the server remembers. */
    static final int WINDOW = 1024;

    private static final int BATCH_LENGTH_MAX = 128 * 1024;
    private static final int FRAME_SLACK = 1024;
    private static final int DEFINITION_OVERHEAD = 64;
    private static final int BACKOFF_MIN_MS = 1;
    private static final int BACKOFF_MAX_MS = 64;
    private static final int OPEN_RETRY_MS = 50;
    /** More than a whole window of them: sending again does not help. */
    private static final int GAPS_IN_A_ROW_MAX = 4 * WINDOW;
    private static final long RESEND_AFTER_NS = TimeUnit.SECONDS.toNanos(2);
    /** Rounds in a row that were refused because the node has no way to the leader: about a quarter of a second. */
    private static final int REFUSED_ROUNDS_MAX = 10;

    private enum State { CLOSED, OPENING, OPEN }

    private final TagmaClient client;
    private final EventLoop eventLoop;
    private final RequestWriter writer;
    private final NodeSet nodes;
    private final Counters counters;

    private State state = State.CLOSED;
    private ServerConnection connection;
    private Opening opening;
    private long clientId = randomId();
    private long first = 1;
    private long next = 1;
    /** Sent and not resolved, by sequence. */
    private final Long2ObjectHashMap<LaneCommand> sent = new Long2ObjectHashMap<>();
    private final ArrayDeque<LaneCommand> unsent = new ArrayDeque<>();
    private final ArrayDeque<Frame> frames = new ArrayDeque<>();
    private int framesUnderWay;
    private int gapsInARow;
    private boolean isDraining;
    private boolean isNewLaneDue;
    private boolean isBackingOff;
    private boolean isLeaving;
    private int refusedRounds;
    private boolean isRefusedRound;
    private int backoffMs = BACKOFF_MIN_MS;
    private String obstacle = "";

    private final List<LaneCommand> run = new ArrayList<>();
    private int runLength;

    ClientLane(final TagmaClient client, final EventLoop eventLoop, final RequestWriter writer, final NodeSet nodes,
               final Counters counters) {
        this.client = client;
        this.eventLoop = eventLoop;
        this.writer = writer;
        this.nodes = nodes;
        this.counters = counters;
    }

    /** Queues a command; {@link #progress()} sends it. */
    void add(final LaneCommand command) {
        unsent.add(command);
    }

    /** Sends what can be sent now. */
    void progress() {
        if (isLeaving) {
            leave();
        } else if (state == State.OPEN && sent.isEmpty() && connection.node() != nodes.inUse()
            && nodes.inUse().isWell()) {
            forgetFrames();
            close();
        }
        if (state == State.CLOSED) {
            if (!unsent.isEmpty() || !sent.isEmpty()) {
                open();
            }
        } else if (state == State.OPEN) {
            if (!isDraining) {
                pump();
            } else if (framesUnderWay == 0) {
                if (isNewLaneDue) {
                    startNewLane();
                } else if (!isBackingOff) {
                    backOff();
                }
            }
        }
    }

    /** What has kept commands from being taken since one was, as the end of a sentence; empty where nothing has. */
    String obstacle() {
        return obstacle;
    }

    /** The connection is gone; its frames hear of it themselves. */
    void onLost(final ServerConnection lost) {
        if (lost == connection) {
            close();
        }
    }

    /** Called now and then: commands that nobody waits for any more need not be sent. */
    void dropAbandoned() {
        unsent.removeIf(LaneCommand::isAbandoned);
    }

    /** Called now and then: what has had no answer for too long is sent again. */
    void checkOverdue(final long nowNs) {
        if (state == State.OPENING && opening != null && nowNs - opening.sentNs > RESEND_AFTER_NS) {
            openAgain();
        }
        boolean isOverdue = false;
        while (!frames.isEmpty()) {
            final Frame frame = frames.peek();
            if (!frame.isOver) {
                if (nowNs - frame.sentNs <= RESEND_AFTER_NS) {
                    break;
                }
                frame.over();
                for (final LaneCommand command : frame.commands) {
                    due(command, true);
                }
                isOverdue = true;
            }
            frames.poll();
        }
        if (isOverdue) {
            isDraining = true;
            isLeaving = nodes.count() > 1;
            progress();
        }
    }

    /** The client closes. */
    void failAll(final ResultCode code, final String detail) {
        for (final LaneCommand command : new ArrayList<>(sent.values())) {
            resolve(command);
            command.onFailure(code, detail);
        }
        LaneCommand command = unsent.poll();
        while (command != null) {
            command.onFailure(code, detail);
            command = unsent.poll();
        }
    }

    private void open() {
        connection = nodes.connection();
        if (connection != null) {
            state = State.OPENING;
            sendOpen();
        }
    }

    private void close() {
        connection = null;
        opening = null;
        state = State.CLOSED;
    }

    /** Goes to another node. Whatever is under way on this one may be applied or not: it is sent again there. */
    private void leave() {
        isLeaving = false;
        if (state != State.CLOSED && nodes.otherThan(connection.node()) != null) {
            nodes.leave(connection.node());
            forgetFrames();
            for (final LaneCommand command : sent.values()) {
                if (!command.isDue) {
                    due(command, true);
                }
            }
            close();
        }
    }

    private void forgetFrames() {
        for (final Frame frame : frames) {
            frame.over();
        }
        frames.clear();
    }

    /** On another node, if one is well. */
    private void openAgain() {
        final Node other = nodes.count() == 1 ? null : nodes.otherThan(connection.node());
        if (other == null) {
            sendOpen();
        } else {
            nodes.leave(connection.node());
            close();
            progress();
        }
    }

    private void sendOpen() {
        opening = new Opening();
        writer.openLane(connection, connection.expect(opening), clientId);
        connection.flush();
    }

    private void onOpened(final long lastSequence) {
        state = State.OPEN;
        opening = null;
        isDraining = false;
        refusedRounds = 0;
        advanceFirst();
        if (isNewLaneDue || lastSequence < first - 1 || lastSequence >= next) {
            startNewLane();
        } else {
            resend();
            pump();
        }
    }

    private void startNewLane() {
        isNewLaneDue = false;
        isDraining = false;
        gapsInARow = 0;
        final ArrayDeque<LaneCommand> moved = new ArrayDeque<>();
        for (long sequence = first; sequence < next; sequence++) {
            final LaneCommand command = sent.remove(sequence);
            if (command == null) {
                continue;
            }
            if (command.isAmbiguous) {
                command.isResolved = true;
                command.onFailure(ResultCode.DEADLINE, "outcome unknown: the server no longer knows the lane");
            } else if (command.isDue) {
                command.isDue = false;
                command.sequence = 0;
                moved.add(command);
            }
            // Else it was taken and waits for its job: its frame will answer it.
        }
        while (!moved.isEmpty()) {
            unsent.addFirst(moved.pollLast());
        }
        clientId = randomId();
        first = 1;
        next = 1;
        state = State.OPENING;
        sendOpen();
    }

    private void backOff() {
        isBackingOff = true;
        refusedRounds = isRefusedRound ? refusedRounds + 1 : 0;
        isRefusedRound = false;
        if (refusedRounds > REFUSED_ROUNDS_MAX) {
            refusedRounds = 0;
            isLeaving = true;
        }
        eventLoop.schedule(this::backedOff, backoffMs, TimeUnit.MILLISECONDS);
        backoffMs = Math.min(BACKOFF_MAX_MS, backoffMs * 2);
    }

    private void backedOff() {
        isBackingOff = false;
        if (isLeaving) {
            progress();
            client.flush();
            return;
        }
        if (state == State.OPEN && isDraining && framesUnderWay == 0) {
            if (isNewLaneDue) {
                startNewLane();
            } else {
                isDraining = false;
                resend();
                pump();
            }
        }
    }

    private void resend() {
        advanceFirst();
        for (long sequence = first; sequence < next; sequence++) {
            final LaneCommand command = sent.get(sequence);
            if (command != null && command.isDue) {
                counters.resends.incrementAndGet();
                send(command);
            }
        }
        sendRun();
        connection.flush();
    }

    /**
     * The lowest sequence whose answer is still missing. The server remembers results of {@link #WINDOW} sequences
     * only, so none may be sent so far above it that a repeat of it would find its result forgotten. A definition that
     * waits for its members does not count: it would hold up everything behind it.
     */
    private long oldestUnanswered() {
        for (long sequence = first; sequence < next; sequence++) {
            final LaneCommand command = sent.get(sequence);
            if (command != null && !command.isWaiting()) {
                return sequence;
            }
        }
        return next;
    }

    private void pump() {
        advanceFirst();
        final long oldest = oldestUnanswered();
        while (sent.size() < WINDOW && next - oldest < WINDOW && !unsent.isEmpty()) {
            final LaneCommand command = unsent.poll();
            if (command.isAbandoned()) {
                continue;
            }
            if (isTooLong(command)) {
                command.onFailure(ResultCode.TOO_LARGE, "a command is over the server's limit: length="
                    + command.bytes.length + ", max=" + connection.commandLengthMax());
                continue;
            }
            command.sequence = next++;
            sent.put(command.sequence, command);
            send(command);
        }
        sendRun();
        connection.flush();
    }

    private boolean isTooLong(final LaneCommand command) {
        final byte[] key = command.segmentKey();
        final int length = command.bytes.length + (key == null ? 0 : key.length + DEFINITION_OVERHEAD);
        return length > connection.commandLengthMax();
    }

    private void send(final LaneCommand command) {
        command.isDue = false;
        if (command.isAlone) {
            sendRun();
            sendSingle(command);
            return;
        }
        final int length = command.bytes.length + Integer.BYTES;
        if (!run.isEmpty() && (run.get(run.size() - 1).sequence + 1 != command.sequence
            || run.size() >= connection.commandsPerBatchMax()
            || runLength + length > Math.min(BATCH_LENGTH_MAX, connection.frameLengthMax() - FRAME_SLACK))) {
            sendRun();
        }
        run.add(command);
        runLength += length;
    }

    private void sendRun() {
        if (run.size() == 1) {
            sendSingle(run.get(0));
        } else if (!run.isEmpty()) {
            final LaneCommand[] commands = run.toArray(new LaneCommand[0]);
            writer.updateBatch(connection, connection.expect(frame(commands)), clientId, commands, runLength);
        }
        run.clear();
        runLength = 0;
    }

    private void sendSingle(final LaneCommand command) {
        final long correlationId = connection.expect(frame(command));
        if (command.segmentKey() == null) {
            writer.update(connection, correlationId, clientId, command.sequence, command.bytes);
        } else {
            writer.defineSegment(connection, correlationId, clientId, command.sequence, command.isWaiting(),
                command.segmentKey(), command.bytes);
        }
    }

    private Frame frame(final LaneCommand... commands) {
        final Frame frame = new Frame(clientId, commands);
        for (final LaneCommand command : commands) {
            command.latest = frame;
        }
        if (!frame.isWaiting) {
            framesUnderWay++;
            while (!frames.isEmpty() && frames.peek().isOver) {
                frames.poll();
            }
            frames.add(frame);
        }
        return frame;
    }

    private void settle(final LaneCommand command, final Frame frame, final UpdateResult result) {
        if (command.isResolved || command.latest != frame && isNotTaken(result.code())) {
            return;
        }
        note(result.code(), result.detail());
        final long lane = frame.lane;
        switch (result.code()) {
            case BUSY, NO_SPACE -> notTaken(command, lane, false);
            case NOT_LEADER -> {
                isRefusedRound = true;
                notTaken(command, lane, false);
            }
            case SHUTTING_DOWN -> {
                isLeaving = nodes.count() > 1;
                notTaken(command, lane, false);
            }
            case DEADLINE -> notTaken(command, lane, true);
            case UNKNOWN_LANE -> {
                notTaken(command, lane, false);
                reopen(lane);
            }
            case SEQUENCE_GAP -> onGap(command, lane);
            default -> {
                backoffMs = BACKOFF_MIN_MS;
                gapsInARow = 0;
                resolve(command);
                command.onResult(result);
            }
        }
    }

    private static boolean isNotTaken(final ResultCode code) {
        return switch (code) {
            case BUSY, NO_SPACE, NOT_LEADER, SHUTTING_DOWN, DEADLINE, UNKNOWN_LANE, SEQUENCE_GAP -> true;
            default -> false;
        };
    }

    private void note(final ResultCode code, final String detail) {
        if (code == ResultCode.NO_SPACE) {
            obstacle = ", " + code + ": " + detail;
        } else if (code == ResultCode.OK) {
            obstacle = "";
        }
    }

    private void notTaken(final LaneCommand command, final long lane, final boolean isAmbiguous) {
        if (lane == clientId && sent.get(command.sequence) == command) {
            due(command, isAmbiguous);
            isDraining = true;
        } else {
            resolve(command);
            command.onFailure(ResultCode.DEADLINE, "outcome unknown: its lane was given up");
        }
    }

    /** Everything up to the refused sequence has been lost on the way, if it was not answered. */
    private void onGap(final LaneCommand command, final long lane) {
        notTaken(command, lane, false);
        if (lane == clientId) {
            advanceFirst();
            if (command.sequence == first || ++gapsInARow > GAPS_IN_A_ROW_MAX) {
                isNewLaneDue = true;
            }
            for (long sequence = first; sequence < command.sequence; sequence++) {
                final LaneCommand earlier = sent.get(sequence);
                if (earlier != null && !earlier.isDue) {
                    due(earlier, true);
                }
            }
            // Results come in the log's order: frames before the gap have lost theirs.
            for (final Frame frame : frames) {
                if (frame.lane == lane && frame.lastSequence < command.sequence) {
                    frame.over();
                }
            }
        }
    }

    private void reopen(final long lane) {
        if (lane == clientId && state == State.OPEN) {
            state = State.OPENING;
            sendOpen();
        }
    }

    private static void due(final LaneCommand command, final boolean isAmbiguous) {
        if (!command.isResolved) {
            command.isDue = true;
            command.isAmbiguous |= isAmbiguous;
        }
    }

    private void resolve(final LaneCommand command) {
        command.isResolved = true;
        if (command.sequence != 0) {
            sent.remove(command.sequence, command);
        }
    }

    private void advanceFirst() {
        while (first < next && !sent.containsKey(first)) {
            first++;
        }
    }

    private static long randomId() {
        long id = ThreadLocalRandom.current().nextLong();
        while (id == 0) {
            id = ThreadLocalRandom.current().nextLong();
        }
        return id;
    }

    /** One frame of commands on its way. */
    private final class Frame implements Reply {
        final long lane;
        final LaneCommand[] commands;
        final boolean isWaiting;
        final long lastSequence;
        final long sentNs = System.nanoTime();
        boolean isOver;

        Frame(final long lane, final LaneCommand[] commands) {
            this.lane = lane;
            this.commands = commands;
            isWaiting = commands[0].isWaiting();
            lastSequence = commands[commands.length - 1].sequence;
        }

        void over() {
            if (!isOver) {
                isOver = true;
                if (!isWaiting) {
                    framesUnderWay--;
                }
            }
        }

        @Override
        public void onReply(final int template, final ReplyReader reader) {
            if (isOver) {
                return;
            }
            over();
            if (template == UpdateReplyDecoder.TEMPLATE_ID && commands.length == 1) {
                settle(commands[0], this, reader.update());
            } else if (template == UpdateBatchReplyDecoder.TEMPLATE_ID) {
                onBatch(reader.updateBatch());
            } else {
                onRefused(ResultCode.INTERNAL, "an answer of another kind: template=" + template);
            }
        }

        private void onBatch(final UpdateBatchReplyDecoder reply) {
            final long position = reply.position();
            final UpdateResult[] results = new UpdateResult[commands.length];
            for (final UpdateBatchReplyDecoder.FailuresDecoder failure : reply.failures()) {
                final int index = failure.index();
                results[index] =
                    new UpdateResult(failure.code(), position, 0, 0, 0, failure.pointer(), failure.detail());
            }
            final UpdateResult applied = new UpdateResult(ResultCode.OK, position, 0, 0, 0, "", "");
            for (int i = 0; i < commands.length; i++) {
                settle(commands[i], this, results[i] == null ? applied : results[i]);
            }
        }

        @Override
        public void onError(final Node from, final ResultCode code, final String detail, final String named) {
            if (isOver) {
                return;
            }
            over();
            if (isNotTaken(code)) {
                for (final LaneCommand command : commands) {
                    settle(command, this, new UpdateResult(code, 0, 0, 0, 0, "", detail));
                }
            } else {
                onRefused(code, detail);
            }
        }

        /** It never reached the log: its sequences are still free. */
        private void onRefused(final ResultCode code, final String detail) {
            isDraining = true;
            if (commands.length > 1) {
                for (final LaneCommand command : commands) {
                    command.isAlone = true;
                    notTaken(command, lane, false);
                }
            } else if (!commands[0].isResolved) {
                isNewLaneDue |= lane == clientId;
                resolve(commands[0]);
                commands[0].onFailure(code, detail);
            }
        }

        @Override
        public void onConnectionLost() {
            if (!isOver) {
                over();
                for (final LaneCommand command : commands) {
                    if (!command.isResolved && command.latest == this) {
                        notTaken(command, lane, true);
                    }
                }
            }
        }
    }

    /** An OpenLane on its way. */
    private final class Opening implements Reply {
        final long sentNs = System.nanoTime();

        @Override
        public void onReply(final int template, final ReplyReader reader) {
            if (opening != this) {
                return;
            }
            if (template == LaneOpenedDecoder.TEMPLATE_ID) {
                onOpened(reader.laneOpened().lastSequence());
            }
        }

        @Override
        public void onError(final Node from, final ResultCode code, final String detail, final String named) {
            if (opening == this) {
                ClientLane.this.note(code, detail);
                client.note("a lane was not opened: code=" + code + ", detail=" + detail);
                eventLoop.schedule(() -> {
                    if (opening == this && state == State.OPENING) {
                        if (code == ResultCode.BUSY) {
                            sendOpen();
                        } else {
                            openAgain();
                        }
                        client.flush();
                    }
                }, OPEN_RETRY_MS, TimeUnit.MILLISECONDS);
            }
        }

        @Override
        public void onConnectionLost() {
            if (opening == this) {
                opening = null;
            }
        }
    }
}
