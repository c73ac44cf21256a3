package io.tagma.engine.segment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tagma.engine.model.Cause;
import io.tagma.engine.protocol.StateBytes;
import java.lang.management.BufferPoolMXBean;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;

class ChangeStreamTest {
    private static final long DAY = 86_400_000L;
    private static final long START = 1_700_000_000_000L;

    @Test
    void shouldGiveBackEveryFieldWhenAnEventIsRead() {
        try (ChangeStream stream = new ChangeStream(10)) {
            final Event segment = new Event(0, "k:Zoë", false, 70_000, 12, true, START - 5, START, Cause.TIME, 3);
            final Event group = new Event(1, "", true, 2, 0, false, START, START + 1, Cause.GROUP_DELETED, 0);
            append(stream, segment);
            append(stream, group);
            assertThat(read(stream, 0, 10)).containsExactly(segment, group);
            assertThat(read(stream, 1, 10)).containsExactly(group);
            assertThat(read(stream, 0, 1)).containsExactly(segment);
            assertThat(read(stream, 2, 10)).isEmpty();
        }
    }

    @Test
    void shouldKeepTheNewestWhenMoreThanTheLimitAreAppended() {
        final SplittableRandom random = new SplittableRandom(11);
        final List<Event> model = new ArrayList<>();
        try (ChangeStream stream = new ChangeStream(10_000)) {
            for (int i = 0; i < 100_000; i++) {
                final Event event = event(random, i, START + i);
                model.add(event);
                assertThat(append(stream, event)).isEqualTo(i);
                assertThat(stream.next()).isEqualTo(i + 1);
                assertThat(stream.floor()).isEqualTo(Math.max(0, i + 1 - 10_000));
                if (i % 997 == 0) {
                    final int from = (int) random.nextLong(stream.floor(), stream.next() + 1);
                    final int max = random.nextInt(6_000);
                    assertThat(read(stream, from, max))
                        .isEqualTo(model.subList(from, Math.min(i + 1, from + max)));
                }
            }
            assertThat(read(stream, 90_000, Integer.MAX_VALUE)).isEqualTo(model.subList(90_000, 100_000));
            // 10,000 events of some 70 bytes and a chunk being filled, one being emptied and a spare one.
            assertThat(stream.memoryBytes()).isLessThanOrEqualTo(6 * 256 * 1024);
        }
    }

    @Test
    void shouldTakeNoneOfTheDirectMemoryThatTheHeapLimitsWhenItGrows() {
        final BufferPoolMXBean direct = ManagementFactory.getPlatformMXBeans(BufferPoolMXBean.class).stream()
            .filter(pool -> pool.getName().equals("direct")).findFirst().orElseThrow();
        final SplittableRandom random = new SplittableRandom(5);
        final long before = direct.getMemoryUsed();
        try (ChangeStream stream = new ChangeStream(1_000_000)) {
            for (int i = 0; i < 300_000; i++) {
                append(stream, event(random, i, START + i));
            }
            assertThat(stream.memoryBytes()).isGreaterThan(10 * 1024 * 1024);
            assertThat(direct.getMemoryUsed() - before).isLessThan(stream.memoryBytes() / 2);
        }
    }

    @Test
    void shouldRefuseWhenTheNumberIsOutOfRange() {
        try (ChangeStream stream = new ChangeStream(2)) {
            final SplittableRandom random = new SplittableRandom(1);
            for (int i = 0; i < 5; i++) {
                append(stream, event(random, i, START));
            }
            assertThatThrownBy(() -> read(stream, 2, 1)).isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("floor=3");
            assertThatThrownBy(() -> read(stream, 6, 1)).isInstanceOf(IllegalArgumentException.class);
        }
    }

    @Test
    void shouldDropExactlyWhatIsSevenDaysOldWhenTrimmed() {
        final SplittableRandom random = new SplittableRandom(2);
        final List<Event> model = new ArrayList<>();
        try (ChangeStream stream = new ChangeStream(1_000_000)) {
            for (int i = 0; i < 50_000; i++) {
                final Event event = event(random, i, START + i * 1_000L);
                model.add(event);
                append(stream, event);
            }
            stream.trim(START + 7 * DAY - 1);
            assertThat(stream.floor()).isZero();
            stream.trim(START + 7 * DAY);
            assertThat(stream.floor()).isEqualTo(1);
            stream.trim(START + 7 * DAY + 999);
            assertThat(stream.floor()).isEqualTo(1);
            stream.trim(START + 7 * DAY + 31_234_000);
            assertThat(stream.floor()).isEqualTo(31_235);
            assertThat(read(stream, 31_235, Integer.MAX_VALUE)).isEqualTo(model.subList(31_235, 50_000));
            stream.trim(START + 30 * DAY);
            assertThat(stream.floor()).isEqualTo(50_000);
            assertThat(stream.next()).isEqualTo(50_000);
            final Event later = event(random, 50_000, START + 30 * DAY);
            append(stream, later);
            assertThat(read(stream, 50_000, 5)).containsExactly(later);
        }
    }

    @Test
    void shouldDropAtOnceWhenTheLimitIsLowered() {
        try (ChangeStream stream = new ChangeStream(1_000)) {
            final SplittableRandom random = new SplittableRandom(3);
            for (int i = 0; i < 1_000; i++) {
                append(stream, event(random, i, START));
            }
            stream.limit(10);
            assertThat(stream.floor()).isEqualTo(990);
        }
    }

    @Test
    void shouldWriteTheSameBytesAndGoOnAlikeWhenRestored() {
        final SplittableRandom random = new SplittableRandom(4);
        try (ChangeStream stream = new ChangeStream(20_000); ChangeStream restored = new ChangeStream(20_000)) {
            for (int i = 0; i < 33_333; i++) {
                append(stream, event(random, i, START + i));
            }
            stream.trim(START + 7 * DAY + 15_000);
            assertThat(stream.floor()).isEqualTo(15_001);
            restored.read(state(stream).reader());
            assertThat(state(restored).toArray()).isEqualTo(state(stream).toArray());
            for (int i = 33_333; i < 70_000; i++) {
                final Event event = event(random, i, START + i);
                append(stream, event);
                append(restored, event);
            }
            assertThat(restored.floor()).isEqualTo(stream.floor());
            assertThat(state(restored).toArray()).isEqualTo(state(stream).toArray());
        }
    }

    @Test
    void shouldRefuseWhenTheStateReadIsDamaged() {
        final StateBytes state = new StateBytes();
        state.putLong(0);
        state.putLong(1);
        state.putInt(35);
        try (ChangeStream stream = new ChangeStream(20)) {
            assertThatThrownBy(() -> stream.read(state.reader())).isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("length=35");
        }
    }

    private static StateBytes state(final ChangeStream stream) {
        final StateBytes state = new StateBytes();
        stream.write(state);
        return state;
    }

    private static long append(final ChangeStream stream, final Event event) {
        final byte[] key = event.key.getBytes(StandardCharsets.UTF_8);
        final byte[] around = new byte[key.length + 2];
        System.arraycopy(key, 0, around, 1, key.length);
        return stream.append(new UnsafeBuffer(around), 1, key.length, event.isGroup, event.target, event.segmentId,
            event.isEnter, event.effectiveAt, event.processedAt, event.cause, event.version);
    }

    private static List<Event> read(final ChangeStream stream, final long from, final int max) {
        final List<Event> events = new ArrayList<>();
        final int count = stream.read(from, max, (seq, key, isGroup, target, segmentId, isEnter, effectiveAt,
            processedAt, cause, version) -> events.add(new Event(seq, key, isGroup, target, segmentId, isEnter,
            effectiveAt, processedAt, cause, version)));
        assertThat(count).isEqualTo(events.size());
        return events;
    }

    private static Event event(final SplittableRandom random, final long seq, final long processedAt) {
        final boolean isGroup = random.nextInt(5) == 0;
        return new Event(seq, "x".repeat(random.nextInt(64)) + seq % 10, isGroup, random.nextInt(),
            isGroup ? 0 : random.nextInt(), random.nextBoolean(), processedAt - random.nextInt(1_000), processedAt,
            Cause.values()[random.nextInt(Cause.values().length)], isGroup ? 0 : random.nextInt());
    }

    private record Event(long seq, String key, boolean isGroup, int target, int segmentId, boolean isEnter,
                         long effectiveAt, long processedAt, Cause cause, int version) {
    }
}
