package io.tagma.engine.segment;

import io.tagma.engine.subject.Epochs;
import io.tagma.engine.subject.KeyTable;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.Arrays;
import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;
import org.agrona.UnsafeApi;
import org.agrona.collections.LongArrayQueue;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * One immutable row a subject, off-heap: what look-ups answer with. The engine's thread owns it and every method here;
 * other threads read rows through a {@link LookupReader} only.
 *
 * <p>A row stands behind one word for its ordinal; publishing is a release store of that word. A replaced row goes to
 * limbo and is used again when no pinned reader can hold it: see {@link Epochs}. The writer never waits for readers; it
 * takes more memory, and counts an alarm.
 *
 * <pre>
 *   handles, chunks of 65,536:   ordinal -> address of the row, 0: no such subject
 *   row (slots ascending):
 *   0          4          8               16              24       28      30       32     33     34      35  36
 *   +----------+----------+---------------+---------------+--------+-------+--------+------+------+-------+---+
 *   |length u32|version   |next flip i64  |set hash u64   |count   |group  |website |key   |kind  |flags  | - |
 *   |          |u32       |MAX: none      |               |u32     |u16    |u16     |len u8|u8    |u8     |   |
 *   +----------+----------+---------------+---------------+--------+-------+--------+------+------+-------+---+
 *   | slots: u16 each, or u32 where flags has bit 0                           | key                           |
 *   +-------------------------------------------------------------------------+-------------------------------+
 * </pre>
 */
public final class RowStore implements KeyTable.Keys, AutoCloseable {
    /** Longest key in bytes. */
    public static final int KEY_LENGTH_MAX = 255;
    /** Most slots in a row. */
    public static final int SLOTS_MAX = (Slabs.LENGTH_MAX - Row.SLOTS - KEY_LENGTH_MAX) / Integer.BYTES;
    /** Rows in limbo that raise the first alarm; each doubling raises another. */
    public static final int LIMBO_ALARM = 1 << 16;

    private static final int CHUNK_SHIFT = 16;
    private static final int CHUNK_MASK = (1 << CHUNK_SHIFT) - 1;
    private static final long CHUNK_LENGTH = (long) Long.BYTES << CHUNK_SHIFT;
    private static final int RETIRED_BETWEEN_RECLAIMS = 64;
    private static final int RECLAIMED_AT_LEAST = 1024;
    private static final VarHandle CHUNKS;

    static {
        try {
            CHUNKS = MethodHandles.lookup().findVarHandle(RowStore.class, "chunks", long[].class);
        } catch (final ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private final Epochs epochs;
    private final Slabs slabs = new Slabs();
    private final LongArrayQueue limbo = new LongArrayQueue();
    private long[] chunks = new long[0];
    private int retiredSinceReclaim;
    private int limboAlarmAt = LIMBO_ALARM;
    private int rowCount;
    private long rowBytes;
    private long limboBytes;
    private long limboAlarms;
    private long rowsWritten;
    private boolean isClosed;

    /** An empty store whose readers pin themselves in {@code epochs}. */
    public RowStore(final Epochs epochs) {
        this.epochs = epochs;
    }

    /** Where readers pin themselves. */
    public Epochs epochs() {
        return epochs;
    }

    /**
     * Publishes a subject's row; its version is one more than that of the row it replaces.
     *
     * @param nextFlip epoch milliseconds, or {@link Long#MAX_VALUE} for never
     * @param slots    ascending, without duplicates
     */
    public void publish(final int ordinal, final DirectBuffer key, final int keyOffset, final int keyLength,
                        final int kind, final int customerGroup, final int website, final long nextFlip,
                        final int[] slots, final int count) {
        final long old = row(ordinal);
        publish(ordinal, key, keyOffset, keyLength, kind, customerGroup, website, nextFlip, slots, count,
            old == 0 ? 1 : Row.version(old) + 1);
    }

    /** Publishes a subject's row with its version: restoring a snapshot. */
    public void publish(final int ordinal, final DirectBuffer key, final int keyOffset, final int keyLength,
                        final int kind, final int customerGroup, final int website, final long nextFlip,
                        final int[] slots, final int count, final int version) {
        assert ordinal >= 0 : "ordinal=" + ordinal;
        assert keyLength > 0 && keyLength <= KEY_LENGTH_MAX : "keyLength=" + keyLength;
        assert (kind & 0xFF) == kind : "kind=" + kind;
        assert (customerGroup & 0xFFFF) == customerGroup : "customerGroup=" + customerGroup;
        assert (website & 0xFFFF) == website : "website=" + website;
        if (count > SLOTS_MAX) {
            throw new IllegalStateException("too many slots: count=" + count + ", max=" + SLOTS_MAX);
        }
        key.boundsCheck(keyOffset, keyLength);
        final boolean isWide = count > 0 && slots[count - 1] > Row.NARROW_SLOT_MAX;
        final int length = Row.SLOTS + (count << (isWide ? 2 : 1)) + keyLength;
        final long row = slabs.allocate(length);
        UnsafeApi.putInt(row + Row.LENGTH, length);
        UnsafeApi.putInt(row + Row.VERSION, version);
        UnsafeApi.putLong(row + Row.NEXT_FLIP, nextFlip);
        UnsafeApi.putInt(row + Row.COUNT, count);
        UnsafeApi.putShort(row + Row.CUSTOMER_GROUP, (short) customerGroup);
        UnsafeApi.putShort(row + Row.WEBSITE, (short) website);
        UnsafeApi.putByte(row + Row.KEY_LENGTH, (byte) keyLength);
        UnsafeApi.putByte(row + Row.KIND, (byte) kind);
        UnsafeApi.putByte(row + Row.FLAGS, (byte) (isWide ? Row.WIDE_SLOTS : 0));
        UnsafeApi.putByte(row + Row.FLAGS + 1, (byte) 0);
        final long end = isWide ? putWide(row, slots, count) : putNarrow(row, slots, count);
        UnsafeApi.copyMemory(key.byteArray(), key.addressOffset() + keyOffset, null, end, keyLength);

        replace(ordinal, row, length);
    }

    private void replace(final int ordinal, final long row, final int length) {
        final long handle = handleForWriting(ordinal);
        final long old = UnsafeApi.getLong(handle);
        UnsafeApi.putLongRelease(null, handle, row);
        rowsWritten++;
        rowBytes += length;
        if (old == 0) {
            rowCount++;
        } else {
            retire(old);
        }
    }

    /** Publishes an alias: a row under a visitor's key that leads to a customer, with whose key readers check it. */
    void publishAlias(final int ordinal, final DirectBuffer key, final int keyOffset, final int keyLength,
                      final int customer) {
        final long target = existing(customer);
        final int targetKeyLength = Row.keyLength(target);
        final int words = Row.ALIAS_KEY_WORD + (targetKeyLength + Integer.BYTES - 1 >> 2);
        key.boundsCheck(keyOffset, keyLength);
        final int length = Row.SLOTS + words * Integer.BYTES + keyLength;
        final long row = slabs.allocate(length);
        UnsafeApi.setMemory(row, length, (byte) 0);
        UnsafeApi.putInt(row + Row.LENGTH, length);
        UnsafeApi.putInt(row + Row.VERSION, 1);
        UnsafeApi.putLong(row + Row.NEXT_FLIP, Long.MAX_VALUE);
        UnsafeApi.putInt(row + Row.COUNT, words);
        UnsafeApi.putByte(row + Row.KEY_LENGTH, (byte) keyLength);
        UnsafeApi.putByte(row + Row.FLAGS, (byte) (Row.WIDE_SLOTS | Row.ALIAS));
        UnsafeApi.putInt(row + Row.SLOTS, customer);
        UnsafeApi.putInt(row + Row.SLOTS + Integer.BYTES, targetKeyLength);
        Row.copyKey(target, row + Row.SLOTS + Row.ALIAS_KEY_WORD * Integer.BYTES);
        UnsafeApi.copyMemory(key.byteArray(), key.addressOffset() + keyOffset, null,
            row + Row.SLOTS + (long) words * Integer.BYTES, keyLength);
        replace(ordinal, row, length);
    }

    /** Takes the subject's row away; does nothing where there is none. */
    public void clear(final int ordinal) {
        final long old = row(ordinal);
        if (old != 0) {
            UnsafeApi.putLongRelease(null, handleForWriting(ordinal), 0);
            rowCount--;
            retire(old);
        }
    }

    /** Makes memory of replaced rows usable again, as far as readers allow. Called between commands; cheap. */
    public void reclaim() {
        if (retiredSinceReclaim < RETIRED_BETWEEN_RECLAIMS) {
            return;
        }
        epochs.advance();
        final long safe = epochs.safe();
        // Twice what was retired: a slice that writes more rows than the least would fill limbo without end.
        final int count = Math.max(RECLAIMED_AT_LEAST, 2 * retiredSinceReclaim);
        for (int i = 0; i < count && !limbo.isEmpty() && limbo.peekLong() < safe; i++) {
            limbo.pollLong();
            final long row = limbo.pollLong();
            final int length = Row.length(row);
            limboBytes -= length;
            slabs.free(row, length);
        }
        // What one call leaves, because readers had held a lot, the next calls take.
        retiredSinceReclaim = !limbo.isEmpty() && limbo.peekLong() < safe ? RETIRED_BETWEEN_RECLAIMS : 0;
        if (limboCount() < LIMBO_ALARM) {
            limboAlarmAt = LIMBO_ALARM;
        }
    }

    /** Whether there is such a subject; an alias is none. */
    public boolean exists(final int ordinal) {
        final long row = row(ordinal);
        return row != 0 && !Row.isAlias(row);
    }

    /** Whether the ordinal is that of an alias. */
    public boolean isAlias(final int ordinal) {
        final long row = row(ordinal);
        return row != 0 && Row.isAlias(row);
    }

    /** The customer that an alias leads to. */
    public int aliasOf(final int ordinal) {
        return Row.aliasOf(existing(ordinal));
    }

    /** Number of slots; 0 where there is no row. */
    public int count(final int ordinal) {
        final long row = row(ordinal);
        return row == 0 ? 0 : Row.count(row);
    }

    /** The i-th slot, ascending. */
    public int slot(final int ordinal, final int index) {
        final long row = existing(ordinal);
        assert index >= 0 && index < Row.count(row) : "index=" + index + ", count=" + Row.count(row);
        return Row.slot(row, index);
    }

    /** Whether the subject has the slot; false where there is no row. */
    public boolean has(final int ordinal, final int slot) {
        final long row = row(ordinal);
        return row != 0 && !Row.isAlias(row) && Row.hasSlot(row, slot);
    }

    /** Copies the slots, ascending; their number. The array must be long enough. */
    public int copySlots(final int ordinal, final int[] dst) {
        final long row = row(ordinal);
        return row == 0 ? 0 : Row.copySlots(row, dst);
    }

    /** Next flip in epoch milliseconds; {@link Long#MAX_VALUE} where there is none, or no row. */
    public long nextFlip(final int ordinal) {
        final long row = row(ordinal);
        return row == 0 ? Long.MAX_VALUE : Row.nextFlip(row);
    }

    /** The subject's customer group as its row has it. */
    public int customerGroup(final int ordinal) {
        return Row.customerGroup(existing(ordinal));
    }

    /** The subject's home website. */
    public int website(final int ordinal) {
        return Row.website(existing(ordinal));
    }

    /** The subject's kind. */
    public int kind(final int ordinal) {
        return Row.kind(existing(ordinal));
    }

    /** XOR of the mixed slots ({@link SetHash}). */
    public long setHash(final int ordinal) {
        return Row.setHash(existing(ordinal));
    }

    /** How often the row was published since the subject appeared. */
    public int version(final int ordinal) {
        return Row.version(existing(ordinal));
    }

    /** Length of the subject's key in bytes. */
    public int keyLength(final int ordinal) {
        return Row.keyLength(existing(ordinal));
    }

    /** A copy of the subject's or alias' key. */
    public byte[] key(final int ordinal) {
        final long row = existing(ordinal);
        final byte[] key = new byte[Row.keyLength(row)];
        Row.copyKey(row, new UnsafeBuffer(key), 0);
        return key;
    }

    /** Copies the subject's key; its length. */
    public int copyKey(final int ordinal, final MutableDirectBuffer dst, final int offset) {
        return Row.copyKey(existing(ordinal), dst, offset);
    }

    @Override
    public boolean hasKey(final int ordinal, final DirectBuffer key, final int offset, final int length) {
        final long row = row(ordinal);
        return row != 0 && Row.hasKey(row, key, offset, length);
    }

    /** Number of subjects and aliases. */
    public int rowCount() {
        return rowCount;
    }

    /** Bytes of all rows in reach. */
    public long rowBytes() {
        return rowBytes;
    }

    /** Replaced rows that wait for readers. */
    public int limboCount() {
        return limbo.size() / 2;
    }

    /** Bytes of replaced rows that wait for readers. */
    public long limboBytes() {
        return limboBytes;
    }

    /** How often limbo grew beyond {@link #LIMBO_ALARM} rows, and doubled from there. */
    public long limboAlarms() {
        return limboAlarms;
    }

    /** Rows written, ever. */
    public long rowsWritten() {
        return rowsWritten;
    }

    /** Memory held: slabs, handles and limbo's list. */
    public long memoryBytes() {
        long handles = 0;
        for (final long chunk : chunks) {
            handles += chunk == 0 ? 0 : CHUNK_LENGTH;
        }
        return handles + slabs.memoryBytes() + (long) limbo.capacity() * Long.BYTES;
    }

    /** Frees everything; no reader may be left. */
    @Override
    public void close() {
        if (isClosed) {
            return;
        }
        isClosed = true;
        final long[] all = chunks;
        CHUNKS.setRelease(this, new long[0]);
        for (final long chunk : all) {
            if (chunk != 0) {
                UnsafeApi.freeMemory(chunk);
            }
        }
        slabs.close();
    }

    /** The row's address or 0. For any pinned thread: the one way from an ordinal to what others may replace. */
    long row(final int ordinal) {
        final long[] directory = (long[]) CHUNKS.getAcquire(this);
        final int index = ordinal >>> CHUNK_SHIFT;
        if (index >= directory.length || directory[index] == 0) {
            return 0;
        }
        return UnsafeApi.getLongAcquire(null, directory[index] + (long) (ordinal & CHUNK_MASK) * Long.BYTES);
    }

    private long existing(final int ordinal) {
        final long row = row(ordinal);
        if (row == 0) {
            throw new IllegalStateException("no such subject: ordinal=" + ordinal);
        }
        return row;
    }

    private static long putNarrow(final long row, final int[] slots, final int count) {
        long address = row + Row.SLOTS;
        long hash = 0;
        for (int i = 0; i < count; i++) {
            final int slot = slots[i];
            assert slot >= 0 && (i == 0 || slots[i - 1] < slot) : "slots do not ascend: slot=" + slot;
            hash ^= SetHash.mix(slot);
            UnsafeApi.putShort(address, (short) slot);
            address += Short.BYTES;
        }
        UnsafeApi.putLong(row + Row.SET_HASH, hash);
        return address;
    }

    private static long putWide(final long row, final int[] slots, final int count) {
        long address = row + Row.SLOTS;
        long hash = 0;
        for (int i = 0; i < count; i++) {
            final int slot = slots[i];
            assert slot >= 0 && (i == 0 || slots[i - 1] < slot) : "slots do not ascend: slot=" + slot;
            hash ^= SetHash.mix(slot);
            UnsafeApi.putInt(address, slot);
            address += Integer.BYTES;
        }
        UnsafeApi.putLong(row + Row.SET_HASH, hash);
        return address;
    }

    private long handleForWriting(final int ordinal) {
        final int index = ordinal >>> CHUNK_SHIFT;
        if (index >= chunks.length || chunks[index] == 0) {
            final long chunk = UnsafeApi.allocateMemory(CHUNK_LENGTH);
            UnsafeApi.setMemory(chunk, CHUNK_LENGTH, (byte) 0);
            final long[] grown = Arrays.copyOf(chunks, Math.max(chunks.length, index + 1));
            grown[index] = chunk;
            CHUNKS.setRelease(this, grown);
        }
        return chunks[index] + (long) (ordinal & CHUNK_MASK) * Long.BYTES;
    }

    private void retire(final long row) {
        final int length = Row.length(row);
        rowBytes -= length;
        limboBytes += length;
        limbo.addLong(epochs.current());
        limbo.addLong(row);
        retiredSinceReclaim++;
        if (limboCount() >= limboAlarmAt) {
            limboAlarms++;
            limboAlarmAt = limboCount() * 2;
        }
    }
}
