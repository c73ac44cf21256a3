package io.tagma.server;

import io.tagma.engine.Limits;
import io.tagma.server.cluster.Durability;
import java.nio.file.Path;
import java.time.Duration;

/**
 * How a server is to run. Immutable; a wrong value is refused here with its name, value and range.
 *
 * @param host          address to listen on
 * @param port          of the binary protocol; 0 takes a free one
 * @param adminPort     of the HTTP API; 0 takes a free one
 * @param data          directory of log and snapshots; null keeps everything in memory only
 * @param manualClockMs where a manual clock starts, epoch milliseconds; null for the real clock
 * @param subjectsMax   most subjects a new log allows; 0 for the default
 * @param subjectsExpected how many subjects the stores are laid out for; more are slower, not refused
 * @param bytesMax      most bytes of attributes, orders, products and codes a new log allows; 0 for the default
 * @param visitorTtl    how long a visitor lives in a new log after the last line that named it; null for the default
 * @param membership    which node of a cluster it is; null where it is alone
 * @param durability    what an acknowledgement promises
 * @param retention     how much of the log is kept, and for whom
 */
public record ServerConfig(String host, int port, int adminPort, Path data, Long manualClockMs, int subjectsMax,
                           int subjectsExpected, long bytesMax, Duration visitorTtl, Membership membership,
                           Durability durability, Retention retention) {
    /** How many subjects the stores are laid out for, unless said otherwise. */
    public static final int SUBJECTS_EXPECTED = 500_000;
    /** Port of the binary protocol. */
    public static final int PORT = 7070;
    /** Port of the HTTP API. */
    public static final int ADMIN_PORT = 7072;
    private static final int PORT_MAX = 65_535;
    private static final long BYTES_MAX = 1L << 44;
    private static final Duration VISITOR_TTL_MIN = Duration.ofMillis(1);
    private static final Duration VISITOR_TTL_MAX = Duration.ofDays(36_500);

    /** Checks every value. */
    public ServerConfig {
        if (host == null || host.isBlank()) {
            throw new IllegalArgumentException("an address to listen on is needed: host=" + host);
        }
        checkPort("port", port);
        checkPort("adminPort", adminPort);
        if (port != 0 && port == adminPort) {
            throw new IllegalArgumentException("two faces cannot share a port: port=" + port + ", adminPort="
                + adminPort);
        }
        if (subjectsMax < 0) {
            throw new IllegalArgumentException("must not be negative: subjectsMax=" + subjectsMax);
        }
        if (subjectsExpected < 1) {
            throw new IllegalArgumentException("must be positive: subjectsExpected=" + subjectsExpected);
        }
        if (bytesMax < 0 || bytesMax > BYTES_MAX) {
            throw new IllegalArgumentException("out of range 0-" + BYTES_MAX + ": bytesMax=" + bytesMax);
        }
        if (visitorTtl != null
            && (visitorTtl.compareTo(VISITOR_TTL_MIN) < 0 || visitorTtl.compareTo(VISITOR_TTL_MAX) > 0)) {
            throw new IllegalArgumentException("out of range " + VISITOR_TTL_MIN + "-" + VISITOR_TTL_MAX
                + ": visitorTtl=" + visitorTtl);
        }
        if (durability == null) {
            throw new IllegalArgumentException("what an acknowledgement promises is not said: durability=null");
        }
        if (retention == null) {
            throw new IllegalArgumentException("how much of the log is kept is not said: retention=null");
        }
        if (membership != null && data == null) {
            throw new IllegalArgumentException("a node of a cluster needs a directory: data=null");
        }
        if (manualClockMs != null
            && (manualClockMs < 0 || manualClockMs > Limits.CLOCK_MAX_MS)) {
            throw new IllegalArgumentException("out of range 0-" + Limits.CLOCK_MAX_MS
                + ": manualClock=" + manualClockMs);
        }
    }

    /** With as much of the log as usual. */
    public ServerConfig(final String host, final int port, final int adminPort, final Path data,
                        final Long manualClockMs, final int subjectsMax, final int subjectsExpected,
                        final long bytesMax, final Duration visitorTtl, final Membership membership,
                        final Durability durability) {
        this(host, port, adminPort, data, manualClockMs, subjectsMax, subjectsExpected, bytesMax, visitorTtl,
            membership, durability, Retention.USUAL);
    }

    /** Alone, flushed before the acknowledgement. */
    public ServerConfig(final String host, final int port, final int adminPort, final Path data,
                        final Long manualClockMs, final int subjectsMax, final int subjectsExpected,
                        final long bytesMax, final Duration visitorTtl) {
        this(host, port, adminPort, data, manualClockMs, subjectsMax, subjectsExpected, bytesMax, visitorTtl, null,
            Durability.FLUSHED);
    }

    /** With the defaults of bytes and visitors. */
    public ServerConfig(final String host, final int port, final int adminPort, final Path data,
                        final Long manualClockMs, final int subjectsMax, final int subjectsExpected) {
        this(host, port, adminPort, data, manualClockMs, subjectsMax, subjectsExpected, 0, null);
    }

    /** With the stores laid out for the default number of subjects. */
    public ServerConfig(final String host, final int port, final int adminPort, final Path data,
                        final Long manualClockMs, final int subjectsMax) {
        this(host, port, adminPort, data, manualClockMs, subjectsMax, SUBJECTS_EXPECTED, 0, null);
    }

    private static void checkPort(final String name, final int port) {
        if (port < 0 || port > PORT_MAX) {
            throw new IllegalArgumentException("out of range 0-" + PORT_MAX + ": " + name + "=" + port);
        }
    }
}
