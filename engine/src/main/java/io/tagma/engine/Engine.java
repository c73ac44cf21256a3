package io.tagma.engine;

import io.tagma.engine.condition.RuleVersions;
import io.tagma.engine.model.Refusal;
import io.tagma.engine.log.StateMachine;
import io.tagma.engine.model.Website;
import io.tagma.engine.protocol.ClockAdvanceDecoder;
import io.tagma.engine.protocol.DeleteDefinitionDecoder;
import io.tagma.engine.protocol.Flag;
import io.tagma.engine.protocol.GenesisDecoder;
import io.tagma.engine.protocol.GroupAssignDecoder;
import io.tagma.engine.protocol.LaneOpenDecoder;
import io.tagma.engine.protocol.LogEntryDecoder;
import io.tagma.engine.protocol.MessageHeaderDecoder;
import io.tagma.engine.protocol.OrderDeleteDecoder;
import io.tagma.engine.protocol.OrderUpsertDecoder;
import io.tagma.engine.protocol.ProductDeleteDecoder;
import io.tagma.engine.protocol.ProductUpsertDecoder;
import io.tagma.engine.protocol.PutDefinitionDecoder;
import io.tagma.engine.protocol.ResultCode;
import io.tagma.engine.protocol.SubjectDeleteDecoder;
import io.tagma.engine.protocol.SubjectKind;
import io.tagma.engine.protocol.SubjectUpsertDecoder;
import io.tagma.engine.segment.LookupReader;
import io.tagma.engine.subject.FieldsView;
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
    private final SubjectAdapter subjectAdapter;
    private final OrderAdapter orderAdapter;
    private final ProductAdapter productAdapter;

    private final MessageHeaderDecoder header = new MessageHeaderDecoder();
    private final LogEntryDecoder entry = new LogEntryDecoder();
    private final UnsafeBuffer command = new UnsafeBuffer(0, 0);
    private final UnsafeBuffer blob = new UnsafeBuffer(0, 0);
    private final UnsafeBuffer profile = new UnsafeBuffer(0, 0);
    private final FieldsView profileFields = new FieldsView();
    private final GroupAssignDecoder groupAssign = new GroupAssignDecoder();
    private final SubjectDeleteDecoder subjectDelete = new SubjectDeleteDecoder();
    private final OrderDeleteDecoder orderDelete = new OrderDeleteDecoder();
    private final PutDefinitionDecoder putDefinition = new PutDefinitionDecoder();
    private final DeleteDefinitionDecoder deleteDefinition = new DeleteDefinitionDecoder();
    private final LaneOpenDecoder laneOpen = new LaneOpenDecoder();
    private final GenesisDecoder genesis = new GenesisDecoder();
    private final ClockAdvanceDecoder clockAdvance = new ClockAdvanceDecoder();
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
        subjectAdapter = new SubjectAdapter(state.subjects(), state.attributes(), state.websites(), state.groups(),
            value, state.attributeUse());
        orderAdapter = new OrderAdapter(state.subjects().fieldIds(), state.websites(), value);
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
                (int)genesis.subjectsMax(), (int)genesis.segmentsMax(), (int)genesis.changesMax(), genesis.bytesMax()));
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
                    return upsertOrder();
                case SubjectUpsertDecoder.TEMPLATE_ID:
                    return upsertSubject();
                case SubjectDeleteDecoder.TEMPLATE_ID:
                    return deleteSubject();
                case GroupAssignDecoder.TEMPLATE_ID:
                    return assignGroup();
                case OrderDeleteDecoder.TEMPLATE_ID:
                    return deleteOrder();
                case ProductUpsertDecoder.TEMPLATE_ID:
                    return productAdapter.upsert(command, this::repeated);
                case ProductDeleteDecoder.TEMPLATE_ID:
                    return productAdapter.delete(command, this::repeated);
                case PutDefinitionDecoder.TEMPLATE_ID:
                    putDefinition.wrapAndApplyHeader(command, 0, header);
                    final String key = putDefinition.key();
                    putDefinition.wrapDefinition(blob);
                    return state.definitions().put(putDefinition.kind(), key, putDefinition.expectedVersion(),
                        blob.getStringWithoutLengthUtf8(0, blob.capacity()));
                case DeleteDefinitionDecoder.TEMPLATE_ID:
                    deleteDefinition.wrapAndApplyHeader(command, 0, header);
                    return state.definitions().delete(deleteDefinition.kind(), deleteDefinition.key(),
                        deleteDefinition.expectedVersion(), deleteDefinition.force() == Flag.YES);
                case ClockAdvanceDecoder.TEMPLATE_ID:
                    clockAdvance.wrapAndApplyHeader(command, 0, header);
                    return state.advanceClock(clockAdvance.now());
                default:
                    return CommandResult.refused(ResultCode.MALFORMED, "", "no command: template=" + template);
            }
        } catch (final Refusal refusal) {
            return CommandResult.refused(refusal.code(), refusal.pointer(), refusal.getMessage());
        }
    }

    /** Null where the event is new; else the answer. Remembers nothing: {@link #remember} does, once it is applied. */
    private CommandResult repeated(final byte[] key, final byte[] eventId) {
        if (eventId.length == 0) {
            return null;
        }
        if (eventId.length > Limits.ID_LENGTH_MAX) {
            return CommandResult.refused(ResultCode.INVALID, "/eventId",
                "too long: length=" + eventId.length + ", max=" + Limits.ID_LENGTH_MAX);
        }
        if (state.eventIds().seen(key, eventId, state.subjects().now())) {
            return CommandResult.OK;
        }
        return state.eventIds().isFull() ? CommandResult.refused(ResultCode.LIMIT, "/eventId",
            "too many event ids within 24 hours") : null;
    }

    private CommandResult remember(final byte[] key, final byte[] eventId, final CommandResult result) {
        if (result.isOk() && eventId.length > 0) {
            state.eventIds().add(key, eventId, state.subjects().now());
        }
        return result;
    }

    private CommandResult checkKey(final byte[] key, final byte[] eventId) {
        return Keys.isLegal(key, Limits.KEY_LENGTH_MAX) ? repeated(key, eventId)
            : CommandResult.refused(ResultCode.INVALID, "/key",
                "1-" + Limits.KEY_LENGTH_MAX + " bytes without control characters expected");
    }

    private CommandResult checkRoom(final int ordinal) {
        return ordinal < 0 && state.isFull() ? CommandResult.refused(ResultCode.LIMIT, "/key",
            "too many subjects: max=" + state.subjectsMax()) : null;
    }

    private CommandResult upsertSubject() {
        subjectAdapter.wrap(command, 0);
        final byte[] key = subjectAdapter.key();
        CommandResult answer = checkKey(key, subjectAdapter.eventId());
        if (answer == null) {
            answer = checkRoom(state.subjects().ordinal(key));
        }
        return answer != null ? answer : remember(key, subjectAdapter.eventId(), subjectAdapter.apply());
    }

    private CommandResult upsertOrder() {
        orderAdapter.wrap(command, 0);
        final byte[] key = orderAdapter.key();
        CommandResult answer = checkKey(key, orderAdapter.eventId());
        if (answer != null) {
            return answer;
        }
        int ordinal = state.subjects().ordinal(key);
        answer = checkRoom(ordinal);
        if (answer == null && ordinal >= 0) {
            answer = checkCustomer(ordinal);
        }
        if (answer == null) {
            answer = orderAdapter.encode(state.subjects().now());
        }
        if (answer == null && !state.subjects().hasRoomFor(ordinal, orderAdapter.orderId(), orderAdapter.itemCount(),
            Limits.RECORDS_PER_SUBJECT_MAX)) {
            answer = CommandResult.refused(ResultCode.LIMIT, "/order", "too many orders or lines: max="
                + Limits.RECORDS_PER_SUBJECT_MAX);
        }
        if (answer != null) {
            return answer;
        }
        if (ordinal < 0) {
            ordinal = subjectAdapter.createCustomer(key, defaultGroup());
        } else {
            state.subjects().catchUp(ordinal);
        }
        state.subjects().putOrder(ordinal, orderAdapter.orderId(), orderAdapter.encoded(), orderAdapter.length());
        return remember(key, orderAdapter.eventId(), CommandResult.OK);
    }

    private int defaultGroup() {
        return state.websites().get(Website.BASE_ID).defaultGroupId();
    }

    private CommandResult checkCustomer(final int ordinal) {
        return state.subjects().rows().kind(ordinal) == SubjectKind.CUSTOMER.value() ? null
            : CommandResult.refused(ResultCode.CONFLICT, "/key", "the subject is a visitor");
    }

    private CommandResult deleteOrder() {
        orderDelete.wrapAndApplyHeader(command, 0, header);
        final byte[] key = new byte[orderDelete.keyLength()];
        orderDelete.getKey(key, 0, key.length);
        final byte[] orderId = new byte[orderDelete.orderIdLength()];
        orderDelete.getOrderId(orderId, 0, orderId.length);
        final byte[] eventId = new byte[orderDelete.eventIdLength()];
        orderDelete.getEventId(eventId, 0, eventId.length);
        CommandResult answer = checkKey(key, eventId);
        final int ordinal = state.subjects().ordinal(key);
        if (answer == null && ordinal >= 0) {
            answer = checkCustomer(ordinal);
        }
        if (answer == null) {
            answer = checkRoom(ordinal);
        }
        if (answer != null) {
            return answer;
        }
        if (ordinal < 0) {
            subjectAdapter.createCustomer(key, defaultGroup());
        } else {
            state.subjects().catchUp(ordinal);
            state.subjects().removeOrder(ordinal, orderId);
        }
        return remember(key, eventId, CommandResult.OK);
    }

    private CommandResult assignGroup() {
        groupAssign.wrapAndApplyHeader(command, 0, header);
        final int group = groupAssign.customerGroup();
        final byte[] key = new byte[groupAssign.keyLength()];
        groupAssign.getKey(key, 0, key.length);
        final byte[] eventId = new byte[groupAssign.eventIdLength()];
        groupAssign.getEventId(eventId, 0, eventId.length);
        final int ordinal = state.subjects().ordinal(key);
        CommandResult answer = checkKey(key, eventId);
        if (answer == null) {
            answer = checkRoom(ordinal);
        }
        if (answer == null && ordinal >= 0) {
            answer = checkCustomer(ordinal);
        }
        if (answer == null) {
            answer = subjectAdapter.checkGroup(group, false);
        }
        if (answer != null) {
            return answer;
        }
        if (ordinal < 0) {
            subjectAdapter.createCustomer(key, group);
        } else {
            state.subjects().catchUp(ordinal);
            state.subjects().assignGroup(ordinal, group);
        }
        return remember(key, eventId, CommandResult.OK);
    }

    private CommandResult deleteSubject() {
        subjectDelete.wrapAndApplyHeader(command, 0, header);
        final byte[] key = new byte[subjectDelete.keyLength()];
        subjectDelete.getKey(key, 0, key.length);
        final byte[] eventId = new byte[subjectDelete.eventIdLength()];
        subjectDelete.getEventId(eventId, 0, eventId.length);
        final CommandResult answer = checkKey(key, eventId);
        if (answer != null) {
            return answer;
        }
        final int ordinal = state.subjects().ordinal(key);
        if (ordinal >= 0) {
            state.subjects().catchUp(ordinal);
            if (state.subjects().profiles().get(ordinal, profile) > 0) {
                state.attributeUse().countAll(profileFields.wrap(profile, 0), -1);
            }
            state.subjects().erase(ordinal);
        }
        return remember(key, eventId, CommandResult.OK);
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
    public long stateHash() {
        return EngineSnapshot.hash(state);
    }

    @Override
    public void close() {
        queries.close();
        state.close();
    }
}
