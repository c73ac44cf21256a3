package io.tagma.server.cluster;

import io.aeron.Aeron;
import io.aeron.CommonContext;
import io.aeron.archive.Archive;
import io.aeron.archive.ArchiveThreadingMode;
import io.aeron.archive.checksum.Checksums;
import io.aeron.archive.client.AeronArchive;
import io.aeron.cluster.ConsensusModule;
import io.aeron.cluster.PriorityHeapTimerServiceSupplier;
import io.aeron.cluster.client.AeronCluster;
import io.aeron.cluster.service.ClusteredService;
import io.aeron.cluster.service.ClusteredServiceContainer;
import io.aeron.driver.MediaDriver;
import io.aeron.driver.ThreadingMode;
import io.aeron.security.AuthorisationService;
import java.net.DatagramSocket;
import java.net.SocketException;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import org.agrona.concurrent.IdleStrategy;
import org.agrona.concurrent.NoOpLock;
import org.agrona.concurrent.YieldingIdleStrategy;

/** How Aeron's parts of a node are set up. Each method gives a context of its own. */
final class NodeContexts {
    /** Length of a file of the log. */
    static final int SEGMENT_LENGTH = 64 * 1024 * 1024;
    /** Which of a member's ports is whose. */
    static final int CONSENSUS_PORT = 1;
    static final int CATCH_UP_PORT = 3;
    static final int ARCHIVE_PORT = 4;
    /** A member that has lost its memory must not vote again in an election it voted in: twice this is enough. */
    static final long ELECTION_TIMEOUT_NS = TimeUnit.MILLISECONDS.toNanos(500);

    private static final int TERM_LENGTH = 1024 * 1024;
    /** For 8,192 counters. With the default, eight times that, they are most of the driver's memory. */
    private static final int COUNTERS_LENGTH = 1024 * 1024;
    private static final String LOG_CHANNEL = "aeron:udp?term-length=4m";
    private static final String INGRESS_CHANNEL = "aeron:udp?term-length=1m";
    private static final String IPC_INGRESS_CHANNEL = "aeron:ipc?term-length=1m";
    private static final String IPC_EGRESS_CHANNEL = "aeron:ipc?term-length=64k";
    private static final String IPC_SNAPSHOT_CHANNEL = "aeron:ipc?alias=snapshot|linger=100ms|term-length=";
    /** Of the buffers that a snapshot takes in the driver's memory: of the service, and of the consensus module. */
    private static final int SNAPSHOT_BUFFERS = 2 * (3 * TERM_LENGTH + 64 * 1024);
    /**
     * A window of the log is nearly all that the system's usual buffer holds: on a busy machine it overflowed, and a
     * follower that caught up lost packets, time, and its patience.
     */
    private static final int RECEIVE_BUFFER_LENGTH = 2 * 1024 * 1024;
    /** Each term leaves sessions behind until they time out: with the usual ten, a few elections shut all out. */
    private static final int SESSIONS_MAX = 1_000;
    /** Behind the streams that Aeron's parts use. */
    private static final int EGRESS_STREAM_MIN = 100_000;
    /** With a larger buffer a follower takes more before it must say so: its catch-up outlasts short stops. */
    private static final int WINDOW_LENGTH_MAX = 1024 * 1024;
    private static final long DRIVER_TIMEOUT_MS = 30_000;
    /**
     * A leader that has not heard of itself for so long takes itself for lost: a warning, or an election that it wins.
     * One that is alone may stand still as long as the driver allows.
     */
    private static final long LONE_LEADER_TIMEOUT_NS = TimeUnit.MILLISECONDS.toNanos(DRIVER_TIMEOUT_MS - 1_000);
    private static final long HEARTBEAT_TIMEOUT_NS = TimeUnit.SECONDS.toNanos(1);
    private static final long HEARTBEAT_INTERVAL_NS = TimeUnit.MILLISECONDS.toNanos(100);
    private static final long CANVASS_TIMEOUT_NS = TimeUnit.SECONDS.toNanos(3);
    private static final long SESSION_TIMEOUT_NS = TimeUnit.SECONDS.toNanos(10);

    static {
        // The cluster's parts make their own clients of the media driver, whose patience nothing else sets: with the
        // default of ten seconds, a process that stood still for longer (a paused machine, a debugger) would end.
        if (System.getProperty(CommonContext.DRIVER_TIMEOUT_PROP_NAME) == null) {
            System.setProperty(CommonContext.DRIVER_TIMEOUT_PROP_NAME, Long.toString(DRIVER_TIMEOUT_MS));
        }
    }

    private final ClusterConfig config;
    private final NodeDirectories directories;
    private final Watchdog watchdog;
    private final boolean isAlone;
    private final String snapshotChannel;

    NodeContexts(final ClusterConfig config, final NodeDirectories directories, final Watchdog watchdog) {
        this.config = config;
        this.directories = directories;
        this.watchdog = watchdog;
        isAlone = config.isAlone();
        snapshotChannel = IPC_SNAPSHOT_CHANNEL + (directories.isMemoryAmple() ? "4m" : "1m");
    }

    MediaDriver.Context driver() {
        final MediaDriver.Context context = new MediaDriver.Context();
        if (!isAlone) {
            final int allowed = receiveBufferAllowed();
            context.socketRcvbufLength(allowed);
            if (allowed >= RECEIVE_BUFFER_LENGTH) {
                context.initialWindowLength(WINDOW_LENGTH_MAX);
            }
        }
        return context
            .aeronDirectoryName(directories.driver().toString())
            .dirDeleteOnStart(true)
            .dirDeleteOnShutdown(true)
            .threadingMode(ThreadingMode.SHARED)
            .sharedIdleStrategy(idleStrategy())
            .sharedThreadFactory(watchdog)
            .termBufferSparseFile(directories.isMemoryAmple())
            .counterValuesBufferLength(COUNTERS_LENGTH)
            .lowStorageWarningThreshold(0)
            .ipcTermBufferLength(TERM_LENGTH)
            .publicationTermBufferLength(TERM_LENGTH)
            .clientLivenessTimeoutNs(TimeUnit.SECONDS.toNanos(30))
            .driverTimeoutMs(DRIVER_TIMEOUT_MS)
            .publicationUnblockTimeoutNs(TimeUnit.SECONDS.toNanos(45))
            .spiesSimulateConnection(true)
            .errorHandler(watchdog)
            .terminationHook(watchdog.terminationHook("media driver"));
    }

    /** What the system grants of the buffer that is wanted: {@code net.core.rmem_max} is its limit. */
    private static int receiveBufferAllowed() {
        try (DatagramSocket probe = new DatagramSocket(null)) {
            probe.setReceiveBufferSize(RECEIVE_BUFFER_LENGTH);
            return Math.min(RECEIVE_BUFFER_LENGTH, probe.getReceiveBufferSize());
        } catch (final SocketException failed) {
            throw new IllegalStateException("no UDP socket can be opened", failed);
        }
    }

    Archive.Context archive() {
        return new Archive.Context()
            .aeronDirectoryName(directories.driver().toString())
            .archiveDir(directories.archive().toFile())
            .controlChannelEnabled(!isAlone)
            .controlChannel("aeron:udp?endpoint=" + config.self().endpoint(ARCHIVE_PORT) + "|term-length=64k")
            .recordingEventsEnabled(false)
            .replicationChannel(anyPort())
            .archiveClientContext(new AeronArchive.Context().controlResponseChannel(anyPort()))
            .threadingMode(ArchiveThreadingMode.DEDICATED)
            .idleStrategySupplier(NodeContexts::idleStrategy)
            .threadFactory(watchdog)
            .segmentFileLength(SEGMENT_LENGTH)
            .lowStorageSpaceThreshold(NodeDirectories.START_MIN / 2)
            .fileSyncLevel(config.durability().fileSyncLevel())
            .catalogFileSyncLevel(config.durability().fileSyncLevel())
            .recordChecksum(Checksums.crc32c())
            .replayChecksum(Checksums.crc32c())
            .errorHandler(watchdog::onArchiveError);
    }

    ConsensusModule.Context consensusModule() {
        return new ConsensusModule.Context()
            .aeronDirectoryName(directories.driver().toString())
            .clusterDir(directories.cluster().toFile())
            .clusterMemberId(config.memberId())
            .clusterMembers(config.clusterMembers())
            .ingressChannel(INGRESS_CHANNEL)
            .isIpcIngressAllowed(true)
            .logChannel(LOG_CHANNEL)
            .snapshotChannel(snapshotChannel)
            .replicationChannel(anyPort())
            .fileSyncLevel(config.durability().fileSyncLevel())
            .maxConcurrentSessions(SESSIONS_MAX)
            .sessionTimeoutNs(isAlone ? TimeUnit.MILLISECONDS.toNanos(DRIVER_TIMEOUT_MS) : SESSION_TIMEOUT_NS)
            .leaderHeartbeatTimeoutNs(isAlone ? LONE_LEADER_TIMEOUT_NS : HEARTBEAT_TIMEOUT_NS)
            .leaderHeartbeatIntervalNs(HEARTBEAT_INTERVAL_NS)
            .electionTimeoutNs(ELECTION_TIMEOUT_NS)
            .startupCanvassTimeoutNs(isAlone ? 2 * LONE_LEADER_TIMEOUT_NS : CANVASS_TIMEOUT_NS)
            .authorisationServiceSupplier(() -> AuthorisationService.ALLOW_ALL)
            .timerServiceSupplier(new PriorityHeapTimerServiceSupplier())
            .idleStrategySupplier(NodeContexts::idleStrategy)
            .threadFactory(watchdog)
            .errorHandler(watchdog)
            .terminationHook(watchdog.terminationHook("consensus module"));
    }

    ClusteredServiceContainer.Context service(final ClusteredService service) {
        return new ClusteredServiceContainer.Context()
            .aeronDirectoryName(directories.driver().toString())
            .clusterDir(directories.cluster().toFile())
            .serviceName("tagma-engine")
            .clusteredService(service)
            .isRespondingService(false)
            .snapshotChannel(snapshotChannel)
            .idleStrategySupplier(NodeContexts::idleStrategy)
            .threadFactory(watchdog)
            .errorHandler(watchdog)
            .terminationHook(watchdog.terminationHook("engine service"));
    }

    /** A client of the media driver, driven by the thread that uses it. */
    Aeron.Context client(final String name) {
        return new Aeron.Context()
            .aeronDirectoryName(directories.driver().toString())
            .useConductorAgentInvoker(true)
            .awaitingIdleStrategy(YieldingIdleStrategy.INSTANCE)
            .clientLock(NoOpLock.INSTANCE)
            .clientName(name)
            .driverTimeoutMs(DRIVER_TIMEOUT_MS)
            .errorHandler(watchdog);
    }

    /**
     * A session with a term's leader: through memory where it is this node. Answered on a stream of its own: a new
     * leader greets the sessions of its predecessor, that one's own through what is then its own memory, where its own
     * new session would take the greeting for the answer it awaits, and send in the other's name.
     */
    AeronCluster.Context leader(final LeaderTerm term) {
        final AeronCluster.Context context = new AeronCluster.Context()
            .egressStreamId(ThreadLocalRandom.current().nextInt(EGRESS_STREAM_MIN, Integer.MAX_VALUE));
        if (term.isOwn()) {
            return context.ingressChannel(IPC_INGRESS_CHANNEL).egressChannel(IPC_EGRESS_CHANNEL);
        }
        return context.ingressChannel(INGRESS_CHANNEL).ingressEndpoints(config.ingressEndpoints(term.leaderId()))
            .egressChannel(anyPort());
    }

    /** Whether the driver has memory for another snapshot's buffers; those of the last linger for a moment. */
    boolean hasSnapshotBuffers() {
        return directories.isMemoryAmple() || DiskFull.freeBytes(directories.driver()) > SNAPSHOT_BUFFERS;
    }

    /** A channel of this node on a port that the system chooses. */
    String anyPort() {
        return "aeron:udp?endpoint=" + config.self().host() + ":0|term-length=64k";
    }

    static IdleStrategy idleStrategy() {
        return new AttentiveIdleStrategy();
    }
}
