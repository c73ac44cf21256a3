package io.tagma.engine.subject;

import io.tagma.engine.protocol.StateReader;
import io.tagma.engine.protocol.StateWriter;
import java.nio.ByteOrder;
import java.security.DigestException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * The event ids applied within the last 24 hours, as fingerprints: who sends a line again is answered, and nothing is
 * done twice. Engine thread only; time is the engine's.
 *
 * <p>A fingerprint is the first 128 bits of SHA-256 over the key's length, the key and the event id: unseeded, since
 * replicas must agree, and from a hash whose collisions strangers cannot make. Every entry keeps its instant, so that
 * an id is a repeat while {@code now - instant < 24 h}, to the millisecond. What counts towards the limit are whole
 * hours: the current one and the 24 before it, which are forgotten one at a time.
 *
 * <pre>
 *   entries   ring in order of application, 3 longs each: fingerprint (2), instant; oldest at head
 *                head ... (forgotten, not yet swept) ... tail - count ... (counted) ... tail
 *   index     1,024 open-addressing tables by the fingerprint's first bits: ring position + 1, or 0
 * </pre>
 *
 * <p>Forgetting an hour only lowers the count; each addition then sweeps up to four forgotten entries out of ring and
 * index, so that no command pays for a whole hour, and the ring never outgrows the limit.
 */
public final class EventIds {
    /** How long an applied id is remembered, milliseconds. */
    public static final long WINDOW_MS = 86_400_000L;
    /** Entries of 25 hours unless told otherwise. */
    public static final int COUNT_MAX = 1 << 24;

    private static final long HOUR_MS = 3_600_000L;
    private static final int HOURS_BEFORE = 24;
    private static final int HOUR_MASK = 31;
    private static final int CHUNK_BITS = 13;
    private static final int CHUNK = 1 << CHUNK_BITS;
    private static final int WIDTH = 3;
    private static final int TABLE_BITS = 10;
    private static final int TABLE_MIN = 16;
    private static final int SWEEP = 4;
    private static final int KEY_LENGTH_MAX = 0xFFFF;

    private final int countMax;
    private final int capacity;
    private final long[][] ring;
    private long[] spare;
    private final int[][] tables = new int[1 << TABLE_BITS][TABLE_MIN];
    private final int[] tableCounts = new int[1 << TABLE_BITS];
    private final int[] hourCounts = new int[HOUR_MASK + 1];
    private final MessageDigest sha256;
    private final byte[] keyLength = new byte[2];
    private final byte[] digest = new byte[32];
    private final UnsafeBuffer digestBuffer = new UnsafeBuffer(digest);

    private long fingerprint0;
    private long fingerprint1;
    private long head;
    private long tail;
    private int count;
    private long hour;

    /** A memory of {@link #COUNT_MAX} ids. */
    public EventIds() {
        this(COUNT_MAX);
    }

    /** A memory of so many ids; it takes about 40 bytes for each that it holds. */
    public EventIds(final int countMax) {
        if (countMax < 1 || countMax > 1 << 29) {
            throw new IllegalArgumentException("event ids out of range: countMax=" + countMax + ", min=1, max="
                + (1 << 29));
        }
        this.countMax = countMax;
        ring = new long[(countMax + CHUNK - 1) / CHUNK + 1][];
        capacity = ring.length << CHUNK_BITS;
        try {
            sha256 = MessageDigest.getInstance("SHA-256");
        } catch (final NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has it: algorithm=SHA-256", e);
        }
    }

    /** Whether the id was applied for that key within the last 24 hours. */
    public boolean seen(final byte[] key, final byte[] eventId, final long now) {
        forgetHours(now);
        fingerprint(key, eventId);
        final int slot = find();
        return slot >= 0 && now - instant(tables[table(fingerprint0)][slot] - 1) < WINDOW_MS;
    }

    /** Remembers an id that was applied now. To be called only while the memory is not {@link #isFull full}. */
    public void add(final byte[] key, final byte[] eventId, final long now) {
        forgetHours(now);
        fingerprint(key, eventId);
        add(now);
    }

    /** Whether no further id can be remembered for now: lines that carry one must be refused. */
    public boolean isFull() {
        return count >= countMax;
    }

    /** Ids of this hour and the 24 before. */
    public int count() {
        return count;
    }

    /** Writes the state: the ids of this hour and the 24 before, in the order of application. */
    public void write(final StateWriter writer) {
        writer.putLong(hour);
        writer.putInt(count);
        for (long sequence = tail - count; sequence < tail; sequence++) {
            final int position = position(sequence);
            final long[] chunk = ring[position >>> CHUNK_BITS];
            final int at = (position & CHUNK - 1) * WIDTH;
            writer.putLong(chunk[at]);
            writer.putLong(chunk[at + 1]);
            writer.putLong(chunk[at + 2]);
        }
    }

    /** Reads the state back into a fresh memory. */
    public void read(final StateReader reader) {
        if (tail != 0) {
            throw new IllegalStateException("event ids are read into a fresh memory only: count=" + count);
        }
        hour = reader.getLong();
        final int entries = reader.getInt();
        if (entries < 0 || entries > countMax) {
            throw new IllegalStateException("no state of event ids: count=" + entries + ", max=" + countMax);
        }
        for (int i = 0; i < entries; i++) {
            fingerprint0 = reader.getLong();
            fingerprint1 = reader.getLong();
            final long instant = reader.getLong();
            final long hoursAgo = hour - Math.floorDiv(instant, HOUR_MS);
            if (hoursAgo < 0 || hoursAgo > HOURS_BEFORE) {
                throw new IllegalStateException("event id out of its time: hoursAgo=" + hoursAgo + ", entry=" + i);
            }
            add(instant);
        }
    }

    private void forgetHours(final long now) {
        final long hourNow = Math.floorDiv(now, HOUR_MS);
        if (hourNow <= hour) {
            return;
        }
        final long last = Math.min(hour, hourNow - HOURS_BEFORE - 1);
        for (long forgotten = hour - HOURS_BEFORE; forgotten <= last; forgotten++) {
            final int index = (int) forgotten & HOUR_MASK;
            count -= hourCounts[index];
            hourCounts[index] = 0;
        }
        hour = hourNow;
    }

    private void fingerprint(final byte[] key, final byte[] eventId) {
        if (key.length > KEY_LENGTH_MAX) {
            throw new IllegalArgumentException("key too long: length=" + key.length + ", max=" + KEY_LENGTH_MAX);
        }
        keyLength[0] = (byte) key.length;
        keyLength[1] = (byte) (key.length >>> 8);
        sha256.update(keyLength);
        sha256.update(key);
        sha256.update(eventId);
        try {
            sha256.digest(digest, 0, digest.length);
        } catch (final DigestException e) {
            throw new IllegalStateException("SHA-256 has 32 bytes: length=" + digest.length, e);
        }
        fingerprint0 = digestBuffer.getLong(0, ByteOrder.BIG_ENDIAN);
        fingerprint1 = digestBuffer.getLong(8, ByteOrder.BIG_ENDIAN);
    }

    private void add(final long instant) {
        if (count >= countMax) {
            throw new IllegalStateException("event ids are full: count=" + count + ", max=" + countMax);
        }
        sweep();
        final int position = position(tail);
        final int chunkIndex = position >>> CHUNK_BITS;
        if (ring[chunkIndex] == null) {
            ring[chunkIndex] = spare == null ? new long[CHUNK * WIDTH] : spare;
            spare = null;
        }
        final int at = (position & CHUNK - 1) * WIDTH;
        ring[chunkIndex][at] = fingerprint0;
        ring[chunkIndex][at + 1] = fingerprint1;
        ring[chunkIndex][at + 2] = instant;
        tail++;
        count++;
        hourCounts[(int) Math.floorDiv(instant, HOUR_MS) & HOUR_MASK]++;
        insert(position);
    }

    /** Takes a few of the forgotten entries out; more than one, so that the ring empties faster than it fills. */
    private void sweep() {
        final long end = Math.min(tail - count, head + SWEEP);
        while (head < end) {
            final int position = position(head);
            delete(position);
            head++;
            if ((position & CHUNK - 1) == CHUNK - 1) {
                spare = ring[position >>> CHUNK_BITS];
                ring[position >>> CHUNK_BITS] = null;
            }
        }
    }

    // ---- index -------------------------------------------------------------------------------------------------

    /** Slot of the current fingerprint in its table, or -1. */
    private int find() {
        final int[] table = tables[table(fingerprint0)];
        final int mask = table.length - 1;
        for (int slot = (int) fingerprint1 & mask; table[slot] != 0; slot = slot + 1 & mask) {
            final int position = table[slot] - 1;
            final long[] chunk = ring[position >>> CHUNK_BITS];
            final int at = (position & CHUNK - 1) * WIDTH;
            if (chunk[at] == fingerprint0 && chunk[at + 1] == fingerprint1) {
                return slot;
            }
        }
        return -1;
    }

    private void insert(final int position) {
        final int tableIndex = table(fingerprint0);
        final int found = find();
        if (found >= 0) {
            // The same id, more than a day old and not yet swept: its entry will no longer be found by the sweep.
            tables[tableIndex][found] = position + 1;
            return;
        }
        if (++tableCounts[tableIndex] * 2 > tables[tableIndex].length) {
            grow(tableIndex);
        }
        place(tables[tableIndex], position);
    }

    private void grow(final int tableIndex) {
        final int[] before = tables[tableIndex];
        final int[] table = new int[before.length * 2];
        for (final int entry : before) {
            if (entry != 0) {
                place(table, entry - 1);
            }
        }
        tables[tableIndex] = table;
    }

    private void place(final int[] table, final int position) {
        final int mask = table.length - 1;
        int slot = (int) second(position) & mask;
        while (table[slot] != 0) {
            slot = slot + 1 & mask;
        }
        table[slot] = position + 1;
    }

    /** Removes the entry's slot, and closes the gap by moving back what was pushed beyond it. */
    private void delete(final int position) {
        final int tableIndex = table(first(position));
        final int[] table = tables[tableIndex];
        final int mask = table.length - 1;
        int slot = (int) second(position) & mask;
        while (table[slot] != position + 1) {
            if (table[slot] == 0) {
                return;
            }
            slot = slot + 1 & mask;
        }
        tableCounts[tableIndex]--;
        int gap = slot;
        for (int next = gap + 1 & mask; table[next] != 0; next = next + 1 & mask) {
            final int home = (int) second(table[next] - 1) & mask;
            if ((next - home & mask) >= (next - gap & mask)) {
                table[gap] = table[next];
                gap = next;
            }
        }
        table[gap] = 0;
    }

    private static int table(final long first) {
        return (int) (first >>> Long.SIZE - TABLE_BITS);
    }

    private int position(final long sequence) {
        return (int) (sequence % capacity);
    }

    private long first(final int position) {
        return ring[position >>> CHUNK_BITS][(position & CHUNK - 1) * WIDTH];
    }

    private long second(final int position) {
        return ring[position >>> CHUNK_BITS][(position & CHUNK - 1) * WIDTH + 1];
    }

    private long instant(final int position) {
        return ring[position >>> CHUNK_BITS][(position & CHUNK - 1) * WIDTH + 2];
    }
}
