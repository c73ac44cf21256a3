package io.tagma.server.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Cranked by hand, with the time that the test says. */
class JanitorTest {
    private static final long MB = 1024 * 1024;

    private final SnapshotSchedule schedule = new SnapshotSchedule(100 * MB, 2, TimeUnit.MINUTES.toNanos(60));
    private final List<CompletableFuture<Long>> requests = new ArrayList<>();
    private long nowNs = 5;
    private long position;
    private long complete;
    private long sweeps;
    private boolean isLeader = true;
    private boolean isSwept = true;
    private RuntimeException sweepFault;
    private final SnapshotMeter meter = new SnapshotMeter(() -> nowNs, () -> 1);
    private final Janitor janitor = new Janitor(schedule, () -> nowNs, meter, () -> isLeader, () -> position,
        () -> complete, this::request, this::sweep);

    @Test
    void shouldAskWhenTheLogIsLongEnough() {
        log(99 * MB);
        work(TimeUnit.MINUTES, 1);
        assertThat(requests).isEmpty();

        log(MB);
        work(TimeUnit.MINUTES, 1);
        work(TimeUnit.MINUTES, 1);
        assertThat(requests).hasSize(1);

        taken(10 * MB);
        work(TimeUnit.MINUTES, 1);
        assertThat(requests).hasSize(1);
        log(100 * MB);
        work(TimeUnit.MINUTES, 1);
        assertThat(requests).hasSize(2);
    }

    @Test
    void shouldWaitForALongerLogWhenTheSnapshotIsLarge() {
        log(100 * MB);
        work(TimeUnit.SECONDS, 1);
        taken(300 * MB);
        log(599 * MB);
        work(TimeUnit.MINUTES, 1);
        assertThat(requests).hasSize(1);

        log(MB);
        work(TimeUnit.MINUTES, 1);
        assertThat(requests).hasSize(2);
    }

    @Test
    void shouldAskAfterAnHourWhenThereWasACommandOnly() {
        work(TimeUnit.MINUTES, 61);
        position += 200 * MB;
        work(TimeUnit.MINUTES, 1);
        assertThat(requests).as("slices alone").isEmpty();

        log(1);
        work(TimeUnit.SECONDS, 1);
        assertThat(requests).hasSize(1);

        taken(MB);
        work(TimeUnit.SECONDS, 1);
        log(1);
        work(TimeUnit.MINUTES, 59);
        assertThat(requests).hasSize(1);
        work(TimeUnit.MINUTES, 2);
        assertThat(requests).hasSize(2);
    }

    @Test
    void shouldCountFromTheSnapshotThatTheNodeStartedFrom() {
        position = 1_000 * MB;
        meter.found(950 * MB, MB, 1);
        meter.onCommands(1);
        work(TimeUnit.MINUTES, 1);
        assertThat(requests).isEmpty();
        log(50 * MB);
        work(TimeUnit.MINUTES, 1);
        assertThat(requests).hasSize(1);
    }

    @Test
    void shouldNotAskWhenAnotherLeads() {
        isLeader = false;
        log(500 * MB);
        work(TimeUnit.MINUTES, 90);
        assertThat(requests).isEmpty();
        isLeader = true;
        work(TimeUnit.SECONDS, 1);
        assertThat(requests).hasSize(1);
    }

    @Test
    void shouldTryAgainAfterAMinuteWhenTheSnapshotFailed() {
        log(100 * MB);
        work(TimeUnit.SECONDS, 1);
        requests.get(0).completeExceptionally(new IllegalStateException("no"));
        work(TimeUnit.SECONDS, 1);
        work(TimeUnit.SECONDS, 30);
        assertThat(requests).hasSize(1);
        work(TimeUnit.SECONDS, 31);
        assertThat(requests).hasSize(2);
    }

    @Test
    void shouldSweepAtTheStartAndAfterEachSnapshotWhoeverAskedForIt() {
        isLeader = false;
        work(TimeUnit.SECONDS, 1);
        assertThat(sweeps).isEqualTo(1);
        work(TimeUnit.MINUTES, 10);
        assertThat(sweeps).isEqualTo(1);
        complete++;
        work(TimeUnit.SECONDS, 1);
        assertThat(sweeps).isEqualTo(2);
        work(TimeUnit.MINUTES, 10);
        assertThat(sweeps).isEqualTo(2);
    }

    @Test
    void shouldSweepAgainAfterAMinuteWhenSomethingHadToWaitOrFailed() {
        isSwept = false;
        work(TimeUnit.SECONDS, 1);
        work(TimeUnit.SECONDS, 58);
        assertThat(sweeps).isEqualTo(1);
        work(TimeUnit.SECONDS, 2);
        assertThat(sweeps).isEqualTo(2);

        isSwept = true;
        sweepFault = new IllegalStateException("the archive is busy");
        work(TimeUnit.SECONDS, 61);
        assertThat(sweeps).isEqualTo(3);
        sweepFault = null;
        work(TimeUnit.SECONDS, 61);
        assertThat(sweeps).isEqualTo(4);
        work(TimeUnit.MINUTES, 10);
        assertThat(sweeps).isEqualTo(4);
    }

    @Test
    void shouldRefuseAScheduleOutOfRange() {
        assertThatThrownBy(() -> new SnapshotSchedule(1, 2, schedule.intervalNs()))
            .isInstanceOf(IllegalArgumentException.class).hasMessageContaining("logLength=1");
        assertThatThrownBy(() -> new SnapshotSchedule(MB, -1, schedule.intervalNs()))
            .isInstanceOf(IllegalArgumentException.class).hasMessageContaining("lengthFactor=-1");
        assertThatThrownBy(() -> new SnapshotSchedule(MB, 2, 0))
            .isInstanceOf(IllegalArgumentException.class).hasMessageContaining("intervalNs=0");
        assertThat(SnapshotSchedule.USUAL.logLength()).isEqualTo(2048 * MB);
    }

    @Test
    void shouldMeasureTheLastAndTheLongestStall() {
        stall(30, 7);
        stall(20, 8);
        final SnapshotFigures figures = meter.figures();
        assertThat(figures.count()).isEqualTo(2);
        assertThat(figures.lastStallNs()).isEqualTo(20);
        assertThat(figures.maxStallNs()).isEqualTo(30);
        assertThat(figures.length()).isEqualTo(8);
        assertThat(figures.takenAtMs()).isEqualTo(1);
    }

    @Test
    void shouldTellOfTheNewestSnapshotOnlyWhereThereIsOne() {
        assertThat(meter.info()).containsExactly(Map.entry("count", 0L), Map.entry("lastStallMs", 0.0),
            Map.entry("maxStallMs", 0.0));
        stall(1_500_000, 8);
        assertThat(meter.info()).containsExactly(Map.entry("count", 1L), Map.entry("lastStallMs", 1.5),
            Map.entry("maxStallMs", 1.5), Map.entry("position", 1L), Map.entry("bytes", 8L), Map.entry("ageMs", 0L));
    }

    private void stall(final long ns, final long length) {
        meter.begin();
        nowNs += ns;
        meter.end(1, length);
    }

    private void log(final long length) {
        position += length;
        meter.onCommands(1);
    }

    private void taken(final long length) {
        meter.begin();
        meter.end(position, length);
        complete++;
        requests.get(requests.size() - 1).complete(position);
        work(TimeUnit.SECONDS, 1);
    }

    private void work(final TimeUnit unit, final long after) {
        nowNs += unit.toNanos(after);
        janitor.doWork();
        assertThat(janitor.doWork()).as("nothing twice at one instant").isZero();
    }

    private CompletableFuture<Long> request() {
        requests.add(new CompletableFuture<>());
        return requests.get(requests.size() - 1);
    }

    private boolean sweep() {
        sweeps++;
        if (sweepFault != null) {
            throw sweepFault;
        }
        return isSwept;
    }
}
