package io.tagma.client;

import io.netty.buffer.ByteBuf;
import io.tagma.engine.protocol.DefineSegmentEncoder;
import io.tagma.engine.protocol.Flag;
import io.tagma.engine.protocol.HelloEncoder;
import io.tagma.engine.protocol.IsMemberEncoder;
import io.tagma.engine.protocol.LookupEncoder;
import io.tagma.engine.protocol.LookupManyEncoder;
import io.tagma.engine.protocol.MessageHeaderEncoder;
import io.tagma.engine.protocol.OpenLaneEncoder;
import io.tagma.engine.protocol.PingEncoder;
import io.tagma.engine.protocol.ReadMode;
import io.tagma.engine.protocol.UpdateBatchEncoder;
import io.tagma.engine.protocol.UpdateEncoder;
import java.nio.ByteOrder;
import java.util.List;
import org.agrona.concurrent.UnsafeBuffer;

/** Encodes requests into a connection's buffer. Belongs to the client's event loop. */
final class RequestWriter {
    /** Of the schema in which requests are as they are: a server that is older than this client knows them. */
    private static final short REQUEST_VERSION = 1;
    private static final int LENGTH_FIELD = Integer.BYTES;
    private static final int VERSION_AT = LENGTH_FIELD + 3 * Short.BYTES;
    private static final int HEADER_LENGTH = MessageHeaderEncoder.ENCODED_LENGTH;
    private static final int SLACK = 64;

    private final UnsafeBuffer view = new UnsafeBuffer(0, 0);
    private final MessageHeaderEncoder header = new MessageHeaderEncoder();
    private final HelloEncoder hello = new HelloEncoder();
    private final LookupEncoder lookup = new LookupEncoder();
    private final LookupManyEncoder lookupMany = new LookupManyEncoder();
    private final IsMemberEncoder isMember = new IsMemberEncoder();
    private final OpenLaneEncoder openLane = new OpenLaneEncoder();
    private final UpdateEncoder update = new UpdateEncoder();
    private final UpdateBatchEncoder updateBatch = new UpdateBatchEncoder();
    private final DefineSegmentEncoder defineSegment = new DefineSegmentEncoder();
    private final PingEncoder ping = new PingEncoder();

    void hello(final ServerConnection to, final int protocolVersion, final byte[] token) {
        final ByteBuf out = begin(to, HEADER_LENGTH + token.length + SLACK);
        hello.wrapAndApplyHeader(view, LENGTH_FIELD, header).protocolVersion(protocolVersion).features(0)
            .putToken(token, 0, token.length);
        commit(out, hello.limit());
    }

    void lookup(final ServerConnection to, final long correlationId, final byte[] key, final int website,
                final ReadMode mode, final long position) {
        final ByteBuf out = begin(to, HEADER_LENGTH + key.length + SLACK);
        lookup.wrapAndApplyHeader(view, LENGTH_FIELD, header).correlationId(correlationId).position(position)
            .website(website).readMode(mode)
            .putKey(key, 0, key.length);
        commit(out, lookup.limit());
    }

    void lookupMany(final ServerConnection to, final long correlationId, final List<byte[]> keys, final int website) {
        int length = HEADER_LENGTH + SLACK;
        for (final byte[] key : keys) {
            length += Short.BYTES + key.length;
        }
        final ByteBuf out = begin(to, length);
        lookupMany.wrapAndApplyHeader(view, LENGTH_FIELD, header).correlationId(correlationId).position(0)
            .website(website).readMode(ReadMode.LOCAL);
        final LookupManyEncoder.KeysEncoder group = lookupMany.keysCount(keys.size());
        for (final byte[] key : keys) {
            group.next().putKey(key, 0, key.length);
        }
        commit(out, lookupMany.limit());
    }

    void isMember(final ServerConnection to, final long correlationId, final byte[] key, final int segment) {
        final ByteBuf out = begin(to, HEADER_LENGTH + key.length + SLACK);
        isMember.wrapAndApplyHeader(view, LENGTH_FIELD, header).correlationId(correlationId).position(0)
            .segment(segment & 0xFFFF_FFFFL).website(0).readMode(ReadMode.LOCAL).putKey(key, 0, key.length);
        commit(out, isMember.limit());
    }

    void openLane(final ServerConnection to, final long correlationId, final long clientId) {
        final ByteBuf out = begin(to, HEADER_LENGTH + SLACK);
        openLane.wrapAndApplyHeader(view, LENGTH_FIELD, header).correlationId(correlationId).clientId(clientId);
        commit(out, openLane.limit());
    }

    void update(final ServerConnection to, final long correlationId, final long clientId, final long sequence,
                final byte[] command) {
        final ByteBuf out = begin(to, HEADER_LENGTH + command.length + SLACK);
        update.wrapAndApplyHeader(view, LENGTH_FIELD, header).correlationId(correlationId).clientId(clientId)
            .sequence(sequence).putCommand(command, 0, command.length);
        commit(out, update.limit());
    }

    void updateBatch(final ServerConnection to, final long correlationId, final long clientId,
                     final LaneCommand[] commands, final int length) {
        final ByteBuf out = begin(to, HEADER_LENGTH + length + SLACK);
        updateBatch.wrapAndApplyHeader(view, LENGTH_FIELD, header).correlationId(correlationId).clientId(clientId)
            .firstSequence(commands[0].sequence);
        final UpdateBatchEncoder.CommandsEncoder group = updateBatch.commandsCount(commands.length);
        for (final LaneCommand command : commands) {
            group.next().putCommand(command.bytes, 0, command.bytes.length);
        }
        commit(out, updateBatch.limit());
    }

    void defineSegment(final ServerConnection to, final long correlationId, final long clientId, final long sequence,
                       final boolean wait, final byte[] key, final byte[] json) {
        final ByteBuf out = begin(to, HEADER_LENGTH + key.length + json.length + SLACK);
        defineSegment.wrapAndApplyHeader(view, LENGTH_FIELD, header).correlationId(correlationId).clientId(clientId)
            .sequence(sequence).waitUntilReady(wait ? Flag.YES : Flag.NO)
            .putKey(key, 0, key.length).putDefinition(json, 0, json.length);
        commit(out, defineSegment.limit());
    }

    void ping(final ServerConnection to, final long correlationId) {
        final ByteBuf out = begin(to, HEADER_LENGTH + SLACK);
        ping.wrapAndApplyHeader(view, LENGTH_FIELD, header).correlationId(correlationId);
        commit(out, ping.limit());
    }

    /** Lays a view over a Netty buffer's memory. */
    static void wrap(final UnsafeBuffer view, final ByteBuf bytes, final int index, final int length) {
        if (bytes.hasMemoryAddress()) {
            view.wrap(bytes.memoryAddress() + index, length);
        } else if (bytes.hasArray()) {
            view.wrap(bytes.array(), bytes.arrayOffset() + index, length);
        } else {
            view.wrap(bytes.nioBuffer(index, length));
        }
    }

    private ByteBuf begin(final ServerConnection to, final int length) {
        final ByteBuf out = to.requests(LENGTH_FIELD + length);
        wrap(view, out, out.writerIndex(), out.writableBytes());
        return out;
    }

    private void commit(final ByteBuf out, final int limit) {
        view.putInt(0, limit - LENGTH_FIELD, ByteOrder.LITTLE_ENDIAN);
        view.putShort(VERSION_AT, REQUEST_VERSION, ByteOrder.LITTLE_ENDIAN);
        out.writerIndex(out.writerIndex() + limit);
    }
}
