package io.tagma.engine.segment;

import org.agrona.BitUtil;
import org.agrona.BufferUtil;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * How far the engine has come, for readers: written by the engine's thread after the rows of a command are published,
 * read by any thread before it loads a row. So what is read here may be older than the row, never newer.
 *
 * <pre>
 *   0            8         16       24                    128
 *   +------------+---------+--------+---------------------+
 *   |position i64|asOf i64 |now i64 | padding             |    a pair of cache lines of its own
 *   +------------+---------+--------+---------------------+
 * </pre>
 */
public final class EnginePosition {
    private static final int LENGTH = BitUtil.CACHE_LINE_LENGTH * 2;
    private static final int POSITION = 0;
    private static final int AS_OF = 8;
    private static final int NOW = 16;

    private final UnsafeBuffer buffer = new UnsafeBuffer(BufferUtil.allocateDirectAligned(LENGTH, LENGTH));

    /** Everything up to that position is visible and right for {@code asOf}; the engine's clock stands at now. */
    public void publish(final long position, final long asOf, final long nowMs) {
        // Readers load in the other order: whoever sees the position sees an asOf and a clock at least as new.
        buffer.putLongRelease(NOW, nowMs);
        buffer.putLongRelease(AS_OF, asOf);
        buffer.putLongRelease(POSITION, position);
    }

    /** Log position of the last command that is visible. */
    public long position() {
        return buffer.getLongAcquire(POSITION);
    }

    /** The instant that memberships are right for. */
    public long asOf() {
        return buffer.getLongAcquire(AS_OF);
    }

    /** The engine's clock. */
    public long nowMs() {
        return buffer.getLongAcquire(NOW);
    }
}
