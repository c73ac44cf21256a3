package io.tagma.server.cluster;

import io.aeron.archive.CatalogView;
import io.aeron.cluster.RecordingLog;
import java.nio.file.Files;

/**
 * The newest snapshot on the disk of a node that does not run.
 *
 * @param position of the log that it holds the state of
 * @param length   of the service's part, which is nearly all of it
 */
record NewestSnapshot(long position, long length) {
    static final NewestSnapshot NONE = new NewestSnapshot(0, 0);

    static NewestSnapshot in(final NodeDirectories directories) {
        if (!Files.exists(directories.cluster().resolve(RecordingLog.RECORDING_LOG_FILE_NAME))) {
            return NONE;
        }
        final RecordingLog.Entry snapshot;
        try (RecordingLog log = new RecordingLog(directories.cluster().toFile(), false)) {
            snapshot = log.getLatestSnapshot(0);
        }
        if (snapshot == null) {
            return NONE;
        }
        final long[] length = new long[1];
        CatalogView.listRecordings(directories.archive().toFile(), (controlSessionId, correlationId, id,
            startTimestamp, stopTimestamp, startPosition, stopPosition, initialTermId, segmentLength, termLength,
            mtuLength, sessionId, streamId, strippedChannel, originalChannel, sourceIdentity) -> {
            if (id == snapshot.recordingId) {
                length[0] = Math.max(0, stopPosition - startPosition);
            }
        });
        return new NewestSnapshot(snapshot.logPosition, length[0]);
    }
}
