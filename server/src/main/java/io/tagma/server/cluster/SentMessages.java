package io.tagma.server.cluster;

import io.tagma.engine.log.EntryQueue;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * The messages that this node has made of waiting entries and not yet seen applied, oldest first. A change of leader
 * loses what the old one had not committed: it is sent again from here, in the same order, so that whoever asked
 * notices a delay and nothing else. The sending agent's.
 *
 * <pre>
 *   applied           sent             packed
 *      | seen by nobody |  not yet taken  |
 *      | in the log     |  by the ingress |
 * </pre>
 */
final class SentMessages {
    private final UnsafeBuffer[] messages;
    private final int[] lengths;
    private final int mask;
    private long applied;
    private long sent;
    private long packed;

    /**
     * Keeps a number of messages.
     *
     * @param countMax  a power of two
     * @param lengthMax of a message
     */
    SentMessages(final int countMax, final int lengthMax) {
        if (Integer.bitCount(countMax) != 1) {
            throw new IllegalArgumentException("not a power of two: countMax=" + countMax);
        }
        messages = new UnsafeBuffer[countMax];
        for (int i = 0; i < countMax; i++) {
            messages[i] = new UnsafeBuffer(new byte[lengthMax]);
        }
        lengths = new int[countMax];
        mask = countMax - 1;
    }

    /** Packs a message where none waits to be sent and there is room; whether one waits now. */
    boolean pack(final EntryQueue queue) {
        if (sent < packed) {
            return true;
        }
        if (packed - applied > mask) {
            return false;
        }
        final int index = (int) packed & mask;
        lengths[index] = queue.drain(messages[index], messages[index].capacity());
        if (lengths[index] == 0) {
            return false;
        }
        packed++;
        return true;
    }

    /** The oldest message not yet sent; only where {@link #pack} said that one waits. */
    UnsafeBuffer next() {
        return messages[(int) sent & mask];
    }

    int nextLength() {
        return lengths[(int) sent & mask];
    }

    /** The oldest unsent message was taken by the ingress. */
    void sent() {
        sent++;
    }

    /** So many more messages have come back through the log. */
    void applied(final long count) {
        applied += count;
        if (applied > sent) {
            throw new IllegalStateException("applied before it was sent: applied=" + applied + ", sent=" + sent);
        }
    }

    /** What has not come back is lost; how many messages are to be sent again. */
    long rewind() {
        final long lost = sent - applied;
        sent = applied;
        return lost;
    }

    /** Whether all that was packed has come back. */
    boolean isEmpty() {
        return applied == packed;
    }
}
