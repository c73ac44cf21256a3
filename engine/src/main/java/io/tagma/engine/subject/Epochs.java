package io.tagma.engine.subject;

import org.agrona.BitUtil;
import org.agrona.BufferUtil;
import org.agrona.UnsafeApi;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * When memory that readers on other threads may hold can be used again. Each reading thread registers a cell of its
 * own; it pins the present epoch there before its first load of a batch and unpins after. The engine's thread takes
 * memory out of reach first, notes the epoch ({@link #current()}), and uses it again once {@link #safe()} has passed
 * that epoch. Nobody waits: a reader that stays pinned costs memory, not time.
 *
 * <p>{@link #register}, {@link #release} are for any thread, {@link #pin} and {@link #unpin} for the cell's owner, the
 * rest for the engine's thread.
 *
 * <pre>
 *   0                                                             128
 *   +-------------------------------------------------------------+
 *   | epoch i64 (from 1) | cells ever used i32 | padding          |
 *   +-------------------------------------------------------------+
 *   | pinned i64 (0 unpinned) | owned i64 (0, 1) | padding        |   a cell, READERS_MAX of them
 *   +-------------------------------------------------------------+
 * </pre>
 */
public final class Epochs {
    /** Cells there are. */
    public static final int READERS_MAX = 256;
    private static final int STRIDE = BitUtil.CACHE_LINE_LENGTH * 2;
    private static final int USED_OFFSET = 8;
    private static final int OWNED_OFFSET = 8;
    private static final long UNPINNED = 0;

    private final UnsafeBuffer cells = new UnsafeBuffer(
        BufferUtil.allocateDirectAligned(STRIDE * (READERS_MAX + 1), STRIDE));

    /** Nobody has registered. */
    public Epochs() {
        cells.putLongRelease(0, 1);
    }

    /**
     * A cell for the calling thread.
     *
     * @throws IllegalStateException where all are owned
     */
    public int register() {
        for (int i = 1; i <= READERS_MAX; i++) {
            if (cells.compareAndSetLong(i * STRIDE + OWNED_OFFSET, 0, 1)) {
                int used = cells.getIntVolatile(USED_OFFSET);
                while (used < i && !cells.compareAndSetInt(USED_OFFSET, used, i)) {
                    used = cells.getIntVolatile(USED_OFFSET);
                }
                return i;
            }
        }
        throw new IllegalStateException("too many readers: max=" + READERS_MAX);
    }

    /** Gives the cell back, unpinned. */
    public void release(final int cell) {
        cells.putLongRelease(cell * STRIDE, UNPINNED);
        cells.putLongRelease(cell * STRIDE + OWNED_OFFSET, 0);
    }

    /** From now on, nothing that is in reach is used again. The store is seen by the engine before any later load. */
    public void pin(final int cell) {
        cells.putLongRelease(cell * STRIDE, cells.getLongAcquire(0));
        // A volatile store is ordered before later volatile loads only; readers load by plain and acquire loads.
        UnsafeApi.fullFence();
    }

    /** The owner holds nothing any more. */
    public void unpin(final int cell) {
        cells.putLongRelease(cell * STRIDE, UNPINNED);
    }

    /** Whether the cell is pinned; for its owner. */
    public boolean isPinned(final int cell) {
        return cells.getLong(cell * STRIDE) != UNPINNED;
    }

    /** The epoch that memory taken out of reach just now is retired in. */
    public long current() {
        return cells.getLong(0);
    }

    /** Begins the next epoch: later pins cannot hold what is retired already. */
    public void advance() {
        cells.putLongRelease(0, cells.getLong(0) + 1);
    }

    /** What was retired in an epoch before this one is held by nobody. */
    public long safe() {
        // Pairs with the fence in pin(): either that pin is seen here, or its owner sees what was unlinked.
        UnsafeApi.fullFence();
        long safe = Long.MAX_VALUE;
        final int used = cells.getIntVolatile(USED_OFFSET);
        for (int i = 1; i <= used; i++) {
            final long pinned = cells.getLongVolatile(i * STRIDE);
            if (pinned != UNPINNED && pinned < safe) {
                safe = pinned;
            }
        }
        return safe;
    }
}
