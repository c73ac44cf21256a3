package io.tagma.server.net;

import java.util.ArrayDeque;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/** Look-ups that wait for a log position to be applied, as copies of their messages. Belongs to an event loop. */
final class WaitingReads {
    /** Hears what became of a look-up that waited. */
    interface Consumer {
        void onReady(Connection connection, DirectBuffer message, int length);

        void onExpired(Connection connection, long correlationId, long position);
    }

    private record Waiting(Connection connection, long correlationId, long position, long deadlineNs, byte[] message) {
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
        if (reads.size() >= WireLimits.WAITING_COUNT_MAX
            || length + messageLength > WireLimits.WAITING_LENGTH_MAX) {
            return false;
        }
        final byte[] message = new byte[messageLength];
        buffer.getBytes(offset, message);
        reads.add(new Waiting(connection, correlationId, position, deadlineNs, message));
        length += messageLength;
        return true;
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
