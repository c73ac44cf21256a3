package io.tagma.server.net;

import org.agrona.collections.Long2ObjectHashMap;
import org.agrona.collections.LongArrayList;

/**
 * A connection's hold on a lane of commands: what was taken and not answered yet. Belongs to the connection's event
 * loop; the engine's thread only carries the reference.
 */
final class Lane {
    final Connection connection;
    final long clientId;
    /** By sequence. */
    final Long2ObjectHashMap<PendingCommand> pending = new Long2ObjectHashMap<>();
    /** Correlation ids of the OpenLane requests that wait. */
    final LongArrayList openers = new LongArrayList();
    /** After BUSY for this sequence, later ones are BUSY too until it returns; 0: none. */
    long busySequence;
    /** The engine's thread's: the last sequence it had a result for; one at or below it is told again. */
    long lastSequence;

    Lane(final Connection connection, final long clientId) {
        this.connection = connection;
        this.clientId = clientId;
    }

    /** The client opens it anew, maybe after it was on another node: it begins with what it has no answer for. */
    void resumed() {
        busySequence = 0;
    }

    /** Whether commands from that sequence on may pass. */
    boolean passes(final long sequence) {
        return busySequence == 0 || sequence <= busySequence;
    }

    /** The log or a limit did not take that sequence. */
    void busyAt(final long sequence) {
        busySequence = busySequence == 0 ? sequence : Math.min(busySequence, sequence);
    }

    /** The log took that sequence. */
    void taken(final long sequence) {
        if (sequence == busySequence) {
            busySequence = 0;
        }
    }
}
