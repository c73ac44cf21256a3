package io.tagma.server.net;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import java.io.IOException;
import java.net.SocketAddress;
import java.util.ArrayDeque;
import java.util.concurrent.TimeUnit;
import org.agrona.collections.Long2ObjectHashMap;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * One client's connection: cuts the stream into frames ({@code int32 length | message}, little endian), hands each to
 * the {@link RequestAdapter} where it lies, and collects the replies of a read batch in one buffer, flushed once.
 *
 * <p>A frame that arrives in pieces is gathered in a buffer of its own, which grows with what arrives, not with what
 * was announced. A client that does not take its replies is not read from. Belongs to its event loop.
 */
final class Connection extends ChannelInboundHandlerAdapter {
    private static final int LENGTH_FIELD = Integer.BYTES;
    private static final int HALF_FRAME_LENGTH = 256;

    private final Loop loop;
    private final UnsafeBuffer view = new UnsafeBuffer(0, 0);
    private final Long2ObjectHashMap<Lane> lanes = new Long2ObjectHashMap<>();
    /** Bytes that came while the client did not take its replies. */
    private final ArrayDeque<ByteBuf> held = new ArrayDeque<>(2);
    private final long openedNs = System.nanoTime();

    private ChannelHandlerContext context;
    private ByteBuf half;
    private long halfSinceNs;
    private ByteBuf replies;
    private int repliesLength = WireLimits.REPLY_BUFFER_MIN;
    private long stalledSinceNs;
    private int inFlight;
    private boolean isStalled;
    private boolean hasUnflushed;
    private boolean hasSaidHello;
    private boolean isTouched;
    private boolean isClosed;

    Connection(final Loop loop) {
        this.loop = loop;
    }

    Loop loop() {
        return loop;
    }

    Long2ObjectHashMap<Lane> lanes() {
        return lanes;
    }

    int inFlight() {
        return inFlight;
    }

    void inFlight(final int change) {
        inFlight += change;
    }

    boolean hasSaidHello() {
        return hasSaidHello;
    }

    void saidHello() {
        hasSaidHello = true;
    }

    boolean isClosed() {
        return isClosed;
    }

    SocketAddress remote() {
        return context.channel().remoteAddress();
    }

    /** True the first time since the last {@link #flush()}. */
    boolean touch() {
        final boolean isFirst = !isTouched;
        isTouched = true;
        return isFirst;
    }

    /** The reply buffer with room for so many more bytes. */
    ByteBuf replies(final int length) {
        ByteBuf buffer = replies;
        if (buffer != null && buffer.readableBytes() >= WireLimits.REPLY_BUFFER_FULL) {
            handOn();
            buffer = null;
        }
        if (buffer == null) {
            buffer = context.alloc().directBuffer(Math.max(length, repliesLength));
            replies = buffer;
        }
        buffer.ensureWritable(length);
        return buffer;
    }

    /** Sends what was replied. */
    void flush() {
        isTouched = false;
        handOn();
        if (hasUnflushed) {
            hasUnflushed = false;
            context.flush();
            if (!isClosed && context.channel().isActive()
                && context.channel().bytesBeforeWritable() > WireLimits.OUTBOUND_MAX) {
                closeFor("replies are not taken: unsent=" + context.channel().bytesBeforeWritable());
            }
        }
    }

    void close() {
        context.close();
    }

    /** Closes what has been slow for too long. */
    void sweep(final long nowNs) {
        final BinarySettings settings = loop.settings();
        if (half != null && isOver(halfSinceNs, settings.halfFrameTimeoutMs(), nowNs)) {
            closeFor("a frame did not become whole in time: length=" + half.readableBytes());
        } else if (!hasSaidHello && isOver(openedNs, settings.helloTimeoutMs(), nowNs)) {
            closeFor("no Hello in time");
        } else if (isStalled && isOver(stalledSinceNs, settings.stallTimeoutMs(), nowNs)) {
            closeFor("replies are not taken in time");
        }
    }

    @Override
    public void handlerAdded(final ChannelHandlerContext handlerContext) {
        context = handlerContext;
        loop.add(this);
    }

    @Override
    public void channelRead(final ChannelHandlerContext handlerContext, final Object message) {
        final ByteBuf bytes = (ByteBuf)message;
        if (isClosed) {
            bytes.release();
        } else if (isStalled || !held.isEmpty()) {
            held.add(bytes);
        } else {
            read(bytes);
        }
    }

    @Override
    public void channelReadComplete(final ChannelHandlerContext handlerContext) {
        loop.unpin();
        flush();
    }

    @Override
    public void channelWritabilityChanged(final ChannelHandlerContext handlerContext) {
        final boolean isWritable = handlerContext.channel().isWritable();
        if (isWritable == !isStalled) {
            return;
        }
        isStalled = !isWritable;
        if (isStalled) {
            stalledSinceNs = System.nanoTime();
            handlerContext.channel().config().setAutoRead(false);
        } else {
            // Not from inside a flush: the answers to what was held would be flushed re-entrantly.
            handlerContext.executor().execute(this::resume);
        }
    }

    @Override
    public void channelInactive(final ChannelHandlerContext handlerContext) {
        loop.unpin();
        release();
    }

    @Override
    public void handlerRemoved(final ChannelHandlerContext handlerContext) {
        release();
    }

    @Override
    public void exceptionCaught(final ChannelHandlerContext handlerContext, final Throwable cause) {
        loop.unpin();
        closeFor(cause instanceof IOException ? "the network failed: " + cause.getMessage() : cause.toString());
    }

    private void resume() {
        while (!isClosed && !isStalled && !held.isEmpty()) {
            read(held.poll());
        }
        loop.unpin();
        if (!isClosed) {
            flush();
            if (!isStalled && held.isEmpty()) {
                context.channel().config().setAutoRead(true);
            } else if (!isStalled) {
                context.executor().execute(this::resume);
            }
        }
    }

    /** Handles the frames in the buffer and releases it, or holds it back where the client must drain first. */
    private void read(final ByteBuf bytes) {
        boolean isHeld = false;
        try {
            if (half != null && !completeHalf(bytes)) {
                return;
            }
            isHeld = readWhole(bytes);
        } finally {
            if (!isHeld) {
                bytes.release();
            }
        }
    }

    /** True where the buffer was held back. */
    private boolean readWhole(final ByteBuf bytes) {
        int index = bytes.readerIndex();
        final int end = bytes.writerIndex();
        final int start = index;
        ByteBufs.wrap(view, bytes, start, end - start);
        while (end - index >= LENGTH_FIELD && !isClosed) {
            if (isStalled) {
                bytes.readerIndex(index);
                held.addFirst(bytes);
                return true;
            }
            final int length = bytes.getIntLE(index);
            if (isBadLength(length)) {
                return false;
            }
            if (end - index - LENGTH_FIELD < length) {
                break;
            }
            loop.requests().onMessage(this, view, index - start + LENGTH_FIELD, length);
            index += LENGTH_FIELD + length;
        }
        if (index < end && !isClosed) {
            bytes.readerIndex(index);
            half = context.alloc().directBuffer(Math.max(HALF_FRAME_LENGTH, end - index));
            half.writeBytes(bytes);
            halfSinceNs = System.nanoTime();
        }
        return false;
    }

    /** Moves bytes into the half frame; false where it is still none, or was broken. */
    private boolean completeHalf(final ByteBuf bytes) {
        final int missingOfLength = LENGTH_FIELD - half.readableBytes();
        if (missingOfLength > 0) {
            half.writeBytes(bytes, Math.min(missingOfLength, bytes.readableBytes()));
            if (half.readableBytes() < LENGTH_FIELD) {
                return false;
            }
        }
        final int length = half.getIntLE(half.readerIndex());
        if (isBadLength(length)) {
            return false;
        }
        final int missing = LENGTH_FIELD + length - half.readableBytes();
        half.writeBytes(bytes, Math.min(missing, bytes.readableBytes()));
        if (half.readableBytes() < LENGTH_FIELD + length) {
            return false;
        }
        final ByteBuf whole = half;
        half = null;
        try {
            ByteBufs.wrap(view, whole, whole.readerIndex() + LENGTH_FIELD, length);
            loop.requests().onMessage(this, view, 0, length);
        } finally {
            whole.release();
        }
        return true;
    }

    private boolean isBadLength(final int length) {
        if (length >= 0 && length <= WireLimits.FRAME_LENGTH_MAX) {
            return false;
        }
        closeFor("a frame's length is out of range: length=" + length + ", max=" + WireLimits.FRAME_LENGTH_MAX);
        return true;
    }

    private void handOn() {
        final ByteBuf buffer = replies;
        if (buffer != null) {
            replies = null;
            if (buffer.isReadable()) {
                repliesLength = Math.max(WireLimits.REPLY_BUFFER_MIN,
                    Math.min(WireLimits.REPLY_BUFFER_FULL, Integer.highestOneBit(buffer.readableBytes()) << 1));
                hasUnflushed = true;
                context.write(buffer, context.voidPromise());
            } else {
                buffer.release();
            }
        }
    }

    private void closeFor(final String reason) {
        if (!isClosed) {
            loop.logClosed(this, reason);
            flushBeforeClose();
            context.close();
            release();
        }
    }

    /** What was answered before the fault still goes out. */
    private void flushBeforeClose() {
        isClosed = true;
        handOn();
        context.flush();
        isClosed = false;
    }

    private void release() {
        if (isClosed) {
            return;
        }
        isClosed = true;
        loop.remove(this);
        if (half != null) {
            half.release();
            half = null;
        }
        if (replies != null) {
            replies.release();
            replies = null;
        }
        while (!held.isEmpty()) {
            held.poll().release();
        }
    }

    private static boolean isOver(final long sinceNs, final int timeoutMs, final long nowNs) {
        return nowNs - sinceNs > TimeUnit.MILLISECONDS.toNanos(timeoutMs);
    }
}
