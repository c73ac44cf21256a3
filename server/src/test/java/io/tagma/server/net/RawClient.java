package io.tagma.server.net;

import io.tagma.engine.protocol.Command;
import io.tagma.engine.protocol.CommandEncoder;
import io.tagma.engine.protocol.DefineSegmentEncoder;
import io.tagma.engine.protocol.ErrorDecoder;
import io.tagma.engine.protocol.Flag;
import io.tagma.engine.protocol.HelloEncoder;
import io.tagma.engine.protocol.IsMemberEncoder;
import io.tagma.engine.protocol.LookupEncoder;
import io.tagma.engine.protocol.LookupManyEncoder;
import io.tagma.engine.protocol.MessageHeaderDecoder;
import io.tagma.engine.protocol.MessageHeaderEncoder;
import io.tagma.engine.protocol.OpenLaneEncoder;
import io.tagma.engine.protocol.PingEncoder;
import io.tagma.engine.protocol.PongDecoder;
import io.tagma.engine.protocol.ReadMode;
import io.tagma.engine.protocol.ResultCode;
import io.tagma.engine.protocol.UpdateBatchEncoder;
import io.tagma.engine.protocol.UpdateEncoder;
import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import org.agrona.ExpandableArrayBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/** A plain blocking socket that speaks frames, and breaks them on purpose. */
final class RawClient implements AutoCloseable {
    private static final int TIMEOUT_MS = 30_000;

    private final Socket socket;
    private final OutputStream out;
    private final DataInputStream in;

    RawClient(final int port) {
        try {
            socket = new Socket(InetAddress.getLoopbackAddress(), port);
            socket.setTcpNoDelay(true);
            socket.setSoTimeout(TIMEOUT_MS);
            out = socket.getOutputStream();
            in = new DataInputStream(new BufferedInputStream(socket.getInputStream(), 256 * 1024));
        } catch (final IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Connected and greeted. */
    static RawClient greeted(final int port) {
        final RawClient client = new RawClient(port);
        client.send(hello(1));
        if (client.receive().getShort(2) != 2) {
            throw new IllegalStateException("no HelloReply");
        }
        return client;
    }

    void send(final byte[] bytes) {
        try {
            out.write(bytes);
            out.flush();
        } catch (final IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The next message, header and body, without its frame; null at the stream's end. */
    ByteBuffer receive() {
        try {
            final int length = Integer.reverseBytes(in.readInt());
            final byte[] message = new byte[length];
            in.readFully(message);
            return ByteBuffer.wrap(message).order(ByteOrder.LITTLE_ENDIAN);
        } catch (final SocketTimeoutException e) {
            throw new UncheckedIOException(e);
        } catch (final IOException e) {
            return null;
        }
    }

    /** The code of the Error that comes next. */
    ResultCode receiveError(final long correlationId) {
        final ByteBuffer message = receive();
        if (message == null || message.getShort(2) != ErrorDecoder.TEMPLATE_ID || message.getLong(8) != correlationId) {
            throw new AssertionError("no Error: template=" + (message == null ? -1 : message.getShort(2)));
        }
        return ResultCode.get(message.getShort(16) & 0xFFFF);
    }

    /** The Error that comes next. */
    ErrorDecoder receiveErrorItself() {
        final ByteBuffer message = receive();
        if (message == null || message.getShort(2) != ErrorDecoder.TEMPLATE_ID) {
            throw new AssertionError("no Error");
        }
        return new ErrorDecoder().wrapAndApplyHeader(new UnsafeBuffer(message), 0, new MessageHeaderDecoder());
    }

    boolean isClosedByServer() {
        ByteBuffer message = receive();
        while (message != null) {
            message = receive();
        }
        return true;
    }

    void ping(final long correlationId) {
        send(pingFrame(correlationId));
        final ByteBuffer pong = receive();
        if (pong == null || pong.getShort(2) != PongDecoder.TEMPLATE_ID || pong.getLong(8) != correlationId) {
            throw new AssertionError("no Pong");
        }
    }

    @Override
    public void close() {
        try {
            socket.close();
        } catch (final IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static byte[] hello(final int version) {
        final ExpandableArrayBuffer buffer = new ExpandableArrayBuffer();
        final HelloEncoder e = new HelloEncoder().wrapAndApplyHeader(buffer, 4, new MessageHeaderEncoder());
        e.protocolVersion(version).features(0).token("secret");
        return frame(buffer, e.limit());
    }

    static byte[] lookup(final long correlationId, final String key, final int website, final ReadMode mode,
                         final long position) {
        final ExpandableArrayBuffer buffer = new ExpandableArrayBuffer();
        final LookupEncoder e = new LookupEncoder().wrapAndApplyHeader(buffer, 4, new MessageHeaderEncoder());
        e.correlationId(correlationId).position(position).website(website).readMode(mode);
        final byte[] bytes = key.getBytes(StandardCharsets.UTF_8);
        e.putKey(bytes, 0, bytes.length);
        return frame(buffer, e.limit());
    }

    static byte[] lookup(final long correlationId, final String key) {
        return lookup(correlationId, key, 0, ReadMode.LOCAL, 0);
    }

    static byte[] lookupMany(final long correlationId, final String... keys) {
        final ExpandableArrayBuffer buffer = new ExpandableArrayBuffer();
        final LookupManyEncoder e = new LookupManyEncoder().wrapAndApplyHeader(buffer, 4, new MessageHeaderEncoder());
        e.correlationId(correlationId).position(0).website(0).readMode(ReadMode.LOCAL);
        final LookupManyEncoder.KeysEncoder group = e.keysCount(keys.length);
        for (final String key : keys) {
            group.next().key(key);
        }
        return frame(buffer, e.limit());
    }

    static byte[] isMember(final long correlationId, final String key, final int segment) {
        final ExpandableArrayBuffer buffer = new ExpandableArrayBuffer();
        final IsMemberEncoder e = new IsMemberEncoder().wrapAndApplyHeader(buffer, 4, new MessageHeaderEncoder());
        e.correlationId(correlationId).position(0).segment(segment).website(0).readMode(ReadMode.LOCAL).key(key);
        return frame(buffer, e.limit());
    }

    static byte[] pingFrame(final long correlationId) {
        final ExpandableArrayBuffer buffer = new ExpandableArrayBuffer();
        final PingEncoder e = new PingEncoder().wrapAndApplyHeader(buffer, 4, new MessageHeaderEncoder());
        e.correlationId(correlationId);
        return frame(buffer, e.limit());
    }

    static byte[] openLane(final long correlationId, final long clientId) {
        final ExpandableArrayBuffer buffer = new ExpandableArrayBuffer();
        final OpenLaneEncoder e = new OpenLaneEncoder().wrapAndApplyHeader(buffer, 4, new MessageHeaderEncoder());
        e.correlationId(correlationId).clientId(clientId);
        return frame(buffer, e.limit());
    }

    static byte[] update(final long correlationId, final long clientId, final long sequence, final Command command) {
        final ExpandableArrayBuffer buffer = new ExpandableArrayBuffer();
        final UpdateEncoder e = new UpdateEncoder().wrapAndApplyHeader(buffer, 4, new MessageHeaderEncoder());
        e.correlationId(correlationId).clientId(clientId).sequence(sequence);
        final byte[] bytes = command(command);
        e.putCommand(bytes, 0, bytes.length);
        return frame(buffer, e.limit());
    }

    static byte[] updateBatch(final long correlationId, final long clientId, final long firstSequence,
                              final Command... commands) {
        final ExpandableArrayBuffer buffer = new ExpandableArrayBuffer();
        final UpdateBatchEncoder e = new UpdateBatchEncoder().wrapAndApplyHeader(buffer, 4, new MessageHeaderEncoder());
        e.correlationId(correlationId).clientId(clientId).firstSequence(firstSequence);
        final UpdateBatchEncoder.CommandsEncoder group = e.commandsCount(commands.length);
        for (final Command command : commands) {
            final byte[] bytes = command(command);
            group.next().putCommand(bytes, 0, bytes.length);
        }
        return frame(buffer, e.limit());
    }

    static byte[] defineSegment(final long correlationId, final long clientId, final long sequence, final boolean wait,
                                final String key, final String json) {
        final ExpandableArrayBuffer buffer = new ExpandableArrayBuffer();
        final DefineSegmentEncoder e =
            new DefineSegmentEncoder().wrapAndApplyHeader(buffer, 4, new MessageHeaderEncoder());
        e.correlationId(correlationId).clientId(clientId).sequence(sequence)
            .waitUntilReady(wait ? Flag.YES : Flag.NO).key(key);
        final byte[] bytes = json.getBytes(StandardCharsets.UTF_8);
        e.putDefinition(bytes, 0, bytes.length);
        return frame(buffer, e.limit());
    }

    static byte[] command(final Command command) {
        final ExpandableArrayBuffer buffer = new ExpandableArrayBuffer();
        final byte[] bytes = new byte[new CommandEncoder().encode(command, buffer, 0)];
        buffer.getBytes(0, bytes);
        return bytes;
    }

    /** The message without its frame, ready for a generated decoder behind its header. */
    static UnsafeBuffer body(final ByteBuffer message) {
        return new UnsafeBuffer(message.array());
    }

    static MessageHeaderDecoder header() {
        return new MessageHeaderDecoder();
    }

    private static byte[] frame(final ExpandableArrayBuffer buffer, final int limit) {
        buffer.putInt(0, limit - 4, ByteOrder.LITTLE_ENDIAN);
        final byte[] bytes = new byte[limit];
        buffer.getBytes(0, bytes);
        return bytes;
    }
}
