package io.tagma.server.cluster;

import io.aeron.AeronCounters;
import io.aeron.archive.Archive;
import io.aeron.archive.client.AeronArchive;
import io.aeron.cluster.ClusterBackup;
import io.aeron.driver.MediaDriver;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;
import org.agrona.CloseHelper;
import org.agrona.collections.MutableLong;
import org.agrona.concurrent.status.CountersReader;

/**
 * Gives a member what it needs before it may take part: the newest snapshot of the leader and the log behind it, where
 * its own directory is empty or ends before the leader's log begins. Aeron has no way to install a snapshot into a
 * follower, so its backup agent copies into the member's own directories, and then the member starts on them.
 *
 * <p>An empty member must not vote before it has what was committed: with a second member that lags it could outvote
 * the one that knows. So it starts without a copy only in a cluster where all others are there and as empty as itself,
 * which is a new one. Whether it voted in an election before it lost its memory it cannot know either: it lets longer
 * than two elections take pass.
 *
 * <p>One thread, before the node is launched.
 */
final class Seeder {
    private static final System.Logger LOGGER = System.getLogger(Seeder.class.getName());
    private static final long ASK_INTERVAL_NS = TimeUnit.MILLISECONDS.toNanos(200);
    private static final long LINE_INTERVAL_NS = TimeUnit.SECONDS.toNanos(5);
    private static final long VOTE_FORGOTTEN_NS = 2 * NodeContexts.ELECTION_TIMEOUT_NS + TimeUnit.SECONDS.toNanos(1);
    private static final long STALL_MAX_NS = TimeUnit.SECONDS.toNanos(30);

    private final ClusterConfig config;
    private final NodeDirectories directories;
    private final Peers peers;
    private final Recovery recovery;
    private final BooleanSupplier isStopped;

    Seeder(final ClusterConfig config, final NodeDirectories directories, final Peers peers, final Recovery recovery,
           final BooleanSupplier isStopped) {
        this.config = config;
        this.directories = directories;
        this.peers = peers;
        this.recovery = recovery;
        this.isStopped = isStopped;
    }

    /**
     * Returns when the directory may be started on.
     *
     * @param logEnd where the log in the directory ends, by the scrubber
     * @return whether it was seeded
     * @throws IllegalStateException where seeding fails, or the node is closed meanwhile
     */
    boolean seed(final long logEnd) {
        final boolean isEmpty = LogExtent.of(directories).isEmpty();
        final long startNs = System.nanoTime();
        long lineDueNs = startNs + LINE_INTERVAL_NS;
        while (true) {
            final List<PeerReport> reports = peers.reports();
            final PeerReport leader = reports.stream().filter(PeerReport::isLeader).findAny().orElse(null);
            final boolean isBehind = reports.stream()
                .anyMatch(peer -> peer.isHeard() && peer.hasLog() && peer.logStart() > logEnd);
            if (leader != null && (isEmpty || leader.logStart() > logEnd)) {
                park(VOTE_FORGOTTEN_NS - (System.nanoTime() - startNs));
                if (copy(leader)) {
                    return true;
                }
            } else if (isEmpty ? reports.stream().allMatch(peer -> peer.isHeard() && !peer.hasLog()) : !isBehind) {
                // A cluster that is new, or a log of its own that the others' continue.
                return false;
            }
            recovery.waitFor((isEmpty ? "an empty member" : "a member whose log ends before its peers' begin")
                + " waits for " + (leader == null ? "a leader to copy from, or for all peers to be there and empty"
                : "the leader") + ": " + reports.stream().map(peer -> "node=" + peer.memberId() + (peer.isHeard()
                ? ", hasLog=" + peer.hasLog() : ", unreachable")).collect(Collectors.joining("; ")));
            if (System.nanoTime() - lineDueNs >= 0) {
                lineDueNs = System.nanoTime() + LINE_INTERVAL_NS;
                LOGGER.log(System.Logger.Level.INFO, recovery.toString());
            }
            park(ASK_INTERVAL_NS);
        }
    }

    /** False where the leader did not take its part; it is asked again. */
    private boolean copy(final PeerReport leader) {
        recovery.waitFor("the leader's state is being copied: node=" + leader.memberId());
        LOGGER.log(System.Logger.Level.INFO, recovery.toString());
        // A fresh one: the log behind it is short, and lies in the present term.
        if (!peers.requestSnapshot(leader.memberId())) {
            return false;
        }
        directories.beginSeeding();
        final AtomicReference<Throwable> failure = new AtomicReference<>();
        final Watchdog watchdog = new Watchdog(failure::set);
        final NodeContexts contexts = new NodeContexts(config, directories, watchdog);
        final List<AutoCloseable> parts = new ArrayList<>();
        try {
            parts.add(0, MediaDriver.launch(contexts.driver()));
            parts.add(0, Archive.launch(contexts.archive()));
            final ClusterBackup backup = ClusterBackup.launch(backup(contexts, watchdog));
            parts.add(0, backup);
            awaitCopy(backup, leader, watchdog, failure);
        } finally {
            watchdog.closing();
            CloseHelper.closeAll(watchdog, parts);
        }
        directories.deleteMarks();
        directories.endSeeding();
        LOGGER.log(System.Logger.Level.INFO, "the leader's state is copied: node=" + leader.memberId() + ", position="
            + leader.position());
        return true;
    }

    private void awaitCopy(final ClusterBackup backup, final PeerReport leader, final Watchdog watchdog,
                           final AtomicReference<Throwable> failure) {
        final ClusterBackup.Context context = backup.context();
        long position = -1;
        long stalledNs = System.nanoTime();
        while (ClusterBackup.State.get(context.stateCounter()) != ClusterBackup.State.BACKING_UP
            || context.liveLogPositionCounter().get() < leader.position()) {
            watchdog.poll(System.nanoTime());
            if (failure.get() != null) {
                throw new IllegalStateException("the leader's state cannot be copied: node=" + leader.memberId(),
                    failure.get());
            }
            final long progress = context.liveLogPositionCounter().get() + context.stateCounter().get()
                + recorded(context.aeron().countersReader());
            if (progress != position) {
                position = progress;
                stalledNs = System.nanoTime();
            } else if (System.nanoTime() - stalledNs > STALL_MAX_NS) {
                throw new IllegalStateException("the leader's state cannot be copied, nothing arrives: node="
                    + leader.memberId() + ", state=" + ClusterBackup.State.get(context.stateCounter()));
            }
            park(ASK_INTERVAL_NS / 20);
        }
    }

    /** What the archive has written so far: one snapshot's recording may take longer than any stall. */
    private static long recorded(final CountersReader counters) {
        final MutableLong bytes = new MutableLong();
        counters.forEach((counterId, typeId, key, label) -> {
            if (typeId == AeronCounters.ARCHIVE_RECORDING_POSITION_TYPE_ID) {
                bytes.addAndGet(counters.getCounterValue(counterId));
            }
        });
        return bytes.get();
    }

    private ClusterBackup.Context backup(final NodeContexts contexts, final Watchdog watchdog) {
        return new ClusterBackup.Context()
            .aeronDirectoryName(directories.driver().toString())
            .clusterDir(directories.cluster().toFile())
            .clusterConsensusEndpoints(config.peersConsensusEndpoints())
            .consensusChannel("aeron:udp?endpoint=" + config.self().endpoint(NodeContexts.CONSENSUS_PORT)
                + "|term-length=64k")
            .catchupEndpoint(config.self().endpoint(NodeContexts.CATCH_UP_PORT))
            .clusterArchiveContext(new AeronArchive.Context()
                .controlRequestChannel(contexts.anyPort())
                .controlResponseChannel(contexts.anyPort()))
            .sourceType(ClusterBackup.SourceType.LEADER)
            .initialReplayStart(ClusterBackup.Configuration.ReplayStart.LATEST_SNAPSHOT)
            .clusterBackupCoolDownIntervalNs(TimeUnit.MILLISECONDS.toNanos(200))
            .clusterBackupResponseTimeoutNs(TimeUnit.SECONDS.toNanos(1))
            .threadFactory(watchdog)
            .errorHandler(watchdog)
            .terminationHook(watchdog.terminationHook("backup"));
    }

    private void park(final long durationNs) {
        final long untilNs = System.nanoTime() + durationNs;
        do {
            if (isStopped.getAsBoolean()) {
                throw new IllegalStateException("stopped while it waited for its peers");
            }
            LockSupport.parkNanos(Math.min(TimeUnit.MILLISECONDS.toNanos(50), untilNs - System.nanoTime()));
        } while (untilNs - System.nanoTime() > 0);
    }
}
