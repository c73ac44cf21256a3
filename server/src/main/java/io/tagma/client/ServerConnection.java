package io.tagma.client;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.tagma.engine.protocol.ErrorDecoder;
import io.tagma.engine.protocol.HelloReplyDecoder;
import io.tagma.engine.protocol.MessageHeaderDecoder;
import io.tagma.engine.protocol.ResultCode;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import org.agrona.collections.Long2ObjectHashMap;
import org.agrona.concurrent.UnsafeBuffer;

/** The client's end of one connection: frames, and who waits for which answer. Belongs to the client's event loop. */
final class ServerConnection extends ChannelInboundHandlerAdapter {
    /** What it speaks. */
    static final int PROTOCOL_VERSION = 1;

    private static final int LENGTH_FIELD = Integer.BYTES;
    private static final int FRAME_LENGTH_BEFORE_HELLO = 64 * 1024;
    private static final int BUFFER_LENGTH_MIN = 4 * 1024;
    private static final int BUFFER_FULL = 128 * 1024;
    /** That its answer comes is enough. */
    private static final Reply PING = new Reply() {
        @Override
        public void onReply(final int template, final ReplyReader reader) {
        }

        @Override
        public void onError(final Node from, final ResultCode code, final String detail, final String named) {
        }

        @Override
        public void onConnectionLost() {
        }
    };

    private final TagmaClient client;
    private final Node node;
    /** Which of the node's connections it is. */
    final int index;
    private final UnsafeBuffer view = new UnsafeBuffer(0, 0);
    private final Silence silence;
    private final Long2ObjectHashMap<Reply> waiting = new Long2ObjectHashMap<>();
    private ChannelHandlerContext context;
    private ByteBuf requests;
    private ByteBuf half;
    private long correlationId;
    private int frameLengthMax = FRAME_LENGTH_BEFORE_HELLO;
    private int commandLengthMax;
    private int commandsPerBatchMax;
    private boolean isReady;
    private boolean isLost;
    private boolean hasUnflushed;

    ServerConnection(final TagmaClient client, final Node node, final int index, final long silenceMaxNs) {
        this.client = client;
        this.node = node;
        this.index = index;
        silence = new Silence(silenceMaxNs);
    }

    Node node() {
        return node;
    }

    boolean isReady() {
        return isReady;
    }

    int frameLengthMax() {
        return frameLengthMax;
    }

    int commandLengthMax() {
        return commandLengthMax;
    }

    int commandsPerBatchMax() {
        return commandsPerBatchMax;
    }

    /** Where the name has led to; null where that is not known yet. */
    InetSocketAddress remote() {
        return context.channel().remoteAddress() instanceof InetSocketAddress address ? address : null;
    }

    /** A correlation id whose answer goes to {@code reply}. */
    long expect(final Reply reply) {
        silence.asked();
        return await(reply);
    }

    /** Who waits for an answer now. */
    List<Reply> waiting() {
        return new ArrayList<>(waiting.values());
    }

    /** The buffer of requests with room for so many more bytes; sent with {@link #flush()}. */
    ByteBuf requests(final int length) {
        if (requests != null && requests.readableBytes() > BUFFER_FULL) {
            handOn();
        }
        if (requests == null) {
            requests = context.alloc().directBuffer(Math.max(BUFFER_LENGTH_MIN, length));
        }
        requests.ensureWritable(length);
        return requests;
    }

    void flush() {
        if (!isLost) {
            handOn();
            if (hasUnflushed) {
                hasUnflushed = false;
                context.flush();
            }
        }
    }

    void close() {
        if (context != null) {
            context.close();
        }
    }

    /**
     * Asks a silent server whether it is there, suspects it, and gives it up at last. True where answers are due.
     *
     * @param lateNs  so much later than planned this is called: what the server said may not have been read yet
     * @param usualNs what nearly all answers take at most
     */
    boolean check(final long nowNs, final long lateNs, final long usualNs, final RequestWriter writer) {
        if (isLost || context == null || isReady && waiting.isEmpty()) {
            return false;
        }
        switch (silence.step(nowNs, lateNs, usualNs)) {
            case GIVE_UP -> {
                client.note("no sign of life: server=" + node.name());
                context.close();
                return false;
            }
            case SUSPECT -> {
                if (isReady && !node.isSuspect()) {
                    client.onSuspect(node);
                }
            }
            case PING -> ping(nowNs, writer);
            default -> { }
        }
        return true;
    }

    /** Finds out whether an unused connection still leads anywhere. */
    void pingWhereIdle(final RequestWriter writer) {
        if (isReady && waiting.isEmpty()) {
            ping(System.nanoTime(), writer);
        }
    }

    @Override
    public void channelActive(final ChannelHandlerContext handlerContext) {
        context = handlerContext;
        silence.pinged(System.nanoTime());
        client.watch();
        client.greet(this);
        flush();
    }

    @Override
    public void channelRead(final ChannelHandlerContext handlerContext, final Object message) {
        final ByteBuf bytes = (ByteBuf)message;
        final long nowNs = System.nanoTime();
        silence.heard(nowNs);
        node.heard();
        client.reader().receivedNs(nowNs);
        ByteBuf whole = bytes;
        if (half != null) {
            half.writeBytes(bytes);
            bytes.release();
            whole = half;
            half = null;
        }
        try {
            readFrames(whole);
            if (whole.isReadable() && !isLost) {
                half = handlerContext.alloc().directBuffer(Math.max(BUFFER_LENGTH_MIN, whole.readableBytes() * 2));
                half.writeBytes(whole);
            }
        } finally {
            whole.release();
        }
    }

    @Override
    public void channelReadComplete(final ChannelHandlerContext handlerContext) {
        client.onReadComplete();
    }

    @Override
    public void channelInactive(final ChannelHandlerContext handlerContext) {
        if (isLost) {
            return;
        }
        isLost = true;
        isReady = false;
        if (requests != null) {
            requests.release();
            requests = null;
        }
        if (half != null) {
            half.release();
            half = null;
        }
        final List<Reply> lost = new ArrayList<>(waiting.values());
        waiting.clear();
        client.onLost(this);
        for (final Reply reply : lost) {
            reply.onConnectionLost();
        }
        client.onReadComplete();
    }

    @Override
    public void exceptionCaught(final ChannelHandlerContext handlerContext, final Throwable cause) {
        client.note("connection failed: server=" + handlerContext.channel().remoteAddress() + ", cause=" + cause);
        handlerContext.close();
    }

    private void readFrames(final ByteBuf bytes) {
        int index = bytes.readerIndex();
        final int start = index;
        final int end = bytes.writerIndex();
        RequestWriter.wrap(view, bytes, start, end - start);
        while (end - index >= LENGTH_FIELD && !isLost) {
            final int length = bytes.getIntLE(index);
            if (length < MessageHeaderDecoder.ENCODED_LENGTH || length > frameLengthMax) {
                throw new IllegalStateException("a frame's length is out of range: length=" + length);
            }
            if (end - index - LENGTH_FIELD < length) {
                break;
            }
            onMessage(index - start + LENGTH_FIELD);
            index += LENGTH_FIELD + length;
        }
        bytes.readerIndex(index);
    }

    private void onMessage(final int offset) {
        final ReplyReader reader = client.reader();
        final int template = reader.wrap(view, offset);
        if (template == HelloReplyDecoder.TEMPLATE_ID) {
            final HelloReplyDecoder hello = reader.hello();
            frameLengthMax = (int)hello.frameLengthMax();
            commandLengthMax = (int)hello.commandLengthMax();
            commandsPerBatchMax = hello.commandsPerBatchMax();
            isReady = true;
            client.onReady(this);
            return;
        }
        final Reply reply = waiting.remove(reader.correlationId());
        if (template == ErrorDecoder.TEMPLATE_ID) {
            final ErrorDecoder error = reader.error();
            final ResultCode code = error.code();
            final String detail = error.detail();
            if (reply != null) {
                reply.onError(node, code, detail, error.node());
            } else if (!isReady) {
                throw new IllegalStateException("not greeted: code=" + code + ", detail=" + detail);
            }
        } else if (reply != null) {
            reply.onReply(template, reader);
        } else {
            client.note("an answer to no question: template=" + template);
        }
    }

    private long await(final Reply reply) {
        if (waiting.isEmpty()) {
            silence.begins(System.nanoTime());
            client.watch();
        }
        waiting.put(++correlationId, reply);
        return correlationId;
    }

    private void ping(final long nowNs, final RequestWriter writer) {
        writer.ping(this, await(PING));
        silence.pinged(nowNs);
        flush();
    }

    private void handOn() {
        if (requests != null) {
            final ByteBuf full = requests;
            requests = null;
            hasUnflushed = true;
            context.write(full, context.voidPromise());
        }
    }
}
