package io.tagma.server.cluster;

import io.tagma.engine.log.StateMachine;
import org.agrona.DirectBuffer;

/**
 * The messages that the state machine wrote into a snapshot's recording, behind what the cluster itself wrote there.
 * One thread; {@link #close} when done.
 */
public final class MachineSnapshot implements StateMachine.SnapshotSource, AutoCloseable {
    private final RecordingReader reader;
    private boolean isPastSessions;

    MachineSnapshot(final RecordingReader reader) {
        this.reader = reader;
    }

    @Override
    public boolean read(final StateMachine.SnapshotSink consumer) {
        while (!isPastSessions) {
            if (!reader.read(this::skip)) {
                return false;
            }
        }
        return reader.read(consumer);
    }

    private void skip(final DirectBuffer buffer, final int offset, final int length) {
        final SnapshotMarker marker = SnapshotMarker.of(buffer, offset, length);
        isPastSessions = marker != null && marker.isEnd();
    }

    @Override
    public void close() {
        reader.close();
    }
}
