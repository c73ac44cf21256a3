package io.tagma.server.net;

/**
 * How the binary protocol is served. Times in milliseconds. Immutable, validated.
 *
 * @param threads            event loops
 * @param connectionsMax     further ones are closed at once
 * @param helloTimeoutMs     a connection that has not said Hello by then is closed
 * @param halfFrameTimeoutMs a frame must be whole so long after its first byte
 * @param stallTimeoutMs     a connection that takes no replies for so long is closed
 * @param positionWaitMs     how long a look-up at a position waits for it
 */
public record BinarySettings(int threads, int connectionsMax, int helloTimeoutMs, int halfFrameTimeoutMs,
                             int stallTimeoutMs, int positionWaitMs) {
    /** What a server runs with unless it is told otherwise. */
    public static final BinarySettings DEFAULTS = new BinarySettings(
        Math.max(1, Runtime.getRuntime().availableProcessors() / 2), 10_000, 10_000, 10_000, 30_000, 50);

    /** Refuses values out of range. */
    public BinarySettings {
        check("threads", threads, 1, 256);
        check("connectionsMax", connectionsMax, 1, 1_000_000);
        check("helloTimeoutMs", helloTimeoutMs, 10, 3_600_000);
        check("halfFrameTimeoutMs", halfFrameTimeoutMs, 10, 3_600_000);
        check("stallTimeoutMs", stallTimeoutMs, 10, 3_600_000);
        check("positionWaitMs", positionWaitMs, 0, 60_000);
    }

    private static void check(final String name, final int value, final int min, final int max) {
        if (value < min || value > max) {
            throw new IllegalArgumentException("out of range: " + name + "=" + value + ", min=" + min + ", max=" + max);
        }
    }
}
