package io.tagma.engine.measure;

import java.util.Arrays;
import org.agrona.UnsafeApi;

/**
 * Integers by (measure, ordinal), off-heap: the derived copy of what conditions look at. For the engine's thread only.
 *
 * <p>A column is cut into chunks of 4,096 ordinals; a chunk holds values of 1, 2, 4 or 8 bytes and is replaced by a
 * wider copy when a value does not fit. A chunk nobody has written does not exist: the column's default answers. Chunks
 * are small because one new subject may begin one in every column at once.
 *
 * <pre>
 *   chunk word:  address, log2 of the values' width in the lowest two bits; 0: never written
 *   chunk:       4,096 values; the width's least value stands for {@link #NULL}
 * </pre>
 */
public final class MeasureColumns implements AutoCloseable {
    /** No value. Refused as a value by whoever takes values in. */
    public static final long NULL = Long.MIN_VALUE;

    private static final int CHUNK_SHIFT = 12;
    private static final int CHUNK_VALUES = 1 << CHUNK_SHIFT;
    private static final int CHUNK_MASK = CHUNK_VALUES - 1;
    private static final long WIDTH_MASK = 3;

    private Column[] columns = new Column[64];
    private int openCount;
    private long memoryBytes;

    /** Opens a column in which every ordinal has the default. */
    public void open(final int measure, final long defaultValue) {
        if (isOpen(measure)) {
            throw new IllegalStateException("column is open: measure=" + measure);
        }
        if (measure >= columns.length) {
            columns = Arrays.copyOf(columns, Math.max(measure + 1, columns.length + (columns.length >> 1)));
        }
        columns[measure] = new Column(defaultValue);
        openCount++;
    }

    /** Forgets the column; does nothing where there is none. */
    public void close(final int measure) {
        if (!isOpen(measure)) {
            return;
        }
        for (final long chunk : columns[measure].chunks) {
            if (chunk != 0) {
                free(chunk);
            }
        }
        columns[measure] = null;
        openCount--;
    }

    /** Whether the measure has a column. */
    public boolean isOpen(final int measure) {
        return measure < columns.length && columns[measure] != null;
    }

    /** Number of open columns. */
    public int openCount() {
        return openCount;
    }

    /** What an ordinal has that was never written. */
    public long defaultValue(final int measure) {
        return column(measure).defaultValue;
    }

    /** The ordinal's value, or {@link #NULL}. */
    public long get(final int measure, final int ordinal) {
        final Column column = column(measure);
        final long[] chunks = column.chunks;
        final int index = ordinal >>> CHUNK_SHIFT;
        if (index >= chunks.length || chunks[index] == 0) {
            return column.defaultValue;
        }
        return read(chunks[index], ordinal & CHUNK_MASK);
    }

    /** Gives the ordinal a value, or {@link #NULL}. */
    public void set(final int measure, final int ordinal, final long value) {
        assert ordinal >= 0 : "ordinal=" + ordinal;
        final Column column = column(measure);
        final int index = ordinal >>> CHUNK_SHIFT;
        final long chunk = index < column.chunks.length ? column.chunks[index] : 0;
        if (chunk == 0 && value == column.defaultValue) {
            return;
        }
        final long writable = chunk != 0 && log2Width(value) <= (chunk & WIDTH_MASK)
            ? chunk : addOrWiden(column, index, value);
        write(writable, ordinal & CHUNK_MASK, value);
    }

    /** Memory of all chunks. */
    public long memoryBytes() {
        return memoryBytes;
    }

    /** Frees everything; again, nothing. */
    @Override
    public void close() {
        for (int measure = 0; measure < columns.length; measure++) {
            close(measure);
        }
    }

    private Column column(final int measure) {
        assert isOpen(measure) : "no column: measure=" + measure;
        return columns[measure];
    }

    private long addOrWiden(final Column column, final int index, final long value) {
        if (index >= column.chunks.length) {
            column.chunks = Arrays.copyOf(column.chunks, index + 1 + (index >> 1));
        }
        final long old = column.chunks[index];
        final long chunk;
        if (old == 0) {
            chunk = allocate(Math.max(log2Width(column.defaultValue), log2Width(value)));
            fill(chunk, column.defaultValue);
        } else {
            chunk = allocate(log2Width(value));
            for (int i = 0; i < CHUNK_VALUES; i++) {
                write(chunk, i, read(old, i));
            }
            free(old);
        }
        column.chunks[index] = chunk;
        return chunk;
    }

    /** Writes a value once and then doubles what is written. */
    private static void fill(final long chunk, final long value) {
        final long address = chunk & ~WIDTH_MASK;
        final long length = (long) CHUNK_VALUES << (chunk & WIDTH_MASK);
        write(chunk, 0, value);
        if ((chunk & WIDTH_MASK) == 0) {
            UnsafeApi.setMemory(address, length, UnsafeApi.getByte(address));
            return;
        }
        for (long filled = 1L << (chunk & WIDTH_MASK); filled < length; filled <<= 1) {
            UnsafeApi.copyMemory(address, address + filled, filled);
        }
    }

    private long allocate(final int log2Width) {
        final long length = (long) CHUNK_VALUES << log2Width;
        final long address = UnsafeApi.allocateMemory(length);
        assert (address & WIDTH_MASK) == 0 : "address=" + address;
        memoryBytes += length;
        return address | log2Width;
    }

    private void free(final long chunk) {
        memoryBytes -= (long) CHUNK_VALUES << (chunk & WIDTH_MASK);
        UnsafeApi.freeMemory(chunk & ~WIDTH_MASK);
    }

    /** The narrowest width whose values other than the least, which stands for null, hold the value. */
    private static int log2Width(final long value) {
        if (value == NULL || value > Byte.MIN_VALUE && value <= Byte.MAX_VALUE) {
            return 0;
        }
        if (value > Short.MIN_VALUE && value <= Short.MAX_VALUE) {
            return 1;
        }
        return value > Integer.MIN_VALUE && value <= Integer.MAX_VALUE ? 2 : 3;
    }

    private static long read(final long chunk, final int index) {
        final int log2Width = (int) (chunk & WIDTH_MASK);
        final long address = (chunk & ~WIDTH_MASK) + ((long) index << log2Width);
        switch (log2Width) {
            case 0:
                final byte b = UnsafeApi.getByte(address);
                return b == Byte.MIN_VALUE ? NULL : b;
            case 1:
                final short s = UnsafeApi.getShort(address);
                return s == Short.MIN_VALUE ? NULL : s;
            case 2:
                final int i = UnsafeApi.getInt(address);
                return i == Integer.MIN_VALUE ? NULL : i;
            default:
                return UnsafeApi.getLong(address);
        }
    }

    private static void write(final long chunk, final int index, final long value) {
        final int log2Width = (int) (chunk & WIDTH_MASK);
        final long address = (chunk & ~WIDTH_MASK) + ((long) index << log2Width);
        final boolean isNull = value == NULL;
        switch (log2Width) {
            case 0:
                UnsafeApi.putByte(address, isNull ? Byte.MIN_VALUE : (byte) value);
                break;
            case 1:
                UnsafeApi.putShort(address, isNull ? Short.MIN_VALUE : (short) value);
                break;
            case 2:
                UnsafeApi.putInt(address, isNull ? Integer.MIN_VALUE : (int) value);
                break;
            default:
                UnsafeApi.putLong(address, value);
                break;
        }
    }

    private static final class Column {
        private final long defaultValue;
        private long[] chunks = new long[0];

        private Column(final long defaultValue) {
            this.defaultValue = defaultValue;
        }
    }
}
