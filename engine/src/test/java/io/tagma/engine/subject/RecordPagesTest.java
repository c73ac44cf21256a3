package io.tagma.engine.subject;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tagma.engine.subject.RecordPages.RecordCursor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.SplittableRandom;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class RecordPagesTest {
    private static final int SUBJECTS = 3_000;

    private final RecordPages records = new RecordPages(new StoreSizes(10_000, 200, 100_000, 150));

    @AfterEach
    void close() {
        records.close();
    }

    @Test
    void shouldHoldWhatAModelHoldsWhenRecordsComeAndGoAtRandom() {
        final SplittableRandom random = new SplittableRandom(7);
        final List<List<byte[]>> model = new ArrayList<>();
        for (int i = 0; i < SUBJECTS; i++) {
            model.add(new ArrayList<>());
        }
        for (int step = 0; step < 80_000; step++) {
            // A few subjects hold many records, most hold few.
            final int ordinal = random.nextInt(4) == 0 ? random.nextInt(8) : random.nextInt(SUBJECTS);
            final List<byte[]> expected = model.get(ordinal);
            final int what = random.nextInt(1_000);
            if (what < 700) {
                final byte[] record = record(random);
                records.append(ordinal, new UnsafeBuffer(record), 0, record.length);
                expected.add(record);
            } else if (what < 990) {
                changeSome(random, ordinal, expected);
            } else if (what < 995) {
                assertRecords(ordinal, expected);
            } else {
                records.removeAll(ordinal);
                expected.clear();
            }
        }
        long count = 0;
        long bytes = 0;
        for (int ordinal = 0; ordinal < SUBJECTS; ordinal++) {
            assertRecords(ordinal, model.get(ordinal));
            count += model.get(ordinal).size();
            bytes += model.get(ordinal).stream().mapToLong(r -> r.length).sum();
        }
        assertThat(records.entries()).isEqualTo(count);
        assertThat(records.bytes()).isEqualTo(bytes);
        assertThat(records.recordsCopied()).isPositive();
    }

    @Test
    void shouldTouchOnePageAndCopyNoOtherRecordWhenOneIsAppended() {
        final UnsafeBuffer record = new UnsafeBuffer(new byte[64]);
        for (int i = 0; i < 8_192; i++) {
            records.append(5, record, 0, 64);
        }
        final long read = records.pagesRead();
        final long written = records.pagesWritten();
        records.append(5, record, 0, 64);
        assertThat(records.pagesRead() - read).isEqualTo(1);
        assertThat(records.pagesWritten() - written).isEqualTo(1);
        assertThat(records.recordsCopied()).isZero();
        assertThat(records.count(5)).isEqualTo(8_193);
    }

    @Test
    void shouldLeaveRecordsWhereTheyLieWhenOthersAreAppended() {
        final UnsafeBuffer record = new UnsafeBuffer(new byte[64]);
        records.append(5, record, 0, 64);
        final RecordCursor cursor = records.newCursor().open(5);
        cursor.next();
        final long address = cursor.buffer().addressOffset() + cursor.offset();
        for (int i = 0; i < 10_000; i++) {
            records.append(i & 15, record, 0, 64);
        }
        cursor.open(5).next();
        assertThat(cursor.buffer().addressOffset() + cursor.offset()).isEqualTo(address);
    }

    @Test
    void shouldGrowPagesTo4KbWhenASubjectHoldsMore() {
        final UnsafeBuffer record = new UnsafeBuffer(new byte[96]);
        for (int i = 0; i < 5; i++) {
            records.append(1, record, 0, 96);
        }
        assertThat(records.pages()).isEqualTo(2);
        for (int i = 5; i < 1_000; i++) {
            records.append(1, record, 0, 96);
        }
        assertThat(records.pages()).isBetween(25L, 30L);
    }

    @Test
    void shouldGiveALongRecordItsOwnPageWhenNoPageFits() {
        final byte[] longest = new byte[RecordPages.LENGTH_MAX];
        Arrays.fill(longest, (byte) 7);
        final byte[] shortOne = {1, 2, 3};
        records.append(1, new UnsafeBuffer(shortOne), 0, 3);
        records.append(1, new UnsafeBuffer(longest), 0, longest.length);
        records.append(1, new UnsafeBuffer(shortOne), 0, 3);
        assertRecords(1, List.of(shortOne, longest, shortOne));
        assertThat(records.pages()).isEqualTo(3);
        assertThatThrownBy(() -> records.append(1, new UnsafeBuffer(new byte[70_000]), 0, RecordPages.LENGTH_MAX + 1))
            .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void shouldCompactInOrderWhenDeadBytesOutweighLiveOnes() {
        final List<byte[]> expected = new ArrayList<>();
        for (int i = 0; i < 1_000; i++) {
            final byte[] record = new byte[100];
            Arrays.fill(record, (byte) i);
            records.append(2, new UnsafeBuffer(record), 0, 100);
            if (i % 5 == 0) {
                expected.add(record);
            }
        }
        final long pages = records.pages();
        final RecordCursor cursor = records.cursor(2);
        for (int i = 0; cursor.next(); i++) {
            if (i % 5 != 0) {
                cursor.remove();
            }
        }
        assertThat(records.recordsCopied()).isEqualTo(200);
        assertThat(records.pages()).isLessThan(pages / 3);
        assertRecords(2, expected);
    }

    @Test
    void shouldCopyNothingWhenLiveBytesOutweighDeadOnes() {
        final UnsafeBuffer record = new UnsafeBuffer(new byte[100]);
        for (int i = 0; i < 1_000; i++) {
            records.append(2, record, 0, 100);
        }
        final RecordCursor cursor = records.cursor(2);
        for (int i = 0; cursor.next(); i++) {
            if (i % 3 == 0) {
                cursor.remove();
            }
        }
        records.append(2, record, 0, 100);
        assertThat(records.recordsCopied()).isZero();
        assertThat(records.count(2)).isEqualTo(667);
    }

    @Test
    void shouldKeepPagesFewWhenOneRecordIsReplacedAgainAndAgain() {
        final UnsafeBuffer record = new UnsafeBuffer(new byte[100]);
        for (int i = 0; i < 10_000; i++) {
            final RecordCursor cursor = records.cursor(3);
            if (cursor.next()) {
                cursor.remove();
            }
            records.append(3, record, 0, 100);
        }
        assertThat(records.pages()).isEqualTo(1);
        assertThat(records.entries()).isEqualTo(1);
        assertThat(records.recordsCopied()).isZero();
    }

    @Test
    void shouldFreePagesWhenTheLastRecordGoes() {
        final UnsafeBuffer record = new UnsafeBuffer(new byte[100]);
        for (int i = 0; i < 100; i++) {
            records.append(4, record, 0, 100);
        }
        final RecordCursor cursor = records.cursor(4);
        while (cursor.next()) {
            cursor.remove();
        }
        assertThat(records.pages()).isZero();
        assertThat(records.bytes()).isZero();
        assertThat(records.count(4)).isZero();
    }

    @Test
    void shouldShowNothingOfTheFormerSubjectWhenAnOrdinalIsReused() {
        records.append(6, new UnsafeBuffer(new byte[700]), 0, 700);
        records.removeAll(6);
        assertThat(records.cursor(6).next()).isFalse();
        records.append(6, new UnsafeBuffer(new byte[] {9}), 0, 1);
        assertRecords(6, List.of(new byte[] {9}));
        assertThat(records.bytes()).isEqualTo(1);
    }

    @Test
    void shouldOverwriteInPlaceWhenLengthsAreEqual() {
        records.append(1, new UnsafeBuffer(new byte[] {1, 1}), 0, 2);
        records.append(1, new UnsafeBuffer(new byte[] {2, 2}), 0, 2);
        final RecordCursor cursor = records.cursor(1);
        cursor.next();
        assertThat(cursor.overwrite(new UnsafeBuffer(new byte[] {5, 6, 7}), 1, 2)).isTrue();
        assertThat(cursor.overwrite(new UnsafeBuffer(new byte[] {5, 6, 7}), 0, 3)).isFalse();
        assertRecords(1, List.of(new byte[] {6, 7}, new byte[] {2, 2}));
    }

    @Test
    void shouldReadTwoSubjectsAtOnceWhenCursorsAreTheCallers() {
        records.append(1, new UnsafeBuffer(new byte[] {1}), 0, 1);
        records.append(2, new UnsafeBuffer(new byte[] {2}), 0, 1);
        final RecordCursor one = records.newCursor().open(1);
        final RecordCursor two = records.newCursor().open(2);
        assertThat(one.next()).isTrue();
        assertThat(two.next()).isTrue();
        assertThat(one.buffer().getByte(one.offset())).isEqualTo((byte) 1);
        assertThat(two.buffer().getByte(two.offset())).isEqualTo((byte) 2);
    }

    @Test
    void shouldRefuseToRemoveWhenTheCursorIsOnNoRecord() {
        records.append(1, new UnsafeBuffer(new byte[] {1}), 0, 1);
        final RecordCursor cursor = records.cursor(1);
        assertThatThrownBy(cursor::remove).isInstanceOf(IllegalStateException.class);
        cursor.next();
        cursor.remove();
        assertThatThrownBy(cursor::remove).isInstanceOf(IllegalStateException.class);
        assertThat(cursor.next()).isFalse();
    }

    private void changeSome(final SplittableRandom random, final int ordinal, final List<byte[]> expected) {
        final RecordCursor cursor = records.cursor(ordinal);
        final Iterator<byte[]> model = expected.iterator();
        final int oneIn = 1 + random.nextInt(4);
        int stopAfter = random.nextInt(2) == 0 ? Integer.MAX_VALUE : 1 + random.nextInt(10);
        while (stopAfter-- > 0 && cursor.next()) {
            final byte[] record = model.next();
            assertThat(bytes(cursor)).isEqualTo(record);
            if (random.nextInt(oneIn) == 0) {
                cursor.remove();
                model.remove();
            } else if (random.nextInt(4) == 0) {
                random.nextBytes(record);
                assertThat(cursor.overwrite(new UnsafeBuffer(record), 0, record.length)).isTrue();
            }
        }
    }

    private void assertRecords(final int ordinal, final List<byte[]> expected) {
        final List<byte[]> actual = new ArrayList<>();
        final RecordCursor cursor = records.cursor(ordinal);
        while (cursor.next()) {
            actual.add(bytes(cursor));
        }
        assertThat(actual).hasSameSizeAs(expected);
        for (int i = 0; i < actual.size(); i++) {
            assertThat(actual.get(i)).isEqualTo(expected.get(i));
        }
        assertThat(records.count(ordinal)).isEqualTo(expected.size());
    }

    private static byte[] bytes(final RecordCursor cursor) {
        final byte[] bytes = new byte[cursor.length()];
        cursor.buffer().getBytes(cursor.offset(), bytes);
        return bytes;
    }

    private static byte[] record(final SplittableRandom random) {
        final int kind = random.nextInt(200);
        final int length = kind == 0 ? random.nextInt(RecordPages.LENGTH_MAX + 1)
            : kind < 10 ? 400 + random.nextInt(4_000)
            : kind < 15 ? 0
            : random.nextInt(200);
        final byte[] record = new byte[length];
        random.nextBytes(record);
        return record;
    }
}
