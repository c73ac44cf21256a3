package io.tagma.server.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class DiskGuardTest {
    private static final long SEGMENT = 64;
    private static final long CHECK_NS = TimeUnit.MILLISECONDS.toNanos(250);

    private long free = 1_000;
    private long snapshot = 100;
    private long since = 30;
    private boolean isBroken;
    private int probes;
    private final DiskGuard guard = new DiskGuard(this::free, () -> snapshot, () -> since, SEGMENT);

    @Test
    void shouldRefuseWritesBelowTheSnapshotAndThreeSegments() {
        free = 100 + 3 * SEGMENT;
        guard.check();
        assertThat(guard.isWritable()).isTrue();
        free--;
        guard.check();
        assertThat(guard.isWritable()).isFalse();
        assertThat(guard.info()).isEqualTo(Map.of("diskFreeBytes", free, "diskReserveBytes", free + 1,
            "writable", false));
    }

    @Test
    void shouldTakeWritesAgainWithHalfASegmentMoreThanTheReserve() {
        free = 0;
        guard.check();
        free = 100 + 3 * SEGMENT + SEGMENT / 2 - 1;
        guard.check();
        assertThat(guard.isWritable()).isFalse();
        free++;
        guard.check();
        assertThat(guard.isWritable()).isTrue();
        free = 100 + 3 * SEGMENT;
        guard.check();
        assertThat(guard.isWritable()).isTrue();
    }

    @Test
    void shouldReserveMoreWhenTheSnapshotHasGrown() {
        free = 400;
        guard.check();
        assertThat(guard.isWritable()).isTrue();
        snapshot = 300;
        guard.check();
        assertThat(guard.isWritable()).isFalse();
    }

    @Test
    void shouldProbeFourTimesASecond() {
        for (long nowNs = CHECK_NS; nowNs <= 10 * CHECK_NS; nowNs += CHECK_NS / 10) {
            guard.poll(nowNs);
        }
        assertThat(probes).isEqualTo(10);
    }

    @Test
    void shouldKeepItsVerdictWhenTheDiskDoesNotTellItsRoom() {
        free = 0;
        guard.check();
        isBroken = true;
        free = 1_000;
        guard.check();
        guard.check();
        assertThat(guard.isWritable()).isFalse();
        isBroken = false;
        guard.check();
        assertThat(guard.isWritable()).isTrue();
    }

    @Test
    void shouldLetASnapshotUseTheReserveButForASegment() {
        free = 100 + 30 + SEGMENT;
        guard.check();
        assertThat(guard.isWritable()).isFalse();
        assertThat(guard.snapshotRefusal()).isNull();
        free--;
        guard.check();
        assertThat(guard.snapshotRefusal()).hasMessage("the disk has no room for a snapshot: freeBytes=193, "
            + "neededBytes=194");
    }

    @Test
    void shouldExpectASnapshotOfTwiceTheNewestAtMostAndTheFirstToBeAsLongAsTheLog() {
        since = 10_000;
        free = 200 + SEGMENT;
        guard.check();
        assertThat(guard.snapshotRefusal()).isNull();
        free--;
        guard.check();
        assertThat(guard.snapshotRefusal()).isNotNull();
        snapshot = 0;
        free = 10_000 + SEGMENT;
        guard.check();
        assertThat(guard.snapshotRefusal()).isNull();
        free--;
        guard.check();
        assertThat(guard.snapshotRefusal()).isNotNull();
    }

    private long free() {
        probes++;
        if (isBroken) {
            throw new UncheckedIOException(new IOException("gone"));
        }
        return free;
    }
}
