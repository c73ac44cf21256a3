package io.tagma.engine.subject;

import io.tagma.engine.protocol.StateReader;
import io.tagma.engine.protocol.StateWriter;
import java.util.ArrayDeque;
import java.util.Arrays;

/**
 * Gives out the dense numbers of subjects: the one freed longest ago, else the next that was never used. The order is
 * the log's and part of the state, so that replicas number alike. Engine thread only.
 */
public final class Ordinals {
    /** {@link #allocate}: all are in use. */
    public static final int NONE = -1;

    private static final int CHUNK = 4096;

    private final int countMax;
    /** FIFO of freed ordinals, cut into arrays so that it never grows by copying; the last one is being filled. */
    private final ArrayDeque<int[]> free = new ArrayDeque<>();
    /** A bit per ordinal below the high water: set while it is free. */
    private long[] freeBits = new long[1024];
    private int freeCount;
    private int headIndex;
    private int tailIndex = CHUNK;
    private int highWater;

    /** As many ordinals as an int can number. */
    public Ordinals() {
        this(Integer.MAX_VALUE);
    }

    /** At most so many ordinals. */
    public Ordinals(final int countMax) {
        if (countMax < 1) {
            throw new IllegalArgumentException("no ordinals: countMax=" + countMax + ", min=1");
        }
        this.countMax = countMax;
    }

    /** An ordinal that is in use from now on, or {@link #NONE}. */
    public int allocate() {
        if (freeCount > 0) {
            final int ordinal = free.peekFirst()[headIndex++];
            freeCount--;
            if (headIndex == CHUNK) {
                free.pollFirst();
                headIndex = 0;
            }
            freeBits[ordinal >>> 6] &= ~(1L << ordinal);
            return ordinal;
        }
        return highWater < countMax ? highWater++ : NONE;
    }

    /** Gives an ordinal back, to be allocated after all that were freed before it. */
    public void free(final int ordinal) {
        if (!isAllocated(ordinal)) {
            throw new IllegalStateException("ordinal is not in use: ordinal=" + ordinal + ", highWater=" + highWater);
        }
        push(ordinal);
    }

    /** Whether the ordinal is in use. */
    public boolean isAllocated(final int ordinal) {
        return ordinal >= 0 && ordinal < highWater && !isFree(ordinal);
    }

    /** All ordinals ever allocated are below. */
    public int highWater() {
        return highWater;
    }

    /** Ordinals below the high water that are not in use. */
    public int freeCount() {
        return freeCount;
    }

    /** Ordinals in use. */
    public int allocatedCount() {
        return highWater - freeCount;
    }

    /** The freed ordinals in the order in which they will be allocated: with {@link #highWater} the whole state. */
    public int[] snapshot() {
        final int[] ordinals = new int[freeCount];
        int index = headIndex;
        int done = 0;
        for (final int[] chunk : free) {
            final int part = Math.min(CHUNK - index, freeCount - done);
            System.arraycopy(chunk, index, ordinals, done, part);
            done += part;
            index = 0;
        }
        return ordinals;
    }

    /** Takes a state over; refuses one that cannot be. */
    public void restore(final int highWaterBefore, final int[] freed) {
        if (highWaterBefore < 0 || highWaterBefore > countMax || freed.length > highWaterBefore) {
            throw new IllegalStateException("no state of ordinals: highWater=" + highWaterBefore + ", free="
                + freed.length + ", countMax=" + countMax);
        }
        free.clear();
        Arrays.fill(freeBits, 0);
        freeCount = 0;
        headIndex = 0;
        tailIndex = CHUNK;
        highWater = highWaterBefore;
        for (final int ordinal : freed) {
            free(ordinal);
        }
    }

    /** Writes the state. */
    public void write(final StateWriter writer) {
        writer.putInt(highWater);
        writer.putInt(freeCount);
        for (final int ordinal : snapshot()) {
            writer.putInt(ordinal);
        }
    }

    /** Reads the state back. */
    public void read(final StateReader reader) {
        final int highWaterBefore = reader.getInt();
        final int count = reader.getInt();
        if (count < 0 || count > highWaterBefore) {
            throw new IllegalStateException("no state of ordinals: highWater=" + highWaterBefore + ", free=" + count);
        }
        final int[] freed = new int[count];
        for (int i = 0; i < count; i++) {
            freed[i] = reader.getInt();
        }
        restore(highWaterBefore, freed);
    }

    private boolean isFree(final int ordinal) {
        final int word = ordinal >>> 6;
        return word < freeBits.length && (freeBits[word] & 1L << ordinal) != 0;
    }

    private void push(final int ordinal) {
        if (tailIndex == CHUNK) {
            free.addLast(new int[CHUNK]);
            tailIndex = 0;
        }
        free.peekLast()[tailIndex++] = ordinal;
        freeCount++;
        final int word = ordinal >>> 6;
        if (word >= freeBits.length) {
            freeBits = Arrays.copyOf(freeBits, Math.max(freeBits.length * 2, word + 1));
        }
        freeBits[word] |= 1L << ordinal;
    }
}
