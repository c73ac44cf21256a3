package io.tagma.server.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.aeron.cluster.RecordingLog;
import io.tagma.engine.Engine;
import io.tagma.engine.EngineListener;
import io.tagma.engine.EngineOptions;
import io.tagma.engine.log.NodeTooOldException;
import io.tagma.engine.log.StateMachine;
import io.tagma.engine.subject.StoreSizes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Two snapshots of an engine, each with every kind of damage, before launch. */
class SnapshotShelfTest {
    @TempDir
    private static Path origin;

    private static Engine engine;
    private static List<SnapshotRound> rounds;

    @TempDir
    private Path copy;

    private NodeDirectories directories;

    @BeforeAll
    static void leaveSnapshots() {
        try (EngineNode node = new EngineNode(origin, 1_000, 1)) {
            node.begin(2);
            node.put(0, 300);
            node.snapshot();
            node.put(300, 900);
            node.snapshot();
            node.put(900, 920);
            node.stop();
        }
        try (RecordingLog log = new RecordingLog(origin.resolve("cluster").toFile(), false)) {
            rounds = SnapshotRound.of(log);
        }
        assertThat(rounds).hasSize(2);
        engine = new Engine(new EngineOptions(1, StoreSizes.expecting(100)), EngineListener.NONE);
    }

    @AfterAll
    static void close() {
        engine.close();
    }

    @BeforeEach
    void copy() throws IOException {
        for (final String name : new String[] {"archive", "cluster"}) {
            Files.createDirectory(copy.resolve(name));
            try (Stream<Path> files = Files.list(origin.resolve(name))) {
                for (final Path file : files.toList()) {
                    Files.copy(file, copy.resolve(name).resolve(file.getFileName()));
                }
            }
        }
        directories = NodeDirectories.create(copy);
    }

    @Test
    void shouldUseTheNewestWhenItIsWhole() {
        assertThat(scrub(engine)).isEqualTo(rounds.get(0));
        assertThat(directories.setAside()).doesNotExist();
    }

    @Test
    void shouldUseTheOneBeforeWhenTheNewestIsDamaged() throws IOException {
        final Path machine = file(rounds.get(0).machineId());
        final Path module = file(rounds.get(0).moduleId());
        final byte[] bytes = Files.readAllBytes(machine);
        final List<Consumer<Path>> damages = List.of(
            file -> LogFiles.flipBit(file, 5_000),
            file -> LogFiles.truncate(file, 9_000),
            file -> LogFiles.truncate(file, 9_001),
            file -> LogFiles.truncate(file, 0),
            file -> LogFiles.write(file, 1_000, new byte[4_096]),
            SnapshotShelfTest::delete);
        for (int i = 0; i < damages.size(); i++) {
            damages.get(i).accept(machine);
            assertThat(scrub(engine)).as("damage %d", i).isEqualTo(rounds.get(1));
            assertThat(machine).doesNotExist();
            assertThat(module).doesNotExist();
            assertThat(place(rounds.get(0)).resolve(SnapshotShelf.REASON_FILE)).isNotEmptyFile();
            // Struck: it is not looked at again.
            assertThat(scrub(engine)).isEqualTo(rounds.get(1));
            restoreCluster();
            Files.write(machine, bytes);
            Files.copy(origin.resolve("archive").resolve(module.getFileName()), module);
            assertThat(scrub(engine)).isEqualTo(rounds.get(0));
        }
        LogFiles.flipBit(module, 200);
        assertThat(scrub(engine)).isEqualTo(rounds.get(1));
    }

    @Test
    void shouldUseTheOneBeforeWhenTheEngineRefusesWhatItsFramesSayIsWhole() {
        final StateMachine refusing = new DelegatingMachine(engine) {
            private boolean isAsked;

            @Override
            public void check(final SnapshotSource source) {
                // The first message is missing, as if it had been written without.
                if (!isAsked) {
                    isAsked = true;
                    source.read((buffer, offset, length) -> { });
                }
                super.check(source);
            }
        };
        assertThat(scrub(refusing)).isEqualTo(rounds.get(1));
        assertThat(reason(rounds.get(0))).contains("no section of this snapshot");
    }

    @Test
    void shouldRefuseAndChangeNothingWhenTheNewestThatIsWholeIsOfNewerSoftware() throws IOException {
        final StateMachine old = new DelegatingMachine(engine) {
            @Override
            public void check(final SnapshotSource source) {
                super.check(source);
                throw new NodeTooOldException("snapshotFormat", 4, 3);
            }
        };
        LogFiles.flipBit(file(rounds.get(0).machineId()), 5_000);
        final byte[] before = Files.readAllBytes(recordingLog());

        assertThatThrownBy(() -> scrub(old)).isInstanceOf(NodeTooOldException.class)
            .hasMessageContaining("snapshotFormat=4");
        assertThat(Files.readAllBytes(recordingLog())).isEqualTo(before);
        assertThat(file(rounds.get(0).machineId())).exists();
        assertThat(directories.setAside()).doesNotExist();
    }

    @Test
    void shouldUseTheLogWhenNoneIsWholeAndItIsAllThere() {
        rounds.forEach(round -> LogFiles.flipBit(file(round.machineId()), 5_000));

        assertThat(scrub(engine)).isNull();
    }

    @Test
    void shouldRefuseAndChangeNothingWhenNoneIsWholeAndTheDirectoryWasRestored() throws IOException {
        Files.writeString(directories.restored(), "restored");
        assertThat(scrub(engine)).isEqualTo(rounds.get(0));
        rounds.forEach(round -> LogFiles.flipBit(file(round.machineId()), 5_000));

        for (int i = 0; i < 2; i++) {
            assertThatThrownBy(() -> scrub(engine)).isInstanceOf(DamagedLogException.class)
                .hasMessageContaining("restored from a backup").hasMessageContaining("nothing was changed");
        }
        assertThat(file(rounds.get(0).machineId())).exists();
        assertThat(directories.setAside()).doesNotExist();
    }

    @Test
    void shouldKeepAtMostTwoAside() throws IOException {
        for (final String earlier : new String[] {"17", "5", "9"}) {
            Files.createDirectories(directories.setAside().resolve(earlier));
            Files.writeString(directories.setAside().resolve(earlier).resolve(SnapshotShelf.REASON_FILE), "bad");
        }
        LogFiles.flipBit(file(rounds.get(0).machineId()), 5_000);
        scrub(engine);

        try (Stream<Path> places = Files.list(directories.setAside())) {
            assertThat(places.map(Path::getFileName).map(Path::toString))
                .containsExactlyInAnyOrder("17", Long.toString(rounds.get(0).position()));
        }
    }

    @Test
    void shouldReadWhatTheEngineWroteStraightFromTheDisk() {
        try (MachineSnapshot snapshot = ClusterNode.openSnapshot(copy)) {
            final Engine restored = new Engine(new EngineOptions(5, StoreSizes.expecting(1_000)), EngineListener.NONE);
            restored.restore(snapshot);
            assertThat(restored.view().info().get("subjects")).isEqualTo(900);
            restored.close();
        }
        assertThat(ClusterNode.openSnapshot(copy.resolve("elsewhere"))).isNull();
    }

    private SnapshotRound scrub(final StateMachine machine) {
        final LogScrubber scrubber = new LogScrubber(directories, new SnapshotShelf(directories, machine), true);
        assertThat(scrubber.scrub()).isGreaterThan(rounds.get(0).position());
        return scrubber.snapshot();
    }

    private String reason(final SnapshotRound round) {
        try {
            return Files.readString(place(round).resolve(SnapshotShelf.REASON_FILE));
        } catch (final IOException ex) {
            throw new AssertionError(ex);
        }
    }

    private Path place(final SnapshotRound round) {
        return directories.setAside().resolve(Long.toString(round.position()));
    }

    private Path file(final long recordingId) {
        return LogFiles.segment(directories.data(), recordingId);
    }

    private void restoreCluster() throws IOException {
        Files.copy(origin.resolve("cluster").resolve(RecordingLog.RECORDING_LOG_FILE_NAME), recordingLog(),
            StandardCopyOption.REPLACE_EXISTING);
    }

    private Path recordingLog() {
        return copy.resolve("cluster").resolve(RecordingLog.RECORDING_LOG_FILE_NAME);
    }

    private static void delete(final Path file) {
        try {
            Files.delete(file);
        } catch (final IOException ex) {
            throw new AssertionError(ex);
        }
    }
}
