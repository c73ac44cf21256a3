package io.tagma.engine.subject;

import java.util.Arrays;

/**
 * From a hash of 64 bits to the ordinals entered under it: open addressing in 1,024 sub-tables on the heap, so
 * that growth copies a thousandth. Whoever reads checks what the ordinal is now; nothing is ever taken out. 24 to
 * 48 bytes an entry (slots of 12, a quarter to half of them full). Engine's thread.
 */
public final class OrdinalsByHash {
    /** No ordinal. */
    public static final int NONE = -1;

    private static final int SUB_TABLES = 1024;
    private static final int SUB_TABLE_SHIFT = 54;
    private static final int CAPACITY_MIN = 8;

    private final long[][] hashes = new long[SUB_TABLES][];
    /** One more than the ordinal; 0 where the slot is empty. */
    private final int[][] marks = new int[SUB_TABLES][];
    private final int[] used = new int[SUB_TABLES];
    private long size;
    private long cursorHash;
    private int cursor;

    /** Enters an ordinal under a hash, once. */
    public void add(final long hash, final int ordinal) {
        final int sub = sub(hash);
        if (marks[sub] == null) {
            hashes[sub] = new long[CAPACITY_MIN];
            marks[sub] = new int[CAPACITY_MIN];
        } else if ((used[sub] + 1) * 2 > marks[sub].length) {
            grow(sub);
        }
        if (put(hashes[sub], marks[sub], hash, ordinal + 1)) {
            used[sub]++;
            size++;
        }
    }

    private static boolean put(final long[] hashes, final int[] marks, final long hash, final int mark) {
        final int mask = marks.length - 1;
        int i = (int)hash & mask;
        while (marks[i] != 0) {
            if (hashes[i] == hash && marks[i] == mark) {
                return false;
            }
            i = i + 1 & mask;
        }
        hashes[i] = hash;
        marks[i] = mark;
        return true;
    }

    private void grow(final int sub) {
        final long[] oldHashes = hashes[sub];
        final int[] oldMarks = marks[sub];
        hashes[sub] = new long[oldHashes.length * 2];
        marks[sub] = new int[oldMarks.length * 2];
        for (int i = 0; i < oldMarks.length; i++) {
            if (oldMarks[i] != 0) {
                put(hashes[sub], marks[sub], oldHashes[i], oldMarks[i]);
            }
        }
    }

    /** The first ordinal under the hash, or {@link #NONE}; {@link #next} goes on from there. */
    public int first(final long hash) {
        cursorHash = hash;
        cursor = (int)hash;
        return marks[sub(hash)] == null ? NONE : next();
    }

    /** The next ordinal under the hash that {@link #first} was asked for, or {@link #NONE}. */
    public int next() {
        final int sub = sub(cursorHash);
        final long[] subHashes = hashes[sub];
        final int[] subMarks = marks[sub];
        final int mask = subMarks.length - 1;
        for (int i = cursor & mask; subMarks[i] != 0; i = i + 1 & mask) {
            if (subHashes[i] == cursorHash) {
                cursor = i + 1;
                return subMarks[i] - 1;
            }
            cursor = i + 1;
        }
        return NONE;
    }

    /** Number of entries. */
    public long size() {
        return size;
    }

    /** Bytes on the heap, but for what an array's header takes. */
    public long memoryBytes() {
        return Arrays.stream(marks).mapToLong(table -> table == null ? 0 : 12L * table.length).sum();
    }

    private static int sub(final long hash) {
        return (int)(hash >>> SUB_TABLE_SHIFT);
    }
}
