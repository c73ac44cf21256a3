package io.tagma.server.cluster;

import io.aeron.cluster.ConsensusModule;
import io.aeron.cluster.RecordingLog;
import io.aeron.exceptions.AeronException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * Makes the archive bootable before it is started, under the directory's lock. A process that dies while it writes
 * leaves a tail of zeros, half a frame or rubbish, on which the archive refuses to start or crashes.
 *
 * <p>A recording that was being written is walked frame by frame and cut at the first that is not whole, if no whole
 * one follows: what is cut off was never flushed, hence never acknowledged. A whole frame behind a broken one, or a log
 * that ended in order and is shorter now, means that acknowledged commands are damaged: that is refused, and nothing is
 * changed. A snapshot whose recording is damaged is struck from the recording log, so that the one before it, or the
 * log's beginning, is used.
 */
final class LogScrubber {
    private static final System.Logger LOGGER = System.getLogger(LogScrubber.class.getName());
    private static final String SEGMENT_SUFFIX = ".rec";

    private final Path archiveDirectory;
    private final Path clusterDirectory;

    LogScrubber(final Path archiveDirectory, final Path clusterDirectory) {
        this.archiveDirectory = archiveDirectory;
        this.clusterDirectory = clusterDirectory;
    }

    /**
     * Scrubs, and answers the position at which the log ends.
     *
     * @throws DamagedLogException where acknowledged commands are damaged
     */
    long scrub() {
        if (isNew()) {
            return 0;
        }
        final Map<Long, Recording> recordings = ArchiveCatalogue.recordings(archiveDirectory);
        final Path recordingLog = clusterDirectory.resolve(RecordingLog.RECORDING_LOG_FILE_NAME);
        if (!Files.exists(recordingLog)) {
            refuseRecordingsWithoutTerms(recordings, recordingLog);
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
            recordings.values().stream().filter(recording -> !logIds.contains(recording.id()))
                .forEach(recording -> cut(recording, recording.startPosition()));
            final long snapshotPosition = newestSnapshotPosition(log, recordings);
            for (final long id : logIds) {
                final Recording recording = recordings.get(id);
                if (recording == null) {
                    throw new DamagedLogException("the log's recording is not in the archive: recording=" + id);
                }
                if (recording.startPosition() > snapshotPosition) {
                    throw new DamagedLogException("no whole snapshot reaches the log's beginning: recording=" + id
                        + ", startPosition=" + recording.startPosition() + ", snapshotPosition=" + snapshotPosition);
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

    /** Whether nothing was ever recorded; the beginnings of a catalogue that a process left are deleted. */
    private boolean isNew() {
        final Path catalogue = archiveDirectory.resolve(ArchiveCatalogue.FILE_NAME);
        if (hasSegments()) {
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

    private boolean hasSegments() {
        if (!Files.isDirectory(archiveDirectory)) {
            return false;
        }
        try (Stream<Path> files = Files.list(archiveDirectory)) {
            return files.anyMatch(file -> file.getFileName().toString().endsWith(SEGMENT_SUFFIX));
        } catch (final IOException ex) {
            throw new UncheckedIOException(ex);
        }
    }

    /** A log gets its first term before its first frame. */
    private void refuseRecordingsWithoutTerms(final Map<Long, Recording> recordings, final Path recordingLog) {
        for (final Recording recording : recordings.values()) {
            if (walk(recording, recording.startPosition()) > recording.startPosition()) {
                throw new DamagedLogException("the recording log has lost its terms: file=" + recordingLog
                    + ", recording=" + recording.id());
            }
        }
    }

    /** The recording log has no checksums; terms follow each other in one recording. */
    private void checkTerms(final RecordingLog log) {
        RecordingLog.Entry before = null;
        for (final RecordingLog.Entry entry : log.entries()) {
            if (entry.type == RecordingLog.ENTRY_TYPE_TERM && entry.isValid) {
                if (before != null && (entry.leadershipTermId <= before.leadershipTermId
                    || entry.recordingId != before.recordingId
                    || entry.termBaseLogPosition < before.termBaseLogPosition
                    || before.logPosition > entry.termBaseLogPosition)) {
                    throw new DamagedLogException("the recording log has terms that do not follow each other: file="
                        + clusterDirectory.resolve(RecordingLog.RECORDING_LOG_FILE_NAME) + ", entry="
                        + entry.entryIndex);
                }
                before = entry;
            }
        }
    }

    /** Strikes damaged snapshots, newest first, and answers the position of the newest whole one, or 0. */
    private long newestSnapshotPosition(final RecordingLog log, final Map<Long, Recording> recordings) {
        RecordingLog.Entry snapshot = log.getLatestSnapshot(ConsensusModule.Configuration.SERVICE_ID);
        while (snapshot != null) {
            final RecordingLog.Entry ofService = log.getLatestSnapshot(0);
            if (ofService != null && ofService.logPosition == snapshot.logPosition && isWhole(snapshot, recordings)
                && isWhole(ofService, recordings)) {
                return snapshot.logPosition;
            }
            LOGGER.log(System.Logger.Level.ERROR, "damaged snapshot is not used: position=" + snapshot.logPosition);
            if (!log.invalidateLatestSnapshot()) {
                throw new DamagedLogException("the recording log has a snapshot without its parts: file="
                    + clusterDirectory.resolve(RecordingLog.RECORDING_LOG_FILE_NAME) + ", position="
                    + snapshot.logPosition);
            }
            log.force(1);
            snapshot = log.getLatestSnapshot(ConsensusModule.Configuration.SERVICE_ID);
        }
        return 0;
    }

    private boolean isWhole(final RecordingLog.Entry snapshot, final Map<Long, Recording> recordings) {
        final Recording recording = recordings.get(snapshot.recordingId);
        if (recording == null || !SnapshotMarker.isOf(snapshot, recording, archiveDirectory)) {
            return false;
        }
        final long end = walk(recording, recording.startPosition());
        return recording.isStopped() ? end >= recording.stopPosition() : end > recording.startPosition();
    }

    private void verify(final Recording recording, final long from) {
        final long end = walk(recording, from);
        if (end < recording.stopPosition()) {
            throw new DamagedLogException("the log was closed in order and is damaged now: recording=" + recording.id()
                + ", stopPosition=" + recording.stopPosition() + ", firstBadFrame=" + end + ", file="
                + recording.segmentFile(archiveDirectory, recording.segmentPosition(end)) + ", offset="
                + (end - recording.segmentPosition(end)));
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
                + ", firstBadFrame=" + end + ", acknowledged=" + atLeast + ", file=" + recording.segmentFile(
                archiveDirectory, recording.segmentPosition(end)) + ", offset="
                + (end - recording.segmentPosition(end)));
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
                        + ", firstBadFrame=" + end + ", file=" + recording.segmentFile(archiveDirectory,
                        recording.segmentPosition(end)) + ", offset=" + (end - recording.segmentPosition(end))
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
        final String prefix = recording.id() + "-";
        final TreeSet<Long> positions = new TreeSet<>();
        try (Stream<Path> files = Files.list(archiveDirectory)) {
            files.map(file -> file.getFileName().toString())
                .filter(name -> name.startsWith(prefix) && name.endsWith(SEGMENT_SUFFIX))
                .forEach(name -> positions.add(Long.valueOf(
                    name.substring(prefix.length(), name.length() - SEGMENT_SUFFIX.length()))));
        } catch (final IOException ex) {
            throw new UncheckedIOException(ex);
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
