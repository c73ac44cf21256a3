package io.tagma.engine.segment;

import io.tagma.engine.subject.KeyTable;
import org.agrona.DirectBuffer;
import org.agrona.UnsafeApi;

/**
 * Keys that a reader will look up next, and the first of two passes over them: it touches all their slots in the key
 * table, then all handles, then all rows, so that these come from memory side by side. Looked up one by one, each waits
 * for its own, one behind the other ({@code LookupBenchmark.multiGet} against {@code oneByOne}).
 *
 * <p>What the first pass loads is where to look and not believed: the look-up finds its row again, near by now. The
 * reader's thread, pinned.
 */
final class ExpectedKeys {
    static final int MAX = 64;

    private final KeyTable keys;
    private final RowStore rows;
    private final long[] hashes = new long[MAX];
    private final int[] ordinals = new int[MAX];
    private final long[] addresses = new long[MAX];
    private DirectBuffer buffer;
    private int[] offsets;
    private int[] lengths;
    private int count;
    /** Written so that the loads are not left out. */
    private long touched;

    ExpectedKeys(final KeyTable keys, final RowStore rows) {
        this.keys = keys;
        this.rows = rows;
    }

    /** Takes up to {@value #MAX} keys, which stay where they are until they are looked up, and does the first pass. */
    void expect(final DirectBuffer keysBuffer, final int[] keyOffsets, final int[] keyLengths, final int keyCount) {
        buffer = keysBuffer;
        offsets = keyOffsets;
        lengths = keyLengths;
        count = keyCount;
        for (int i = 0; i < keyCount; i++) {
            hashes[i] = keys.hash(keysBuffer, keyOffsets[i], keyLengths[i]);
        }
        // Loops of their own, short enough that the processor is at the next key while the last one's load goes on.
        for (int i = 0; i < keyCount; i++) {
            ordinals[i] = keys.guess(hashes[i]);
        }
        for (int i = 0; i < keyCount; i++) {
            addresses[i] = ordinals[i] == KeyTable.MISSING ? 0 : rows.row(ordinals[i]);
        }
        touchRows(keyCount);
    }

    private void touchRows(final int keyCount) {
        long sum = 0;
        for (int i = 0; i < keyCount; i++) {
            final long row = addresses[i];
            sum += row == 0 ? 0 : Row.count(row);
        }
        for (int i = 0; i < keyCount; i++) {
            final long row = addresses[i];
            sum += row == 0 ? 0 : UnsafeApi.getByte(row + Row.length(row) - 1);
        }
        touched = sum;
    }

    int count() {
        return count;
    }

    /** Forgets the keys. */
    void clear() {
        count = 0;
        buffer = null;
    }

    long hash(final int index) {
        return hashes[index];
    }

    DirectBuffer buffer() {
        return buffer;
    }

    int offset(final int index) {
        return offsets[index];
    }

    int length(final int index) {
        return lengths[index];
    }
}
