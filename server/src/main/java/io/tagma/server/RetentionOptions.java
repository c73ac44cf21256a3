package io.tagma.server;

import io.tagma.server.cluster.SnapshotSchedule;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine.Option;

/** Options of {@code serve} that say how much of the log is kept; those that are absent are as usual. */
final class RetentionOptions {
    private static final String SNAPSHOT_LOG = "--snapshot-log";
    private static final String SNAPSHOT_INTERVAL = "--snapshot-interval";
    private static final String PEER_GRACE = "--peer-grace";
    private static final Duration INTERVAL_MIN = Duration.ofNanos(SnapshotSchedule.INTERVAL_MIN_NS);
    private static final Duration INTERVAL_MAX = Duration.ofNanos(SnapshotSchedule.INTERVAL_MAX_NS);

    @Option(names = SNAPSHOT_LOG, paramLabel = "BYTES", description = "A snapshot is due when the log since the last "
        + "one is longer than this, and than twice the snapshot (default: 2,147,483,648).")
    private Long snapshotLog;

    @Option(names = SNAPSHOT_INTERVAL, paramLabel = "DURATION", description = "A snapshot is due when the last one is "
        + "so long ago and a command came since, ISO-8601 (default: PT1H).")
    private Duration snapshotInterval;

    @Option(names = PEER_GRACE, paramLabel = "DURATION", description = "How long a peer that is not heard holds back "
        + "the purge of the log, ISO-8601; one that is away for longer may have to be seeded (default: PT10M).")
    private Duration peerGrace;

    /** What they say together; a wrong value is refused with the option's name. */
    Retention retention() {
        final SnapshotSchedule usual = SnapshotSchedule.USUAL;
        if (snapshotLog != null && snapshotLog < SnapshotSchedule.LOG_LENGTH_MIN) {
            throw new IllegalArgumentException(SNAPSHOT_LOG + " must be at least " + SnapshotSchedule.LOG_LENGTH_MIN
                + " bytes: value=" + snapshotLog);
        }
        check(SNAPSHOT_INTERVAL, snapshotInterval, INTERVAL_MIN, INTERVAL_MAX);
        check(PEER_GRACE, peerGrace, Retention.PEER_GRACE_MIN, Retention.PEER_GRACE_MAX);
        return new Retention(new SnapshotSchedule(snapshotLog == null ? usual.logLength() : snapshotLog,
            usual.lengthFactor(), snapshotInterval == null ? usual.intervalNs()
            : TimeUnit.NANOSECONDS.convert(snapshotInterval)),
            peerGrace == null ? Retention.USUAL.peerGrace() : peerGrace);
    }

    private static void check(final String option, final Duration value, final Duration min, final Duration max) {
        if (value != null && (value.compareTo(min) < 0 || value.compareTo(max) > 0)) {
            throw new IllegalArgumentException(option + " is out of range " + min + "-" + max + ": value=" + value);
        }
    }
}
