package io.tagma.server.net;

import static java.nio.ByteOrder.LITTLE_ENDIAN;

import io.netty.buffer.ByteBuf;
import io.tagma.engine.CommandResult;
import io.tagma.engine.protocol.ErrorEncoder;
import io.tagma.engine.protocol.Flag;
import io.tagma.engine.protocol.HelloReplyEncoder;
import io.tagma.engine.protocol.IsMemberReplyEncoder;
import io.tagma.engine.protocol.LaneOpenedEncoder;
import io.tagma.engine.protocol.LookupManyReplyEncoder;
import io.tagma.engine.protocol.LookupReplyEncoder;
import io.tagma.engine.protocol.MessageHeaderEncoder;
import io.tagma.engine.protocol.PongEncoder;
import io.tagma.engine.protocol.ResultCode;
import io.tagma.engine.protocol.UpdateBatchReplyEncoder;
import io.tagma.engine.protocol.UpdateReplyEncoder;
import java.nio.ByteBuffer;
import java.util.List;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Replies as bytes, straight into the connection's reply buffer. One per event loop; the replies to look-ups allocate
 * nothing.
 */
final class ReplyProxy {
    /** The largest number of segments whose ids fit a frame. */
    private static final int SEGMENTS_MAX = (WireLimits.FRAME_LENGTH_MAX - 128) / Integer.BYTES;
    private static final int LENGTH_FIELD = Integer.BYTES;
    private static final int HEADER_LENGTH = MessageHeaderEncoder.ENCODED_LENGTH;
    private static final int GROUP_HEADER_LENGTH = 4;
    private static final int LOOKUP_REPLY_LENGTH =
        HEADER_LENGTH + LookupReplyEncoder.BLOCK_LENGTH + GROUP_HEADER_LENGTH;
    private static final int RESULT_LENGTH =
        LookupManyReplyEncoder.ResultsEncoder.sbeBlockLength() + GROUP_HEADER_LENGTH;
    private static final int TEXTS_PER_REFUSAL = 2;
    private static final byte[] SERVER = {'t', 'a', 'g', 'm', 'a'};

    private final UnsafeBuffer view = new UnsafeBuffer(0, 0);
    /** Replies whose length is not known before they are written. */
    private final UnsafeBuffer scratch = new UnsafeBuffer(ByteBuffer.allocateDirect(WireLimits.FRAME_LENGTH_MAX));
    private final MessageHeaderEncoder header = new MessageHeaderEncoder();
    private final HelloReplyEncoder helloReply = new HelloReplyEncoder();
    private final LookupReplyEncoder lookupReply = new LookupReplyEncoder();
    private final LookupManyReplyEncoder lookupManyReply = new LookupManyReplyEncoder();
    private final IsMemberReplyEncoder isMemberReply = new IsMemberReplyEncoder();
    private final LaneOpenedEncoder laneOpened = new LaneOpenedEncoder();
    private final UpdateReplyEncoder updateReply = new UpdateReplyEncoder();
    private final UpdateBatchReplyEncoder updateBatchReply = new UpdateBatchReplyEncoder();
    private final PongEncoder pong = new PongEncoder();
    private final ErrorEncoder error = new ErrorEncoder();
    private LookupManyReplyEncoder.ResultsEncoder results;

    void hello(final Connection to, final int protocolVersion, final int commandLengthMax) {
        final ByteBuf out = begin(to, 256);
        helloReply.wrapAndApplyHeader(view, LENGTH_FIELD, header)
            .protocolVersion(protocolVersion)
            .features(0)
            .frameLengthMax(WireLimits.FRAME_LENGTH_MAX)
            .commandLengthMax(commandLengthMax)
            .keysPerRequestMax(WireLimits.KEYS_PER_REQUEST_MAX)
            .commandsPerBatchMax(WireLimits.COMMANDS_PER_BATCH_MAX)
            .slotMapVersion(0)
            .putServer(SERVER, 0, SERVER.length);
        commit(out, helloReply.limit());
    }

    /** The row that {@code lookups} stands on; false where it is too long for a frame. */
    boolean lookup(final Connection to, final long correlationId, final long position, final long asOf,
                   final boolean isKnown, final Lookups lookups) {
        final int count = lookups.count();
        if (count > SEGMENTS_MAX) {
            return false;
        }
        final ByteBuf out = begin(to, LOOKUP_REPLY_LENGTH + count * Integer.BYTES);
        lookupReply.wrapAndApplyHeader(view, LENGTH_FIELD, header)
            .correlationId(correlationId)
            .position(position)
            .asOf(asOf)
            .varyHash(lookups.varyHash())
            .epoch(lookups.epoch() & 0xFFFF_FFFFL)
            .customerGroup(lookups.customerGroup())
            .isStale(flag(lookups.isStale()))
            .isKnown(flag(isKnown));
        lookupReply.segmentsCount(count);
        final int idsAt = lookupReply.limit();
        commit(out, idsAt + lookups.segmentIds(view, idsAt) * Integer.BYTES);
        return true;
    }

    void isMember(final Connection to, final long correlationId, final long position, final long asOf,
                  final boolean isKnown, final boolean isMember, final boolean isStale) {
        final ByteBuf out = begin(to, HEADER_LENGTH + IsMemberReplyEncoder.BLOCK_LENGTH);
        isMemberReply.wrapAndApplyHeader(view, LENGTH_FIELD, header)
            .correlationId(correlationId)
            .position(position)
            .asOf(asOf)
            .isMember(flag(isMember))
            .isStale(flag(isStale))
            .isKnown(flag(isKnown));
        commit(out, isMemberReply.limit());
    }

    /** Starts the reply to a LookupMany of so many keys. */
    void beginMany(final long correlationId, final long position, final long asOf, final int epoch, final int count) {
        lookupManyReply.wrapAndApplyHeader(scratch, 0, header)
            .correlationId(correlationId)
            .position(position)
            .asOf(asOf)
            .epoch(epoch & 0xFFFF_FFFFL);
        results = lookupManyReply.resultsCount(count);
    }

    /** Adds the row that {@code lookups} stands on; false where the frame is full. */
    boolean addToMany(final boolean isKnown, final Lookups lookups) {
        final int count = lookups.count();
        final int at = lookupManyReply.limit();
        if (count > SEGMENTS_MAX || at + RESULT_LENGTH + count * Integer.BYTES > WireLimits.FRAME_LENGTH_MAX) {
            return false;
        }
        results.next()
            .varyHash(lookups.varyHash())
            .customerGroup(lookups.customerGroup())
            .isStale(flag(lookups.isStale()))
            .isKnown(flag(isKnown));
        results.segmentsCount(count);
        final int idsAt = lookupManyReply.limit();
        lookupManyReply.limit(idsAt + lookups.segmentIds(scratch, idsAt) * Integer.BYTES);
        return true;
    }

    void endMany(final Connection to) {
        copyOut(to, lookupManyReply.limit());
    }

    void laneOpened(final Connection to, final long correlationId, final long clientId, final long lastSequence,
                    final long position) {
        final ByteBuf out = begin(to, HEADER_LENGTH + LaneOpenedEncoder.BLOCK_LENGTH);
        laneOpened.wrapAndApplyHeader(view, LENGTH_FIELD, header)
            .correlationId(correlationId)
            .clientId(clientId)
            .lastSequence(lastSequence)
            .position(position);
        commit(out, laneOpened.limit());
    }

    void update(final Connection to, final long correlationId, final long position, final CommandResult result) {
        final byte[] pointer = Utf8.cut(result.pointer(), WireLimits.REFUSAL_TEXT_LENGTH_MAX);
        final byte[] detail = Utf8.cut(result.detail(), WireLimits.REFUSAL_TEXT_LENGTH_MAX);
        final ByteBuf out =
            begin(to, HEADER_LENGTH + UpdateReplyEncoder.BLOCK_LENGTH + 4 + pointer.length + detail.length);
        updateReply.wrapAndApplyHeader(view, LENGTH_FIELD, header)
            .correlationId(correlationId)
            .position(position)
            .value(result.value())
            .job(result.job())
            .definitionVersion(result.definitionVersion() & 0xFFFF_FFFFL)
            .code(result.code())
            .putPointer(pointer, 0, pointer.length)
            .putDetail(detail, 0, detail.length);
        commit(out, updateReply.limit());
    }

    void updateBatch(final Connection to, final PendingBatch batch) {
        final List<PendingBatch.Failure> failures = batch.failures;
        updateBatchReply.wrapAndApplyHeader(scratch, 0, header)
            .correlationId(batch.correlationId)
            .position(batch.position)
            .applied(batch.applied);
        final int count = failures.size();
        final int textLengthMax = Math.min(WireLimits.REFUSAL_TEXT_LENGTH_MAX,
            ((WireLimits.FRAME_LENGTH_MAX - 64) / Math.max(1, count) - 8) / TEXTS_PER_REFUSAL);
        final UpdateBatchReplyEncoder.FailuresEncoder group = updateBatchReply.failuresCount(count);
        for (int i = 0; i < count; i++) {
            final PendingBatch.Failure failure = failures.get(i);
            final byte[] pointer = Utf8.cut(failure.pointer(), textLengthMax);
            final byte[] detail = Utf8.cut(failure.detail(), textLengthMax);
            group.next().index(failure.index()).code(failure.code())
                .putPointer(pointer, 0, pointer.length)
                .putDetail(detail, 0, detail.length);
        }
        copyOut(to, updateBatchReply.limit());
    }

    void pong(final Connection to, final long correlationId, final long position, final long asOf) {
        final ByteBuf out = begin(to, HEADER_LENGTH + PongEncoder.BLOCK_LENGTH);
        pong.wrapAndApplyHeader(view, LENGTH_FIELD, header)
            .correlationId(correlationId)
            .position(position)
            .asOf(asOf);
        commit(out, pong.limit());
    }

    void error(final Connection to, final long correlationId, final ResultCode code, final String text) {
        error(to, correlationId, code, text, "");
    }

    /**
     * The same, naming a node that can answer.
     *
     * @param node host:port, or empty
     */
    void error(final Connection to, final long correlationId, final ResultCode code, final String text,
               final String node) {
        final byte[] detail = Utf8.cut(text, WireLimits.REFUSAL_TEXT_LENGTH_MAX);
        final byte[] named = Utf8.cut(node, WireLimits.NODE_LENGTH_MAX);
        final ByteBuf out =
            begin(to, HEADER_LENGTH + ErrorEncoder.BLOCK_LENGTH + 2 * Short.BYTES + detail.length + named.length);
        error.wrapAndApplyHeader(view, LENGTH_FIELD, header)
            .correlationId(correlationId)
            .code(code)
            .putDetail(detail, 0, detail.length)
            .putNode(named, 0, named.length);
        commit(out, error.limit());
    }

    /** The frame of an Error for a client whose connection is not served yet. */
    static byte[] starting() {
        final UnsafeBuffer frame = new UnsafeBuffer(new byte[256]);
        final byte[] detail = Utf8.cut("the server is starting: connect again later", 128);
        final ErrorEncoder encoder = new ErrorEncoder().wrapAndApplyHeader(frame, LENGTH_FIELD,
            new MessageHeaderEncoder()).correlationId(0).code(ResultCode.BUSY).putDetail(detail, 0, detail.length)
            .node("");
        frame.putInt(0, encoder.limit() - LENGTH_FIELD, LITTLE_ENDIAN);
        final byte[] bytes = new byte[encoder.limit()];
        frame.getBytes(0, bytes);
        return bytes;
    }

    /** Lays the view over the free end of the connection's reply buffer, at least as long as the frame. */
    private ByteBuf begin(final Connection to, final int lengthMax) {
        final ByteBuf out = to.replies(LENGTH_FIELD + lengthMax);
        ByteBufs.wrap(view, out, out.writerIndex(), out.writableBytes());
        return out;
    }

    private void commit(final ByteBuf out, final int limit) {
        view.putInt(0, limit - LENGTH_FIELD, LITTLE_ENDIAN);
        out.writerIndex(out.writerIndex() + limit);
    }

    private void copyOut(final Connection to, final int length) {
        final ByteBuf out = begin(to, length);
        view.putBytes(LENGTH_FIELD, scratch, 0, length);
        commit(out, LENGTH_FIELD + length);
    }

    private static Flag flag(final boolean value) {
        return value ? Flag.YES : Flag.NO;
    }
}
