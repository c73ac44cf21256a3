package io.tagma.server.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Random;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Damages copies of what a process leaves that died while its log was open, and of what one leaves that was closed. */
class LogScrubberTest {
    private static final int ENTRY_COUNT = 3_000;
    private static final int ENTRY_LENGTH = 512;
    private static final int LOG_RECORDING = 0;

    @TempDir
    private static Path origin;

    @TempDir
    private Path copy;

    private final AtomicReference<Throwable> told = new AtomicReference<>();
    private Path segment;
    private long end;

    @BeforeAll
    static void leaveLogs() throws IOException {
        final TallyMachine machine = new TallyMachine();
        try (ClusterNode node = new ClusterNode(ClusterConfig.of(origin.resolve("closed"), ex -> { }), machine)) {
            node.start();
            for (int i = 1; i <= ENTRY_COUNT; i++) {
                // One at a time, so that the log has as many messages as entries.
                offer(node, i);
                final int count = i;
                Await.until(() -> machine.entryCount() == count, () -> "entry " + count);
            }
            copyTree(origin.resolve("closed"), origin.resolve("died"));
        }
        // As with a log that is not flushed: what is damaged here was not acknowledged. DamageTest has the others.
        Files.deleteIfExists(origin.resolve("died").resolve("cluster").resolve(AcknowledgedMark.FILE_NAME));
    }

    @BeforeEach
    void copyTheDead() throws IOException {
        useCopyOf("died");
    }

    @Test
    void shouldKeepEverythingWhenNothingIsDamaged() {
        assertThat(recoveredCount()).isEqualTo(ENTRY_COUNT);
    }

    @Test
    void shouldKeepEverythingWhenRubbishFollowsTheLog() {
        final byte[] rubbish = new byte[300_000];
        new Random(1).nextBytes(rubbish);
        LogFiles.write(segment, end, rubbish);

        assertThat(recoveredCount()).isEqualTo(ENTRY_COUNT);
    }

    @Test
    void shouldKeepEverythingWhenAHeaderWithoutABodyFollowsTheLog() throws IOException {
        final byte[] bytes = Files.readAllBytes(segment);
        final byte[] header = new byte[32];
        System.arraycopy(bytes, lastFrame(bytes), header, 0, header.length);
        new UnsafeBuffer(header).putInt(0, 600);
        new UnsafeBuffer(header).putInt(8, (int) end);
        LogFiles.write(segment, end, header);

        assertThat(recoveredCount()).isEqualTo(ENTRY_COUNT);
    }

    @Test
    void shouldKeepThePrefixWhenTheTailIsZeroed() {
        LogFiles.write(segment, end - 5_000, new byte[5_000]);

        assertThat(recoveredCount()).isBetween(ENTRY_COUNT - 12L, ENTRY_COUNT - 1L);
    }

    @Test
    void shouldKeepThePrefixWhenTheTailIsZeroedOverManyPages() {
        LogFiles.write(segment, end - 200_003, new byte[200_003]);

        assertThat(recoveredCount()).isBetween(ENTRY_COUNT - 400L, ENTRY_COUNT - 200L);
    }

    @Test
    void shouldKeepThePrefixWhenTheFileIsTruncated() {
        LogFiles.truncate(segment, end - 3_001);

        assertThat(recoveredCount()).isBetween(ENTRY_COUNT - 8L, ENTRY_COUNT - 1L);
    }

    @Test
    void shouldKeepEverythingWhenTheFileEndsWithTheLog() {
        LogFiles.truncate(segment, end);

        assertThat(recoveredCount()).isEqualTo(ENTRY_COUNT);
    }

    @Test
    void shouldKeepThePrefixWhenTheTailIsRubbish() {
        final byte[] rubbish = new byte[20_000];
        new Random(2).nextBytes(rubbish);
        LogFiles.write(segment, end - 10_000, rubbish);

        assertThat(recoveredCount()).isBetween(ENTRY_COUNT - 25L, ENTRY_COUNT - 1L);
    }

    @Test
    void shouldDropTheLastFrameWhenABitOfItIsFlipped() throws IOException {
        LogFiles.flipBit(segment, lastFrame(Files.readAllBytes(segment)) + 40L);

        assertThat(recoveredCount()).isBetween(ENTRY_COUNT - 1L, (long) ENTRY_COUNT);
    }

    @Test
    void shouldCutAnotherFileWhenItHoldsNoWholeFrame() throws IOException {
        final Path next = copy.resolve("archive").resolve("0-67108864.rec");
        Files.write(next, new byte[] {1, 2, 3});

        assertThat(recoveredCount()).isEqualTo(ENTRY_COUNT);
        assertThat(next).doesNotExist();
    }

    @Test
    void shouldRefuseAndChangeNothingWhenABitIsFlippedInTheMiddle() throws IOException {
        LogFiles.flipBit(segment, end / 2);
        final byte[] before = Files.readAllBytes(segment);

        assertThatThrownBy(this::recoveredCount).isInstanceOf(DamagedLogException.class)
            .hasMessageContaining("damaged before its end").hasMessageContaining("file=" + segment.toRealPath())
            .hasMessageContaining("offset=");
        assertThat(Files.readAllBytes(segment)).isEqualTo(before);
    }

    @Test
    void shouldRefuseWhenAPageIsZeroedInTheMiddle() {
        LogFiles.write(segment, end / 2, new byte[4_096]);

        assertThatThrownBy(this::recoveredCount).isInstanceOf(DamagedLogException.class);
    }

    @Test
    void shouldRefuseWhenALogThatWasClosedInOrderLacksItsTail() throws IOException {
        useCopyOf("closed");
        assertThat(recoveredCount()).isEqualTo(ENTRY_COUNT);

        useCopyOf("closed");
        LogFiles.write(segment, end - 5_000, new byte[5_000]);
        assertThatThrownBy(this::recoveredCount).isInstanceOf(DamagedLogException.class)
            .hasMessageContaining("closed in order").hasMessageContaining("offset=");
    }

    /** Recovers, takes another command, recovers again. */
    private long recoveredCount() {
        final TallyMachine machine = new TallyMachine();
        final long recovered;
        try (ClusterNode node = new ClusterNode(ClusterConfig.of(copy, told::set), machine)) {
            node.start();
            recovered = machine.entryCount();
            offer(node, recovered + 1);
            Await.until(() -> machine.entryCount() == recovered + 1, () -> "another entry");
        }
        assertThat(machine.isGapless()).isTrue();
        final TallyMachine again = new TallyMachine();
        try (ClusterNode node = new ClusterNode(ClusterConfig.of(copy, told::set), again)) {
            node.start();
        }
        assertThat(again.entryCount()).isEqualTo(recovered + 1);
        assertThat(again.stateHash()).isEqualTo(machine.stateHash());
        assertThat(told.get()).isNull();
        return recovered;
    }

    private void useCopyOf(final String name) throws IOException {
        copyTree(origin.resolve(name), copy);
        segment = LogFiles.segment(copy, LOG_RECORDING);
        final byte[] bytes = Files.readAllBytes(segment);
        int last = bytes.length - 1;
        while (bytes[last] == 0) {
            last--;
        }
        end = lastFrame(bytes) + (new UnsafeBuffer(bytes).getInt(lastFrame(bytes)) + 31L & ~31L);
        assertThat(last).isLessThan((int) end);
    }

    private static int lastFrame(final byte[] bytes) {
        final UnsafeBuffer buffer = new UnsafeBuffer(bytes);
        int frame = 0;
        int next = 0;
        while (buffer.getInt(next) > 0) {
            frame = next;
            next += buffer.getInt(frame) + 31 & ~31;
        }
        return frame;
    }

    private static void offer(final ClusterNode node, final long number) {
        final UnsafeBuffer entry = new UnsafeBuffer(new byte[ENTRY_LENGTH]);
        entry.putLong(0, number);
        for (int i = 8; i < ENTRY_LENGTH; i++) {
            entry.putByte(i, (byte) (number * 31 + i | 1));
        }
        assertThat(node.offer(entry, 0, ENTRY_LENGTH)).isZero();
    }

    private static void copyTree(final Path from, final Path to) throws IOException {
        for (final String name : new String[] {"archive", "cluster"}) {
            Files.createDirectories(to.resolve(name));
            try (Stream<Path> files = Files.list(from.resolve(name))) {
                for (final Path file : files.toList()) {
                    Files.copy(file, to.resolve(name).resolve(file.getFileName()),
                        StandardCopyOption.REPLACE_EXISTING);
                }
            }
        }
    }
}
