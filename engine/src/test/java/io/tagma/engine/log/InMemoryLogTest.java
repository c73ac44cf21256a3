package io.tagma.engine.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class InMemoryLogTest {
    private static final int QUEUE_CAPACITY = 64 * 1024;

    private final TallyMachine machine = new TallyMachine();
    private final AtomicLong clock = new AtomicLong(1_000_000);
    private final InMemoryLog log = new InMemoryLog(machine, clock::get, QUEUE_CAPACITY);
    private final UnsafeBuffer entry = new UnsafeBuffer(new byte[256 * 1024]);

    @AfterEach
    void close() {
        machine.isHolding = false;
        log.close();
    }

    @Test
    void shouldApplyAllWaitingEntriesInOneMessageWhenCranked() {
        offer(log, 1, 2, 3);

        assertThat(machine.entryCount).isZero();
        log.doWork();

        assertThat(machine.entryCount).isEqualTo(3);
        assertThat(machine.messageCount).isEqualTo(1);
        assertThat(machine.timestampMs).isEqualTo(1_000_000);
    }

    @Test
    void shouldKeepOrderAndBytesWhenQueueWrapsMany() {
        final TallyMachine expected = new TallyMachine();
        for (int round = 0; round < 200; round++) {
            for (int i = 0; i < 20; i++) {
                final int length = 8 + (round * 7 + i * 13) % 500;
                entry.putLong(0, round * 100L + i);
                assertThat(log.offer(entry, 0, length)).isZero();
                applyAlone(expected, length);
            }
            log.doWork();
        }

        assertThat(machine.entryCount).isEqualTo(4_000);
        assertThat(machine.stateHash()).isEqualTo(expected.stateHash());
    }

    @Test
    void shouldAnswerBackPressuredWhenQueueIsFullAndTakeAgainWhenDrained() {
        int taken = 0;
        while (log.offer(entry, 0, 1_000) == 0) {
            taken++;
        }

        assertThat(log.offer(entry, 0, 1_000)).isEqualTo(CommandLog.BACK_PRESSURED);
        assertThat(taken).isBetween(50, 65);
        log.doWork();
        assertThat(machine.entryCount).isEqualTo(taken);
        assertThat(log.offer(entry, 0, 1_000)).isZero();
    }

    @Test
    void shouldAnswerTooLargeWhenEntryIsOverTheLimit() {
        assertThat(log.offer(entry, 0, log.entryLengthMax() + 1)).isEqualTo(CommandLog.TOO_LARGE);
        assertThat(log.offer(entry, 0, log.entryLengthMax())).isZero();
        log.doWork();
        assertThat(machine.entryLengthLast).isEqualTo(log.entryLengthMax());
    }

    @Test
    void shouldTakeLargestEntryOfTheDesignWhenQueueHasItsDefaultSize() {
        try (InMemoryLog large = new InMemoryLog(machine, clock::get)) {
            assertThat(large.entryLengthMax()).isGreaterThan(66 * 1024);
            assertThat(large.offer(entry, 0, large.entryLengthMax())).isZero();
            large.doWork();
            assertThat(machine.entryLengthLast).isEqualTo(large.entryLengthMax());
        }
    }

    @Test
    void shouldSliceOnceASecondWhenNothingIsWanted() {
        log.doWork();
        clock.addAndGet(999);
        log.doWork();
        assertThat(machine.sliceCount).isZero();

        clock.addAndGet(1);
        log.doWork();
        log.doWork();

        assertThat(machine.sliceCount).isEqualTo(1);
    }

    @Test
    void shouldSliceWhenWantedDelayHasPassed() {
        machine.sliceDelayMs = 50;
        log.doWork();
        clock.addAndGet(49);
        log.doWork();
        assertThat(machine.sliceCount).isZero();

        clock.addAndGet(1);
        log.doWork();

        assertThat(machine.sliceCount).isEqualTo(1);
        assertThat(machine.timestampMs).isEqualTo(1_000_050);
    }

    @Test
    void shouldSliceEveryTurnWhenWorkIsPending() {
        machine.sliceDelayMs = 0;
        for (int i = 0; i < 5; i++) {
            log.doWork();
        }

        assertThat(machine.sliceCount).isEqualTo(5);
    }

    @Test
    void shouldSliceAgainWithinASecondWhenClockStepsBack() {
        log.doWork();
        clock.addAndGet(-3_600_000);
        log.doWork();
        clock.addAndGet(1_000);
        log.doWork();

        assertThat(machine.sliceCount).isEqualTo(1);
    }

    @Test
    void shouldRunIdleWorkWhenNothingElseIsThere() {
        log.doWork();
        log.doWork();

        assertThat(machine.idleCount).isEqualTo(2);
    }

    @Test
    void shouldRestoreTheSameStateWhenGivenASnapshot() {
        offer(log, 1, 2, 3);
        log.doWork();
        final CompletableFuture<Long> position = log.requestSnapshot();
        log.doWork();
        assertThat(position).isCompletedWithValue(machine.positionBefore);

        final TallyMachine other = new TallyMachine();
        try (InMemoryLog restored = new InMemoryLog(other, clock::get)) {
            restored.restore(log.snapshotFrames());
            offer(log, 4);
            offer(restored, 4);
            log.doWork();
            restored.doWork();
        }

        assertThat(other.entryCount).isEqualTo(4);
        assertThat(other.stateHash()).isEqualTo(machine.stateHash());
    }

    @Test
    void shouldStopAndSayWhyWhenMachineThrows() {
        machine.isFailing = true;
        offer(log, 1);
        final CompletableFuture<Long> snapshot = log.requestSnapshot();
        log.doWork();

        assertThat(log.failure()).hasMessage("told to fail");
        assertThat(snapshot).isCompletedExceptionally();
        assertThat(log.offer(entry, 0, 8)).isEqualTo(CommandLog.NOT_CONNECTED);
        assertThat(log.requestSnapshot()).isCompletedExceptionally();
        assertThat(log.doWork()).isZero();
    }

    @Test
    void shouldApplyWhatWasTakenWhenClosed() {
        offer(log, 1, 2);
        log.close();
        log.close();

        assertThat(machine.entryCount).isEqualTo(2);
        assertThat(log.offer(entry, 0, 8)).isEqualTo(CommandLog.NOT_CONNECTED);
        assertThat(log.requestSnapshot()).isCompletedExceptionally();
    }

    @Test
    void shouldApplyEverythingOnItsOwnThreadWhenManyThreadsOffer() throws InterruptedException {
        log.start();
        final List<Thread> producers = new ArrayList<>();
        for (int p = 0; p < 3; p++) {
            final Thread producer = new Thread(() -> {
                final UnsafeBuffer own = new UnsafeBuffer(new byte[40]);
                for (int i = 0; i < 20_000; i++) {
                    while (log.offer(own, 0, 40) != 0) {
                        Thread.yield();
                    }
                }
            });
            producer.start();
            producers.add(producer);
        }
        for (final Thread producer : producers) {
            producer.join();
        }
        log.close();

        assertThat(machine.entryCount).isEqualTo(60_000);
        assertThat(machine.threadName).isEqualTo(InMemoryLog.THREAD_NAME);
        assertThat(log.failure()).isNull();
    }

    @Test
    void shouldAnswerBackPressuredWhenEngineThreadIsHeldUp() {
        machine.isHolding = true;
        log.start();
        await(() -> log.offer(entry, 0, 1_000) == CommandLog.BACK_PRESSURED);
        machine.isHolding = false;

        await(() -> log.offer(entry, 0, 1_000) == 0);
        assertThat(log.failure()).isNull();
    }

    @Test
    void shouldEndItsThreadWhenMachineThrows() {
        machine.isFailing = true;
        log.start();
        offer(log, 1);

        await(() -> log.failure() != null);
        assertThat(log.failure()).hasMessage("told to fail");
        assertThat(log.offer(entry, 0, 8)).isEqualTo(CommandLog.NOT_CONNECTED);
        log.close();
        log.close();
    }

    @Test
    void shouldSnapshotOnItsThreadWhenStarted() throws Exception {
        log.start();
        offer(log, 1, 2);

        assertThat(log.requestSnapshot().get(10, TimeUnit.SECONDS)).isPositive();
        assertThat(log.snapshotFrames()).hasSize(2);
    }

    @Test
    void shouldRefuseToRestoreOrStartTwiceWhenStarted() {
        log.start();

        assertThatThrownBy(log::start).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> log.restore(List.of())).isInstanceOf(IllegalStateException.class);
    }

    private void applyAlone(final TallyMachine expected, final int length) {
        final UnsafeBuffer framed = new UnsafeBuffer(new byte[4 + length]);
        framed.putInt(0, length, ByteOrder.LITTLE_ENDIAN);
        framed.putBytes(4, entry, 0, length);
        expected.onMessage(expected.positionBefore + 1, 0, framed, 0, 4 + length);
    }

    private static void offer(final InMemoryLog log, final long... values) {
        final UnsafeBuffer buffer = new UnsafeBuffer(new byte[8]);
        for (final long value : values) {
            buffer.putLong(0, value);
            assertThat(log.offer(buffer, 0, 8)).isZero();
        }
    }

    private static void await(final BooleanSupplier condition) {
        final long deadlineNs = System.nanoTime() + TimeUnit.SECONDS.toNanos(10);
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).as("deadline").isLessThan(deadlineNs);
            Thread.onSpinWait();
        }
    }
}
