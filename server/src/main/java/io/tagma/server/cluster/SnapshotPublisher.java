package io.tagma.server.cluster;

import io.aeron.ExclusivePublication;
import io.aeron.Publication;
import io.tagma.engine.log.StateMachine;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.IdleStrategy;

/** Writes a snapshot's frames to its recording, one message each, waiting where the recorder is behind. */
final class SnapshotPublisher implements StateMachine.SnapshotSink {
    private final ExclusivePublication publication;
    private final IdleStrategy idle;
    private final Watchdog watchdog;

    SnapshotPublisher(final ExclusivePublication publication, final IdleStrategy idle, final Watchdog watchdog) {
        this.publication = publication;
        this.idle = idle;
        this.watchdog = watchdog;
    }

    @Override
    public void write(final DirectBuffer buffer, final int offset, final int length) {
        idle.reset();
        long result = publication.offer(buffer, offset, length);
        while (result < 0) {
            if (result == Publication.CLOSED || result == Publication.MAX_POSITION_EXCEEDED
                || watchdog.failure() != null) {
                throw new IllegalStateException("snapshot cannot be written: result="
                    + Publication.errorString(result), watchdog.failure());
            }
            idle.idle();
            result = publication.offer(buffer, offset, length);
        }
    }
}
