package io.tagma.engine.segment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.management.ThreadMXBean;
import io.tagma.engine.subject.Epochs;
import io.tagma.engine.subject.KeyTable;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.util.function.IntConsumer;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class LookupReaderTest {
    private static final int[] EVERYWHERE = {};
    private final Epochs epochs = new Epochs();
    private final RowStore rows = new RowStore(epochs);
    private final KeyTable keys = new KeyTable(99, rows, epochs);
    private final Published<SlotTable> tables = new Published<>(table(1).build());
    private final EnginePosition position = new EnginePosition();
    private final LookupReader reader = new LookupReader(rows, keys, tables, position);
    private int customerGroup = 4;
    private long nextFlip = Long.MAX_VALUE;

    @AfterEach
    void close() {
        reader.close();
        reader.close();
        keys.close();
        rows.close();
    }

    @Test
    void shouldShowASubjectsGroupAndSegments() {
        publish("c-1", 0, 2, 0, 2, 5, 9);

        reader.begin();
        assertThat(lookup("c-1", 0)).isTrue();

        assertThat(reader.customerGroup()).isEqualTo(4);
        assertThat(ids()).containsExactly(100, 102, 105);
        assertThat(reader.varyHash()).isEqualTo(SetHash.mix(100) ^ SetHash.mix(102));
        assertThat(reader.isMember(102)).isTrue();
        assertThat(reader.isMember(109)).isFalse();
        assertThat(reader.isMember(0)).isFalse();
        assertThat(reader.isStale()).isFalse();
        assertThat(reader.epoch()).isEqualTo(1);
        final UnsafeBuffer dst = new UnsafeBuffer(new byte[20]);
        assertThat(reader.segmentIds(dst, 3)).isEqualTo(3);
        assertThat(dst.getInt(3, java.nio.ByteOrder.LITTLE_ENDIAN)).isEqualTo(100);
        assertThat(dst.getInt(11, java.nio.ByteOrder.LITTLE_ENDIAN)).isEqualTo(105);
        reader.end();
    }

    @Test
    void shouldHideSegmentsThatTheAskingWebsiteDoesNotHave() {
        publish("c-1", 0, 1, 0, 2);

        reader.begin();
        lookup("c-1", 0);
        assertThat(ids()).containsExactly(100);
        assertThat(reader.varyHash()).isEqualTo(SetHash.mix(100));
        lookup("c-1", 2);
        assertThat(ids()).containsExactly(100, 102);
        lookup("c-1", 77);
        assertThat(ids()).isEmpty();
        reader.end();
        assertThat(reader.hasWebsite(0)).isTrue();
        assertThat(reader.hasWebsite(2)).isTrue();
        assertThat(reader.hasWebsite(77)).isFalse();
    }

    @Test
    void shouldGiveTheWebsitesOwnAnswerWhenTheKeyIsUnknown() {
        publish("c-1", 0, 2, 2);

        reader.begin();
        assertThat(lookup("c-2", 0)).isFalse();
        assertThat(ids()).containsExactly(100);
        assertThat(reader.customerGroup()).isZero();
        assertThat(reader.varyHash()).isEqualTo(SetHash.mix(100));
        assertThat(lookup("c-2", 2)).isFalse();
        assertThat(ids()).containsExactly(102, 105);
        assertThat(lookup("c-1", 2)).isTrue();
        assertThat(ids()).containsExactly(102);
        reader.end();
    }

    @Test
    void shouldShowTheNewTableWhenOneIsPublishedBetweenLookups() {
        publish("c-1", 0, 1, 0, 9);
        reader.begin();
        lookup("c-1", 0);
        assertThat(ids()).containsExactly(100);

        tables.publish(new SlotTable.Builder(2).website(1, 8).live(9, 100, true, EVERYWHERE).deletedGroup(4).build());

        lookup("c-1", 0);
        assertThat(ids()).containsExactly(100);
        assertThat(reader.epoch()).isEqualTo(2);
        assertThat(reader.customerGroup()).isEqualTo(8);
        reader.end();
    }

    @Test
    void shouldReadManyWideSlots() {
        final int[] slots = new int[1_000];
        final SlotTable.Builder builder = new SlotTable.Builder(2).website(1, 1);
        long hash = 0;
        for (int i = 0; i < slots.length; i++) {
            slots[i] = 65_000 + i * 2;
            if (i < 900) {
                builder.live(slots[i], i + 1, i % 2 == 0, EVERYWHERE);
                hash ^= i % 2 == 0 ? SetHash.mix(i + 1) : 0;
            }
        }
        tables.publish(builder.build());
        publish("c-1", 0, 1, slots);

        reader.begin();
        lookup("c-1", 1);
        assertThat(reader.count()).isEqualTo(900);
        assertThat(reader.segmentId(899)).isEqualTo(900);
        assertThat(reader.varyHash()).isEqualTo(hash);
        reader.end();
    }

    @Test
    void shouldBeStaleWhenAFlipIsMoreThanASecondOverdue() {
        nextFlip = 10_000;
        publish("c-1", 0, 1, 0);
        publish("c-2", 1, 1, 0);

        assertThat(isStaleAt(11_000)).isFalse();
        assertThat(isStaleAt(11_001)).isTrue();
        nextFlip = Long.MAX_VALUE;
        publish("c-1", 0, 1, 0);
        assertThat(isStaleAt(Long.MAX_VALUE)).isFalse();
    }

    @Test
    void shouldBeStaleByTheInstantOfTheReadingWhereTheEnginesClockStandsStill() {
        nextFlip = 10_000;
        publish("c-1", 0, 1, 0);

        assertThat(isStaleAt(5_000, 11_000)).isFalse();
        assertThat(isStaleAt(5_000, 11_001)).isTrue();
        assertThat(isStaleAt(11_001, 5_000)).as("a clock that stepped back").isTrue();
        assertThat(reader.asOf()).isEqualTo(11_001);
    }

    @Test
    void shouldAnswerAsOfTheBatchsBegin() {
        position.publish(10, 5_000, 5_001);
        reader.begin();
        position.publish(20, 6_000, 6_001);
        assertThat(reader.position()).isEqualTo(10);
        assertThat(reader.asOf()).isEqualTo(5_000);
        reader.end();

        reader.begin();
        assertThat(reader.position()).isEqualTo(20);
        assertThat(reader.asOf()).isEqualTo(6_000);
        reader.end();
    }

    @Test
    void shouldNotKnowASubjectThatWasTakenAway() {
        publish("c-1", 0, 1, 0);
        final UnsafeBuffer key = key("c-1");
        keys.remove(key, 0, key.capacity());
        rows.clear(0);
        publish("c-2", 0, 1, 2);

        reader.begin();
        assertThat(lookup("c-1", 1)).isFalse();
        assertThat(lookup("c-2", 2)).isTrue();
        assertThat(ids()).containsExactly(102);
        reader.end();
    }

    @Test
    void shouldPinBetweenBeginAndEndOnly() {
        final long retired = epochs.current();
        reader.begin();
        epochs.advance();
        assertThat(retired).isGreaterThanOrEqualTo(epochs.safe());
        reader.end();
        reader.end();
        assertThat(retired).isLessThan(epochs.safe());

        assertThatThrownBy(() -> lookup("c-1", 1)).isInstanceOf(AssertionError.class).hasMessageContaining("begin");
        reader.begin();
        assertThatThrownBy(reader::begin).isInstanceOf(AssertionError.class);
        reader.close();
        assertThat(retired).isLessThan(epochs.safe());
    }

    @Test
    void shouldTakeAllCellsAndGiveThemBackWhenClosed() {
        final LookupReader[] readers = new LookupReader[Epochs.READERS_MAX - 1];
        for (int i = 0; i < readers.length; i++) {
            readers[i] = new LookupReader(rows, keys, tables, position);
        }
        assertThatThrownBy(() -> new LookupReader(rows, keys, tables, position))
            .isInstanceOf(IllegalStateException.class);
        for (final LookupReader each : readers) {
            each.close();
        }
        new LookupReader(rows, keys, tables, position).close();
        assertThat(reader.hasWebsite(1)).isTrue();
    }

    /**
     * The reader is halted after it has loaded the row, until slot 2 is cleaned out of the row and given to another
     * segment: it must not show that one.
     */
    @Test
    void shouldLookAgainWhenASlotWasGivenToAnotherSegmentMeanwhile() {
        publish("c-1", 0, 2, 0, 2);
        final HaltingKey halting = new HaltingKey("c-1", look -> {
            if (look == 1) {
                giveSlotTwoToAnotherSegment(2);
            }
        });

        reader.begin();
        reader.lookup(halting, 0, 3, 0);

        assertThat(halting.looks).isPositive();
        assertThat(ids()).containsExactly(100);
        assertThat(reader.epoch()).isEqualTo(3);
        reader.end();
    }

    /** The same, but a table is published in every look, and only the one in the last gives the slot again. */
    @Test
    void shouldNeverShowASlotThatWasGivenToAnotherSegmentHoweverOftenTablesChange() {
        publish("c-1", 0, 2, 0, 2);
        final HaltingKey halting = new HaltingKey("c-1", look -> {
            if (look < 4) {
                tables.publish(table(1 + look).build());
            } else if (look == 4) {
                giveSlotTwoToAnotherSegment(5);
            }
        });

        reader.begin();
        reader.lookup(halting, 0, 3, 0);

        assertThat(halting.looks).isEqualTo(5);
        assertThat(ids()).containsExactly(100);
        reader.end();
    }

    /**
     * The reader is halted after it has loaded an alias, until the alias is cut and its customer erased, and somebody
     * new has come under the customer's key and ordinal: the alias was never that one's.
     */
    @Test
    void shouldNotFollowAnAliasToWhoeverCameBackUnderItsCustomersKey() {
        publish("c-1", 0, 1, 0);
        final UnsafeBuffer visitor = alias("v:1", 1, 0);
        final HaltingKey halting = new HaltingKey("v:1", look -> {
            if (look == 1) {
                keys.remove(visitor, 0, 3);
                rows.clear(1);
                keys.remove(key("c-1"), 0, 3);
                rows.clear(0);
                publish("c-1", 0, 1, 5);
            }
        });

        reader.begin();
        final boolean isKnown = reader.lookup(halting, 0, 3, 0);

        assertThat(halting.looks).isPositive();
        assertThat(isKnown).isFalse();
        assertThat(reader.customerGroup()).isZero();
        assertThat(ids()).containsExactly(100);
        assertThat(reader.lookup(key("c-1"), 0, 3, 0)).isTrue();
        assertThat(ids()).containsExactly(105);
        reader.end();
    }

    /** Halted the same way while the visitor logs into another customer: the answer is that one's. */
    @Test
    void shouldFollowAnAliasAgainWhenItLeadsToAnotherCustomerMeanwhile() {
        publish("c-1", 0, 1, 0);
        publish("c-2", 2, 1, 5);
        final UnsafeBuffer visitor = alias("v:1", 1, 0);
        final HaltingKey halting = new HaltingKey("v:1", look -> {
            if (look == 1) {
                rows.publishAlias(1, visitor, 0, 3, 2);
            }
        });

        reader.begin();

        assertThat(reader.lookup(halting, 0, 3, 0)).isTrue();
        assertThat(halting.looks).isPositive();
        assertThat(ids()).containsExactly(105);
        reader.end();
    }

    @Test
    void shouldLookUpExpectedKeysAsOneByOne() {
        for (int i = 0; i < LookupReader.EXPECTED_MAX; i += 2) {
            customerGroup = i;
            publish("c-" + i, i, 2, 0, 2, 5);
        }
        alias("c-1", 1, 6);
        final int[] offsets = new int[LookupReader.EXPECTED_MAX];
        final int[] lengths = new int[LookupReader.EXPECTED_MAX];
        final UnsafeBuffer batch = batch(offsets, lengths);

        for (int website = 0; website < 3; website++) {
            reader.begin();
            reader.expect(batch, offsets, lengths, LookupReader.EXPECTED_MAX);
            for (int i = 0; i < LookupReader.EXPECTED_MAX; i++) {
                final boolean isKnown = reader.lookupExpected(i, website);
                final int[] ids = ids();
                final int group = reader.customerGroup();
                final long hash = reader.varyHash();
                assertThat(isKnown).as("i=%d", i).isEqualTo(i == 1 || i % 2 == 0);
                assertThat(group).isEqualTo(i == 1 ? 6 : i % 2 == 0 ? i : 0);
                assertThat(reader.lookup(batch, offsets[i], lengths[i], website)).isEqualTo(isKnown);
                assertThat(ids).isEqualTo(ids());
                assertThat(hash).isEqualTo(reader.varyHash());
            }
            reader.end();
        }
    }

    @Test
    void shouldShowWhatHappenedToASubjectSinceItWasExpected() {
        publish("c-0", 0, 1, 0);
        publish("c-1", 1, 1, 0);
        publish("c-2", 2, 1, 0);
        final int[] offsets = new int[4];
        final int[] lengths = new int[4];
        final UnsafeBuffer batch = batch(offsets, lengths);

        reader.begin();
        reader.expect(batch, offsets, lengths, 4);
        customerGroup = 9;
        publish("c-0", 0, 1, 0, 5);
        keys.remove(key("c-1"), 0, 3);
        rows.clear(1);
        publish("c-3", 1, 1, 5);
        keys.remove(key("c-2"), 0, 3);
        rows.clear(2);

        assertThat(reader.lookupExpected(0, 1)).isTrue();
        assertThat(reader.customerGroup()).isEqualTo(9);
        assertThat(ids()).containsExactly(100, 105);
        assertThat(reader.lookupExpected(1, 1)).as("its ordinal is another's").isFalse();
        assertThat(reader.customerGroup()).isZero();
        assertThat(reader.lookupExpected(2, 1)).isFalse();
        assertThat(reader.lookupExpected(3, 1)).as("unknown when it was expected").isTrue();
        assertThat(ids()).containsExactly(105);
        reader.end();
    }

    @Test
    void shouldExpectNothingBeyondTheBatchsEnd() {
        final int[] offsets = new int[2];
        final int[] lengths = new int[2];
        reader.begin();
        reader.expect(batch(offsets, lengths), offsets, lengths, 2);
        assertThat(reader.lookupExpected(1, 1)).isFalse();
        assertThatThrownBy(() -> reader.lookupExpected(2, 1)).isInstanceOf(AssertionError.class);
        reader.end();

        reader.begin();
        assertThatThrownBy(() -> reader.lookupExpected(0, 1)).isInstanceOf(AssertionError.class)
            .hasMessageContaining("not expected");
        reader.end();
    }

    /** The keys c-0, c-1 ... behind one another. */
    private static UnsafeBuffer batch(final int[] offsets, final int[] lengths) {
        final UnsafeBuffer batch = new UnsafeBuffer(new byte[offsets.length * 8]);
        int at = 3;
        for (int i = 0; i < offsets.length; i++) {
            offsets[i] = at;
            lengths[i] = batch.putStringWithoutLengthUtf8(at, "c-" + i);
            at += lengths[i];
        }
        return batch;
    }

    @Test
    void shouldNotAllocate() {
        publish("c-1", 0, 2, 0, 2, 5, 9);
        final UnsafeBuffer known = key("c-1");
        final UnsafeBuffer unknown = key("nobody");
        final UnsafeBuffer dst = new UnsafeBuffer(new byte[100]);
        final int[] offsets = {0, 0};
        final int[] lengths = {3, 2};
        final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long sum = 0;
        long least = Long.MAX_VALUE;
        for (int round = 0; round < 30; round++) {
            final long before = threads.getCurrentThreadAllocatedBytes();
            for (int i = 0; i < 5_000; i++) {
                reader.begin();
                reader.lookup(known, 0, 3, 2);
                sum += reader.segmentIds(dst, 0) + reader.varyHash();
                reader.lookup(unknown, 0, 6, 0);
                sum += reader.segmentIds(dst, 0);
                reader.expect(known, offsets, lengths, 2);
                reader.lookupExpected(1, 0);
                sum += reader.segmentIds(dst, 0);
                reader.end();
            }
            least = Math.min(least, threads.getCurrentThreadAllocatedBytes() - before);
        }
        assertThat(sum).isNotZero();
        // What the measurement itself takes.
        assertThat(least).isLessThan(1_000);
    }

    private boolean isStaleAt(final long now) {
        position.publish(1, now, now);
        reader.begin();
        return isStale();
    }

    private boolean isStaleAt(final long now, final long readAt) {
        position.publish(1, now, now);
        reader.begin(readAt);
        return isStale();
    }

    private boolean isStale() {
        lookup("c-1", 1);
        final boolean isStale = reader.isStale();
        lookup("nobody", 1);
        assertThat(reader.isStale()).isFalse();
        reader.end();
        return isStale;
    }

    private static SlotTable.Builder table(final int epoch) {
        return new SlotTable.Builder(epoch).website(1, 1).website(2, 1)
            .live(0, 100, true, EVERYWHERE).live(2, 102, true, new int[] {2}).live(5, 105, false, EVERYWHERE)
            .unknown(1, new int[] {0}).unknown(2, new int[] {2, 5});
    }

    private void publish(final String text, final int ordinal, final int website, final int... slots) {
        final UnsafeBuffer key = key(text);
        rows.publish(ordinal, key, 0, key.capacity(), 0, customerGroup, website, nextFlip, slots, slots.length);
        keys.put(key, 0, key.capacity(), ordinal);
    }

    /** Its key. */
    private UnsafeBuffer alias(final String text, final int ordinal, final int customer) {
        final UnsafeBuffer key = key(text);
        rows.publishAlias(ordinal, key, 0, key.capacity(), customer);
        keys.put(key, 0, key.capacity(), ordinal);
        return key;
    }

    /** Cleans it out of the row of c-1 in between; publishes the tables of that epoch and the next. */
    private void giveSlotTwoToAnotherSegment(final int epoch) {
        tables.publish(new SlotTable.Builder(epoch).website(1, 1).website(2, 1)
            .live(0, 100, true, EVERYWHERE).build());
        publish("c-1", 0, 2, 0);
        tables.publish(new SlotTable.Builder(epoch + 1).website(1, 1).website(2, 1).recycledSlots(epoch + 1)
            .live(0, 100, true, EVERYWHERE).live(2, 777, true, EVERYWHERE).build());
    }

    private boolean lookup(final String text, final int website) {
        final UnsafeBuffer key = key("--" + text);
        return reader.lookup(key, 2, key.capacity() - 2, website);
    }

    private int[] ids() {
        final int[] ids = new int[reader.count()];
        for (int i = 0; i < ids.length; i++) {
            ids[i] = reader.segmentId(i);
        }
        return ids;
    }

    private static UnsafeBuffer key(final String text) {
        return new UnsafeBuffer(text.getBytes(StandardCharsets.UTF_8));
    }

    /** A key that halts its reader between the loads of a row and of the table, whenever it is compared. */
    private static final class HaltingKey extends UnsafeBuffer {
        private final IntConsumer meanwhile;
        private int looks;

        /** {@code meanwhile} gets the number of the look, from 1. */
        HaltingKey(final String text, final IntConsumer meanwhile) {
            super(text.getBytes(StandardCharsets.UTF_8));
            this.meanwhile = meanwhile;
        }

        @Override
        public long addressOffset() {
            meanwhile.accept(++looks);
            return super.addressOffset();
        }
    }
}
