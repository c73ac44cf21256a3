package io.tagma.client;

import io.tagma.engine.protocol.ErrorDecoder;
import io.tagma.engine.protocol.Flag;
import io.tagma.engine.protocol.HelloReplyDecoder;
import io.tagma.engine.protocol.IsMemberReplyDecoder;
import io.tagma.engine.protocol.LaneOpenedDecoder;
import io.tagma.engine.protocol.LookupManyReplyDecoder;
import io.tagma.engine.protocol.LookupReplyDecoder;
import io.tagma.engine.protocol.MessageHeaderDecoder;
import io.tagma.engine.protocol.PongDecoder;
import io.tagma.engine.protocol.UpdateBatchReplyDecoder;
import io.tagma.engine.protocol.UpdateReplyDecoder;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import org.agrona.DirectBuffer;

/**
 * Decodes replies and keeps the highest log position they told of. Belongs to the client's event loop, but for
 * {@link #position()}; stands on one message at a time.
 */
final class ReplyReader {
    private static final int[] NONE = new int[0];

    private final MessageHeaderDecoder header = new MessageHeaderDecoder();
    private final HelloReplyDecoder helloReply = new HelloReplyDecoder();
    private final LookupReplyDecoder lookupReply = new LookupReplyDecoder();
    private final LookupManyReplyDecoder lookupManyReply = new LookupManyReplyDecoder();
    private final IsMemberReplyDecoder isMemberReply = new IsMemberReplyDecoder();
    private final LaneOpenedDecoder laneOpened = new LaneOpenedDecoder();
    private final UpdateReplyDecoder updateReply = new UpdateReplyDecoder();
    private final UpdateBatchReplyDecoder updateBatchReply = new UpdateBatchReplyDecoder();
    private final PongDecoder pong = new PongDecoder();
    private final ErrorDecoder error = new ErrorDecoder();
    private DirectBuffer buffer;
    private int offset;
    private long receivedNs;
    private volatile long position;

    /** The highest position of an answer. Any thread. */
    long position() {
        return position;
    }

    /** When the messages that follow were read. */
    void receivedNs(final long ns) {
        receivedNs = ns;
    }

    long receivedNs() {
        return receivedNs;
    }

    /** Stands on a message; returns its template. */
    int wrap(final DirectBuffer message, final int at) {
        buffer = message;
        offset = at;
        return header.wrap(message, at).templateId();
    }

    /** Every reply but HelloReply begins with it. */
    long correlationId() {
        return buffer.getLong(offset + MessageHeaderDecoder.ENCODED_LENGTH, ByteOrder.LITTLE_ENDIAN);
    }

    HelloReplyDecoder hello() {
        return helloReply.wrapAndApplyHeader(buffer, offset, header);
    }

    ErrorDecoder error() {
        return error.wrapAndApplyHeader(buffer, offset, header);
    }

    LaneOpenedDecoder laneOpened() {
        laneOpened.wrapAndApplyHeader(buffer, offset, header);
        seen(laneOpened.position());
        return laneOpened;
    }

    UpdateBatchReplyDecoder updateBatch() {
        updateBatchReply.wrapAndApplyHeader(buffer, offset, header);
        seen(updateBatchReply.position());
        return updateBatchReply;
    }

    LookupResult lookup() {
        final LookupReplyDecoder d = lookupReply.wrapAndApplyHeader(buffer, offset, header);
        seen(d.position());
        final int count = d.segments().count();
        final int[] segments = ids(d.limit(), count);
        return new LookupResult(d.customerGroup(), segments, d.varyHash(), (int)d.epoch(), d.asOf(), d.position(),
            d.isKnown() == Flag.YES, d.isStale() == Flag.YES);
    }

    List<LookupResult> lookupMany() {
        final LookupManyReplyDecoder d = lookupManyReply.wrapAndApplyHeader(buffer, offset, header);
        final long at = d.position();
        seen(at);
        final long asOf = d.asOf();
        final int epoch = (int)d.epoch();
        final LookupManyReplyDecoder.ResultsDecoder results = d.results();
        final List<LookupResult> list = new ArrayList<>(results.count());
        while (results.hasNext()) {
            results.next();
            final int count = results.segments().count();
            final int[] segments = ids(d.limit(), count);
            d.limit(d.limit() + count * Integer.BYTES);
            list.add(new LookupResult(results.customerGroup(), segments, results.varyHash(), epoch, asOf, at,
                results.isKnown() == Flag.YES, results.isStale() == Flag.YES));
        }
        return list;
    }

    boolean isMember() {
        isMemberReply.wrapAndApplyHeader(buffer, offset, header);
        seen(isMemberReply.position());
        return isMemberReply.isMember() == Flag.YES;
    }

    PingResult pong() {
        pong.wrapAndApplyHeader(buffer, offset, header);
        seen(pong.position());
        return new PingResult(pong.position(), pong.asOf());
    }

    UpdateResult update() {
        final UpdateReplyDecoder d = updateReply.wrapAndApplyHeader(buffer, offset, header);
        seen(d.position());
        return new UpdateResult(d.code(), d.position(), d.value(), d.job(), (int)d.definitionVersion(), d.pointer(),
            d.detail());
    }

    private void seen(final long at) {
        if (at > position) {
            position = at;
        }
    }

    private int[] ids(final int at, final int count) {
        if (count == 0) {
            return NONE;
        }
        final int[] ids = new int[count];
        for (int i = 0; i < count; i++) {
            ids[i] = buffer.getInt(at + i * Integer.BYTES, ByteOrder.LITTLE_ENDIAN);
        }
        return ids;
    }
}
