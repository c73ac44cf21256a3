package io.tagma.server.cluster;

import io.aeron.cluster.RecordingLog;
import java.nio.file.Files;

/**
 * What a node's directory holds of the log, as its files say.
 *
 * @param isEmpty no term and no snapshot: the node has never been part of a cluster
 * @param start   log position of the first byte that is kept; what was before is purged
 */
record LogExtent(boolean isEmpty, long start) {
    static final LogExtent NOTHING = new LogExtent(true, 0);
    /** Not looked at yet: whoever asks must not take it for nothing. */
    static final LogExtent UNKNOWN = new LogExtent(false, 0);

    /** Log position at which a term began, or the highest number where the files do not know it. */
    static long termStart(final NodeDirectories directories, final long termId) {
        try (RecordingLog log = new RecordingLog(directories.cluster().toFile(), false)) {
            final RecordingLog.Entry term = log.findLastTerm();
            return term == null || term.leadershipTermId != termId ? Long.MAX_VALUE : term.termBaseLogPosition;
        }
    }

    /** Reads the files; also while they are written. */
    static LogExtent of(final NodeDirectories directories) {
        if (!Files.exists(directories.cluster().resolve(RecordingLog.RECORDING_LOG_FILE_NAME))
            || !Files.exists(directories.archive().resolve(ArchiveCatalogue.FILE_NAME))) {
            return NOTHING;
        }
        try (RecordingLog log = new RecordingLog(directories.cluster().toFile(), false)) {
            final RecordingLog.Entry term = log.findLastTerm();
            if (term == null) {
                return new LogExtent(log.entries().isEmpty(), 0);
            }
            final Recording recording = ArchiveCatalogue.ofRunning(directories.archive()).get(term.recordingId);
            return new LogExtent(false, recording == null ? 0 : recording.startPosition());
        }
    }
}
