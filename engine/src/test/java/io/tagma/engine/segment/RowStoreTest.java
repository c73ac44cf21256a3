package io.tagma.engine.segment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tagma.engine.subject.Epochs;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeSet;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class RowStoreTest {
    private final Epochs epochs = new Epochs();
    private final RowStore rows = new RowStore(epochs);
    private final int[] slots = new int[1_000];

    @AfterEach
    void close() {
        rows.close();
        rows.close();
    }

    @Test
    void shouldShowWhatWasPublishedWhenPublishedAtRandom() {
        final SplittableRandom random = new SplittableRandom(11);
        final Map<Integer, Expected> model = new HashMap<>();
        for (int i = 0; i < 60_000; i++) {
            final int ordinal = random.nextInt(4) == 0 ? 60_000 + random.nextInt(200_000) : random.nextInt(300);
            if (random.nextInt(5) == 0) {
                rows.clear(ordinal);
                model.remove(ordinal);
            } else {
                final Expected old = model.get(ordinal);
                final Expected row = Expected.random(random, old == null ? 1 : old.version + 1);
                row.publish(rows, ordinal);
                model.put(ordinal, row);
            }
            rows.reclaim();
            final int probe = random.nextInt(2) == 0 ? ordinal : random.nextInt(300_000);
            assertRow(probe, model.get(probe));
        }
        model.forEach(this::assertRow);
        assertThat(rows.rowCount()).isEqualTo(model.size());
        assertThat(rows.rowBytes()).isPositive().isLessThan(rows.memoryBytes());
        assertThat(rows.limboBytes()).isNotNegative();
    }

    @Test
    void shouldSwitchToWideSlotsWhenASlotNeedsThem() {
        final UnsafeBuffer key = key("k");
        slots[0] = 0;
        slots[1] = 65_535;
        rows.publish(0, key, 0, 1, 0, 1, 1, Long.MAX_VALUE, slots, 2);
        final long narrow = rows.rowBytes();
        assertThat(rows.slot(0, 1)).isEqualTo(65_535);

        slots[1] = 65_536;
        slots[2] = Integer.MAX_VALUE;
        rows.publish(0, key, 0, 1, 0, 1, 1, Long.MAX_VALUE, slots, 3);

        assertThat(rows.rowBytes()).isEqualTo(narrow - 2 * 2 + 3 * 4);
        assertThat(rows.slot(0, 1)).isEqualTo(65_536);
        assertThat(rows.has(0, Integer.MAX_VALUE)).isTrue();
        assertThat(rows.has(0, 65_535)).isFalse();
        assertThat(rows.hasKey(0, key, 0, 1)).isTrue();
    }

    @Test
    void shouldHashEqualSetsAlikeAndOthersNot() {
        final UnsafeBuffer key = key("abc");
        final long empty = publishAndHash(key, new int[0]);
        final long both = publishAndHash(key, new int[] {3, 70_000});
        final long narrow = publishAndHash(key, new int[] {3});

        assertThat(empty).isZero();
        assertThat(narrow).isEqualTo(SetHash.mix(3)).isNotEqualTo(both).isNotZero();
        assertThat(both).isEqualTo(SetHash.mix(3) ^ SetHash.mix(70_000));
        assertThat(SetHash.mix(0)).isNotZero();
    }

    @Test
    void shouldKeepTheGivenVersionWhenRestored() {
        rows.publish(8, key("abc"), 0, 3, 1, 0, 1, 5, slots, 0, 77);
        assertThat(rows.version(8)).isEqualTo(77);

        rows.publish(8, key("abc"), 0, 3, 1, 0, 1, 5, slots, 0);
        assertThat(rows.version(8)).isEqualTo(78);
    }

    @Test
    void shouldAnswerForNobodyWhenThereIsNoRow() {
        assertThat(rows.exists(5)).isFalse();
        assertThat(rows.count(5)).isZero();
        assertThat(rows.has(5, 0)).isFalse();
        assertThat(rows.copySlots(5, slots)).isZero();
        assertThat(rows.nextFlip(Integer.MAX_VALUE)).isEqualTo(Long.MAX_VALUE);
        assertThat(rows.hasKey(5, key("a"), 0, 1)).isFalse();
        assertThatThrownBy(() -> rows.customerGroup(5)).isInstanceOf(IllegalStateException.class)
            .hasMessageContaining("ordinal=5");
        rows.clear(5);
        assertThat(rows.rowCount()).isZero();
    }

    @Test
    void shouldUseMemoryAgainWhenNoReaderIsPinned() {
        final UnsafeBuffer key = key("customer");
        publishMany(key, 10_000);
        final long before = rows.memoryBytes();

        publishMany(key, 500_000);

        assertThat(rows.memoryBytes()).isEqualTo(before);
        assertThat(rows.rowsWritten()).isEqualTo(510_000);
        assertThat(rows.limboCount()).isLessThan(200);
        assertThat(rows.limboAlarms()).isZero();
    }

    @Test
    void shouldKeepLimboSmallWhenManyRowsAreWrittenBetweenReclaims() {
        final UnsafeBuffer key = key("customer");
        Arrays.setAll(slots, i -> i);
        for (int slice = 0; slice < 200; slice++) {
            for (int i = 0; i < 5_000; i++) {
                rows.publish(i % 100, key, 0, key.capacity(), 0, 1, 1, i, slots, 10);
            }
            rows.reclaim();
        }

        assertThat(rows.limboCount()).isLessThan(2 * 5_000);
        assertThat(rows.limboAlarms()).isZero();
    }

    @Test
    void shouldTakeMoreMemoryAndRaiseAlarmsWhenAReaderStaysPinned() {
        final UnsafeBuffer key = key("customer");
        final int cell = epochs.register();
        epochs.pin(cell);
        publishMany(key, 4 * RowStore.LIMBO_ALARM + 200);
        assertThat(rows.limboCount()).isGreaterThan(4 * RowStore.LIMBO_ALARM);
        assertThat(rows.limboAlarms()).isEqualTo(3);
        final long held = rows.memoryBytes();

        epochs.unpin(cell);
        publishMany(key, 100_000);

        assertThat(rows.limboCount()).isLessThan(200);
        assertThat(rows.memoryBytes()).isEqualTo(held);
        assertThat(rows.limboAlarms()).isEqualTo(3);
    }

    @Test
    void shouldRefuseMoreSlotsThanARowHolds() {
        final int[] many = new int[RowStore.SLOTS_MAX + 1];
        Arrays.setAll(many, i -> i);
        rows.publish(1, key("k"), 0, 1, 0, 1, 1, 0, many, RowStore.SLOTS_MAX);
        assertThat(rows.count(1)).isEqualTo(RowStore.SLOTS_MAX);
        assertThat(rows.slot(1, RowStore.SLOTS_MAX - 1)).isEqualTo(RowStore.SLOTS_MAX - 1);

        assertThatThrownBy(() -> rows.publish(1, key("k"), 0, 1, 0, 1, 1, 0, many, RowStore.SLOTS_MAX + 1))
            .isInstanceOf(IllegalStateException.class).hasMessageContaining("max=");
    }

    private void publishMany(final UnsafeBuffer key, final int count) {
        for (int i = 0; i < count; i++) {
            final int length = i % 40;
            for (int s = 0; s < length; s++) {
                slots[s] = s * 3 + i % 7;
            }
            rows.publish(i % 100, key, 0, key.capacity(), 0, 1, 1, i, slots, length);
            rows.reclaim();
        }
    }

    private long publishAndHash(final UnsafeBuffer key, final int[] some) {
        rows.publish(1, key, 0, 3, 0, 1, 1, 0, some, some.length);
        return rows.setHash(1);
    }

    private void assertRow(final int ordinal, final Expected row) {
        assertThat(rows.exists(ordinal)).isEqualTo(row != null);
        if (row != null) {
            row.assertIn(rows, ordinal);
        }
    }

    private static UnsafeBuffer key(final String text) {
        return new UnsafeBuffer(text.getBytes(StandardCharsets.UTF_8));
    }

    private record Expected(byte[] key, int kind, int group, int website, long nextFlip, int[] slots, int version) {
        static Expected random(final SplittableRandom random, final int version) {
            final byte[] key = new byte[1 + random.nextInt(64)];
            random.nextBytes(key);
            final TreeSet<Integer> slots = new TreeSet<>();
            final int count = random.nextInt(30) == 0 ? random.nextInt(900) : random.nextInt(20);
            final int max = random.nextInt(4) == 0 ? 1_000_000 : 2_000;
            for (int i = 0; i < count; i++) {
                slots.add(random.nextInt(max));
            }
            return new Expected(key, random.nextInt(256), random.nextInt(65_536), random.nextInt(65_536),
                random.nextLong(), slots.stream().mapToInt(Integer::intValue).toArray(), version);
        }

        void publish(final RowStore rows, final int ordinal) {
            final UnsafeBuffer buffer = new UnsafeBuffer(
                version % 2 == 0 ? ByteBuffer.allocateDirect(80) : ByteBuffer.allocate(80));
            buffer.putBytes(9, key);
            final int[] padded = Arrays.copyOf(slots, slots.length + 3);
            rows.publish(ordinal, buffer, 9, key.length, kind, group, website, nextFlip, padded, slots.length);
        }

        void assertIn(final RowStore rows, final int ordinal) {
            assertThat(rows.kind(ordinal)).isEqualTo(kind);
            assertThat(rows.customerGroup(ordinal)).isEqualTo(group);
            assertThat(rows.website(ordinal)).isEqualTo(website);
            assertThat(rows.nextFlip(ordinal)).isEqualTo(nextFlip);
            assertThat(rows.version(ordinal)).isEqualTo(version);
            assertThat(rows.count(ordinal)).isEqualTo(slots.length);
            final int[] copy = new int[slots.length];
            assertThat(rows.copySlots(ordinal, copy)).isEqualTo(slots.length);
            assertThat(copy).isEqualTo(slots);
            long hash = 0;
            for (int i = 0; i < slots.length; i++) {
                hash ^= SetHash.mix(slots[i]);
                assertThat(rows.slot(ordinal, i)).isEqualTo(slots[i]);
                assertThat(rows.has(ordinal, slots[i])).isTrue();
                assertThat(rows.has(ordinal, slots[i] + 1)).isEqualTo(i + 1 < slots.length
                    && slots[i + 1] == slots[i] + 1);
            }
            assertThat(rows.setHash(ordinal)).isEqualTo(hash);
            final UnsafeBuffer buffer = new UnsafeBuffer(new byte[80]);
            assertThat(rows.keyLength(ordinal)).isEqualTo(key.length);
            assertThat(rows.copyKey(ordinal, buffer, 5)).isEqualTo(key.length);
            assertThat(Arrays.copyOfRange(buffer.byteArray(), 5, 5 + key.length)).isEqualTo(key);
            assertThat(rows.hasKey(ordinal, buffer, 5, key.length)).isTrue();
            buffer.putByte(5 + key.length - 1, (byte) ~key[key.length - 1]);
            assertThat(rows.hasKey(ordinal, buffer, 5, key.length)).isFalse();
            assertThat(rows.hasKey(ordinal, buffer, 5, key.length - 1)).isFalse();
        }
    }
}
