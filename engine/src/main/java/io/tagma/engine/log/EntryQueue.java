package io.tagma.engine.log;

import java.nio.ByteOrder;
import org.agrona.BitUtil;
import org.agrona.BufferUtil;
import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;
import org.agrona.concurrent.ControlledMessageHandler;
import org.agrona.concurrent.UnsafeBuffer;
import org.agrona.concurrent.ringbuffer.ManyToOneRingBuffer;
import org.agrona.concurrent.ringbuffer.RingBufferDescriptor;

/**
 * LogEntries on their way to a log: {@link #offer} from any thread, the rest from the log's one sending thread. Many
 * waiting entries leave as one log message, because a log's cost is per message and per flush:
 *
 * <pre>
 *   +----------------+------------+----------------+------------+ ...
 *   | int32 length a | LogEntry a | int32 length b | LogEntry b |
 *   +----------------+------------+----------------+------------+ ...
 * </pre>
 *
 * Lengths are little endian and count the LogEntry alone; nothing is aligned.
 */
public final class EntryQueue {
    /** Bytes in front of every entry of a message. */
    public static final int FRAME_HEADER_LENGTH = BitUtil.SIZE_OF_INT;

    private static final int ENTRY = 1;

    private final int entryLengthMax;
    private final ManyToOneRingBuffer ring;
    private final ControlledMessageHandler packer = this::pack;
    private MutableDirectBuffer message;
    private int messageLengthMax;
    private int messageLength;

    /**
     * A queue of its own memory.
     *
     * @param capacity       bytes for waiting entries, a power of two
     * @param entryLengthMax longest entry taken, at most an eighth of the capacity
     */
    public EntryQueue(final int capacity, final int entryLengthMax) {
        ring = new ManyToOneRingBuffer(new UnsafeBuffer(BufferUtil.allocateDirectAligned(
            capacity + RingBufferDescriptor.TRAILER_LENGTH, BitUtil.CACHE_LINE_LENGTH)));
        if (entryLengthMax <= 0 || entryLengthMax > ring.maxMsgLength()) {
            throw new IllegalArgumentException("entry does not fit the queue: entryLengthMax=" + entryLengthMax
                + ", allowed=1.." + ring.maxMsgLength());
        }
        this.entryLengthMax = entryLengthMax;
    }

    /** Copies the entry; 0, {@link CommandLog#BACK_PRESSURED} or {@link CommandLog#TOO_LARGE}. */
    public long offer(final DirectBuffer entry, final int offset, final int length) {
        if (length > entryLengthMax) {
            return CommandLog.TOO_LARGE;
        }
        return ring.write(ENTRY, entry, offset, length) ? 0 : CommandLog.BACK_PRESSURED;
    }

    /**
     * Moves waiting entries, oldest first, into the message, as many as fit.
     *
     * @param lengthMax at least {@link #FRAME_HEADER_LENGTH} more than the longest entry
     * @return the message's length, 0 where nothing waits
     */
    public int drain(final MutableDirectBuffer target, final int lengthMax) {
        message = target;
        messageLengthMax = lengthMax;
        messageLength = 0;
        int lengthBefore;
        do {
            // A read ends where the ring wraps: a second one takes what was written behind that.
            lengthBefore = messageLength;
            ring.controlledRead(packer);
        } while (messageLength > lengthBefore);
        return messageLength;
    }

    /** Longest entry taken, in bytes. */
    public int entryLengthMax() {
        return entryLengthMax;
    }

    /** Whether nothing waits. */
    public boolean isEmpty() {
        return ring.size() == 0;
    }

    private ControlledMessageHandler.Action pack(final int type, final MutableDirectBuffer entry, final int offset,
                                                 final int length) {
        final int end = messageLength + FRAME_HEADER_LENGTH + length;
        if (end > messageLengthMax) {
            return ControlledMessageHandler.Action.ABORT;
        }
        message.putInt(messageLength, length, ByteOrder.LITTLE_ENDIAN);
        message.putBytes(messageLength + FRAME_HEADER_LENGTH, entry, offset, length);
        messageLength = end;
        return ControlledMessageHandler.Action.CONTINUE;
    }
}
