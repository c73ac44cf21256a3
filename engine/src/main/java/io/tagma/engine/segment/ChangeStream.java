package io.tagma.engine.segment;

import io.tagma.engine.model.Cause;
import io.tagma.engine.protocol.StateReader;
import io.tagma.engine.protocol.StateWriter;
import org.agrona.DirectBuffer;
import org.agrona.UnsafeApi;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * The newest changes of membership, numbered without a gap, so that whoever follows can go on from where it was.
 * Kept are the newest of a limited number, and none older than seven days. Engine thread only.
 *
 * <p>Events lie end to end in off-heap chunks of 256 KB, which are allocated as they are needed; an event's number is
 * implied by its place. The chunks are none of the JVM's direct buffers, whose bytes the heap's size limits: replicas
 * would meet that limit at one position, and end together.
 *
 * <pre>
 *    0  i32  length of the event, this field included
 *    4  u8   cause (ordinal of {@link Cause})
 *    5  u8   1: enter; 2: a group's, not a segment's
 *    6  u16  length of the key
 *    8  i64  effectiveAt
 *   16  i64  processedAt
 *   24  i32  target: slot, or group
 *   28  i32  public id of the segment; 0 for a group
 *   32  i32  version of the definition; 0 for a group
 *   36       key
 * </pre>
 */
public final class ChangeStream implements AutoCloseable {
    /** Age at which an event is dropped, milliseconds. */
    public static final long AGE_MAX_MS = 7 * 86_400_000L;

    private static final int CAUSE = 4;
    private static final int FLAGS = 5;
    private static final int KEY_LENGTH = 6;
    private static final int EFFECTIVE_AT = 8;
    private static final int PROCESSED_AT = 16;
    private static final int TARGET = 24;
    private static final int SEGMENT_ID = 28;
    private static final int VERSION = 32;
    private static final int KEY = 36;
    private static final int ENTER = 1;
    private static final int GROUP = 2;
    private static final int KEY_LENGTH_MAX = 1024;
    private static final int CHUNK_LENGTH = 256 * 1024;
    private static final Cause[] CAUSES = Cause.values();

    /** Ring of chunks, oldest at {@code headChunk}; a power of two long. */
    private Chunk[] chunks = new Chunk[16];
    private long headChunk;
    private long tailChunk;
    private int headOffset;
    private Chunk spare;
    private int countMax;
    private long floor;
    private long next;

    /** Keeps at most so many events. */
    public ChangeStream(final int countMax) {
        limit(countMax);
    }

    /** Keeps at most so many events from now on; the limit itself is not written by {@link #write}. */
    public void limit(final int eventsMax) {
        if (eventsMax < 1) {
            throw new IllegalArgumentException("change events out of range: countMax=" + eventsMax + ", min=1");
        }
        countMax = eventsMax;
        dropBeyondCount();
    }

    /**
     * Adds an event.
     *
     * @param target      group, or slot of the segment
     * @param segmentId   public id of the segment; 0 for a group
     * @param processedAt engine time; never goes back
     * @param version     of the segment's definition; 0 for a group
     * @return its number
     */
    public long append(final DirectBuffer key, final int keyOffset, final int keyLength, final boolean isGroup,
                       final int target, final int segmentId, final boolean isEnter, final long effectiveAt,
                       final long processedAt, final Cause cause, final int version) {
        if (keyLength < 0 || keyLength > KEY_LENGTH_MAX) {
            throw new IllegalArgumentException("key too long: length=" + keyLength + ", max=" + KEY_LENGTH_MAX);
        }
        final int length = KEY + keyLength;
        final Chunk chunk = chunkFor(length);
        final UnsafeBuffer buffer = chunk.buffer;
        final int at = chunk.used;
        buffer.putInt(at, length);
        buffer.putByte(at + CAUSE, (byte) cause.ordinal());
        buffer.putByte(at + FLAGS, (byte) ((isEnter ? ENTER : 0) | (isGroup ? GROUP : 0)));
        buffer.putShort(at + KEY_LENGTH, (short) keyLength);
        buffer.putLong(at + EFFECTIVE_AT, effectiveAt);
        buffer.putLong(at + PROCESSED_AT, processedAt);
        buffer.putInt(at + TARGET, target);
        buffer.putInt(at + SEGMENT_ID, segmentId);
        buffer.putInt(at + VERSION, version);
        buffer.putBytes(at + KEY, key, keyOffset, keyLength);
        appended(chunk, length, processedAt);
        dropBeyondCount();
        return next - 1;
    }

    /** Drops what is seven days old. Costs a step per 256 KB dropped, and per event of one such chunk. */
    public void trim(final long now) {
        while (floor < next) {
            final Chunk oldest = chunk(headChunk);
            if (oldest.processedAtMax <= now - AGE_MAX_MS) {
                floor = headChunk + 1 == tailChunk ? next : chunk(headChunk + 1).firstSeq;
                releaseOldest();
            } else if (oldest.buffer.getLong(headOffset + PROCESSED_AT) <= now - AGE_MAX_MS) {
                dropOne();
            } else {
                return;
            }
        }
    }

    /** Number of the oldest event kept; {@link #next} where there is none. */
    public long floor() {
        return floor;
    }

    /** Number that the next event will have. */
    public long next() {
        return next;
    }

    /**
     * Hands events over in order.
     *
     * @param fromSeq number of the first, from {@link #floor} to {@link #next}
     * @param max     events at most
     * @return number of events handed over
     */
    public int read(final long fromSeq, final int max, final ChangeConsumer consumer) {
        if (fromSeq < floor || fromSeq > next) {
            throw new IllegalArgumentException("no such change event: seq=" + fromSeq + ", floor=" + floor + ", next="
                + next);
        }
        if (fromSeq == next) {
            return 0;
        }
        long index = chunkOf(fromSeq);
        Chunk chunk = chunk(index);
        int at = index == headChunk ? headOffset : 0;
        for (long seq = index == headChunk ? floor : chunk.firstSeq; seq < fromSeq; seq++) {
            at += chunk.buffer.getInt(at);
        }
        final int count = (int) Math.min(Math.max(max, 0), next - fromSeq);
        for (int i = 0; i < count; i++) {
            if (at == chunk.used) {
                index++;
                chunk = chunk(index);
                at = 0;
            }
            accept(consumer, fromSeq + i, chunk.buffer, at);
            at += chunk.buffer.getInt(at);
        }
        return count;
    }

    /** Writes the events kept and their numbers: the same bytes however they lie in memory. */
    public void write(final StateWriter writer) {
        writer.putLong(floor);
        writer.putLong(next);
        for (long index = headChunk; index < tailChunk; index++) {
            final int from = index == headChunk ? headOffset : 0;
            writer.putBytes(chunk(index).buffer, from, chunk(index).used - from);
        }
    }

    /** Reads events back into an empty stream. */
    public void read(final StateReader reader) {
        if (next != 0) {
            throw new IllegalStateException("change events are read into an empty stream only: next=" + next);
        }
        final long floorRead = reader.getLong();
        final long nextRead = reader.getLong();
        if (floorRead < 0 || nextRead < floorRead || nextRead - floorRead > countMax) {
            throw new IllegalStateException("no state of change events: floor=" + floorRead + ", next=" + nextRead
                + ", countMax=" + countMax);
        }
        floor = floorRead;
        next = floorRead;
        final byte[] event = new byte[KEY + KEY_LENGTH_MAX];
        final UnsafeBuffer wrapped = new UnsafeBuffer(event);
        while (next < nextRead) {
            reader.getBytes(event, 0, Integer.BYTES);
            final int length = wrapped.getInt(0);
            if (length < KEY || length > event.length) {
                throw new IllegalStateException("no change event: length=" + length + ", seq=" + next);
            }
            reader.getBytes(event, Integer.BYTES, length - Integer.BYTES);
            if (wrapped.getShort(KEY_LENGTH) != length - KEY || wrapped.getByte(CAUSE) < 0
                || wrapped.getByte(CAUSE) >= CAUSES.length) {
                throw new IllegalStateException("no change event: seq=" + next);
            }
            final Chunk chunk = chunkFor(length);
            chunk.buffer.putBytes(chunk.used, event, 0, length);
            appended(chunk, length, wrapped.getLong(PROCESSED_AT));
        }
    }

    /** Bytes of memory allocated. */
    public long memoryBytes() {
        return (tailChunk - headChunk + (spare == null ? 0 : 1)) * CHUNK_LENGTH;
    }

    @Override
    public void close() {
        while (headChunk < tailChunk) {
            releaseOldest();
        }
        floor = next;
        if (spare != null) {
            spare.free();
            spare = null;
        }
    }

    private void accept(final ChangeConsumer consumer, final long seq, final UnsafeBuffer buffer, final int at) {
        final int flags = buffer.getByte(at + FLAGS);
        consumer.accept(seq, buffer.getStringWithoutLengthUtf8(at + KEY, buffer.getShort(at + KEY_LENGTH)),
            (flags & GROUP) != 0, buffer.getInt(at + TARGET), buffer.getInt(at + SEGMENT_ID), (flags & ENTER) != 0,
            buffer.getLong(at + EFFECTIVE_AT), buffer.getLong(at + PROCESSED_AT), CAUSES[buffer.getByte(at + CAUSE)],
            buffer.getInt(at + VERSION));
    }

    private void dropBeyondCount() {
        while (next - floor > countMax) {
            dropOne();
        }
    }

    private void dropOne() {
        final Chunk oldest = chunk(headChunk);
        headOffset += oldest.buffer.getInt(headOffset);
        floor++;
        if (headOffset == oldest.used) {
            releaseOldest();
        }
    }

    private void releaseOldest() {
        final Chunk released = chunk(headChunk);
        chunks[(int) headChunk & chunks.length - 1] = null;
        headChunk++;
        headOffset = 0;
        if (spare == null) {
            spare = released;
        } else {
            released.free();
        }
    }

    private Chunk chunkFor(final int length) {
        if (tailChunk > headChunk && chunk(tailChunk - 1).used + length <= CHUNK_LENGTH) {
            return chunk(tailChunk - 1);
        }
        if (tailChunk - headChunk == chunks.length) {
            final Chunk[] before = chunks;
            chunks = new Chunk[before.length * 2];
            for (long index = headChunk; index < tailChunk; index++) {
                chunks[(int) index & chunks.length - 1] = before[(int) index & before.length - 1];
            }
        }
        final Chunk chunk = spare == null ? new Chunk() : spare;
        spare = null;
        chunk.firstSeq = next;
        chunk.used = 0;
        chunk.processedAtMax = Long.MIN_VALUE;
        chunks[(int) tailChunk & chunks.length - 1] = chunk;
        tailChunk++;
        return chunk;
    }

    private void appended(final Chunk chunk, final int length, final long processedAt) {
        chunk.used += length;
        chunk.processedAtMax = Math.max(chunk.processedAtMax, processedAt);
        next++;
    }

    private long chunkOf(final long seq) {
        long low = headChunk;
        long high = tailChunk - 1;
        while (low < high) {
            final long middle = low + high + 1 >>> 1;
            if (chunk(middle).firstSeq <= seq) {
                low = middle;
            } else {
                high = middle - 1;
            }
        }
        return low;
    }

    private Chunk chunk(final long index) {
        return chunks[(int) index & chunks.length - 1];
    }

    /** Takes an event. */
    public interface ChangeConsumer {
        /** The fields as they were appended; {@code segmentId} and {@code version} are 0 for a group. */
        void accept(long seq, String key, boolean isGroup, int target, int segmentId, boolean isEnter,
                    long effectiveAt, long processedAt, Cause cause, int version);
    }

    private static final class Chunk {
        private final long address = UnsafeApi.allocateMemory(CHUNK_LENGTH);
        private final UnsafeBuffer buffer = new UnsafeBuffer(address, CHUNK_LENGTH);
        private long firstSeq;
        private int used;
        private long processedAtMax;

        private void free() {
            UnsafeApi.freeMemory(address);
        }
    }
}
