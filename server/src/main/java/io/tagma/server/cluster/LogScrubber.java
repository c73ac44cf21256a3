package io.tagma.server.cluster;

import io.aeron.cluster.RecordingLog;
import io.aeron.exceptions.AeronException;
import io.tagma.engine.log.NodeTooOldException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;

/**
 * Makes the archive bootable before it is started, under the directory's lock. A process that dies while it writes
 * leaves a tail of zeros, half a frame or rubbish, on which the archive refuses to start or crashes.
 *
 * <p>A recording that was being written is walked frame by frame and cut at the first that is not whole, if no whole
 * one follows: what is cut off was never flushed, hence never acknowledged. A whole frame behind a broken one, or a log
 * that ended in order and is shorter now, means that acknowledged commands are damaged: that is refused, and nothing is
 * changed. Which snapshot is used, and what happens to a damaged one, is the {@link SnapshotShelf}'s.
 */
final class LogScrubber {
    private static final System.Logger LOGGER = System.getLogger(LogScrubber.class.getName());

    private final Path archiveDirectory;
    private final Path clusterDirectory;
    private final SnapshotShelf shelf;
    private final boolean isAlone;
    private SnapshotRound snapshot;
    private long snapshotLength;

    /** @param isAlone whether there are no other members */
    LogScrubber(final NodeDirectories directories, final SnapshotShelf shelf, final boolean isAlone) {
        this.archiveDirectory = directories.archive();
        this.clusterDirectory = directories.cluster();
        this.shelf = shelf;
        this.isAlone = isAlone;
    }

    /**
     * Scrubs, and answers the position at which the log ends.
     *
     * @throws DamagedLogException where acknowledged commands are damaged
     * @throws NodeTooOldException where the newest whole snapshot is of newer software
     */
    long scrub() {
        if (isNew()) {
            shelf.refuseWithoutSnapshot(0, List.of());
            return 0;
        }
        final Map<Long, Recording> recordings = ArchiveCatalogue.recordings(archiveDirectory);
        final Path recordingLog = clusterDirectory.resolve(RecordingLog.RECORDING_LOG_FILE_NAME);
        if (!Files.exists(recordingLog)) {
            refuseRecordingsWithoutTerms(recordings, recordingLog);
            shelf.refuseWithoutSnapshot(0, List.of());
            recordings.values().forEach(recording -> cut(recording, recording.startPosition()));
            return 0;
        }
        final long length = recordingLog.toFile().length();
        if (length < AcknowledgedMark.recordingLogLength(clusterDirectory)) {
            throw new DamagedLogException("the recording log is shorter than it was: file=" + recordingLog
                + ", length=" + length + ", was=" + AcknowledgedMark.recordingLogLength(clusterDirectory));
        }
        try {
            return scrub(recordings);
        } catch (final NodeTooOldException ex) {
            throw ex;
        } catch (final AeronException | IndexOutOfBoundsException | IllegalStateException ex) {
            throw new DamagedLogException("the recording log is damaged: file=" + recordingLog + ", reason="
                + ex.getMessage());
        }
    }

    private long scrub(final Map<Long, Recording> recordings) {
        final long acknowledged = AcknowledgedMark.read(clusterDirectory);
        long logEnd = 0;
        try (RecordingLog log = new RecordingLog(clusterDirectory.toFile(), false)) {
            checkTerms(log);
            final Set<Long> logIds = new HashSet<>();
            log.entries().stream().filter(entry -> entry.type == RecordingLog.ENTRY_TYPE_TERM)
                .forEach(entry -> logIds.add(entry.recordingId));
            if (logIds.isEmpty()) {
                refuseRecordingsWithoutTerms(recordings,
                    clusterDirectory.resolve(RecordingLog.RECORDING_LOG_FILE_NAME));
            }
            final long logStart = logIds.stream().map(recordings::get).filter(Objects::nonNull)
                .mapToLong(Recording::startPosition).max().orElse(0);
            snapshot = shelf.choose(log, recordings, logStart);
            snapshotLength = snapshot == null ? 0 : snapshot.length(recordings);
            recordings.values().stream().filter(recording -> !logIds.contains(recording.id()))
                .forEach(recording -> cut(recording, recording.startPosition()));
            final long snapshotPosition = snapshot == null ? 0 : snapshot.position();
            for (final long id : logIds) {
                final Recording recording = recordings.get(id);
                if (recording == null) {
                    throw new DamagedLogException("the log's recording is not in the archive: recording=" + id);
                }
                final long from = Math.max(recording.startPosition(),
                    recording.segmentPosition(Math.max(snapshotPosition, recording.startPosition())));
                if (recording.isStopped()) {
                    verify(recording, from);
                    refuseShorter(recording, recording.stopPosition(), Math.max(acknowledged, snapshotPosition));
                    logEnd = Math.max(logEnd, recording.stopPosition());
                } else {
                    logEnd = Math.max(logEnd, cutLog(recording, from, Math.max(acknowledged, snapshotPosition)));
                }
            }
        }
        return logEnd;
    }

    /** What the node will start from, after {@link #scrub}; null where there is none. */
    SnapshotRound snapshot() {
        return snapshot;
    }

    /** Bytes of its recording; 0 where there is none. */
    long snapshotLength() {
        return snapshotLength;
    }

    /** Whether nothing was ever recorded; the beginnings of a catalogue that a process left are deleted. */
    private boolean isNew() {
        final Path catalogue = archiveDirectory.resolve(ArchiveCatalogue.FILE_NAME);
        if (SegmentFile.in(archiveDirectory).stream().anyMatch(file -> !file.isDeleted())) {
            if (!Files.exists(catalogue)) {
                throw new DamagedLogException("the archive's catalogue is missing: file=" + catalogue);
            }
            return false;
        }
        if (!Files.exists(catalogue)) {
            return true;
        }
        try {
            return ArchiveCatalogue.recordings(archiveDirectory).isEmpty();
        } catch (final DamagedLogException ex) {
            delete(catalogue);
            return true;
        }
    }

    /**
     * A log gets its first term before its first frame; that of one who follows a little later, and before anything of
     * it counts as acknowledged here.
     */
    private void refuseRecordingsWithoutTerms(final Map<Long, Recording> recordings, final Path recordingLog) {
        if (!isAlone && AcknowledgedMark.read(clusterDirectory) == AcknowledgedMark.NONE) {
            return;
        }
        for (final Recording recording : recordings.values()) {
            if (walk(recording, recording.startPosition()) > recording.startPosition()) {
                throw new DamagedLogException("the recording log has lost its terms: file=" + recordingLog
                    + ", recording=" + recording.id());
            }
        }
    }

    /**
     * The recording log has no checksums; terms follow each other in one recording. Where there are several members, a
     * term that never was committed may lie ahead of the one that replaced it.
     */
    private void checkTerms(final RecordingLog log) {
        RecordingLog.Entry before = null;
        for (final RecordingLog.Entry entry : log.entries()) {
            if (entry.type == RecordingLog.ENTRY_TYPE_TERM && entry.isValid) {
                if (before != null && (entry.leadershipTermId <= before.leadershipTermId
                    || entry.recordingId != before.recordingId || isAlone && !isBehind(before, entry))) {
                    throw new DamagedLogException("the recording log has terms that do not follow each other: file="
                        + clusterDirectory.resolve(RecordingLog.RECORDING_LOG_FILE_NAME) + ", entry="
                        + entry.entryIndex);
                }
                before = entry;
            }
        }
    }

    private static boolean isBehind(final RecordingLog.Entry before, final RecordingLog.Entry term) {
        return term.termBaseLogPosition >= before.termBaseLogPosition
            && term.termBaseLogPosition >= before.logPosition;
    }

    private void verify(final Recording recording, final long from) {
        final long end = walk(recording, from);
        if (end < recording.stopPosition()) {
            throw new DamagedLogException("the log was closed in order and is damaged now: recording=" + recording.id()
                + ", stopPosition=" + recording.stopPosition() + ", firstBadFrame=" + end + ", "
                + recording.place(archiveDirectory, end));
        }
    }

    /** Cuts what was being written off the log, which reaches that position at least. Answers where it ends now. */
    private long cutLog(final Recording recording, final long from, final long atLeast) {
        final TreeSet<Long> segments = segments(recording);
        final long end = walk(recording, from);
        refuseWholeFrameBehind(recording, segments.tailSet(recording.segmentPosition(end)), end);
        refuseShorter(recording, end, atLeast);
        cutAt(recording, segments, end);
        return end;
    }

    private void refuseShorter(final Recording recording, final long end, final long atLeast) {
        if (end < atLeast) {
            throw new DamagedLogException("the log ends before what was acknowledged: recording=" + recording.id()
                + ", firstBadFrame=" + end + ", acknowledged=" + atLeast + ", "
                + recording.place(archiveDirectory, end));
        }
    }

    private void cut(final Recording recording, final long from) {
        final TreeSet<Long> segments = segments(recording);
        if (!recording.isStopped() && !segments.isEmpty()) {
            cutAt(recording, segments, walk(recording, from));
        }
    }

    private void cutAt(final Recording recording, final TreeSet<Long> segments, final long end) {
        final long segmentPosition = recording.segmentPosition(end);
        for (final long position : segments.tailSet(segmentPosition)) {
            final Path file = recording.segmentFile(archiveDirectory, position);
            if (position > segmentPosition) {
                delete(file);
            } else {
                zeroTail(recording, file, position, end);
            }
        }
    }

    private void refuseWholeFrameBehind(final Recording recording, final Set<Long> segments, final long end) {
        for (final long position : segments) {
            final Path file = recording.segmentFile(archiveDirectory, position);
            try (LogSegment segment = new LogSegment(recording, file, position)) {
                final long found = segment.find(Math.max(end, position));
                if (found >= 0) {
                    throw new DamagedLogException("the log is damaged before its end: recording=" + recording.id()
                        + ", firstBadFrame=" + end + ", " + recording.place(archiveDirectory, end)
                        + ", nextWholeFrame=" + found);
                }
            }
        }
    }

    private static void zeroTail(final Recording recording, final Path file, final long position, final long end) {
        try (LogSegment segment = new LogSegment(recording, file, position)) {
            if (!segment.isZeroFrom(end)) {
                LOGGER.log(System.Logger.Level.WARNING, "cut off what was being written: recording=" + recording.id()
                    + ", position=" + end + ", file=" + file);
                segment.zeroFrom(end);
            }
        }
    }

    private long walk(final Recording recording, final long from) {
        long position = from;
        while (true) {
            final long segmentPosition = recording.segmentPosition(position);
            final Path file = recording.segmentFile(archiveDirectory, segmentPosition);
            if (!Files.exists(file)) {
                return position;
            }
            try (LogSegment segment = new LogSegment(recording, file, segmentPosition)) {
                position = segment.walk(position);
            }
            if (position < segmentPosition + recording.segmentLength()) {
                return position;
            }
        }
    }

    private TreeSet<Long> segments(final Recording recording) {
        final TreeSet<Long> positions = new TreeSet<>();
        for (final SegmentFile file : SegmentFile.in(archiveDirectory)) {
            if (file.recordingId() == recording.id() && !file.isDeleted()) {
                positions.add(file.position());
            }
        }
        return positions;
    }

    private static void delete(final Path file) {
        LOGGER.log(System.Logger.Level.WARNING, "deleted a file without a whole frame: file=" + file);
        try {
            Files.delete(file);
        } catch (final IOException ex) {
            throw new UncheckedIOException(ex);
        }
    }
}
