package io.tagma.server.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tagma.engine.log.CommandLog;
import io.tagma.engine.log.NoSpaceException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ClusterNodeTest {
    private static final int ENTRY_LENGTH = 64;

    @TempDir
    private Path directory;

    private final AtomicReference<Throwable> told = new AtomicReference<>();
    private final UnsafeBuffer entry = new UnsafeBuffer(new byte[256 * 1024]);
    private TallyMachine machine = new TallyMachine();
    private ClusterNode node;
    private long number;

    @AfterEach
    void close() {
        machine.isHolding = false;
        if (node != null) {
            node.close();
        }
    }

    @Test
    void shouldReplayTheSameStateWhenRestarted() {
        start();
        offer(2_000);
        awaitApplied(2_000);
        final long hash = machine.stateHash();
        restart();

        assertThat(node.recovery()).startsWith("the log is ");
        assertThat(machine.entryCount()).isEqualTo(2_000);
        assertThat(machine.restoredCount).isZero();
        assertThat(machine.stateHash()).isEqualTo(hash);

        offer(500);
        awaitApplied(2_500);
        node.close();
        assertThat(machine.isGapless()).isTrue();
        assertThat(told.get()).isNull();
        assertThat(node.failure()).isNull();
    }

    @Test
    void shouldApplyWhatWasTakenWhenClosed() {
        start();
        offer(20_000);
        node.close();
        node.close();

        assertThat(machine.entryCount()).isEqualTo(20_000);
        assertThat(machine.isGapless()).isTrue();
        assertThat(node.offer(entry, 0, ENTRY_LENGTH)).isEqualTo(CommandLog.NOT_CONNECTED);
    }

    @Test
    void shouldPackManyEntriesIntoOneMessageWhenManyWait() {
        start();
        offer(10_000);
        awaitApplied(10_000);

        assertThat(machine.messageCount).isLessThan(5_000);
    }

    @Test
    void shouldRestoreFromSnapshotAndReplayTheRestWhenRestarted() throws Exception {
        start();
        offer(30_000);
        awaitApplied(30_000);
        final long position = node.requestSnapshot().get(20, TimeUnit.SECONDS);
        assertThat(position).isPositive();
        offer(1_000);
        awaitApplied(31_000);
        final long hash = machine.stateHash();
        restart();

        assertThat(machine.restoredCount).isEqualTo(30_000);
        assertThat(machine.entryCount()).isEqualTo(31_000);
        assertThat(machine.stateHash()).isEqualTo(hash);
        offer(1);
        awaitApplied(31_001);
        node.close();
        assertThat(machine.isGapless()).isTrue();
    }

    @Test
    void shouldTakeSnapshotsOneAfterTheOtherWhenSeveralAreAskedFor() throws Exception {
        start();
        offer(10);
        final CompletableFuture<Long> first = node.requestSnapshot();
        final CompletableFuture<Long> second = node.requestSnapshot();
        final CompletableFuture<Long> third = node.requestSnapshot();

        assertThat(first.get(20, TimeUnit.SECONDS)).isLessThan(second.get(20, TimeUnit.SECONDS));
        assertThat(second.join()).isLessThan(third.get(20, TimeUnit.SECONDS));
        restart();
        assertThat(machine.entryCount()).isEqualTo(10);
    }

    @Test
    void shouldUseTheLogWhenTheNewestSnapshotIsDamaged() throws Exception {
        start();
        offer(3_000);
        awaitApplied(3_000);
        node.requestSnapshot().get(20, TimeUnit.SECONDS);
        node.close();
        // Recording 0 is the log, the others are the snapshot's: of the service, and of the consensus module.
        LogFiles.flipBit(LogFiles.segment(directory, 1), 4_000);
        reopen();

        assertThat(machine.restoredCount).isZero();
        assertThat(machine.entryCount()).isEqualTo(3_000);
        offer(1);
        awaitApplied(3_001);
    }

    @Test
    void shouldDeliverEntriesWholeWhenTheyAreLongerThanADatagram() {
        start();
        for (final int length : new int[] {1_400, 9_000, 65_536, node.entryLengthMax()}) {
            entry.putLong(0, ++number);
            assertThat(node.offer(entry, 0, length)).isZero();
            awaitApplied(number);
            assertThat(machine.entryLengthMax).isEqualTo(length);
        }
        assertThat(node.entryLengthMax()).isGreaterThan(100_000);
        assertThat(node.offer(entry, 0, node.entryLengthMax() + 1)).isEqualTo(CommandLog.TOO_LARGE);
        final long hash = machine.stateHash();
        restart();
        assertThat(machine.stateHash()).isEqualTo(hash);
    }

    @Test
    void shouldAnswerBackPressuredAndLoseNothingWhenTheEngineIsHeldUp() {
        start();
        machine.isHolding = true;
        Await.until(() -> {
            entry.putLong(0, number + 1);
            final long answer = node.offer(entry, 0, 30_000);
            if (answer == 0) {
                number++;
            }
            return answer == CommandLog.BACK_PRESSURED;
        }, () -> "back-pressure");
        assertThat(number).isGreaterThan(100);
        machine.isHolding = false;
        awaitApplied(number);
        offer(10);
        awaitApplied(number);
        node.close();
        assertThat(machine.isGapless()).isTrue();
    }

    @Test
    void shouldSliceAtLeastEverySecondWhenNothingElseHappens() {
        start();
        Await.until(() -> machine.sliceCount >= 2, () -> "two slices: " + machine.sliceCount);
        Await.until(() -> machine.idleCount > 10, () -> "idle work");
    }

    @Test
    void shouldSliceAtOnceAndGoOnAfterARestartWhenWorkIsPending() {
        start();
        machine.slicesWanted = 500;
        offer(1);
        Await.until(() -> machine.slicesWanted == 0, () -> "slices left: " + machine.slicesWanted);
        restart();
        machine.slicesWanted = 500;
        offer(1);
        Await.until(() -> machine.slicesWanted == 0, () -> "slices left: " + machine.slicesWanted);
        assertThat(machine.isReentered).isFalse();
    }

    @Test
    void shouldRefuseWritesAndSnapshotsWhileTheDiskIsNearlyFullAndTakeThemAgain() throws Exception {
        final AtomicLong free = new AtomicLong(1L << 30);
        node = new ClusterNode(ClusterConfig.of(directory, told::set), machine, SnapshotSchedule.USUAL, Peers.NONE,
            disk -> free.get());
        node.start();
        offer(1_000);
        awaitApplied(1_000);
        free.set((3L << 26) - 1);
        Await.until(() -> node.offer(entry, 0, 0) == CommandLog.NO_SPACE || node.failure() != null, () -> "refusal");
        assertThat(node.info()).containsAllEntriesOf(Map.of("diskFreeBytes", (3L << 26) - 1, "diskReserveBytes",
            3L << 26, "writable", false));
        assertThat(node.failure()).isNull();

        free.set(50L << 20);
        Await.until(() -> node.info().get("diskFreeBytes").equals(50L << 20), () -> "a probe");
        assertThatThrownBy(() -> node.requestSnapshot().get(1, TimeUnit.SECONDS))
            .hasCauseInstanceOf(NoSpaceException.class).hasMessageContaining("no room for a snapshot");
        final long slices = machine.sliceCount;
        Await.until(() -> machine.sliceCount > slices, () -> "slices go on");

        free.set(1L << 30);
        Await.until(() -> (boolean) node.info().get("writable"), () -> "room");
        node.requestSnapshot().get(20, TimeUnit.SECONDS);
        Await.until(() -> (long) node.info().get("diskReserveBytes") > 3L << 26, () -> "the snapshot counts");
        number = machine.entryCount();
        offer(10);
        awaitApplied(number);
        assertThat(told.get()).isNull();
    }

    @Test
    void shouldStartAndRefuseWritesWhenTheDiskIsNearlyFullFromTheBeginning() throws Exception {
        start();
        offer(100);
        awaitApplied(100);
        node.requestSnapshot().get(20, TimeUnit.SECONDS);
        node.close();
        machine = new TallyMachine();
        node = new ClusterNode(ClusterConfig.of(directory, told::set), machine, SnapshotSchedule.USUAL, Peers.NONE,
            disk -> 3L << 26);
        node.start();

        assertThat(machine.entryCount()).isEqualTo(100);
        assertThat(node.offer(entry, 0, ENTRY_LENGTH)).isEqualTo(CommandLog.NO_SPACE);
        assertThat((long) node.info().get("diskReserveBytes")).as("the newest snapshot is found")
            .isGreaterThan(3L << 26);
    }

    @Test
    void shouldFailAndTellWhenTheMachineThrows() {
        start();
        machine.isFailing = true;
        offer(1);
        Await.until(() -> told.get() != null, () -> "failure told");

        assertThat(told.get()).hasMessage("told to fail");
        assertThat(node.failure()).isSameAs(told.get());
        assertThat(node.offer(entry, 0, ENTRY_LENGTH)).isEqualTo(CommandLog.NOT_CONNECTED);
        assertThatThrownBy(() -> node.requestSnapshot().get(1, TimeUnit.SECONDS))
            .isInstanceOf(ExecutionException.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"archive-recorder", "tagma-ingress"})
    void shouldFailAndTellWhenAThreadOfTheLogDies(final String name) {
        start();
        Thread.getAllStackTraces().keySet().stream()
            .filter(thread -> thread.getName().startsWith(name)).forEach(Thread::interrupt);
        Await.until(() -> told.get() != null, () -> "failure told");

        assertThat(node.failure()).isNotNull();
        assertThat(node.offer(entry, 0, ENTRY_LENGTH)).isEqualTo(CommandLog.NOT_CONNECTED);
    }

    @Test
    void shouldRefuseTheDirectoryWhenAnotherNodeHasIt() {
        start();
        try (ClusterNode other = new ClusterNode(ClusterConfig.of(directory, told::set), new TallyMachine())) {
            assertThatThrownBy(other::start).isInstanceOf(IllegalStateException.class).hasMessageContaining("in use");
        }
        offer(5);
        awaitApplied(5);
    }

    @Test
    void shouldRunSideBySideWhenDirectoriesDiffer() throws Exception {
        start();
        final TallyMachine second = new TallyMachine();
        final Path elsewhere = Files.createDirectory(directory.resolve("second"));
        try (ClusterNode other = new ClusterNode(ClusterConfig.of(elsewhere, told::set), second)) {
            other.start();
            entry.putLong(0, 1);
            assertThat(other.offer(entry, 0, ENTRY_LENGTH)).isZero();
            Await.until(() -> second.entryCount() == 1, () -> "entry of the second node");
        }
        assertThat(machine.entryCount()).isZero();
    }

    @Test
    void shouldCleanUpBehindItselfWhenClosed() {
        start();
        final Path driver = NodeDirectories.create(directory).driver();
        assertThat(driver).exists();
        node.close();

        assertThat(driver).doesNotExist();
    }

    @Test
    void shouldStartOnceOnly() {
        start();
        assertThatThrownBy(node::start).isInstanceOf(IllegalStateException.class);
    }

    private void start() {
        node = new ClusterNode(ClusterConfig.of(directory, told::set), machine);
        node.start();
    }

    private void reopen() {
        machine = new TallyMachine();
        start();
    }

    private void restart() {
        node.close();
        reopen();
    }

    private void offer(final int count) {
        for (int i = 0; i < count; i++) {
            entry.putLong(0, ++number);
            while (node.offer(entry, 0, ENTRY_LENGTH) != 0) {
                assertThat(node.failure()).isNull();
                Thread.yield();
            }
        }
    }

    private void awaitApplied(final long count) {
        Await.until(() -> machine.entryCount() == count || node.failure() != null,
            () -> "applied: " + machine.entryCount() + " of " + count);
        assertThat(node.failure()).isNull();
    }
}
