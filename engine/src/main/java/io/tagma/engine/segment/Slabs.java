package io.tagma.engine.segment;

import org.agrona.UnsafeApi;
import org.agrona.collections.LongArrayList;

/**
 * Blocks of off-heap memory in size classes, cut from slabs and kept in a free list each; never given back before
 * {@link #close()}. For the engine's thread.
 *
 * <p>Classes: 64 to 128 bytes in steps of 16, then four to each doubling, so that at most a fifth is wasted. A free
 * block holds the address of the next one in its first eight bytes.
 */
final class Slabs {
    /** Longest block. */
    static final int LENGTH_MAX = 1 << 20;
    private static final int SLAB_LENGTH = 4 << 20;
    private static final int ALIGNMENT = 64;
    private static final int SMALL_MAX = 128;
    private static final int SMALL_CLASSES = 5;
    private static final int CLASSES = classOf(LENGTH_MAX) + 1;

    private final long[] free = new long[CLASSES];
    private final LongArrayList slabs = new LongArrayList();
    private long bump;
    private long bumpEnd;

    /** A block of at least that length, aligned to 16 bytes, its content undefined. */
    long allocate(final int length) {
        final int sizeClass = classOf(length);
        final long head = free[sizeClass];
        if (head != 0) {
            free[sizeClass] = UnsafeApi.getLong(head);
            return head;
        }
        final int blockLength = lengthOf(sizeClass);
        if (bumpEnd - bump < blockLength) {
            addSlab();
        }
        final long block = bump;
        bump += blockLength;
        return block;
    }

    /** Takes the block back that was allocated with that length. */
    void free(final long block, final int length) {
        final int sizeClass = classOf(length);
        UnsafeApi.putLong(block, free[sizeClass]);
        free[sizeClass] = block;
    }

    /** Bytes taken from the system. */
    long memoryBytes() {
        return (long) slabs.size() * (SLAB_LENGTH + ALIGNMENT);
    }

    /** Gives everything back to the system. */
    void close() {
        for (int i = 0; i < slabs.size(); i++) {
            UnsafeApi.freeMemory(slabs.getLong(i));
        }
        slabs.clear();
    }

    /** The class of the smallest block that holds so many bytes. */
    static int classOf(final int length) {
        assert length > 0 && length <= LENGTH_MAX : "length=" + length;
        if (length <= SMALL_MAX) {
            return Math.max(0, (length + 15 >> 4) - 4);
        }
        final int log2 = 31 - Integer.numberOfLeadingZeros(length - 1);
        final int quarter = length - 1 - (1 << log2) >> log2 - 2;
        return SMALL_CLASSES + (log2 - 7) * 4 + quarter;
    }

    /** Length of the blocks of a class. */
    static int lengthOf(final int sizeClass) {
        if (sizeClass < SMALL_CLASSES) {
            return 64 + sizeClass * 16;
        }
        final int log2 = 7 + (sizeClass - SMALL_CLASSES) / 4;
        final int quarter = (sizeClass - SMALL_CLASSES) % 4;
        return (1 << log2) + (quarter + 1 << log2 - 2);
    }

    private void addSlab() {
        final long slab = UnsafeApi.allocateMemory(SLAB_LENGTH + ALIGNMENT);
        slabs.addLong(slab);
        bump = slab + ALIGNMENT - 1 & -ALIGNMENT;
        bumpEnd = bump + SLAB_LENGTH;
    }
}
