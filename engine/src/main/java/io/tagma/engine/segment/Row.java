package io.tagma.engine.segment;

import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;
import org.agrona.UnsafeApi;

/**
 * Reads a row at its address. A row never changes once it is published; whoever reads one on another thread than the
 * engine's is pinned.
 *
 * <pre>
 *   0          4          8               16              24       28      30       32     33     34      35  36
 *   +----------+----------+---------------+---------------+--------+-------+--------+------+------+-------+---+
 *   |length u32|version   |next flip i64  |set hash u64   |count   |group  |website |key   |kind  |flags  | - |
 *   |          |u32       |MAX: none      |               |u32     |u16    |u16     |len u8|u8    |u8     |   |
 *   +----------+----------+---------------+---------------+--------+-------+--------+------+------+-------+---+
 *   | slots, ascending: u16 each, or u32 where flags has WIDE_SLOTS           | key                           |
 *   +-------------------------------------------------------------------------+-------------------------------+
 * </pre>
 */
final class Row {
    static final int LENGTH = 0;
    static final int VERSION = 4;
    static final int NEXT_FLIP = 8;
    static final int SET_HASH = 16;
    static final int COUNT = 24;
    static final int CUSTOMER_GROUP = 28;
    static final int WEBSITE = 30;
    static final int KEY_LENGTH = 32;
    static final int KIND = 33;
    static final int FLAGS = 34;
    static final int SLOTS = 36;

    static final int WIDE_SLOTS = 1;
    /** Flag of a row that is no subject's: its slots are a customer's ordinal, the length of its key, and its key. */
    static final int ALIAS = 2;
    static final int ALIAS_KEY_WORD = 2;
    static final int NARROW_SLOT_MAX = 0xFFFF;

    private Row() {
    }

    static int length(final long row) {
        return UnsafeApi.getInt(row + LENGTH);
    }

    static int version(final long row) {
        return UnsafeApi.getInt(row + VERSION);
    }

    static long nextFlip(final long row) {
        return UnsafeApi.getLong(row + NEXT_FLIP);
    }

    static long setHash(final long row) {
        return UnsafeApi.getLong(row + SET_HASH);
    }

    static int count(final long row) {
        return UnsafeApi.getInt(row + COUNT);
    }

    static int customerGroup(final long row) {
        return UnsafeApi.getShort(row + CUSTOMER_GROUP) & 0xFFFF;
    }

    static int website(final long row) {
        return UnsafeApi.getShort(row + WEBSITE) & 0xFFFF;
    }

    static int keyLength(final long row) {
        return UnsafeApi.getByte(row + KEY_LENGTH) & 0xFF;
    }

    static int kind(final long row) {
        return UnsafeApi.getByte(row + KIND) & 0xFF;
    }

    static boolean isWide(final long row) {
        return (UnsafeApi.getByte(row + FLAGS) & WIDE_SLOTS) != 0;
    }

    static int narrowSlot(final long row, final int index) {
        return UnsafeApi.getShort(row + SLOTS + index * 2L) & 0xFFFF;
    }

    static int wideSlot(final long row, final int index) {
        return UnsafeApi.getInt(row + SLOTS + index * 4L);
    }

    static int slot(final long row, final int index) {
        return isWide(row) ? wideSlot(row, index) : narrowSlot(row, index);
    }

    static boolean hasSlot(final long row, final int slot) {
        final boolean isWide = isWide(row);
        int low = 0;
        int high = count(row) - 1;
        while (low <= high) {
            final int middle = low + high >>> 1;
            final int found = isWide ? wideSlot(row, middle) : narrowSlot(row, middle);
            if (found < slot) {
                low = middle + 1;
            } else if (found > slot) {
                high = middle - 1;
            } else {
                return true;
            }
        }
        return false;
    }

    static int copySlots(final long row, final int[] dst) {
        final int count = count(row);
        if (isWide(row)) {
            for (int i = 0; i < count; i++) {
                dst[i] = wideSlot(row, i);
            }
        } else {
            for (int i = 0; i < count; i++) {
                dst[i] = narrowSlot(row, i);
            }
        }
        return count;
    }

    static int copyKey(final long row, final MutableDirectBuffer dst, final int offset) {
        final int length = keyLength(row);
        dst.boundsCheck(offset, length);
        UnsafeApi.copyMemory(null, keyAddress(row), dst.byteArray(), dst.addressOffset() + offset, length);
        return length;
    }

    static void copyKey(final long row, final long address) {
        UnsafeApi.copyMemory(null, keyAddress(row), null, address, keyLength(row));
    }

    static boolean isAlias(final long row) {
        return (UnsafeApi.getByte(row + FLAGS) & ALIAS) != 0;
    }

    /** The customer's ordinal in an alias. */
    static int aliasOf(final long row) {
        return UnsafeApi.getInt(row + SLOTS);
    }

    /** Whether the other row is the one that an alias was made for: its ordinal may have been given again. */
    static boolean isAliasOf(final long row, final long customer) {
        final int length = UnsafeApi.getInt(row + SLOTS + Integer.BYTES);
        if (length != keyLength(customer)) {
            return false;
        }
        final long ours = row + SLOTS + ALIAS_KEY_WORD * Integer.BYTES;
        final long theirs = keyAddress(customer);
        for (int i = 0; i < length; i++) {
            if (UnsafeApi.getByte(ours + i) != UnsafeApi.getByte(theirs + i)) {
                return false;
            }
        }
        return true;
    }

    static boolean hasKey(final long row, final DirectBuffer key, final int offset, final int length) {
        if (keyLength(row) != length) {
            return false;
        }
        final byte[] array = key.byteArray();
        final long theirs = key.addressOffset() + offset;
        final long ours = keyAddress(row);
        int i = 0;
        for (; i <= length - Long.BYTES; i += Long.BYTES) {
            if (UnsafeApi.getLong(ours + i) != UnsafeApi.getLong(array, theirs + i)) {
                return false;
            }
        }
        for (; i < length; i++) {
            if (UnsafeApi.getByte(ours + i) != UnsafeApi.getByte(array, theirs + i)) {
                return false;
            }
        }
        return true;
    }

    static long keyAddress(final long row) {
        return row + SLOTS + ((long) count(row) << (isWide(row) ? 2 : 1));
    }
}
