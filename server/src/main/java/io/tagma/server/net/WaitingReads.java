package io.tagma.server.net;

import io.tagma.engine.protocol.ReadMode;
import java.util.ArrayDeque;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Look-ups that wait for a log position to be applied, or for a barrier that tells them which, as copies of their
 * messages. Belongs to an event loop.
 */
final class WaitingReads {
    /** Hears what became of a look-up that waited. */
    interface Consumer {
        void onReady(Connection connection, DirectBuffer message, int length);

        void onExpired(Connection connection, long correlationId, long position);
    }

    /** The position of a look-up whose barrier has not come back. */
    static final long UNKNOWN_POSITION = Long.MAX_VALUE;

    private static final class Waiting {
        final Connection connection;
        final long correlationId;
        /** 0 where the position is known from the beginning. */
        final long barrier;
        final long deadlineNs;
        final byte[] message;
        long position;

        Waiting(final Connection connection, final long correlationId, final long position, final long barrier,
                final long deadlineNs, final byte[] message) {
            this.connection = connection;
            this.correlationId = correlationId;
            this.position = position;
            this.barrier = barrier;
            this.deadlineNs = deadlineNs;
            this.message = message;
        }
    }

    private final ArrayDeque<Waiting> reads = new ArrayDeque<>();
    private final UnsafeBuffer view = new UnsafeBuffer(0, 0);
    private int length;

    boolean isEmpty() {
        return reads.isEmpty();
    }

    /** False where too much waits already. */
    boolean add(final Connection connection, final long correlationId, final long position, final long deadlineNs,
                final DirectBuffer buffer, final int offset, final int messageLength) {
        if (!hasRoom(messageLength)) {
            return false;
        }
        final byte[] message = new byte[messageLength];
        buffer.getBytes(offset, message);
        reads.add(new Waiting(connection, correlationId, position, 0, deadlineNs, message));
        length += messageLength;
        return true;
    }

    /**
     * The same for a look-up behind a barrier; once that has come back, it is a local one.
     *
     * @param readModeAt where its message has the read mode
     */
    boolean addBehind(final long barrier, final Connection connection, final long correlationId, final long deadlineNs,
                      final DirectBuffer buffer, final int offset, final int messageLength, final int readModeAt) {
        if (!hasRoom(messageLength)) {
            return false;
        }
        final byte[] message = new byte[messageLength];
        buffer.getBytes(offset, message);
        message[readModeAt] = (byte)ReadMode.LOCAL.value();
        reads.add(new Waiting(connection, correlationId, UNKNOWN_POSITION, barrier, deadlineNs, message));
        length += messageLength;
        return true;
    }

    private boolean hasRoom(final int messageLength) {
        return reads.size() < WireLimits.WAITING_COUNT_MAX && length + messageLength <= WireLimits.WAITING_LENGTH_MAX;
    }

    /** A barrier has come back: what waits for it, or for one before it, waits for its position only. */
    void passed(final long barrier, final long position) {
        for (final Waiting read : reads) {
            if (read.barrier != 0 && read.barrier <= barrier && read.position == UNKNOWN_POSITION) {
                read.position = position;
            }
        }
    }

    /** Goes through all that wait; the rows are pinned. */
    void retry(final long appliedPosition, final long nowNs, final Consumer consumer) {
        for (int i = reads.size(); i > 0; i--) {
            final Waiting read = reads.poll();
            if (read.connection.isClosed()) {
                length -= read.message.length;
            } else if (appliedPosition >= read.position) {
                length -= read.message.length;
                view.wrap(read.message);
                consumer.onReady(read.connection, view, read.message.length);
            } else if (nowNs - read.deadlineNs >= 0) {
                length -= read.message.length;
                consumer.onExpired(read.connection, read.correlationId, read.position);
            } else {
                reads.add(read);
            }
        }
    }
}
