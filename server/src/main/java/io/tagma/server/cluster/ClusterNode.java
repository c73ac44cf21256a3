package io.tagma.server.cluster;

import io.aeron.Aeron;
import io.aeron.CommonContext;
import io.aeron.archive.Archive;
import io.aeron.archive.ArchiveThreadingMode;
import io.aeron.archive.checksum.Checksums;
import io.aeron.archive.client.AeronArchive;
import io.aeron.cluster.ConsensusModule;
import io.aeron.cluster.PriorityHeapTimerServiceSupplier;
import io.aeron.cluster.RecordingLog;
import io.aeron.cluster.client.AeronCluster;
import io.aeron.cluster.service.Cluster;
import io.aeron.cluster.service.ClusteredServiceContainer;
import io.aeron.driver.MediaDriver;
import io.aeron.driver.ThreadingMode;
import io.tagma.engine.log.CommandLog;
import io.tagma.engine.log.EntryQueue;
import io.tagma.engine.log.StateMachine;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.agrona.CloseHelper;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.AgentRunner;
import org.agrona.concurrent.BackoffIdleStrategy;
import org.agrona.concurrent.IdleStrategy;
import org.agrona.concurrent.NoOpLock;
import org.agrona.concurrent.SleepingMillisIdleStrategy;
import org.agrona.concurrent.SystemNanoClock;
import org.agrona.concurrent.YieldingIdleStrategy;

/**
 * A durable log of one node: Aeron Cluster with all its parts in this process. {@link #offer} and
 * {@link #requestSnapshot} may be called from any thread; {@link #start} and {@link #close} once each, from any thread
 * but the state machine's.
 */
public final class ClusterNode implements CommandLog {
    private static final System.Logger LOGGER = System.getLogger(ClusterNode.class.getName());
    private static final int QUEUE_CAPACITY = 4 * 1024 * 1024;
    private static final int SEGMENT_LENGTH = 64 * 1024 * 1024;
    private static final int TERM_LENGTH = 1024 * 1024;
    private static final String LOG_CHANNEL = "aeron:udp?term-length=4m";
    private static final String INGRESS_CHANNEL = "aeron:udp?term-length=1m";
    private static final String IPC_INGRESS_CHANNEL = "aeron:ipc?term-length=1m";
    private static final String IPC_EGRESS_CHANNEL = "aeron:ipc?term-length=64k";
    private static final String IPC_SNAPSHOT_CHANNEL = "aeron:ipc?alias=snapshot|term-length=4m";
    private static final String ANY_PORT_CHANNEL = "aeron:udp?endpoint=127.0.0.1:0|term-length=64k";
    private static final long START_STALL_MAX_NS = TimeUnit.SECONDS.toNanos(60);
    private static final long DRAIN_MAX_NS = TimeUnit.SECONDS.toNanos(10);
    private static final long DRIVER_TIMEOUT_MS = 30_000;
    /**
     * A leader that has not heard of itself for so long takes itself for lost: a warning, or an election that it wins.
     * One that is alone may stand still as long as the driver allows.
     */
    private static final long LONE_LEADER_TIMEOUT_NS = TimeUnit.MILLISECONDS.toNanos(DRIVER_TIMEOUT_MS - 1_000);
    private static final long JANITOR_IDLE_MS = 100;
    private static final long CHECK_INTERVAL_NS = TimeUnit.MILLISECONDS.toNanos(1);

    static {
        // The cluster's parts make their own clients of the media driver, whose patience nothing else sets: with the
        // default of ten seconds, a process that stood still for longer (a paused machine, a debugger) would end.
        if (System.getProperty(CommonContext.DRIVER_TIMEOUT_PROP_NAME) == null) {
            System.setProperty(CommonContext.DRIVER_TIMEOUT_PROP_NAME, Long.toString(DRIVER_TIMEOUT_MS));
        }
    }

    private final ClusterConfig config;
    private final StateMachine machine;
    private final SnapshotSchedule schedule;
    private final LongSupplier liveMembersPosition;
    private final EntryQueue queue = new EntryQueue(QUEUE_CAPACITY,
        IngressAgent.MESSAGE_LENGTH_MAX - EntryQueue.FRAME_HEADER_LENGTH);
    private final Watchdog watchdog;
    private final EngineService service;
    private final Recovery recovery = new Recovery(System.nanoTime());
    private DirectoryLock lock;
    private MediaDriver driver;
    private Archive archive;
    private ConsensusModule consensusModule;
    private ClusteredServiceContainer container;
    private SnapshotToggle snapshots;
    private IngressAgent ingress;
    private AgentRunner ingressRunner;
    private AgentRunner janitorRunner;
    private boolean isStarted;
    private boolean isClosed;
    private volatile boolean isOpen;

    /** A node that is not started yet; the state machine must be fresh. */
    public ClusterNode(final ClusterConfig config, final StateMachine machine) {
        this(config, machine, SnapshotSchedule.USUAL, () -> Long.MAX_VALUE);
    }

    /**
     * A node that is not started yet; the state machine must be fresh.
     *
     * @param schedule            when snapshots are due
     * @param liveMembersPosition lowest position that a live member has yet to read: the log is never purged past it;
     *                            {@code Long.MAX_VALUE} where there is none. Called from a thread of the node's
     */
    public ClusterNode(final ClusterConfig config, final StateMachine machine, final SnapshotSchedule schedule,
                       final LongSupplier liveMembersPosition) {
        this.config = Objects.requireNonNull(config, "config");
        this.machine = machine;
        this.schedule = Objects.requireNonNull(schedule, "schedule");
        this.liveMembersPosition = Objects.requireNonNull(liveMembersPosition, "liveMembersPosition");
        watchdog = new Watchdog(config.onFailure());
        service = new EngineService(Objects.requireNonNull(machine, "machine"), watchdog);
    }

    /**
     * Starts, and returns once the newest snapshot is restored, the log behind it replayed, and commands are accepted.
     *
     * @throws IllegalStateException where the data directory is another's, or recovery fails
     * @throws DamagedLogException   where acknowledged commands are damaged
     */
    @Override
    public void start() {
        if (isStarted || isClosed) {
            throw new IllegalStateException("starts once: isStarted=" + isStarted + ", isClosed=" + isClosed);
        }
        isStarted = true;
        try {
            final NodeDirectories directories = NodeDirectories.create(config.dataDirectory());
            lock = DirectoryLock.acquire(directories.data());
            directories.deleteMarks();
            final LogScrubber scrubber = new LogScrubber(directories, new SnapshotShelf(directories, machine));
            recovery.replay(scrubber.scrub());
            if (scrubber.snapshot() != null) {
                service.snapshotMeter().found(scrubber.snapshot().position(), scrubber.snapshotLength(),
                    scrubber.snapshot().takenAtMs());
            }
            launch(directories);
            awaitProgress(service::isReady, "recovery");
            connect(directories);
            awaitProgress(ingress::isConnected, "the first session");
            isOpen = true;
            keepHouse(directories);
        } catch (final Throwable ex) {
            close();
            throw ex;
        }
    }

    /** What {@link #start} is at, in words. Thread-safe. */
    public String recovery() {
        return recovery.toString();
    }

    @Override
    public long offer(final DirectBuffer logEntry, final int offset, final int length) {
        if (!isOpen || watchdog.failure() != null) {
            return NOT_CONNECTED;
        }
        return queue.offer(logEntry, offset, length);
    }

    @Override
    public CompletableFuture<Long> requestSnapshot() {
        if (!isOpen || watchdog.failure() != null) {
            return CompletableFuture.failedFuture(new IllegalStateException("log is not open", watchdog.failure()));
        }
        return snapshots.request();
    }

    /** What snapshots cost. Thread-safe. */
    public SnapshotFigures snapshotFigures() {
        return service.snapshotMeter().figures();
    }

    /**
     * The newest snapshot's messages, from the disk; null where there is none. Thread-safe; to be closed.
     *
     * @throws IllegalStateException where it was deleted meanwhile: ask again
     */
    public MachineSnapshot openSnapshot() {
        return openSnapshot(NodeDirectories.create(config.dataDirectory()));
    }

    /** The newest snapshot in a data directory, whether a node runs there or not; null where there is none. */
    public static MachineSnapshot openSnapshot(final Path dataDirectory) {
        return openSnapshot(NodeDirectories.create(dataDirectory));
    }

    private static MachineSnapshot openSnapshot(final NodeDirectories directories) {
        if (!Files.exists(directories.cluster().resolve(RecordingLog.RECORDING_LOG_FILE_NAME))) {
            return null;
        }
        try (RecordingLog log = new RecordingLog(directories.cluster().toFile(), false)) {
            final List<SnapshotRound> rounds = SnapshotRound.of(log);
            return rounds.isEmpty() ? null
                : rounds.get(0).open(directories.archive(), Recording.list(directories.archive()));
        }
    }

    @Override
    public int entryLengthMax() {
        return queue.entryLengthMax();
    }

    @Override
    public Throwable failure() {
        return watchdog.failure();
    }

    @Override
    public void close() {
        if (isClosed) {
            return;
        }
        isClosed = true;
        if (isOpen) {
            isOpen = false;
            drain();
        }
        watchdog.closing();
        CloseHelper.closeAll(watchdog, janitorRunner, ingressRunner);
        if (snapshots != null) {
            snapshots.refuse();
        }
        CloseHelper.closeAll(watchdog, consensusModule, container, archive, driver, lock);
    }

    private void drain() {
        ingress.drain();
        final long deadlineNs = System.nanoTime() + DRAIN_MAX_NS;
        while (watchdog.failure() == null
            && !(ingress.isDrained() && service.appliedMessages() >= ingress.offeredMessages())) {
            if (System.nanoTime() - deadlineNs > 0) {
                LOGGER.log(System.Logger.Level.WARNING, "closing before all that was taken is applied");
                return;
            }
            LockSupport.parkNanos(CHECK_INTERVAL_NS);
        }
    }

    private void launch(final NodeDirectories directories) {
        final String aeronDirectory = directories.driver().toString();
        final int fileSyncLevel = config.durability().fileSyncLevel();
        driver = MediaDriver.launch(new MediaDriver.Context()
            .aeronDirectoryName(aeronDirectory)
            .dirDeleteOnStart(true)
            .dirDeleteOnShutdown(true)
            .threadingMode(ThreadingMode.SHARED)
            .sharedIdleStrategy(idleStrategy())
            .sharedThreadFactory(watchdog)
            .termBufferSparseFile(true)
            .ipcTermBufferLength(TERM_LENGTH)
            .publicationTermBufferLength(TERM_LENGTH)
            .clientLivenessTimeoutNs(TimeUnit.SECONDS.toNanos(30))
            .driverTimeoutMs(DRIVER_TIMEOUT_MS)
            .publicationUnblockTimeoutNs(TimeUnit.SECONDS.toNanos(45))
            .spiesSimulateConnection(true)
            .errorHandler(watchdog)
            .terminationHook(watchdog.terminationHook("media driver")));
        archive = Archive.launch(new Archive.Context()
            .aeronDirectoryName(aeronDirectory)
            .archiveDir(directories.archive().toFile())
            .controlChannelEnabled(false)
            .recordingEventsEnabled(false)
            .replicationChannel(ANY_PORT_CHANNEL)
            .archiveClientContext(new AeronArchive.Context().controlResponseChannel(ANY_PORT_CHANNEL))
            .threadingMode(ArchiveThreadingMode.DEDICATED)
            .idleStrategySupplier(idleStrategies())
            .threadFactory(watchdog)
            .segmentFileLength(SEGMENT_LENGTH)
            .fileSyncLevel(fileSyncLevel)
            .catalogFileSyncLevel(fileSyncLevel)
            .recordChecksum(Checksums.crc32c())
            .replayChecksum(Checksums.crc32c())
            .errorHandler(watchdog));
        consensusModule = ConsensusModule.launch(new ConsensusModule.Context()
            .aeronDirectoryName(aeronDirectory)
            .clusterDir(directories.cluster().toFile())
            .clusterMemberId(0)
            .clusterMembers("0," + config.endpoint(0) + ',' + config.endpoint(1) + ',' + config.endpoint(2) + ','
                + config.endpoint(3) + ',' + config.endpoint(4))
            .ingressChannel(INGRESS_CHANNEL)
            .isIpcIngressAllowed(true)
            .logChannel(LOG_CHANNEL)
            .snapshotChannel(IPC_SNAPSHOT_CHANNEL)
            .replicationChannel(ANY_PORT_CHANNEL)
            .fileSyncLevel(fileSyncLevel)
            .sessionTimeoutNs(TimeUnit.MILLISECONDS.toNanos(DRIVER_TIMEOUT_MS))
            .leaderHeartbeatTimeoutNs(LONE_LEADER_TIMEOUT_NS)
            .leaderHeartbeatIntervalNs(TimeUnit.MILLISECONDS.toNanos(100))
            .electionTimeoutNs(TimeUnit.MILLISECONDS.toNanos(500))
            .startupCanvassTimeoutNs(2 * LONE_LEADER_TIMEOUT_NS)
            .timerServiceSupplier(new PriorityHeapTimerServiceSupplier())
            .idleStrategySupplier(idleStrategies())
            .threadFactory(watchdog)
            .errorHandler(watchdog)
            .terminationHook(watchdog.terminationHook("consensus module")));
        container = ClusteredServiceContainer.launch(new ClusteredServiceContainer.Context()
            .aeronDirectoryName(aeronDirectory)
            .clusterDir(directories.cluster().toFile())
            .serviceName("tagma-engine")
            .clusteredService(service)
            .isRespondingService(false)
            .snapshotChannel(IPC_SNAPSHOT_CHANNEL)
            .idleStrategySupplier(idleStrategies())
            .threadFactory(watchdog)
            .errorHandler(watchdog)
            .terminationHook(watchdog.terminationHook("engine service")));
    }

    private void connect(final NodeDirectories directories) {
        final Aeron aeron = Aeron.connect(new Aeron.Context()
            .aeronDirectoryName(directories.driver().toString())
            .useConductorAgentInvoker(true)
            .awaitingIdleStrategy(YieldingIdleStrategy.INSTANCE)
            .clientLock(NoOpLock.INSTANCE)
            .clientName("tagma-ingress")
            .driverTimeoutMs(DRIVER_TIMEOUT_MS)
            .errorHandler(watchdog));
        final AeronCluster.Context context = new AeronCluster.Context()
            .aeron(aeron)
            .ownsAeronClient(false)
            .ingressChannel(IPC_INGRESS_CHANNEL)
            .egressChannel(IPC_EGRESS_CHANNEL)
            .isIngressExclusive(true)
            .errorHandler(watchdog);
        snapshots = new SnapshotToggle(consensusModule.context().controlToggleCounter(),
            consensusModule.context().snapshotCounter(), service, watchdog);
        ingress = new IngressAgent(queue, aeron, context, snapshots, watchdog, SystemNanoClock.INSTANCE);
        ingressRunner = new AgentRunner(idleStrategy(), watchdog, null, ingress);
        AgentRunner.startOnThread(ingressRunner, watchdog);
    }

    private void keepHouse(final NodeDirectories directories) {
        final ConsensusModule.Context module = consensusModule.context();
        final Janitor janitor = new Janitor(schedule, SystemNanoClock.INSTANCE, service.snapshotMeter(),
            () -> Cluster.Role.get(module.clusterNodeRoleCounter()) == Cluster.Role.LEADER,
            module.commitPositionCounter()::get, module.snapshotCounter()::get, this::requestSnapshot,
            new ArchiveBroom(directories, () -> connectArchive(directories), liveMembersPosition));
        janitorRunner = new AgentRunner(new SleepingMillisIdleStrategy(JANITOR_IDLE_MS), watchdog, null, janitor);
        AgentRunner.startOnThread(janitorRunner, watchdog);
    }

    AeronArchive connectArchive(final NodeDirectories directories) {
        return AeronArchive.connect(new AeronArchive.Context()
            .aeronDirectoryName(directories.driver().toString())
            .controlRequestChannel(archive.context().localControlChannel())
            .controlRequestStreamId(archive.context().localControlStreamId())
            .controlResponseChannel(archive.context().localControlChannel())
            .errorHandler(ex -> LOGGER.log(System.Logger.Level.WARNING, "the janitor's archive client", ex)));
    }

    /** Waits as long as something gets done: a long log takes its time, a stuck one is told. */
    private void awaitProgress(final BooleanSupplier condition, final String what) {
        long progress = -1;
        long deadlineNs = 0;
        while (!condition.getAsBoolean()) {
            if (watchdog.failure() != null) {
                throw new IllegalStateException("failed at " + what + ": " + watchdog.failure().getMessage(),
                    watchdog.failure());
            }
            final long nowNs = System.nanoTime();
            final String line = recovery.at(service.replayedPosition(), nowNs);
            if (line != null) {
                LOGGER.log(System.Logger.Level.INFO, line);
            }
            if (progress != service.progress()) {
                progress = service.progress();
                deadlineNs = nowNs + START_STALL_MAX_NS;
            } else if (nowNs - deadlineNs > 0) {
                throw new IllegalStateException("stuck at " + what + ": withoutProgressMs="
                    + TimeUnit.NANOSECONDS.toMillis(START_STALL_MAX_NS));
            }
            LockSupport.parkNanos(CHECK_INTERVAL_NS);
        }
    }

    private static Supplier<IdleStrategy> idleStrategies() {
        return ClusterNode::idleStrategy;
    }

    private static IdleStrategy idleStrategy() {
        return new BackoffIdleStrategy(10, 20, TimeUnit.MICROSECONDS.toNanos(1), TimeUnit.MILLISECONDS.toNanos(1));
    }
}
