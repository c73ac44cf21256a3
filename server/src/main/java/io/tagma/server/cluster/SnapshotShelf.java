package io.tagma.server.cluster;

import io.aeron.cluster.RecordingLog;
import io.tagma.engine.log.NodeTooOldException;
import io.tagma.engine.log.StateMachine;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Finds, before the archive is launched, the snapshot that the node will start from: the newest that is whole down to
 * the checksum of each section. Newer ones that are not are set aside: struck from the recording log, so that the
 * cluster does not know them, and their files moved, so that people can look at them; at most
 * {@value #SET_ASIDE_MAX} are kept.
 *
 * <pre>
 *   data/set-aside/&lt;position&gt;/reason.txt   what is wrong with it, one line
 *   data/set-aside/&lt;position&gt;/*.rec        its recordings, so far as they were there
 * </pre>
 */
final class SnapshotShelf {
    static final int SET_ASIDE_MAX = 2;
    static final String REASON_FILE = "reason.txt";

    private static final System.Logger LOGGER = System.getLogger(SnapshotShelf.class.getName());

    private final NodeDirectories directories;
    private final StateMachine machine;

    SnapshotShelf(final NodeDirectories directories, final StateMachine machine) {
        this.directories = directories;
        this.machine = machine;
    }

    /**
     * The newest snapshot that is whole, null where the log has to do from its beginning.
     *
     * @param logStart position at which the log begins
     * @throws DamagedLogException where none is whole and the log does not begin at 0; nothing is changed then
     * @throws NodeTooOldException where the newest that is whole is of newer software; nothing is changed then
     */
    SnapshotRound choose(final RecordingLog log, final Map<Long, Recording> recordings, final long logStart) {
        final List<SnapshotRound> bad = new ArrayList<>();
        final List<String> reasons = new ArrayList<>();
        SnapshotRound chosen = null;
        for (final SnapshotRound round : SnapshotRound.of(log)) {
            final String reason = fault(round, recordings);
            if (reason == null) {
                chosen = round;
                break;
            }
            bad.add(round);
            reasons.add(reason);
        }
        if (chosen == null) {
            refuseWithoutSnapshot(logStart, reasons);
        } else if (chosen.position() < logStart) {
            throw new DamagedLogException("the newest whole snapshot is older than the log's beginning: snapshot="
                + chosen.position() + ", logStart=" + logStart + remedy());
        }
        for (int i = 0; i < bad.size(); i++) {
            strike(bad.get(i), log);
            setAside(bad.get(i), recordings, reasons.get(i), SnapshotRound.of(log));
        }
        final List<SnapshotRound> left = SnapshotRound.of(log);
        if (chosen != null && !left.contains(chosen)) {
            // Struck together with a damaged one of the same position.
            return choose(log, recordings, logStart);
        }
        return chosen;
    }

    private static void strike(final SnapshotRound round, final RecordingLog log) {
        // Those of one position are struck at once.
        if (SnapshotRound.of(log).contains(round)) {
            if (!log.invalidateLatestSnapshot()) {
                throw new DamagedLogException("the recording log has a snapshot that cannot be struck: position="
                    + round.position());
            }
            log.force(1);
        }
    }

    /** Refuses a directory that cannot do without a snapshot, to be called where there is none. */
    void refuseWithoutSnapshot(final long logStart, final List<String> reasons) {
        final boolean isRestored = Files.exists(directories.restored());
        if (logStart > 0 || isRestored) {
            throw new DamagedLogException("no whole snapshot is left, and "
                + (logStart > 0 ? "the log before position " + logStart + " has been purged"
                : "this directory was restored from a backup and its log holds nothing from before")
                + (reasons.isEmpty() ? "" : ": faults=" + reasons) + remedy());
        }
    }

    private String remedy() {
        return "; nothing was changed: directory=" + directories.data();
    }

    /** What is wrong with it, or null. */
    private String fault(final SnapshotRound round, final Map<Long, Recording> recordings) {
        try {
            round.check(directories.archive(), recordings, machine);
            return null;
        } catch (final NodeTooOldException ex) {
            // Not the snapshot's fault, and what the one before would lead to is an older state than was agreed on.
            throw ex;
        } catch (final RuntimeException ex) {
            return "position=" + round.position() + ": " + ex.getMessage();
        }
    }

    private void setAside(final SnapshotRound round, final Map<Long, Recording> recordings, final String reason,
                          final List<SnapshotRound> left) {
        if (!recordings.containsKey(round.machineId()) && !recordings.containsKey(round.moduleId())) {
            // Purged in the course of things: the recording log still had its name.
            return;
        }
        // What is damaged may be the recording log: it must not lead to the log's files, or to another snapshot's.
        final Set<Long> needed = new HashSet<>();
        left.forEach(other -> needed.addAll(List.of(other.machineId(), other.moduleId())));
        final Path place = directories.setAside().resolve(Long.toString(round.position()));
        LOGGER.log(System.Logger.Level.ERROR, "a damaged snapshot is not used, and set aside: place=" + place
            + ", " + reason);
        try {
            Files.createDirectories(place);
            Files.writeString(place.resolve(REASON_FILE), reason + System.lineSeparator(), StandardCharsets.UTF_8);
            for (final long id : new long[] {round.machineId(), round.moduleId()}) {
                final Recording recording = recordings.get(id);
                if (recording != null && recording.isOfSnapshot() && !needed.contains(id)) {
                    move(id, place);
                }
            }
            dropOldest();
        } catch (final IOException ex) {
            throw new UncheckedIOException("a damaged snapshot cannot be set aside: place=" + place, ex);
        }
    }

    private void move(final long recordingId, final Path place) throws IOException {
        for (final SegmentFile file : SegmentFile.in(directories.archive())) {
            if (file.recordingId() == recordingId) {
                Files.move(file.path(), place.resolve(file.path().getFileName()),
                    StandardCopyOption.REPLACE_EXISTING);
            }
        }
    }

    private void dropOldest() throws IOException {
        final List<Path> places = new ArrayList<>(list(directories.setAside()));
        places.removeIf(place -> !place.getFileName().toString().matches("[0-9]{1,19}"));
        places.sort((a, b) -> Long.compare(position(a), position(b)));
        for (final Path place : places.subList(0, Math.max(0, places.size() - SET_ASIDE_MAX))) {
            for (final Path file : list(place)) {
                Files.delete(file);
            }
            Files.delete(place);
        }
    }

    private static long position(final Path place) {
        return Long.parseLong(place.getFileName().toString());
    }

    private static List<Path> list(final Path directory) throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.toList();
        }
    }
}
