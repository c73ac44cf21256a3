package io.tagma.engine.segment;

import static org.assertj.core.api.Assertions.assertThat;

import io.tagma.engine.subject.Epochs;
import io.tagma.engine.subject.KeyTable;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;

/**
 * Readers beside a writer that publishes as fast as it can. A row's slots follow from the subject and the row's group,
 * so that a reader can tell a whole row from a torn one and its own subject's from another's.
 */
class LookupReaderStressTest {
    private static final int SUBJECTS = 400;
    private static final int PUBLICATIONS = 1_500_000;
    private static final int LOOKUPS_MIN = 50_000;
    private static final int READERS = 2;
    private static final int BATCH = 20;
    private static final int KEY_LENGTH_MAX = 16;
    private static final int[] EVERYWHERE = {};

    private final Epochs epochs = new Epochs();
    private final RowStore rows = new RowStore(epochs);
    private final KeyTable keys = new KeyTable(5, rows, epochs);
    private final Published<SlotTable> tables = new Published<>(table());
    private final EnginePosition position = new EnginePosition();
    private final AtomicBoolean isWritten = new AtomicBoolean();
    private final AtomicReference<Throwable> failure = new AtomicReference<>();

    private final int[] ordinalOf = new int[SUBJECTS];
    private final ArrayDeque<Integer> freeOrdinals = new ArrayDeque<>();
    private final int[] slots = new int[64];

    @Test
    void shouldNeverSeeATornRowOrAnotherSubjectsWhenRowsArePublishedAtFullRate() throws Exception {
        Arrays.fill(ordinalOf, -1);
        for (int ordinal = 0; ordinal < SUBJECTS; ordinal++) {
            freeOrdinals.add(ordinal);
        }
        final List<Thread> readers = new ArrayList<>();
        for (int r = 0; r < READERS; r++) {
            final int seed = r;
            readers.add(new Thread(() -> {
                try {
                    read(seed);
                } catch (final Throwable t) {
                    failure.compareAndSet(null, t);
                }
            }));
        }
        readers.forEach(Thread::start);
        final SplittableRandom random = new SplittableRandom(77);
        for (int i = 0; i < PUBLICATIONS; i++) {
            write(random, i);
        }
        isWritten.set(true);
        for (final Thread reader : readers) {
            reader.join();
        }
        assertThat(failure.get()).isNull();

        // Without readers everything in limbo comes back, and the same rows need no more memory.
        for (int i = 0; i < 200_000; i++) {
            write(random, i);
        }
        final long before = rows.memoryBytes();
        for (int i = 0; i < 500_000; i++) {
            write(random, i);
        }
        assertThat(rows.limboCount()).isLessThan(200);
        assertThat(rows.memoryBytes()).isEqualTo(before);
        keys.close();
        rows.close();
    }

    private void write(final SplittableRandom random, final long number) {
        final int subject = random.nextInt(SUBJECTS);
        final UnsafeBuffer key = key(subject);
        if (ordinalOf[subject] < 0) {
            ordinalOf[subject] = freeOrdinals.poll();
            publish(subject, key, random, number);
            keys.put(key, 0, key.capacity(), ordinalOf[subject]);
        } else if (random.nextInt(16) == 0) {
            keys.remove(key, 0, key.capacity());
            rows.clear(ordinalOf[subject]);
            freeOrdinals.add(ordinalOf[subject]);
            ordinalOf[subject] = -1;
        } else {
            publish(subject, key, random, number);
        }
        position.publish(number, number, number);
        rows.reclaim();
        keys.reclaim();
    }

    private void publish(final int subject, final UnsafeBuffer key, final SplittableRandom random, final long number) {
        final int group = 1 + random.nextInt(65_000);
        final int count = slots(subject, group, slots);
        rows.publish(ordinalOf[subject], key, 0, key.capacity(), 0, group, 1, number, slots, count);
    }

    private void read(final int seed) {
        final SplittableRandom random = new SplittableRandom(seed);
        final int[] expected = new int[64];
        final int[] subjects = new int[BATCH];
        final int[] lengths = new int[BATCH];
        final int[] offsets = new int[BATCH];
        Arrays.setAll(offsets, i -> i * KEY_LENGTH_MAX);
        final UnsafeBuffer batch = new UnsafeBuffer(new byte[BATCH * KEY_LENGTH_MAX]);
        int known = 0;
        int looked = 0;
        long lastPosition = -1;
        try (LookupReader reader = new LookupReader(rows, keys, tables, position)) {
            while (!isWritten.get() || looked < LOOKUPS_MIN) {
                reader.begin();
                assertThat(reader.position()).isGreaterThanOrEqualTo(lastPosition);
                assertThat(reader.asOf()).isGreaterThanOrEqualTo(reader.position());
                lastPosition = reader.position();
                final boolean isExpected = random.nextBoolean();
                for (int i = 0; i < BATCH; i++) {
                    subjects[i] = random.nextInt(SUBJECTS);
                    lengths[i] = key(subjects[i], batch, offsets[i]);
                }
                if (isExpected) {
                    reader.expect(batch, offsets, lengths, BATCH);
                }
                for (int i = 0; i < BATCH; i++) {
                    final int subject = subjects[i];
                    if (isExpected ? reader.lookupExpected(i, 0) : reader.lookup(batch, offsets[i], lengths[i], 0)) {
                        final int count = slots(subject, reader.customerGroup(), expected);
                        long hash = 0;
                        if (reader.count() != count) {
                            throw new AssertionError("torn: count=" + reader.count() + ", expected=" + count);
                        }
                        for (int s = 0; s < count; s++) {
                            if (reader.segmentId(s) != expected[s] + 1) {
                                throw new AssertionError("torn: id=" + reader.segmentId(s) + ", expected="
                                    + (expected[s] + 1));
                            }
                            hash ^= SetHash.mix(expected[s] + 1);
                        }
                        assertThat(reader.varyHash()).isEqualTo(hash);
                        known++;
                    } else {
                        assertThat(reader.count()).isZero();
                    }
                    looked++;
                }
                reader.end();
            }
        }
        assertThat(known).isGreaterThan(LOOKUPS_MIN / 2);
    }

    /** Up to forty slots that follow from the group, then one that follows from the subject. */
    private static int slots(final int subject, final int group, final int[] dst) {
        final int first = group % 5 == 0 ? 66_000 : group % 61;
        final int step = 1 + group % 13;
        final int count = group % 40;
        for (int i = 0; i < count; i++) {
            dst[i] = first + i * step;
        }
        dst[count] = first + 1_000 + subject;
        return count + 1;
    }

    private static int key(final int subject, final UnsafeBuffer dst, final int offset) {
        final UnsafeBuffer key = key(subject);
        dst.putBytes(offset, key, 0, key.capacity());
        return key.capacity();
    }

    private static UnsafeBuffer key(final int subject) {
        final String text = "subject-" + subject;
        final byte[] bytes = text.getBytes(java.nio.charset.StandardCharsets.US_ASCII);
        return new UnsafeBuffer(bytes);
    }

    private static SlotTable table() {
        final SlotTable.Builder builder = new SlotTable.Builder(1).website(1, 1);
        for (int slot = 0; slot < 68_000; slot++) {
            builder.live(slot, slot + 1, true, EVERYWHERE);
        }
        return builder.build();
    }
}
