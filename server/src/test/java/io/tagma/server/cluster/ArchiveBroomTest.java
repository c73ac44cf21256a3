package io.tagma.server.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.aeron.cluster.RecordingLog;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.LongSupplier;
import java.util.stream.Stream;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A real node whose log outgrows a segment file of 64 MB, several times. */
class ArchiveBroomTest {
    private static final int ENTRY_LENGTH = 120_000;
    private static final int ENTRIES_PER_SEGMENT = 600;
    private static final long SEGMENT_LENGTH = 64L * 1024 * 1024;

    @TempDir
    private Path directory;

    private final AtomicReference<Throwable> told = new AtomicReference<>();
    private final AtomicLong liveMembersPosition = new AtomicLong(Long.MAX_VALUE);
    private final UnsafeBuffer entry = new UnsafeBuffer(new byte[ENTRY_LENGTH]);
    private TallyMachine machine;
    private ClusterNode node;
    private final Set<Long> damaged = new HashSet<>();
    private long number;

    @AfterEach
    void close() {
        if (node != null) {
            node.close();
        }
    }

    @Test
    void shouldKeepTwoSnapshotsAndTheLogBehindTheOlderAndStartFromEither() throws IOException {
        start();
        final long first = fillAndSnapshot();
        final long second = fillAndSnapshot();
        fill(10);
        final long third = snapshot();
        awaitRounds(second, third);
        Await.until(() -> !Files.exists(log(0)) && !Files.exists(log(SEGMENT_LENGTH)), () -> "the log is purged");
        assertThat(first).isGreaterThan(SEGMENT_LENGTH);
        assertThat(log(2 * SEGMENT_LENGTH)).as("holds the older snapshot's position %d", second).exists();
        fill(5);
        final long count = number;
        final long hash = machine.stateHash();

        restart();
        assertThat(machine.restoredCount).isEqualTo(count - 5);
        assertState(count, hash);

        // What a process leaves that dies while it purges: files that nothing refers to.
        node.close();
        Files.write(log(0), new byte[100]);
        Files.write(archive("1-0.rec"), new byte[100]);
        start();
        assertState(count, hash);
        Await.until(() -> !Files.exists(log(0)) && !Files.exists(archive("1-0.rec")), () -> "leftovers are deleted");

        node.close();
        damageNewest();
        start();
        assertThat(machine.restoredCount).isEqualTo(count - 15);
        assertState(count, hash);
        assertThat(setAside(third)).contains(SnapshotShelf.REASON_FILE).hasSize(3);

        // The replay has come upon the action and has taken the third again.
        node.close();
        assertThat(node.snapshotFigures().position()).isEqualTo(third);
        damageNewest();
        damageNewest();
        for (int i = 0; i < 2; i++) {
            assertThatThrownBy(() -> new ClusterNode(ClusterConfig.of(directory, told::set), new TallyMachine())
                .start()).isInstanceOf(DamagedLogException.class).hasMessageContaining("no whole snapshot is left")
                .hasMessageContaining("tagma restore").hasMessageContaining("nothing was changed");
        }
        assertThat(told.get()).isNull();
    }

    @Test
    void shouldNotPurgeTheLogThatALiveMemberHasYetToRead() {
        liveMembersPosition.set(SEGMENT_LENGTH + 5);
        start();
        fillAndSnapshot();
        final long second = fillAndSnapshot();
        fill(10);
        final long third = snapshot();
        awaitRounds(second, third);
        Await.until(() -> !Files.exists(log(0)), () -> "the log's first segment is purged");
        assertThat(log(SEGMENT_LENGTH)).exists();

        final ArchiveBroom broom = broom();
        assertThat(broom.sweep()).as("waits for the member").isFalse();
        assertThat(log(SEGMENT_LENGTH)).exists();
        liveMembersPosition.set(third);
        assertThat(broom.sweep()).isTrue();
        Await.until(() -> !Files.exists(log(SEGMENT_LENGTH)), () -> "the log's second segment is purged");
        assertThat(broom.sweep()).isTrue();
        assertThat(log(2 * SEGMENT_LENGTH)).exists();
    }

    @Test
    void shouldPurgeNothingWhenThereIsOneSnapshotOnly() {
        start();
        final long only = fillAndSnapshot();
        assertThat(broom().sweep()).isTrue();
        assertThat(log(0)).exists();
        awaitRounds(only);
    }

    @Test
    void shouldDeleteOldSnapshotsWhenTheLogIsShort() {
        start();
        fill(1);
        snapshot();
        final long second = snapshot();
        final long third = snapshot();
        awaitRounds(second, third);
        assertThat(log(0)).exists();
        restart();
        assertThat(machine.restoredCount).isEqualTo(1);
        final long fourth = snapshot();
        awaitRounds(third, fourth);
    }

    private void assertState(final long count, final long hash) {
        Await.until(() -> machine.entryCount() == count, () -> "entries: " + machine.entryCount());
        assertThat(machine.stateHash()).isEqualTo(hash);
    }

    private List<String> setAside(final long position) throws IOException {
        try (Stream<Path> files = Files.list(directory.resolve("set-aside").resolve(Long.toString(position)))) {
            return files.map(file -> file.getFileName().toString()).toList();
        }
    }

    /** The recordings that the catalogue has, but for the log's, are those of the snapshots at the positions. */
    private void awaitRounds(final long... positions) {
        Await.until(() -> recordings().size() == 1 + 2 * positions.length, () -> "recordings: " + recordings());
        Await.until(() -> snapshotFiles() == 2L * positions.length, () -> "files: " + snapshotFiles());
        try (RecordingLog log =
            new RecordingLog(directory.resolve("cluster").toFile(), false)) {
            assertThat(SnapshotRound.of(log).stream().filter(round -> round.isIn(recordings()))
                .mapToLong(SnapshotRound::position).sorted().toArray()).isEqualTo(positions);
        }
    }

    private long snapshotFiles() {
        try (Stream<Path> files = Files.list(directory.resolve("archive"))) {
            return files.filter(file -> file.toString().endsWith("-0.rec") && !file.equals(log(0))).count();
        } catch (final IOException ex) {
            throw new AssertionError(ex);
        }
    }

    private Map<Long, Recording> recordings() {
        return ArchiveCatalogue.ofRunning(directory.resolve("archive"));
    }

    /** Of those that are not damaged yet. */
    private void damageNewest() throws IOException {
        final Recording newest = recordings().values().stream().filter(recording -> recording.streamId() == 106
            && Files.exists(archive(recording.id() + "-0.rec")) && !damaged.contains(recording.id()))
            .max(Comparator.comparingLong(Recording::id)).orElseThrow();
        damaged.add(newest.id());
        LogFiles.flipBit(archive(newest.id() + "-0.rec"), 600);
    }

    private ArchiveBroom broom() {
        final NodeDirectories directories = NodeDirectories.create(directory);
        return new ArchiveBroom(directories, () -> node.connectArchive(directories), liveMembersPosition::get);
    }

    private Path log(final long position) {
        return archive("0-" + position + ".rec");
    }

    private Path archive(final String name) {
        return directory.resolve("archive").resolve(name);
    }

    private long fillAndSnapshot() {
        fill(ENTRIES_PER_SEGMENT);
        return snapshot();
    }

    private void fill(final int count) {
        for (int i = 0; i < count; i++) {
            entry.putLong(0, ++number);
            Await.until(() -> node.offer(entry, 0, ENTRY_LENGTH) == 0, () -> "room in the queue");
        }
        Await.until(() -> machine.entryCount() == number, () -> "entries: " + machine.entryCount());
    }

    private long snapshot() {
        return node.requestSnapshot().join();
    }

    private void start() {
        machine = new TallyMachine();
        node = new ClusterNode(ClusterConfig.of(directory, told::set), machine, SnapshotSchedule.USUAL,
            new LivePeers(liveMembersPosition::get));
        node.start();
    }

    private void restart() {
        node.close();
        start();
    }

    /** Others that are never asked while a node starts alone. */
    private record LivePeers(LongSupplier position) implements Peers {
        @Override
        public List<PeerReport> reports() {
            return List.of();
        }

        @Override
        public boolean requestSnapshot(final int memberId) {
            return false;
        }

        @Override
        public long lowestLivePosition() {
            return position.getAsLong();
        }
    }
}
