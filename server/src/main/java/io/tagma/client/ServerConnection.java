package io.tagma.client;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.tagma.engine.protocol.ErrorDecoder;
import io.tagma.engine.protocol.HelloReplyDecoder;
import io.tagma.engine.protocol.MessageHeaderDecoder;
import io.tagma.engine.protocol.PongDecoder;
import io.tagma.engine.protocol.ResultCode;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.agrona.collections.Long2ObjectHashMap;
import org.agrona.concurrent.UnsafeBuffer;

/** The client's end of one connection: frames, and who waits for which answer. Belongs to the client's event loop. */
final class ServerConnection extends ChannelInboundHandlerAdapter {
    private static final int LENGTH_FIELD = Integer.BYTES;
    private static final int PROTOCOL_VERSION = 1;
    private static final int FRAME_LENGTH_BEFORE_HELLO = 64 * 1024;
    private static final int BUFFER_LENGTH_MIN = 4 * 1024;
    private static final int BUFFER_FULL = 128 * 1024;
    /** Silence after which a ping is sent, and after which the connection is given up, while answers are due. */
    private static final long PING_AFTER_NS = TimeUnit.SECONDS.toNanos(1);
    private static final long GIVE_UP_AFTER_NS = TimeUnit.SECONDS.toNanos(5);

    private final TagmaClient client;
    /** Which of the client's connections it is. */
    final int index;
    private final UnsafeBuffer view = new UnsafeBuffer(0, 0);
    private final Long2ObjectHashMap<Reply> waiting = new Long2ObjectHashMap<>();
    private ChannelHandlerContext context;
    private ByteBuf requests;
    private ByteBuf half;
    private long correlationId;
    private long heardNs = System.nanoTime();
    private long pingedNs;
    private int frameLengthMax = FRAME_LENGTH_BEFORE_HELLO;
    private int commandLengthMax;
    private int commandsPerBatchMax;
    private boolean isReady;
    private boolean isLost;

    ServerConnection(final TagmaClient client, final int index) {
        this.client = client;
        this.index = index;
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

    /** A correlation id whose answer goes to {@code reply}. */
    long expect(final Reply reply) {
        waiting.put(++correlationId, reply);
        return correlationId;
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
            context.flush();
        }
    }

    void close() {
        context.close();
    }

    /** Asks a silent server whether it is there, and gives it up at last. */
    void checkSilence(final long nowNs, final RequestWriter writer) {
        if (isLost || context == null || isReady && waiting.isEmpty()) {
            heardNs = nowNs;
            return;
        }
        final long silenceNs = nowNs - heardNs;
        if (silenceNs > GIVE_UP_AFTER_NS) {
            context.close();
        } else if (isReady && silenceNs > PING_AFTER_NS && nowNs - pingedNs > PING_AFTER_NS) {
            pingedNs = nowNs;
            // Nobody waits for this answer: that it comes is enough.
            writer.ping(this, 0);
            flush();
        }
    }

    @Override
    public void channelActive(final ChannelHandlerContext handlerContext) {
        context = handlerContext;
        heardNs = System.nanoTime();
        client.greet(this);
        flush();
    }

    @Override
    public void channelRead(final ChannelHandlerContext handlerContext, final Object message) {
        final ByteBuf bytes = (ByteBuf)message;
        heardNs = System.nanoTime();
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
                reply.onError(code, detail);
            } else if (!isReady) {
                throw new IllegalStateException("not greeted: code=" + code + ", detail=" + detail);
            }
        } else if (reply != null) {
            reply.onReply(template, reader);
        } else if (template != PongDecoder.TEMPLATE_ID) {
            client.note("an answer to no question: template=" + template);
        }
    }

    private void handOn() {
        if (requests != null) {
            final ByteBuf full = requests;
            requests = null;
            context.write(full, context.voidPromise());
        }
    }

    static int protocolVersion() {
        return PROTOCOL_VERSION;
    }
}
