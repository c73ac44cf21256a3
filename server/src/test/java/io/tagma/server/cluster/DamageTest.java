package io.tagma.server.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.aeron.archive.client.AeronArchive;
import io.aeron.archive.codecs.CatalogHeaderDecoder;
import io.aeron.archive.codecs.RecordingDescriptorDecoder;
import io.aeron.archive.codecs.RecordingDescriptorHeaderDecoder;
import io.aeron.cluster.ConsensusModule;
import io.aeron.cluster.RecordingLog;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Arrays;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Every kind of damage in every file of a node that died: it boots with all that was acknowledged, or it refuses to
 * start and says what to do; never anything else, and never less.
 */
class DamageTest {
    private static final int ENTRY_COUNT = 3_000;
    private static final int LONG_ENTRY_LENGTH = 30_000;
    private static final int LONG_ENTRIES = 300;
    private static final int TERM_LENGTH = 4 * 1024 * 1024;
    private static final int SEGMENT_LENGTH = 64 * 1024 * 1024;
    private static final long LOG = 0;

    @TempDir
    private static Path origin;
    private static long hash;
    /** End of the last acknowledged entry. */
    private static long end;
    private static long longHash;
    private static long longEnd;

    @TempDir
    private Path copy;

    private final AtomicReference<Throwable> told = new AtomicReference<>();

    /** What is done to a range of a file. */
    private enum Damage {
        ZEROED, TRUNCATED, GARBAGE, STALE, FLIPPED_NEAR_END, FLIPPED_IN_MIDDLE;

        void apply(final Path file, final long from, final long to, final byte[] stale) {
            final byte[] bytes = new byte[(int) (to - from)];
            switch (this) {
                case ZEROED -> LogFiles.write(file, from, bytes);
                case TRUNCATED -> LogFiles.truncate(file, from + (to - from) / 3);
                case GARBAGE -> {
                    new Random(from).nextBytes(bytes);
                    LogFiles.write(file, from, bytes);
                }
                case STALE -> LogFiles.write(file, from, stale);
                case FLIPPED_NEAR_END -> LogFiles.flipBit(file, to - 8);
                case FLIPPED_IN_MIDDLE -> LogFiles.flipBit(file, from + (to - from) / 2);
                default -> throw new IllegalStateException(name());
            }
        }
    }

    private record Recovered(long entryCount, long hash, long restoredCount) {
    }

    @BeforeAll
    static void leaveLogs() throws Exception {
        final Path died = origin.resolve("died");
        TallyMachine machine = new TallyMachine();
        final Path running = origin.resolve("running");
        try (ClusterNode node = new ClusterNode(ClusterConfig.of(running, ex -> { }), machine)) {
            node.start();
            offer(node, machine, LONG_ENTRIES, LONG_ENTRY_LENGTH);
            node.requestSnapshot().get(20, TimeUnit.SECONDS);
        }
        machine = new TallyMachine();
        try (ClusterNode node = new ClusterNode(ClusterConfig.of(running, ex -> { }), machine)) {
            node.start();
            offer(node, machine, 1_000, 200);
            node.requestSnapshot().get(20, TimeUnit.SECONDS);
            offer(node, machine, ENTRY_COUNT - LONG_ENTRIES - 1_000 - 10, 200);
            for (int i = 0; i < 10; i++) {
                offer(node, machine, 1, 300);
            }
            hash = machine.stateHash();
            end = machine.entryPosition();
            awaitMark(running, end);
            copyTree(running, died);
        }
        final Path running2 = origin.resolve("running-long");
        machine = new TallyMachine();
        try (ClusterNode node = new ClusterNode(ClusterConfig.of(running2, ex -> { }), machine)) {
            node.start();
            offer(node, machine, 700, 100_000);
            longHash = machine.stateHash();
            longEnd = machine.entryPosition();
            awaitMark(running2, longEnd);
            copyTree(running2, origin.resolve("long"));
        }
        assertThat(longEnd).isGreaterThan(SEGMENT_LENGTH);
    }

    /** Never acknowledged: what was being written when the process died. */
    @ParameterizedTest
    @EnumSource(Damage.class)
    void shouldBootWithEverythingWhenWhatWasBeingWrittenIsDamaged(final Damage damage) throws IOException {
        useCopyOf("died");
        final Path segment = LogFiles.segment(copy, LOG);
        final long tail = frameEnd(segment);
        final int length = 3_000;
        // A datagram's worth that had begun to arrive: frames of an earlier time, moved to their new positions.
        final byte[] torn = LogFiles.read(segment, tail - length, length);
        new UnsafeBuffer(torn).putInt(8, (int) (tail % TERM_LENGTH));
        LogFiles.write(segment, tail, torn);
        damage.apply(segment, tail, tail + length, LogFiles.read(segment, tail - TERM_LENGTH, length));

        assertBootsWithEverything();
    }

    @ParameterizedTest
    @EnumSource(Damage.class)
    void shouldRefuseWhenTheLastAcknowledgedFrameIsDamaged(final Damage damage) throws IOException {
        useCopyOf("died");
        final Path segment = LogFiles.segment(copy, LOG);
        cutBehindTheLastEntry(segment);
        final long frame = lastFrame(segment);
        damage.apply(segment, frame + 8, end,
            LogFiles.read(segment, frame + 8 - TERM_LENGTH, (int) (end - frame - 8)));

        assertRefuses("the log ends before what was acknowledged", "acknowledged=", "file=" + segment.toRealPath());
    }

    /** The limit: within a quarter of a second of its acknowledgement, a frame cannot be told from a torn write. */
    @Test
    void shouldDropTheLastFrameWhenItIsDamagedBeforeTheMarkKnewOfIt() throws IOException {
        useCopyOf("died");
        final Path segment = LogFiles.segment(copy, LOG);
        cutBehindTheLastEntry(segment);
        Files.delete(copy.resolve("cluster").resolve(AcknowledgedMark.FILE_NAME));
        LogFiles.flipBit(segment, end - 40);

        assertThat(boot().entryCount()).isEqualTo(ENTRY_COUNT - 1);
    }

    @ParameterizedTest
    @EnumSource(Damage.class)
    void shouldRefuseWhenTheMiddleOfTheLogIsDamaged(final Damage damage) throws IOException {
        useCopyOf("died");
        final Path segment = LogFiles.segment(copy, LOG);
        // Behind the newest snapshot: what is before it is not needed, but of no older one's.
        damage.apply(segment, end - 100_000, end - 60_000,
            LogFiles.read(segment, end - 100_000 - TERM_LENGTH, 40_000));

        if (damage == Damage.TRUNCATED) {
            assertRefuses("the log ends before what was acknowledged");
        } else {
            assertRefuses("the log is damaged before its end", "nextWholeFrame=");
        }
    }

    @ParameterizedTest
    @EnumSource(Damage.class)
    void shouldRefuseWhenTheTailOfAnOlderSegmentIsDamaged(final Damage damage) throws IOException {
        useCopyOf("long");
        final Path segment = LogFiles.segment(copy, LOG);
        // Before the padding at its end, which is as long as an entry that did not fit.
        damage.apply(segment, SEGMENT_LENGTH - 260_000, SEGMENT_LENGTH - 150_000,
            LogFiles.read(segment, SEGMENT_LENGTH - 260_000 - TERM_LENGTH, 110_000));

        assertRefuses("the log is damaged before its end", "file=" + segment.toRealPath());
    }

    @Test
    void shouldBootWithAllSegmentsWhenNoneIsDamaged() throws IOException {
        useCopyOf("long");
        final Recovered recovered = boot();
        assertThat(recovered.entryCount()).isEqualTo(700);
        assertThat(recovered.hash()).isEqualTo(longHash);
    }

    @Test
    void shouldRefuseWhenAnOlderOrTheLastSegmentIsMissing() throws IOException {
        useCopyOf("long");
        Files.delete(LogFiles.segment(copy, LOG));
        assertRefuses("the log is damaged before its end");
        useCopyOf("long");
        Files.delete(copy.resolve("archive").resolve("0-" + SEGMENT_LENGTH + ".rec"));
        assertRefuses("the log ends before what was acknowledged");
    }

    @ParameterizedTest
    @EnumSource(Damage.class)
    void shouldUseThePreviousSnapshotWhenTheNewestOfTheServiceIsDamaged(final Damage damage) throws IOException {
        useCopyOf("died");
        damageSnapshot(damage, 0);

        assertThat(assertBootsWithEverything().restoredCount()).isEqualTo(LONG_ENTRIES);
    }

    @ParameterizedTest
    @EnumSource(Damage.class)
    void shouldUseThePreviousSnapshotWhenTheNewestOfTheConsensusModuleIsDamaged(final Damage damage)
        throws IOException {
        useCopyOf("died");
        damageSnapshot(damage, ConsensusModule.Configuration.SERVICE_ID);

        assertThat(assertBootsWithEverything().restoredCount()).isEqualTo(LONG_ENTRIES);
    }

    @ParameterizedTest
    @EnumSource(Damage.class)
    void shouldBootWithEverythingOrRefuseWhenTheRecordingLogIsDamaged(final Damage damage) throws IOException {
        useCopyOf("died");
        final Path file = copy.resolve("cluster").resolve(RecordingLog.RECORDING_LOG_FILE_NAME);
        final long length = Files.size(file);
        // Stale: what it held before the last two entries came.
        damage.apply(file, 0, length, Arrays.copyOf(Files.readAllBytes(file), (int) length / 2));

        assertBootsWithEverythingOrRefuses();
    }

    /** It has no checksums. */
    @Test
    void shouldEndWithAVerdictWhicheverBitOfTheRecordingLogIsFlipped() throws IOException {
        useCopyOf("died");
        final Path file = copy.resolve("cluster").resolve(RecordingLog.RECORDING_LOG_FILE_NAME);
        final byte[] bytes = Files.readAllBytes(file);
        final NodeDirectories directories = NodeDirectories.create(copy);
        int refused = 0;
        for (int at = 0; at < bytes.length; at += 7) {
            final byte[] flipped = bytes.clone();
            flipped[at] ^= (byte) (1 << at % 8);
            Files.write(file, flipped);
            try {
                new LogScrubber(directories, new SnapshotShelf(directories, new TallyMachine()), true).scrub();
            } catch (final DamagedLogException expected) {
                refused++;
            }
        }
        assertThat(refused).isPositive();
        Files.write(file, bytes);
        assertBootsWithEverything();
    }

    @ParameterizedTest
    @EnumSource(Damage.class)
    void shouldBootWithEverythingOrRefuseWhenTheCatalogueIsDamaged(final Damage damage) throws IOException {
        useCopyOf("died");
        final Path file = copy.resolve("archive").resolve(ArchiveCatalogue.FILE_NAME);
        final byte[] bytes = Files.readAllBytes(file);
        int used = bytes.length;
        while (bytes[used - 1] == 0) {
            used--;
        }
        damage.apply(file, used / 3, used, Arrays.copyOfRange(bytes, 64, 64 + used - used / 3));

        if (damage == Damage.TRUNCATED) {
            assertBootsWithEverythingOrRefuses();
        } else {
            assertRefuses("the archive's catalogue is damaged", "file=" + file.toRealPath());
        }
    }

    /** Found by torture, leader-kill, seed 7: half a snapshot got an end at one start, and the next start refused. */
    @Test
    void shouldAcceptAnEndThatTheArchiveGaveToARecordingWhoseProcessDied() throws IOException {
        useCopyOf("died");
        final Path archive = copy.resolve("archive");
        final Path file = archive.resolve(ArchiveCatalogue.FILE_NAME);
        final Recording open = ArchiveCatalogue.recordings(archive).values().stream()
            .filter(recording -> !recording.isStopped()).findFirst().orElseThrow();
        final ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.LITTLE_ENDIAN);
        int entry = CatalogHeaderDecoder.BLOCK_LENGTH + RecordingDescriptorHeaderDecoder.BLOCK_LENGTH;
        while (bytes.getLong(entry + RecordingDescriptorDecoder.recordingIdEncodingOffset()) != open.id()) {
            entry += RecordingDescriptorHeaderDecoder.BLOCK_LENGTH + bytes.getInt(entry
                - RecordingDescriptorHeaderDecoder.BLOCK_LENGTH);
        }
        bytes.putLong(entry + RecordingDescriptorDecoder.stopPositionEncodingOffset(), 4_096);
        bytes.putLong(entry + RecordingDescriptorDecoder.stopTimestampEncodingOffset(), 1);
        Files.write(file, bytes.array());
        assertThat(ArchiveCatalogue.recordings(archive).get(open.id()).stopPosition()).isEqualTo(4_096);

        bytes.putInt(entry + RecordingDescriptorDecoder.streamIdEncodingOffset(), 7);
        Files.write(file, bytes.array());
        assertThatThrownBy(() -> ArchiveCatalogue.recordings(archive)).isInstanceOf(DamagedLogException.class)
            .hasMessageContaining("checksum");
    }

    @Test
    void shouldRefuseWhenTheCatalogueOrTheRecordingLogIsGoneOrEmpty() throws IOException {
        final String[] files = {"archive/" + ArchiveCatalogue.FILE_NAME,
            "cluster/" + RecordingLog.RECORDING_LOG_FILE_NAME};
        for (final String name : files) {
            useCopyOf("died");
            Files.delete(copy.resolve(name));
            assertRefuses("file=", name);
            Files.write(copy.resolve(name), new byte[0]);
            assertRefuses("file=", name);
            Files.write(copy.resolve(name), new byte[4_096]);
            assertRefuses("file=", name);
        }
    }

    @Test
    void shouldBeginAnewWhenAProcessDiedBeforeItRecordedAnything() throws IOException {
        Files.createDirectories(copy.resolve("archive"));
        Files.write(copy.resolve("archive").resolve(ArchiveCatalogue.FILE_NAME), new byte[8_192]);

        assertThat(boot().entryCount()).isZero();
    }

    private void damageSnapshot(final Damage damage, final int serviceId) throws IOException {
        final long recording;
        try (RecordingLog log = new RecordingLog(copy.resolve("cluster").toFile(), false)) {
            recording = log.getLatestSnapshot(serviceId).recordingId;
        }
        final Path file = LogFiles.segment(copy, recording);
        final Recording described =
            ArchiveCatalogue.recordings(copy.resolve("archive")).get(recording);
        assertThat(described.stopPosition()).isNotEqualTo(AeronArchive.NULL_POSITION);
        final long length = described.stopPosition();
        // Its end is in the body of the last frame: a header's reserved bytes mean nothing, and nobody checks them.
        final long to = length - 40;
        damage.apply(file, length / 3, to, LogFiles.read(file, 0, (int) (to - length / 3)));
    }

    private Recovered assertBootsWithEverything() {
        final Recovered recovered = boot();
        assertThat(recovered.entryCount()).isEqualTo(ENTRY_COUNT);
        assertThat(recovered.hash()).isEqualTo(hash);
        return recovered;
    }

    private void assertBootsWithEverythingOrRefuses() {
        try {
            assertBootsWithEverything();
        } catch (final DamagedLogException refused) {
            assertThat(refused).hasMessageContaining("restore a backup").hasMessageContaining("file=");
        }
    }

    private void assertRefuses(final String... words) {
        assertThatThrownBy(this::boot).isInstanceOf(DamagedLogException.class).hasMessageContainingAll(words)
            .hasMessageContaining("restore a backup").hasMessageContaining("delete this member's data directory");
    }

    /** Boots, and takes another command. */
    private Recovered boot() {
        final TallyMachine machine = new TallyMachine();
        final Recovered recovered;
        try (ClusterNode node = new ClusterNode(ClusterConfig.of(copy, told::set), machine)) {
            node.start();
            recovered = new Recovered(machine.entryCount(), machine.stateHash(), machine.restoredCount);
            offer(node, machine, 1, 100);
        }
        assertThat(told.get()).isNull();
        assertThat(machine.isGapless()).isTrue();
        return recovered;
    }

    private void useCopyOf(final String name) throws IOException {
        for (final String part : new String[] {"archive", "cluster"}) {
            if (Files.exists(copy.resolve(part))) {
                try (Stream<Path> files = Files.list(copy.resolve(part))) {
                    for (final Path file : files.toList()) {
                        Files.delete(file);
                    }
                }
            }
        }
        copyTree(origin.resolve(name), copy);
    }

    /** As if the process had died at once after the last acknowledgement, and not within the next second. */
    private static void cutBehindTheLastEntry(final Path segment) {
        final byte[] nothing = new byte[64 * 1024];
        LogFiles.write(segment, end, nothing);
    }

    private static long lastFrame(final Path segment) {
        return frames(segment, end)[0];
    }

    private static long frameEnd(final Path segment) {
        return frames(segment, Long.MAX_VALUE)[1];
    }

    /** Begin and end of the last frame before the limit. */
    private static long[] frames(final Path segment, final long limit) {
        final UnsafeBuffer buffer = new UnsafeBuffer(LogFiles.read(segment, 0, (int) Math.min(end + 100_000,
            SEGMENT_LENGTH)));
        long frame = 0;
        long next = 0;
        while (next < limit && buffer.getInt((int) next) > 0) {
            frame = next;
            next += buffer.getInt((int) frame) + 31 & ~31;
        }
        return new long[] {frame, next};
    }

    private static void offer(final ClusterNode node, final TallyMachine machine, final int count, final int length) {
        final UnsafeBuffer entry = new UnsafeBuffer(new byte[length]);
        for (int i = 0; i < count; i++) {
            final long number = machine.entryCount() + 1;
            for (int at = 8; at < length; at++) {
                entry.putByte(at, (byte) (number * 31 + at | 1));
            }
            entry.putLong(0, number);
            Await.until(() -> node.offer(entry, 0, length) == 0, () -> "taken: " + number);
            Await.until(() -> machine.entryCount() == number, () -> "applied: " + number);
        }
    }

    private static void awaitMark(final Path directory, final long position) {
        Await.until(() -> AcknowledgedMark.read(directory.resolve("cluster")) >= position, () -> "the mark");
    }

    /** Copies what is not a hole only; the mark before the log, which goes on. */
    private static void copyTree(final Path from, final Path to) throws IOException {
        for (final String part : new String[] {"cluster", "archive"}) {
            Files.createDirectories(to.resolve(part));
            try (Stream<Path> files = Files.list(from.resolve(part))) {
                for (final Path file : files.toList()) {
                    final Path copied = to.resolve(part).resolve(file.getFileName());
                    if (file.toString().endsWith(".rec")) {
                        copySparse(file, copied);
                    } else {
                        Files.copy(file, copied, StandardCopyOption.REPLACE_EXISTING);
                    }
                }
            }
        }
    }

    private static void copySparse(final Path from, final Path to) {
        final byte[] zeros = new byte[1 << 20];
        final byte[] chunk = new byte[1 << 20];
        try (RandomAccessFile in = new RandomAccessFile(from.toFile(), "r");
            RandomAccessFile out = new RandomAccessFile(to.toFile(), "rw")) {
            out.setLength(in.length());
            int length = in.read(chunk);
            long at = 0;
            while (length > 0) {
                if (!Arrays.equals(chunk, 0, length, zeros, 0, length)) {
                    out.seek(at);
                    out.write(chunk, 0, length);
                }
                at += length;
                length = in.read(chunk);
            }
        } catch (final IOException ex) {
            throw new UncheckedIOException(ex);
        }
    }
}
