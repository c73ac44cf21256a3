package io.tagma.engine;

import io.tagma.engine.condition.RuleVersions;
import io.tagma.engine.model.Refusal;
import io.tagma.engine.log.StateMachine;
import io.tagma.engine.protocol.CartClearDecoder;
import io.tagma.engine.protocol.CartPutDecoder;
import io.tagma.engine.protocol.ClockAdvanceDecoder;
import io.tagma.engine.protocol.ConsentSetDecoder;
import io.tagma.engine.protocol.CustomEventDecoder;
import io.tagma.engine.protocol.DeleteDefinitionDecoder;
import io.tagma.engine.protocol.Flag;
import io.tagma.engine.protocol.GenesisDecoder;
import io.tagma.engine.protocol.GroupAssignDecoder;
import io.tagma.engine.protocol.LaneOpenDecoder;
import io.tagma.engine.protocol.LogEntryDecoder;
import io.tagma.engine.protocol.LoginDecoder;
import io.tagma.engine.protocol.LogoutDecoder;
import io.tagma.engine.protocol.MessageHeaderDecoder;
import io.tagma.engine.protocol.OrderDeleteDecoder;
import io.tagma.engine.protocol.OrderUpsertDecoder;
import io.tagma.engine.protocol.ProductDeleteDecoder;
import io.tagma.engine.protocol.ProductUpsertDecoder;
import io.tagma.engine.protocol.PutDefinitionDecoder;
import io.tagma.engine.protocol.ResultCode;
import io.tagma.engine.protocol.SetApplicationVersionDecoder;
import io.tagma.engine.protocol.SubjectDeleteDecoder;
import io.tagma.engine.protocol.SubjectUpsertDecoder;
import io.tagma.engine.protocol.ViewDecoder;
import io.tagma.engine.protocol.WishlistAddDecoder;
import io.tagma.engine.protocol.WishlistRemoveDecoder;
import io.tagma.engine.segment.LookupReader;
import java.nio.ByteOrder;
import java.util.concurrent.CompletableFuture;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * The deterministic state machine behind the log: commands in, changes out. One thread, the log's, calls everything but
 * {@link #newReader}, {@link #submit} and the position's readers.
 */
public final class Engine implements StateMachine, AutoCloseable {
    private final EngineState state;
    private final EngineListener listener;
    private final QueryQueue queries;
    private final Admission admission;
    private final SubjectCommands subjectCommands;
    private final RecordCommands recordCommands;
    private final ProductAdapter productAdapter;

    private final MessageHeaderDecoder header = new MessageHeaderDecoder();
    private final LogEntryDecoder entry = new LogEntryDecoder();
    private final UnsafeBuffer command = new UnsafeBuffer(0, 0);
    private final UnsafeBuffer blob = new UnsafeBuffer(0, 0);
    private final PutDefinitionDecoder putDefinition = new PutDefinitionDecoder();
    private final DeleteDefinitionDecoder deleteDefinition = new DeleteDefinitionDecoder();
    private final LaneOpenDecoder laneOpen = new LaneOpenDecoder();
    private final GenesisDecoder genesis = new GenesisDecoder();
    private final ClockAdvanceDecoder clockAdvance = new ClockAdvanceDecoder();
    private final SetApplicationVersionDecoder setApplicationVersion = new SetApplicationVersionDecoder();
    private long toldChanges;

    /** An engine without subjects, segments or a clock; the first command or a snapshot begins its life. */
    public Engine(final EngineOptions options, final EngineListener listener) {
        this(options, SliceWork.USUAL, listener);
    }

    Engine(final EngineOptions options, final SliceWork sliceWork, final EngineListener listener) {
        this.listener = listener;
        state = new EngineState(options, sliceWork, listener::onJobDone);
        queries = new QueryQueue(new EngineQueries(state));
        final ValueReader value = new ValueReader(state.subjects().setCodes());
        admission = new Admission(state);
        recordCommands = new RecordCommands(state, admission, value);
        subjectCommands = new SubjectCommands(state, admission, recordCommands.reader(), value);
        productAdapter = new ProductAdapter(state, value);
    }

    /** A reader of memberships for one thread. Thread-safe. */
    public LookupReader newReader() {
        return new LookupReader(state.subjects().rows(), state.subjects().keys(), state.table(), state.position());
    }

    /** Log position of the last message that is visible to look-ups. Thread-safe. */
    public long position() {
        return state.position().position();
    }

    /** Asks the engine's thread; the future fails with a RejectedExecutionException where too many wait. */
    public <T> CompletableFuture<T> submit(final Query<T> query) {
        return queries.submit(query);
    }

    /** The state's counters of work and size, on the engine's thread. */
    public EngineView view() {
        return queries.view();
    }

    /** How far jobs are, for tests; engine's thread. */
    Underway underway() {
        return new Underway(state);
    }

    /** Work done so far, for tests and people; engine's thread. */
    public WorkCounters counters() {
        return state.counters();
    }

    // ---- the log -----------------------------------------------------------------------------------------------

    @Override
    public void onMessage(final long position, final long timestampMs, final DirectBuffer buffer, final int offset,
                          final int length) {
        state.advance(position, timestampMs);
        int at = offset;
        while (at < offset + length) {
            final int entryLength = buffer.getInt(at, ByteOrder.LITTLE_ENDIAN);
            onEntry(position, buffer, at + 4);
            at += 4 + entryLength;
        }
        afterwards();
    }

    private void onEntry(final long position, final DirectBuffer buffer, final int offset) {
        entry.wrapAndApplyHeader(buffer, offset, header);
        final long clientId = entry.clientId();
        final long sequence = entry.sequence();
        entry.wrapCommand(command);
        header.wrap(command, 0);
        final int template = header.templateId();
        if (template == LaneOpenDecoder.TEMPLATE_ID) {
            laneOpen.wrapAndApplyHeader(command, 0, header);
            final Lanes.Lane lane = state.lanes().open(laneOpen.clientId());
            listener.onResult(clientId, 0, position, CommandResult.ok(lane.lastSequence(), 0, 0));
            return;
        }
        if (template == GenesisDecoder.TEMPLATE_ID) {
            genesis.wrapAndApplyHeader(command, 0, header);
            listener.onResult(clientId, 0, position, state.begin(genesis.isManualClock() == Flag.YES, genesis.now(),
                (int)genesis.subjectsMax(), (int)genesis.segmentsMax(), (int)genesis.changesMax(),
                genesis.visitorTtlMs(), genesis.bytesMax(), firstVersion()));
            return;
        }
        final Lanes.Lane lane = state.lanes().get(clientId);
        if (lane == null) {
            listener.onResult(clientId, sequence, position, CommandResult.refused(ResultCode.UNKNOWN_LANE, "",
                "open the lane first: clientId=" + clientId));
        } else if (sequence <= lane.lastSequence()) {
            listener.onResult(clientId, sequence, position, lane.result(sequence));
        } else if (sequence != lane.lastSequence() + 1) {
            listener.onResult(clientId, sequence, position, CommandResult.refused(ResultCode.SEQUENCE_GAP, "",
                "a command is missing before this one: sequence=" + sequence + ", last=" + lane.lastSequence()));
        } else {
            final CommandResult refusal = state.beginCommand(template, command.capacity());
            final CommandResult result = state.endCommand(refusal == null ? apply(template) : refusal);
            state.lanes().applied(lane, sequence, result);
            listener.onResult(clientId, sequence, position, result);
        }
    }

    /** Logs from before there were application versions begin with a shorter block. */
    private int firstVersion() {
        final int version = header.blockLength() < GenesisDecoder.BLOCK_LENGTH ? 0 : genesis.applicationVersion();
        return version == 0 ? ApplicationVersion.FIRST : version;
    }

    @Override
    public void onSlice(final long position, final long timestampMs) {
        state.advance(position, timestampMs);
        state.slice();
        afterwards();
    }

    private void afterwards() {
        state.publishPosition();
        state.subjects().reclaim();
        final long next = state.changes().next();
        if (next != toldChanges) {
            toldChanges = next;
            listener.onChanges(next);
        }
        listener.onPause();
    }

    @Override
    public long nextSliceDelayMs() {
        return state.nextSliceDelayMs();
    }

    @Override
    public int onIdle() {
        return queries.work();
    }

    // ---- commands ----------------------------------------------------------------------------------------------

    private CommandResult apply(final int template) {
        try {
            switch (template) {
                case OrderUpsertDecoder.TEMPLATE_ID:
                    return recordCommands.putOrder(command);
                case ViewDecoder.TEMPLATE_ID:
                    return recordCommands.view(command);
                case CustomEventDecoder.TEMPLATE_ID:
                    return recordCommands.event(command);
                case CartPutDecoder.TEMPLATE_ID:
                    return recordCommands.putCart(command);
                case CartClearDecoder.TEMPLATE_ID:
                    return recordCommands.clearCart(command);
                case WishlistAddDecoder.TEMPLATE_ID:
                    return recordCommands.addWish(command);
                case WishlistRemoveDecoder.TEMPLATE_ID:
                    return recordCommands.removeWish(command);
                case OrderDeleteDecoder.TEMPLATE_ID:
                    return recordCommands.deleteOrder(command);
                case SubjectUpsertDecoder.TEMPLATE_ID:
                    return subjectCommands.upsert(command);
                case SubjectDeleteDecoder.TEMPLATE_ID:
                    return subjectCommands.erase(command);
                case GroupAssignDecoder.TEMPLATE_ID:
                    return subjectCommands.assignGroup(command);
                case ConsentSetDecoder.TEMPLATE_ID:
                    return subjectCommands.setConsent(command);
                case LoginDecoder.TEMPLATE_ID:
                    return subjectCommands.login(command);
                case LogoutDecoder.TEMPLATE_ID:
                    return subjectCommands.logout(command);
                case ProductUpsertDecoder.TEMPLATE_ID:
                    return productAdapter.upsert(command, admission::repeated);
                case ProductDeleteDecoder.TEMPLATE_ID:
                    return productAdapter.delete(command, admission::repeated);
                case PutDefinitionDecoder.TEMPLATE_ID:
                    putDefinition.wrapAndApplyHeader(command, 0, header);
                    final String key = putDefinition.key();
                    putDefinition.wrapDefinition(blob);
                    return state.definitions().put(putDefinition.kind(), key, putDefinition.expectedVersion(),
                        blob.getStringWithoutLengthUtf8(0, blob.capacity()), putDefinition.force() == Flag.YES);
                case DeleteDefinitionDecoder.TEMPLATE_ID:
                    deleteDefinition.wrapAndApplyHeader(command, 0, header);
                    return state.definitions().delete(deleteDefinition.kind(), deleteDefinition.key(),
                        deleteDefinition.expectedVersion(), deleteDefinition.force() == Flag.YES);
                case ClockAdvanceDecoder.TEMPLATE_ID:
                    clockAdvance.wrapAndApplyHeader(command, 0, header);
                    return state.advanceClock(clockAdvance.now());
                case SetApplicationVersionDecoder.TEMPLATE_ID:
                    setApplicationVersion.wrapAndApplyHeader(command, 0, header);
                    return state.raiseApplicationVersion(setApplicationVersion.version());
                default:
                    return CommandResult.refused(ResultCode.MALFORMED, "", "no command: template=" + template);
            }
        } catch (final Refusal refusal) {
            return CommandResult.refused(refusal.code(), refusal.pointer(), refusal.getMessage());
        }
    }

    // ---- snapshots ---------------------------------------------------------------------------------------------

    @Override
    public void snapshot(final SnapshotSink sink) {
        EngineSnapshot.write(state, sink);
    }

    @Override
    public void restore(final SnapshotSource source) {
        final RuleVersions written = EngineSnapshot.read(state, source);
        if (!written.equals(RuleVersions.current())) {
            listener.onOtherRules(written, RuleVersions.current());
        }
        toldChanges = state.changes().next();
        afterwards();
    }

    @Override
    public void check(final SnapshotSource source) {
        SnapshotCheck.check(source);
    }

    @Override
    public long stateHash() {
        return EngineSnapshot.hash(state);
    }

    @Override
    public void close() {
        queries.close();
        state.close();
    }
}
