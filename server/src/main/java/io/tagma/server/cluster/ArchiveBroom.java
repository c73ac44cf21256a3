package io.tagma.server.cluster;

import io.aeron.archive.client.AeronArchive;
import io.aeron.archive.client.ArchiveException;
import io.aeron.cluster.RecordingLog;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * Deletes from a running archive what no start needs any more: snapshots older than the {@value #KEPT} newest, and the
 * log up to the segment file that holds the position of the oldest one kept, never past what a live member has yet to
 * read.
 *
 * <p>The order makes a crash between any two steps harmless. The archive's catalogue forgets a recording, or moves its
 * beginning, before it deletes files, so what is left over is files that nothing refers to: the next sweep finds and
 * deletes them. The recording log keeps the entries of snapshots that were purged: only the newest is ever used, and
 * the check before launch strikes an entry without its recordings where it comes upon one.
 */
final class ArchiveBroom implements Janitor.Broom {
    /** Snapshots that are kept: the newest, and the one to fall back on. */
    static final int KEPT = 2;

    private static final System.Logger LOGGER = System.getLogger(ArchiveBroom.class.getName());

    private final NodeDirectories directories;
    private final Supplier<AeronArchive> archives;
    private final LongSupplier liveMembersPosition;

    /**
     * A broom.
     *
     * @param archives            connects to the local archive
     * @param liveMembersPosition lowest position that a live member needs, {@code Long.MAX_VALUE} where there is none
     */
    ArchiveBroom(final NodeDirectories directories, final Supplier<AeronArchive> archives,
                 final LongSupplier liveMembersPosition) {
        this.directories = directories;
        this.archives = archives;
        this.liveMembersPosition = liveMembersPosition;
    }

    @Override
    public boolean sweep() {
        final Map<Long, Recording> recordings = ArchiveCatalogue.ofRunning(directories.archive());
        final List<SnapshotRound> rounds;
        final long logId;
        try (RecordingLog log = new RecordingLog(directories.cluster().toFile(), false)) {
            rounds = SnapshotRound.of(log).stream().filter(round -> round.isIn(recordings)).toList();
            logId = log.findLastTermRecordingId();
        }
        if (rounds.size() < KEPT) {
            return true;
        }
        final SnapshotRound oldest = rounds.get(KEPT - 1);
        final long idMin = rounds.subList(0, KEPT).stream()
            .mapToLong(round -> Math.min(round.machineId(), round.moduleId())).min().orElseThrow();
        final List<Long> needless = recordings.values().stream()
            .filter(recording -> recording.id() < idMin && recording.id() != logId && recording.isOfSnapshot())
            .map(Recording::id).toList();
        deleteLeftovers(recordings, idMin);
        final Recording log = recordings.get(logId);
        final long wanted = log.segmentPosition(Math.max(oldest.position(), log.startPosition()));
        final long allowed = log.segmentPosition(
            Math.max(Math.min(oldest.position(), liveMembersPosition.getAsLong()), log.startPosition()));
        final long first = log.segmentPosition(log.startPosition());
        if (needless.isEmpty() && allowed <= first && !hasFilesBelow(log)) {
            return allowed == wanted;
        }
        try (AeronArchive archive = archives.get()) {
            boolean isDone = allowed == wanted;
            for (final long id : needless) {
                isDone &= purge(archive, id);
            }
            if (hasFilesBelow(log)) {
                archive.deleteDetachedSegments(logId);
            }
            if (allowed > first) {
                isDone &= purgeLog(archive, log, allowed);
            }
            return isDone;
        }
    }

    /** A recording that is being read, by a peer that is seeded, is refused: later. */
    private static boolean purge(final AeronArchive archive, final long recordingId) {
        try {
            archive.purgeRecording(recordingId);
            return true;
        } catch (final ArchiveException ex) {
            LOGGER.log(System.Logger.Level.INFO, "an old snapshot cannot be deleted yet: recording=" + recordingId
                + ", " + ex.getMessage());
            return false;
        }
    }

    private static boolean purgeLog(final AeronArchive archive, final Recording log, final long newStart) {
        try {
            final long count = archive.purgeSegments(log.id(), newStart);
            LOGGER.log(System.Logger.Level.INFO, "purged the log: before=" + newStart + ", files=" + count);
            return true;
        } catch (final ArchiveException ex) {
            LOGGER.log(System.Logger.Level.INFO, "the log cannot be purged yet: before=" + newStart + ", "
                + ex.getMessage());
            return false;
        }
    }

    private boolean hasFilesBelow(final Recording log) {
        final long first = log.segmentPosition(log.startPosition());
        return first > 0 && SegmentFile.in(directories.archive()).stream()
            .anyMatch(file -> file.recordingId() == log.id() && file.position() < first);
    }

    /** Files of recordings that the catalogue has forgotten; newer ones may be in the making. */
    private void deleteLeftovers(final Map<Long, Recording> recordings, final long idMin) {
        for (final SegmentFile file : SegmentFile.in(directories.archive())) {
            if (file.recordingId() < idMin && !recordings.containsKey(file.recordingId())) {
                delete(file.path());
            }
        }
    }

    private static void delete(final Path file) {
        try {
            Files.deleteIfExists(file);
        } catch (final IOException ex) {
            throw new UncheckedIOException(ex);
        }
    }
}
