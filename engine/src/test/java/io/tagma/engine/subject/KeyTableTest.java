package io.tagma.engine.subject;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class KeyTableTest {
    private static final int ORDINALS = 400_000;
    private final Epochs epochs = new Epochs();
    private final StoredKeys keys = new StoredKeys();
    private final KeyTable table = new KeyTable(1234, keys, epochs);

    @AfterEach
    void close() {
        table.close();
        table.close();
    }

    @Test
    void shouldDoWhatAMapDoesWhenChangedAtRandom() {
        final SplittableRandom random = new SplittableRandom(3);
        final Map<String, Integer> model = new HashMap<>();
        final List<Integer> free = new ArrayList<>();
        int ordinals = 0;
        for (int i = 0; i < 400_000; i++) {
            final String text = "customer-" + random.nextInt(30_000);
            final UnsafeBuffer key = key(text);
            final int kind = random.nextInt(10);
            final Integer known = model.get(text);
            if (kind < 5 && known == null) {
                final int ordinal = free.isEmpty() ? ordinals++ : free.remove(0);
                keys.put(ordinal, text);
                table.put(key, 0, key.capacity(), ordinal);
                model.put(text, ordinal);
            } else if (kind < 8) {
                assertThat(table.remove(key, 0, key.capacity())).isEqualTo(known == null ? -1 : known);
                if (known != null) {
                    keys.clear(known);
                    free.add(known);
                    model.remove(text);
                }
            } else {
                assertThat(table.get(key, 0, key.capacity())).isEqualTo(known == null ? -1 : known);
            }
        }
        assertThat(table.size()).isEqualTo(model.size());
        for (int i = 0; i < 30_000; i++) {
            final UnsafeBuffer key = key("customer-" + i);
            assertThat(table.get(key, 0, key.capacity())).isEqualTo(model.getOrDefault("customer-" + i, -1));
        }
    }

    @Test
    void shouldGiveAKnownKeyItsNewOrdinalWhenPutAgain() {
        final UnsafeBuffer key = key("xx-Zoë-yy");
        keys.put(1, "Zoë");
        table.put(key, 3, 4, 1);
        keys.put(2, "Zoë");

        table.put(key, 3, 4, 2);

        assertThat(table.get(key, 3, 4)).isEqualTo(2);
        assertThat(table.size()).isEqualTo(1);
        assertThat(table.get(keys, table.hash(key, 3, 4), key, 3, 4)).isEqualTo(2);
        assertThat(table.get(key, 0, 9)).isEqualTo(KeyTable.MISSING);
    }

    @Test
    void shouldHashDifferentlyUnderAnotherSeedAndAlikeWhereverTheKeyLies() {
        final UnsafeBuffer heap = key("..visitor-cookie-0123456789abcdef0123456789abcdef0123456789");
        final UnsafeBuffer direct = new UnsafeBuffer(java.nio.ByteBuffer.allocateDirect(100));
        for (int length = 1; length < heap.capacity() - 2; length++) {
            direct.putBytes(5, heap, 2, length);
            assertThat(table.hash(direct, 5, length)).isEqualTo(table.hash(heap, 2, length));
        }
        try (KeyTable other = new KeyTable(1235, keys, epochs)) {
            assertThat(other.hash(heap, 2, 10)).isNotEqualTo(table.hash(heap, 2, 10));
        }
    }

    @Test
    void shouldNotGrowWhenAsManyKeysComeAsGo() {
        for (int i = 0; i < 20_000; i++) {
            put("key-" + i, i);
        }
        for (int i = 0; i < 40_000; i++) {
            // A table of the same size replaces one full of tombstones, which is memory for a moment.
            replace("key-" + i, "key-" + (i + 20_000), i % 20_000);
        }
        table.reclaim();
        final long before = table.memoryBytes();

        for (int i = 40_000; i < 300_000; i++) {
            replace("key-" + i, "key-" + (i + 20_000), i % 20_000);
        }
        table.reclaim();

        assertThat(table.size()).isEqualTo(20_000);
        assertThat(table.memoryBytes()).isLessThanOrEqualTo(before * 2);
    }

    @Test
    void shouldKeepReplacedSubTablesWhileAReaderIsPinned() {
        final int cell = epochs.register();
        epochs.pin(cell);
        for (int i = 0; i < 100_000; i++) {
            put("key-" + i, i);
        }
        assertThat(table.growths()).isGreaterThan(1024);
        assertThat(table.limboCount()).isEqualTo((int) table.growths());
        final long held = table.memoryBytes();

        epochs.unpin(cell);
        table.reclaim();

        assertThat(table.limboCount()).isZero();
        assertThat(table.memoryBytes()).isLessThan(held);
    }

    @Test
    void shouldFindEveryKeyThatStaysWhenTheTableGrowsUnderReaders() throws Exception {
        final int stable = 200_000;
        final AtomicInteger published = new AtomicInteger(-1);
        final AtomicReference<Throwable> failure = new AtomicReference<>();
        final List<Thread> readers = new ArrayList<>();
        for (int r = 0; r < 2; r++) {
            final int seed = r;
            readers.add(new Thread(() -> {
                try {
                    read(seed, stable, published);
                } catch (final Throwable t) {
                    failure.compareAndSet(null, t);
                }
            }));
        }
        readers.forEach(Thread::start);
        for (int i = 0; i < stable; i++) {
            put("stable-" + i, i);
            published.setRelease(i);
            // Keys that come and go leave tombstones beside those that stay, and reuse ordinals.
            final int churned = stable + i % 100;
            if (i >= 100) {
                remove("churn-" + (i - 100), churned);
            }
            put("churn-" + i, churned);
        }
        for (final Thread reader : readers) {
            reader.join();
        }

        assertThat(failure.get()).isNull();
        table.reclaim();
        assertThat(table.limboCount()).isZero();
        assertThat(table.size()).isEqualTo(stable + 100);
    }

    private void read(final int seed, final int stable, final AtomicInteger published) {
        final SplittableRandom random = new SplittableRandom(seed);
        final int cell = epochs.register();
        int looked = 0;
        int last = -1;
        while (last < stable - 1 || looked < 10_000) {
            epochs.pin(cell);
            for (int i = 0; i < 50; i++) {
                last = published.getAcquire();
                if (last >= 0) {
                    final int n = random.nextInt(8) == 0 ? last : random.nextInt(last + 1);
                    final UnsafeBuffer key = key("stable-" + n);
                    assertThat(table.get(keys, key, 0, key.capacity())).isEqualTo(n);
                    final UnsafeBuffer churned = key("churn-" + n);
                    final int ordinal = table.get(keys, churned, 0, churned.capacity());
                    assertThat(ordinal == -1 || ordinal == stable + n % 100).isTrue();
                    looked++;
                }
            }
            epochs.unpin(cell);
        }
        epochs.release(cell);
    }

    private void put(final String text, final int ordinal) {
        final UnsafeBuffer key = key(text);
        keys.put(ordinal, text);
        table.put(key, 0, key.capacity(), ordinal);
    }

    private void remove(final String text, final int ordinal) {
        final UnsafeBuffer key = key(text);
        assertThat(table.remove(key, 0, key.capacity())).isEqualTo(ordinal);
        keys.clear(ordinal);
    }

    private void replace(final String old, final String text, final int ordinal) {
        remove(old, ordinal);
        put(text, ordinal);
    }

    private static UnsafeBuffer key(final String text) {
        return new UnsafeBuffer(text.getBytes(StandardCharsets.UTF_8));
    }

    private static final class StoredKeys implements KeyTable.Keys {
        private final AtomicReferenceArray<UnsafeBuffer> stored = new AtomicReferenceArray<>(ORDINALS);

        void put(final int ordinal, final String text) {
            stored.setRelease(ordinal, key(text));
        }

        void clear(final int ordinal) {
            stored.setRelease(ordinal, null);
        }

        @Override
        public boolean hasKey(final int ordinal, final DirectBuffer key, final int offset, final int length) {
            final UnsafeBuffer mine = stored.getAcquire(ordinal);
            if (mine == null || mine.capacity() != length) {
                return false;
            }
            for (int i = 0; i < length; i++) {
                if (mine.getByte(i) != key.getByte(offset + i)) {
                    return false;
                }
            }
            return true;
        }
    }
}
