package io.tagma.server.net;

import static java.nio.ByteOrder.LITTLE_ENDIAN;

import io.tagma.engine.CommandResult;
import io.tagma.engine.Limits;
import io.tagma.engine.log.CommandLog;
import io.tagma.engine.protocol.DefineSegmentDecoder;
import io.tagma.engine.protocol.Flag;
import io.tagma.engine.protocol.HelloDecoder;
import io.tagma.engine.protocol.IsMemberDecoder;
import io.tagma.engine.protocol.LookupDecoder;
import io.tagma.engine.protocol.LookupManyDecoder;
import io.tagma.engine.protocol.MessageHeaderDecoder;
import io.tagma.engine.protocol.OpenLaneDecoder;
import io.tagma.engine.protocol.PingDecoder;
import io.tagma.engine.protocol.ReadMode;
import io.tagma.engine.protocol.ResultCode;
import io.tagma.engine.protocol.UpdateBatchDecoder;
import io.tagma.engine.protocol.UpdateDecoder;
import org.agrona.DirectBuffer;

/**
 * Requests: bytes of one message in, and the call it asks for. One per event loop; a look-up allocates nothing.
 *
 * <p>Every request begins with its correlation id, so that even one that fails its check is answered under it.
 */
final class RequestAdapter {
    static final int PROTOCOL_VERSION = 1;

    private static final int HEADER_LENGTH = MessageHeaderDecoder.ENCODED_LENGTH;
    private static final String OVER_LIMIT = "a command is over the log's limit of length";
    private static final String NO_SPACE =
        "the disk of the node is nearly full: writes are refused until there is room";
    private static final String NOT_TAKEN = "too much is in flight: send it again, under the same sequence";

    private final Loop loop;
    private final Lookups lookups;
    private final ReplyProxy replies;
    private final LogProxy log;
    private final ResultRouter router;
    private final FrameCheck check;
    private final int commandLengthMax;
    private final int[] keyOffsets = new int[Limits.KEYS_EXPECTED_MAX];
    private final int[] keyLengths = new int[Limits.KEYS_EXPECTED_MAX];

    private final MessageHeaderDecoder header = new MessageHeaderDecoder();
    private final HelloDecoder hello = new HelloDecoder();
    private final LookupDecoder lookup = new LookupDecoder();
    private final LookupManyDecoder lookupMany = new LookupManyDecoder();
    private final IsMemberDecoder isMember = new IsMemberDecoder();
    private final OpenLaneDecoder openLane = new OpenLaneDecoder();
    private final UpdateDecoder update = new UpdateDecoder();
    private final UpdateBatchDecoder updateBatch = new UpdateBatchDecoder();
    private final DefineSegmentDecoder defineSegment = new DefineSegmentDecoder();
    private final PingDecoder ping = new PingDecoder();

    RequestAdapter(final Loop loop, final Lookups lookups, final ReplyProxy replies, final LogProxy log,
                   final ResultRouter router, final int commandLengthMax) {
        this.loop = loop;
        this.lookups = lookups;
        this.replies = replies;
        this.log = log;
        this.router = router;
        this.commandLengthMax = commandLengthMax;
        check = new FrameCheck(commandLengthMax);
    }

    /** One message, header and body. */
    void onMessage(final Connection from, final DirectBuffer buffer, final int offset, final int length) {
        if (!check.isRequest(buffer, offset, length)) {
            onRefused(from, buffer, offset, length);
            return;
        }
        final int template = buffer.getShort(offset + 2, LITTLE_ENDIAN);
        if (!from.hasSaidHello() && template != HelloDecoder.TEMPLATE_ID) {
            replies.error(from, correlationId(buffer, offset, length), ResultCode.VERSION, "say Hello first");
            return;
        }
        switch (template) {
            case LookupDecoder.TEMPLATE_ID -> onLookup(from, buffer, offset, length);
            case LookupManyDecoder.TEMPLATE_ID -> onLookupMany(from, buffer, offset, length);
            case IsMemberDecoder.TEMPLATE_ID -> onIsMember(from, buffer, offset, length);
            case UpdateDecoder.TEMPLATE_ID -> onUpdate(from, buffer, offset);
            case UpdateBatchDecoder.TEMPLATE_ID -> onUpdateBatch(from, buffer, offset);
            case DefineSegmentDecoder.TEMPLATE_ID -> onDefineSegment(from, buffer, offset);
            case OpenLaneDecoder.TEMPLATE_ID -> onOpenLane(from, buffer, offset);
            case PingDecoder.TEMPLATE_ID -> onPing(from, buffer, offset);
            case HelloDecoder.TEMPLATE_ID -> onHello(from, buffer, offset);
            default -> throw new IllegalStateException("a checked template without a branch: template=" + template);
        }
    }

    /** A command whose lane and sequence can be read is refused in its turn; anything else at once. */
    private void onRefused(final Connection from, final DirectBuffer buffer, final int offset, final int length) {
        if (from.hasSaidHello()
            && hasFields(buffer, offset, length, UpdateDecoder.TEMPLATE_ID, UpdateDecoder.BLOCK_LENGTH)) {
            update.wrapAndApplyHeader(buffer, offset, header);
            refuse(from, update.correlationId(), update.clientId(), update.sequence());
        } else if (from.hasSaidHello() && hasFields(buffer, offset, length, DefineSegmentDecoder.TEMPLATE_ID,
            DefineSegmentDecoder.BLOCK_LENGTH)) {
            defineSegment.wrapAndApplyHeader(buffer, offset, header);
            refuse(from, defineSegment.correlationId(), defineSegment.clientId(), defineSegment.sequence());
        } else {
            replies.error(from, correlationId(buffer, offset, length), check.code(), check.fault());
        }
    }

    /** Whether the message's fixed fields stand where they should, whatever is wrong behind them. */
    private static boolean hasFields(final DirectBuffer buffer, final int offset, final int length, final int template,
                                     final int blockLength) {
        return length >= HEADER_LENGTH + blockLength
            && (buffer.getShort(offset, LITTLE_ENDIAN) & 0xFFFF) == blockLength
            && (buffer.getShort(offset + 2, LITTLE_ENDIAN) & 0xFFFF) == template
            && (buffer.getShort(offset + 4, LITTLE_ENDIAN) & 0xFFFF) == MessageHeaderDecoder.SCHEMA_ID
            && FrameCheck.isSpoken(buffer.getShort(offset + 6, LITTLE_ENDIAN) & 0xFFFF);
    }

    private void refuse(final Connection from, final long correlationId, final long clientId, final long sequence) {
        final ResultCode why = check.code();
        final String detail = check.fault();
        final Lane lane = lane(from, correlationId, clientId, sequence);
        if (lane != null) {
            refuse(lane, sequence, correlationId, null, 0, why, detail);
        }
    }

    /** Refuses a command in its lane: it takes its turn through the log, so that its sequence is consumed. */
    private void refuse(final Lane lane, final long sequence, final long correlationId, final PendingBatch batch,
                        final int index, final ResultCode why, final String detail) {
        final ResultCode code = takeRefused(lane, sequence);
        if (code == ResultCode.OK) {
            loop.pend(lane, sequence, correlationId, batch, index, true).refusal =
                CommandResult.refused(why, "", detail);
        } else if (batch == null) {
            replies.error(lane.connection, correlationId, code, notTaken(code));
        } else {
            batch.failed(index, code, "", "");
        }
    }

    private void onHello(final Connection from, final DirectBuffer buffer, final int offset) {
        hello.wrapAndApplyHeader(buffer, offset, header);
        final int version = hello.protocolVersion();
        if (version < PROTOCOL_VERSION) {
            replies.error(from, 0, ResultCode.VERSION, "no common version: offered=" + version + ", spoken="
                + PROTOCOL_VERSION);
            return;
        }
        from.saidHello();
        replies.hello(from, PROTOCOL_VERSION, commandLengthMax);
    }

    private void onLookup(final Connection from, final DirectBuffer buffer, final int offset, final int length) {
        lookup.wrapAndApplyHeader(buffer, offset, header);
        final long correlationId = lookup.correlationId();
        final int website = lookup.website();
        if (!mayRead(from, correlationId, lookup.readMode(), lookup.position(), website, buffer, offset, length,
            HEADER_LENGTH + LookupDecoder.readModeEncodingOffset())) {
            return;
        }
        final int keyLength = lookup.keyLength();
        final int keyAt = lookup.limit() + LookupDecoder.keyHeaderLength();
        final long position = lookups.position();
        final long asOf = lookups.asOf();
        final boolean isKnown = lookups.lookup(buffer, keyAt, keyLength, website);
        if (!replies.lookup(from, correlationId, position, asOf, isKnown, lookups)) {
            replies.error(from, correlationId, ResultCode.TOO_LARGE, "the answer is longer than a frame");
        }
    }

    private void onLookupMany(final Connection from, final DirectBuffer buffer, final int offset, final int length) {
        lookupMany.wrapAndApplyHeader(buffer, offset, header);
        final long correlationId = lookupMany.correlationId();
        final int website = lookupMany.website();
        if (!mayRead(from, correlationId, lookupMany.readMode(), lookupMany.position(), website, buffer, offset,
            length, HEADER_LENGTH + LookupManyDecoder.readModeEncodingOffset())) {
            return;
        }
        final LookupManyDecoder.KeysDecoder keys = lookupMany.keys();
        replies.beginMany(correlationId, lookups.position(), lookups.asOf(), lookups.epoch(), keys.count());
        while (keys.hasNext()) {
            final int count = expect(keys, buffer);
            for (int i = 0; i < count; i++) {
                if (!replies.addToMany(lookups.lookupExpected(i, website), lookups)) {
                    replies.error(from, correlationId, ResultCode.TOO_LARGE,
                        "the answer is longer than a frame: ask for fewer keys at once");
                    return;
                }
            }
        }
        replies.endMany(from);
    }

    /** The next keys of the group, as many as are looked up together; their number. */
    private int expect(final LookupManyDecoder.KeysDecoder keys, final DirectBuffer buffer) {
        int count = 0;
        while (count < keyOffsets.length && keys.hasNext()) {
            keys.next();
            keyLengths[count] = keys.keyLength();
            keyOffsets[count] = lookupMany.limit() + LookupManyDecoder.KeysDecoder.keyHeaderLength();
            lookupMany.limit(keyOffsets[count] + keyLengths[count]);
            count++;
        }
        lookups.expect(buffer, keyOffsets, keyLengths, count);
        return count;
    }

    private void onIsMember(final Connection from, final DirectBuffer buffer, final int offset, final int length) {
        isMember.wrapAndApplyHeader(buffer, offset, header);
        final long correlationId = isMember.correlationId();
        final int website = isMember.website();
        if (!mayRead(from, correlationId, isMember.readMode(), isMember.position(), website, buffer, offset, length,
            HEADER_LENGTH + IsMemberDecoder.readModeEncodingOffset())) {
            return;
        }
        final int keyLength = isMember.keyLength();
        final int keyAt = isMember.limit() + IsMemberDecoder.keyHeaderLength();
        final long position = lookups.position();
        final long asOf = lookups.asOf();
        final boolean isKnown = lookups.lookup(buffer, keyAt, keyLength, website);
        replies.isMember(from, correlationId, position, asOf, isKnown, lookups.isMember((int)isMember.segment()),
            lookups.isStale());
    }

    /** Pins the rows and checks what all look-ups have in common; false where the answer is given or comes later. */
    private boolean mayRead(final Connection from, final long correlationId, final ReadMode mode, final long atLeast,
                            final int website, final DirectBuffer buffer, final int offset, final int length,
                            final int readModeAt) {
        loop.pin();
        if (website != 0 && !lookups.hasWebsite(website)) {
            replies.error(from, correlationId, ResultCode.UNKNOWN_WEBSITE, "no website has this id");
            return false;
        }
        if (mode == ReadMode.LOCAL) {
            return true;
        }
        if (mode == ReadMode.LINEARIZABLE) {
            if (!loop.waitForBarrier(from, correlationId, buffer, offset, length, readModeAt)) {
                replies.error(from, correlationId, ResultCode.BUSY, "too many look-ups wait for a barrier");
            }
            return false;
        }
        if (lookups.position() >= atLeast) {
            return true;
        }
        if (!loop.waitFor(atLeast, from, correlationId, buffer, offset, length)) {
            replies.error(from, correlationId, ResultCode.BUSY, "too many look-ups wait for a position");
        }
        return false;
    }

    private void onPing(final Connection from, final DirectBuffer buffer, final int offset) {
        ping.wrapAndApplyHeader(buffer, offset, header);
        loop.pin();
        replies.pong(from, ping.correlationId(), lookups.position(), lookups.asOf());
    }

    private void onOpenLane(final Connection from, final DirectBuffer buffer, final int offset) {
        openLane.wrapAndApplyHeader(buffer, offset, header);
        final long correlationId = openLane.correlationId();
        final long clientId = openLane.clientId();
        if (clientId == 0) {
            replies.error(from, correlationId, ResultCode.INVALID, "0 is no client's id: choose one at random");
            return;
        }
        final Lane known = from.lanes().get(clientId);
        if (known == null && from.lanes().size() >= WireLimits.LANES_PER_CONNECTION_MAX) {
            replies.error(from, correlationId, ResultCode.LIMIT, "too many lanes on a connection");
            return;
        }
        final Lane lane = known == null ? new Lane(from, clientId) : known;
        if (lane.openers.size() >= WireLimits.OPENERS_MAX) {
            replies.error(from, correlationId, ResultCode.BUSY, "the lane is being opened");
            return;
        }
        router.opened(lane);
        final ResultCode code = codeOf(log.offerLaneOpen(clientId));
        if (code != ResultCode.OK) {
            if (known == null) {
                router.closed(lane);
            }
            replies.error(from, correlationId, code, notTaken(code));
            return;
        }
        lane.resumed();
        lane.openers.addLong(correlationId);
        from.lanes().put(clientId, lane);
    }

    private void onUpdate(final Connection from, final DirectBuffer buffer, final int offset) {
        update.wrapAndApplyHeader(buffer, offset, header);
        final long correlationId = update.correlationId();
        final Lane lane = lane(from, correlationId, update.clientId(), update.sequence());
        if (lane == null) {
            return;
        }
        final int length = update.commandLength();
        final int at = update.limit() + UpdateDecoder.commandHeaderLength();
        single(lane, correlationId, update.sequence(), buffer, at, length, true);
    }

    private void onDefineSegment(final Connection from, final DirectBuffer buffer, final int offset) {
        defineSegment.wrapAndApplyHeader(buffer, offset, header);
        final long correlationId = defineSegment.correlationId();
        final Lane lane = lane(from, correlationId, defineSegment.clientId(), defineSegment.sequence());
        if (lane == null) {
            return;
        }
        final int keyLength = defineSegment.keyLength();
        final int keyAt = defineSegment.limit() + DefineSegmentDecoder.keyHeaderLength();
        defineSegment.limit(keyAt + keyLength);
        final int jsonLength = defineSegment.definitionLength();
        final int jsonAt = defineSegment.limit() + DefineSegmentDecoder.definitionHeaderLength();
        final int length = log.encodeSegment(buffer, keyAt, keyLength, jsonAt, jsonLength);
        if (length > commandLengthMax) {
            refuse(lane, defineSegment.sequence(), correlationId, null, 0, ResultCode.TOO_LARGE,
                "a definition is over the limit of length");
            return;
        }
        single(lane, correlationId, defineSegment.sequence(), log.definition(), 0, length,
            defineSegment.waitUntilReady() == Flag.YES);
    }

    private void onUpdateBatch(final Connection from, final DirectBuffer buffer, final int offset) {
        updateBatch.wrapAndApplyHeader(buffer, offset, header);
        final long correlationId = updateBatch.correlationId();
        final long firstSequence = updateBatch.firstSequence();
        final Lane lane = lane(from, correlationId, updateBatch.clientId(), firstSequence);
        if (lane == null) {
            return;
        }
        final UpdateBatchDecoder.CommandsDecoder commands = updateBatch.commands();
        final PendingBatch batch = new PendingBatch(correlationId, commands.count());
        int index = 0;
        while (commands.hasNext()) {
            commands.next();
            final int length = commands.commandLength();
            final int at = updateBatch.limit() + UpdateBatchDecoder.CommandsDecoder.commandHeaderLength();
            updateBatch.limit(at + length);
            if (check.isCommand(buffer, at, length)) {
                member(lane, firstSequence + index, batch, index, buffer, at, length);
            } else {
                refuse(lane, firstSequence + index, correlationId, batch, index, check.code(), check.fault());
            }
            index++;
        }
        if (batch.isComplete()) {
            replies.updateBatch(from, batch);
        }
    }

    private void member(final Lane lane, final long sequence, final PendingBatch batch, final int index,
                        final DirectBuffer buffer, final int offset, final int length) {
        final ResultCode code = take(lane, sequence, buffer, offset, length, check.hasForeignText());
        if (code == ResultCode.OK) {
            loop.pend(lane, sequence, batch.correlationId, batch, index, true);
        } else if (code == ResultCode.TOO_LARGE) {
            refuse(lane, sequence, batch.correlationId, batch, index, code, OVER_LIMIT);
        } else {
            batch.failed(index, code, "", "");
        }
    }

    private void single(final Lane lane, final long correlationId, final long sequence, final DirectBuffer buffer,
                        final int offset, final int length, final boolean waitsForJob) {
        final ResultCode code = take(lane, sequence, buffer, offset, length, check.hasForeignText());
        if (code == ResultCode.OK) {
            loop.pend(lane, sequence, correlationId, null, 0, waitsForJob);
        } else if (code == ResultCode.TOO_LARGE) {
            refuse(lane, sequence, correlationId, null, 0, code, OVER_LIMIT);
        } else {
            replies.error(lane.connection, correlationId, code, notTaken(code));
        }
    }

    private ResultCode take(final Lane lane, final long sequence, final DirectBuffer buffer, final int offset,
                            final int length, final boolean hasForeignText) {
        return isBusy(lane, sequence) ? ResultCode.BUSY : taken(lane, sequence,
            codeOf(log.offer(lane.clientId, sequence, buffer, offset, length, hasForeignText)));
    }

    private ResultCode takeRefused(final Lane lane, final long sequence) {
        return isBusy(lane, sequence) ? ResultCode.BUSY
            : taken(lane, sequence, codeOf(log.offerRefused(lane.clientId, sequence)));
    }

    private static boolean isBusy(final Lane lane, final long sequence) {
        if (!lane.passes(sequence)) {
            return true;
        }
        if (lane.connection.inFlight() >= WireLimits.IN_FLIGHT_MAX && !lane.pending.containsKey(sequence)) {
            lane.busyAt(sequence);
            return true;
        }
        return false;
    }

    private static ResultCode taken(final Lane lane, final long sequence, final ResultCode code) {
        if (code == ResultCode.OK) {
            lane.taken(sequence);
        } else if (code != ResultCode.TOO_LARGE) {
            lane.busyAt(sequence);
        }
        return code;
    }

    /** The lane, or null where the request was answered. */
    private Lane lane(final Connection from, final long correlationId, final long clientId, final long sequence) {
        if (sequence < 1 || sequence > Long.MAX_VALUE - WireLimits.COMMANDS_PER_BATCH_MAX) {
            replies.error(from, correlationId, ResultCode.INVALID, "sequences count from 1");
            return null;
        }
        final Lane lane = from.lanes().get(clientId);
        if (lane == null) {
            replies.error(from, correlationId, ResultCode.UNKNOWN_LANE, "open the lane on this connection first");
        }
        return lane;
    }

    private static String notTaken(final ResultCode code) {
        return code == ResultCode.NO_SPACE ? NO_SPACE : NOT_TAKEN;
    }

    private static ResultCode codeOf(final long offered) {
        if (offered >= 0) {
            return ResultCode.OK;
        }
        if (offered == CommandLog.BACK_PRESSURED) {
            return ResultCode.BUSY;
        }
        if (offered == CommandLog.NO_SPACE) {
            return ResultCode.NO_SPACE;
        }
        return offered == CommandLog.TOO_LARGE ? ResultCode.TOO_LARGE : ResultCode.NOT_LEADER;
    }

    /** 0 where it cannot be read. */
    private static long correlationId(final DirectBuffer buffer, final int offset, final int length) {
        final boolean hasOne = length >= HEADER_LENGTH + Long.BYTES
            && buffer.getShort(offset + 2, LITTLE_ENDIAN) != HelloDecoder.TEMPLATE_ID;
        return hasOne ? buffer.getLong(offset + HEADER_LENGTH, LITTLE_ENDIAN) : 0;
    }
}
