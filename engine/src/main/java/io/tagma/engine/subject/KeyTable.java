package io.tagma.engine.subject;

import com.dynatrace.hash4j.hashing.ByteAccess;
import com.dynatrace.hash4j.hashing.Hasher64;
import com.dynatrace.hash4j.hashing.Hashing;
import java.nio.ByteOrder;
import org.agrona.DirectBuffer;
import org.agrona.UnsafeApi;
import org.agrona.collections.LongArrayQueue;

/**
 * From a subject's key to its ordinal: open addressing in 1,024 sub-tables off-heap, so that growth copies a
 * thousandth. The engine's thread writes; any thread that is pinned in the table's {@link Epochs} may
 * {@link #get(Keys, long, DirectBuffer, int, int)}, wait-free.
 *
 * <p>Keys themselves live with their subjects: {@link Keys} compares them. A reader may meet a slot whose ordinal was
 * given to another subject meanwhile; it passes its own {@link Keys}, which compares in what that reader loaded, and
 * goes on. A key that stays is always found: its slot does not move inside a sub-table, and no slot before it becomes
 * empty.
 *
 * <pre>
 *   slot, 16 bytes; sub-table = top 10 bits of the hash, first slot = its low bits, then the next ones
 *   0               8          12        16
 *   +---------------+----------+---------+
 *   | hash u64      | tag u32  | ordinal |     tag: 0 empty, 1 used, 2 tombstone, 3 reserved for aliases
 *   +---------------+----------+---------+
 *                   '- one release store -'
 *   directory, 1,024 words: address of the sub-table, log2 of its slots in the top byte
 * </pre>
 */
public final class KeyTable implements AutoCloseable {
    /** No such key. */
    public static final int MISSING = -1;

    private static final int SUB_TABLES = 1024;
    private static final int SUB_TABLE_SHIFT = 54;
    private static final int SLOT_LENGTH = 16;
    private static final int META_OFFSET = 8;
    private static final int LOG2_SHIFT = 56;
    private static final long ADDRESS_MASK = (1L << LOG2_SHIFT) - 1;
    private static final int LOG2_MIN = 4;
    private static final int LOG2_MAX = 27;
    private static final int EMPTY = 0;
    private static final int USED = 1;
    private static final int TOMBSTONE = 2;
    private static final BufferAccess ACCESS = new BufferAccess();

    private final Hasher64 hasher;
    private final Keys keys;
    private final Epochs epochs;
    private final long directory;
    private final int[] used = new int[SUB_TABLES];
    private final int[] tombstones = new int[SUB_TABLES];
    private final LongArrayQueue limbo = new LongArrayQueue();
    private int size;
    private long memoryBytes;
    private long growths;
    private boolean isClosed;

    /**
     * An empty table.
     *
     * @param seed   of the hash; differs between nodes, since keys come from strangers
     * @param keys   the engine's thread's own view of the keys
     * @param epochs in which readers pin themselves
     */
    public KeyTable(final long seed, final Keys keys, final Epochs epochs) {
        this.hasher = Hashing.xxh3_64(seed);
        this.keys = keys;
        this.epochs = epochs;
        this.directory = UnsafeApi.allocateMemory((long) SUB_TABLES * Long.BYTES);
        this.memoryBytes = (long) SUB_TABLES * Long.BYTES;
        for (int i = 0; i < SUB_TABLES; i++) {
            UnsafeApi.putLongRelease(null, directory + (long) i * Long.BYTES, allocate(LOG2_MIN));
        }
    }

    /** The key's hash under this table's seed. Any thread. */
    public long hash(final DirectBuffer key, final int offset, final int length) {
        return hasher.hashBytesToLong(key, offset, length, ACCESS);
    }

    /** The key's ordinal or {@link #MISSING}; for the engine's thread. */
    public int get(final DirectBuffer key, final int offset, final int length) {
        return get(keys, hash(key, offset, length), key, offset, length);
    }

    /** The key's ordinal or {@link #MISSING}; for any pinned thread. */
    public int get(final Keys readerKeys, final DirectBuffer key, final int offset, final int length) {
        return get(readerKeys, hash(key, offset, length), key, offset, length);
    }

    /**
     * The ordinal of the first key with that hash or {@link #MISSING}; for any pinned thread. No key is compared: where
     * to look, not an answer.
     */
    public int guess(final long hash) {
        final long table = UnsafeApi.getLongAcquire(null, directoryEntry(hash));
        final long base = table & ADDRESS_MASK;
        final long mask = mask(table);
        long index = hash & mask;
        while (true) {
            final long slot = base + index * SLOT_LENGTH;
            final long meta = UnsafeApi.getLongAcquire(null, slot + META_OFFSET);
            final int tag = tag(meta);
            if (tag == EMPTY) {
                return MISSING;
            }
            if (tag == USED && UnsafeApi.getLong(slot) == hash) {
                return ordinal(meta);
            }
            index = index + 1 & mask;
        }
    }

    /** The ordinal of the key with that hash or {@link #MISSING}; for any pinned thread. May lag behind the writer. */
    public int get(final Keys readerKeys, final long hash, final DirectBuffer key, final int offset,
                   final int length) {
        final long table = UnsafeApi.getLongAcquire(null, directoryEntry(hash));
        final long base = table & ADDRESS_MASK;
        final long mask = mask(table);
        long index = hash & mask;
        while (true) {
            final long slot = base + index * SLOT_LENGTH;
            final long meta = UnsafeApi.getLongAcquire(null, slot + META_OFFSET);
            final int tag = tag(meta);
            if (tag == EMPTY) {
                return MISSING;
            }
            if (tag == USED && UnsafeApi.getLong(slot) == hash) {
                final int ordinal = ordinal(meta);
                if (readerKeys.hasKey(ordinal, key, offset, length)) {
                    return ordinal;
                }
            }
            index = index + 1 & mask;
        }
    }

    /** Enters the key, or gives a known key another ordinal. The subject's key must be readable by then. */
    public void put(final DirectBuffer key, final int offset, final int length, final int ordinal) {
        assert ordinal >= 0 : "negative: ordinal=" + ordinal;
        final long hash = hash(key, offset, length);
        final int sub = sub(hash);
        final long known = find(hash, key, offset, length);
        if (known != 0) {
            UnsafeApi.putLongRelease(null, known + META_OFFSET, meta(ordinal, USED));
            return;
        }
        final long slots = 1L << log2(UnsafeApi.getLong(directoryEntry(hash)));
        if ((used[sub] + tombstones[sub] + 1) * 4L > slots * 3) {
            rebuild(sub);
        }
        final long table = UnsafeApi.getLong(directoryEntry(hash));
        final long slot = firstFree(table & ADDRESS_MASK, mask(table), hash);
        if (tag(UnsafeApi.getLong(slot + META_OFFSET)) == TOMBSTONE) {
            tombstones[sub]--;
        }
        UnsafeApi.putLongOpaque(null, slot, hash);
        UnsafeApi.putLongRelease(null, slot + META_OFFSET, meta(ordinal, USED));
        used[sub]++;
        size++;
    }

    /** Takes the key out, before its subject's key becomes unreadable; its ordinal or {@link #MISSING}. */
    public int remove(final DirectBuffer key, final int offset, final int length) {
        final long hash = hash(key, offset, length);
        final long slot = find(hash, key, offset, length);
        if (slot == 0) {
            return MISSING;
        }
        final int sub = sub(hash);
        final int ordinal = ordinal(UnsafeApi.getLong(slot + META_OFFSET));
        UnsafeApi.putLongRelease(null, slot + META_OFFSET, meta(0, TOMBSTONE));
        used[sub]--;
        tombstones[sub]++;
        size--;
        clearTail(sub, slot);
        return ordinal;
    }

    /** Frees replaced sub-tables that no reader can hold. Growth does so too. */
    public void reclaim() {
        if (limbo.isEmpty()) {
            return;
        }
        epochs.advance();
        final long safe = epochs.safe();
        while (!limbo.isEmpty() && limbo.peekLong() < safe) {
            limbo.pollLong();
            free(limbo.pollLong());
        }
    }

    /** Number of keys. */
    public int size() {
        return size;
    }

    /** Sub-tables replaced, ever. */
    public long growths() {
        return growths;
    }

    /** Replaced sub-tables that a reader may still hold. */
    public int limboCount() {
        return limbo.size() / 2;
    }

    /** Memory held, replaced sub-tables included. */
    public long memoryBytes() {
        return memoryBytes;
    }

    /** Frees everything; no reader may be left. */
    @Override
    public void close() {
        if (isClosed) {
            return;
        }
        isClosed = true;
        while (!limbo.isEmpty()) {
            limbo.pollLong();
            free(limbo.pollLong());
        }
        for (int i = 0; i < SUB_TABLES; i++) {
            free(UnsafeApi.getLong(directory + (long) i * Long.BYTES));
        }
        UnsafeApi.freeMemory(directory);
    }

    /** Address of the key's slot, or 0. */
    private long find(final long hash, final DirectBuffer key, final int offset, final int length) {
        final long table = UnsafeApi.getLong(directoryEntry(hash));
        final long base = table & ADDRESS_MASK;
        final long mask = mask(table);
        long index = hash & mask;
        while (true) {
            final long slot = base + index * SLOT_LENGTH;
            final long meta = UnsafeApi.getLong(slot + META_OFFSET);
            final int tag = tag(meta);
            if (tag == EMPTY) {
                return 0;
            }
            if (tag == USED && UnsafeApi.getLong(slot) == hash && keys.hasKey(ordinal(meta), key, offset, length)) {
                return slot;
            }
            index = index + 1 & mask;
        }
    }

    private static long firstFree(final long base, final long mask, final long hash) {
        long index = hash & mask;
        while (tag(UnsafeApi.getLong(base + index * SLOT_LENGTH + META_OFFSET)) == USED) {
            index = index + 1 & mask;
        }
        return base + index * SLOT_LENGTH;
    }

    /** Tombstones right before an empty slot end no probe that goes on behind them: they become empty again. */
    private void clearTail(final int sub, final long slot) {
        final long table = UnsafeApi.getLong(directory + (long) sub * Long.BYTES);
        final long base = table & ADDRESS_MASK;
        final long mask = mask(table);
        long index = (slot - base) / SLOT_LENGTH;
        if (tag(UnsafeApi.getLong(base + (index + 1 & mask) * SLOT_LENGTH + META_OFFSET)) != EMPTY) {
            return;
        }
        while (tag(UnsafeApi.getLong(base + index * SLOT_LENGTH + META_OFFSET)) == TOMBSTONE) {
            UnsafeApi.putLongRelease(null, base + index * SLOT_LENGTH + META_OFFSET, meta(0, EMPTY));
            tombstones[sub]--;
            index = index - 1 & mask;
        }
    }

    private void rebuild(final int sub) {
        final long entry = directory + (long) sub * Long.BYTES;
        final long old = UnsafeApi.getLong(entry);
        final int log2 = log2(old);
        // Where tombstones filled it, the same size will do.
        final long table = allocate(used[sub] * 2L >= 1L << log2 ? log2 + 1 : log2);
        final long base = table & ADDRESS_MASK;
        final long mask = mask(table);
        final long oldEnd = (old & ADDRESS_MASK) + ((long) SLOT_LENGTH << log2);
        for (long slot = old & ADDRESS_MASK; slot < oldEnd; slot += SLOT_LENGTH) {
            final long meta = UnsafeApi.getLong(slot + META_OFFSET);
            if (tag(meta) == USED) {
                final long hash = UnsafeApi.getLong(slot);
                final long target = firstFree(base, mask, hash);
                UnsafeApi.putLong(target, hash);
                UnsafeApi.putLong(target + META_OFFSET, meta);
            }
        }
        tombstones[sub] = 0;
        UnsafeApi.putLongRelease(null, entry, table);
        limbo.addLong(epochs.current());
        limbo.addLong(old);
        growths++;
        reclaim();
    }

    private long allocate(final int log2) {
        if (log2 > LOG2_MAX) {
            throw new IllegalStateException("sub-table is full: log2=" + LOG2_MAX);
        }
        final long length = (long) SLOT_LENGTH << log2;
        final long address = UnsafeApi.allocateMemory(length);
        UnsafeApi.setMemory(address, length, (byte) 0);
        memoryBytes += length;
        return address | (long) log2 << LOG2_SHIFT;
    }

    private void free(final long table) {
        UnsafeApi.freeMemory(table & ADDRESS_MASK);
        memoryBytes -= (long) SLOT_LENGTH << log2(table);
    }

    private long directoryEntry(final long hash) {
        return directory + (long) sub(hash) * Long.BYTES;
    }

    private static int sub(final long hash) {
        return (int) (hash >>> SUB_TABLE_SHIFT);
    }

    private static int log2(final long table) {
        return (int) (table >>> LOG2_SHIFT);
    }

    private static long mask(final long table) {
        return (1L << log2(table)) - 1;
    }

    private static long meta(final int ordinal, final int tag) {
        return (long) ordinal << 32 | tag;
    }

    private static int tag(final long meta) {
        return (int) meta;
    }

    private static int ordinal(final long meta) {
        return (int) (meta >>> 32);
    }

    /** Compares keys where they live. */
    public interface Keys {
        /** Whether the subject exists and has this key. */
        boolean hasKey(int ordinal, DirectBuffer key, int offset, int length);
    }

    private static final class BufferAccess implements ByteAccess<DirectBuffer> {
        @Override
        public byte getByte(final DirectBuffer data, final long index) {
            return data.getByte((int) index);
        }

        @Override
        public int getInt(final DirectBuffer data, final long index) {
            return data.getInt((int) index, ByteOrder.LITTLE_ENDIAN);
        }

        @Override
        public long getLong(final DirectBuffer data, final long index) {
            return data.getLong((int) index, ByteOrder.LITTLE_ENDIAN);
        }
    }
}
