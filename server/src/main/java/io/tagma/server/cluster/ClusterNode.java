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
import io.aeron.cluster.service.ClusteredServiceContainer;
import io.aeron.driver.MediaDriver;
import io.aeron.driver.ThreadingMode;
import io.tagma.engine.log.CommandLog;
import io.tagma.engine.log.EntryQueue;
import io.tagma.engine.log.NoSpaceException;
import io.tagma.engine.log.StateMachine;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import java.util.function.ToLongFunction;
import org.agrona.CloseHelper;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.AgentRunner;
import org.agrona.concurrent.BackoffIdleStrategy;
import org.agrona.concurrent.IdleStrategy;
import org.agrona.concurrent.NoOpLock;
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
    /** For 8,192 counters. With the default, eight times that, they are most of the driver's memory. */
    private static final int COUNTERS_LENGTH = 1024 * 1024;
    private static final String LOG_CHANNEL = "aeron:udp?term-length=4m";
    private static final String INGRESS_CHANNEL = "aeron:udp?term-length=1m";
    private static final String IPC_INGRESS_CHANNEL = "aeron:ipc?term-length=1m";
    private static final String IPC_EGRESS_CHANNEL = "aeron:ipc?term-length=64k";
    private static final String IPC_SNAPSHOT_CHANNEL = "aeron:ipc?alias=snapshot|linger=100ms|term-length=";
    /** Of the buffers that a snapshot takes in the driver's memory: of the service, and of the consensus module. */
    private static final int SNAPSHOT_BUFFERS = 2 * (3 * TERM_LENGTH + 64 * 1024);
    private static final String ANY_PORT_CHANNEL = "aeron:udp?endpoint=127.0.0.1:0|term-length=64k";
    private static final long START_STALL_MAX_NS = TimeUnit.SECONDS.toNanos(60);
    private static final long DRAIN_MAX_NS = TimeUnit.SECONDS.toNanos(10);
    private static final long DRIVER_TIMEOUT_MS = 30_000;
    /**
     * A leader that has not heard of itself for so long takes itself for lost: a warning, or an election that it wins.
     * One that is alone may stand still as long as the driver allows.
     */
    private static final long LONE_LEADER_TIMEOUT_NS = TimeUnit.MILLISECONDS.toNanos(DRIVER_TIMEOUT_MS - 1_000);
    private static final long CHECK_INTERVAL_NS = TimeUnit.MILLISECONDS.toNanos(1);

    static {
        // The cluster's parts make their own clients of the media driver, whose patience nothing else sets: with the
        // default of ten seconds, a process that stood still for longer (a paused machine, a debugger) would end.
        if (System.getProperty(CommonContext.DRIVER_TIMEOUT_PROP_NAME) == null) {
            System.setProperty(CommonContext.DRIVER_TIMEOUT_PROP_NAME, Long.toString(DRIVER_TIMEOUT_MS));
        }
    }

    private final ClusterConfig config;
    private final EntryQueue queue = new EntryQueue(QUEUE_CAPACITY,
        IngressAgent.MESSAGE_LENGTH_MAX - EntryQueue.FRAME_HEADER_LENGTH);
    private final Watchdog watchdog;
    private final EngineService service;
    private final DiskGuard guard;
    private final Recovery recovery = new Recovery(System.nanoTime());
    private DirectoryLock lock;
    private MediaDriver driver;
    private Archive archive;
    private ConsensusModule consensusModule;
    private ClusteredServiceContainer container;
    private SnapshotToggle snapshots;
    private IngressAgent ingress;
    private AgentRunner ingressRunner;
    private NewestSnapshot foundSnapshot = NewestSnapshot.NONE;
    private boolean isStarted;
    private boolean isClosed;
    private volatile boolean isOpen;

    /** A node that is not started yet; the state machine must be fresh. */
    public ClusterNode(final ClusterConfig config, final StateMachine machine) {
        this(config, machine, DiskFull::freeBytes);
    }

    /**
     * With another way to ask for a disk's room.
     *
     * @param free bytes that the directory's disk has left
     */
    public ClusterNode(final ClusterConfig config, final StateMachine machine, final ToLongFunction<Path> free) {
        this.config = Objects.requireNonNull(config, "config");
        watchdog = new Watchdog(config.onFailure(), ex -> DiskFull.explain(ex, config.dataDirectory()));
        service = new EngineService(Objects.requireNonNull(machine, "machine"), watchdog);
        guard = new DiskGuard(() -> free.applyAsLong(config.dataDirectory()), this::snapshotLength,
            this::logSinceSnapshot, SEGMENT_LENGTH);
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
            directories.checkRoom();
            recovery.replay(new LogScrubber(directories.archive(), directories.cluster()).scrub());
            foundSnapshot = NewestSnapshot.in(directories);
            guard.check();
            launch(directories);
            awaitProgress(service::isReady, "recovery");
            connect(directories);
            awaitProgress(ingress::isConnected, "the first session");
            isOpen = true;
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
        return guard.isWritable() ? queue.offer(logEntry, offset, length) : NO_SPACE;
    }

    @Override
    public CompletableFuture<Long> requestSnapshot() {
        if (!isOpen || watchdog.failure() != null) {
            return CompletableFuture.failedFuture(new IllegalStateException("log is not open", watchdog.failure()));
        }
        final NoSpaceException refusal = guard.snapshotRefusal();
        return refusal == null ? snapshots.request() : CompletableFuture.failedFuture(refusal);
    }

    @Override
    public Map<String, Object> info() {
        return guard.info();
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
        CloseHelper.close(watchdog, ingressRunner);
        if (snapshots != null) {
            snapshots.refuse();
        }
        CloseHelper.closeAll(watchdog, consensusModule, container, archive, driver, lock);
    }

    private long snapshotLength() {
        return service.snapshotLength() == 0 ? foundSnapshot.length() : service.snapshotLength();
    }

    /** What survives whatever the log's durability does. */
    private long acknowledgedPosition() {
        return config.durability() == Durability.FLUSHED ? consensusModule.context().commitPositionCounter().get()
            : AcknowledgedMark.NONE;
    }

    private long logSinceSnapshot() {
        if (consensusModule == null) {
            return 0;
        }
        final long position = service.snapshotLength() == 0 ? foundSnapshot.position() : service.snapshotPosition();
        return consensusModule.context().commitPositionCounter().get() - position;
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
        final String snapshotChannel = IPC_SNAPSHOT_CHANNEL + (directories.isMemoryAmple() ? "4m" : "1m");
        final int fileSyncLevel = config.durability().fileSyncLevel();
        driver = MediaDriver.launch(new MediaDriver.Context()
            .aeronDirectoryName(aeronDirectory)
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
            .lowStorageSpaceThreshold(NodeDirectories.START_MIN / 2)
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
            .snapshotChannel(snapshotChannel)
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
            .snapshotChannel(snapshotChannel)
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
            consensusModule.context().snapshotCounter(), service, watchdog,
            () -> directories.isMemoryAmple() || DiskFull.freeBytes(directories.driver()) > SNAPSHOT_BUFFERS);
        ingress = new IngressAgent(queue, aeron, context, snapshots, guard,
            new AcknowledgedMark(directories.cluster(), this::acknowledgedPosition), watchdog,
            SystemNanoClock.INSTANCE);
        ingressRunner = new AgentRunner(idleStrategy(), watchdog, null, ingress);
        AgentRunner.startOnThread(ingressRunner, watchdog);
    }

    /** Waits as long as something gets done: a long log takes its time, a stuck one is told. */
    private void awaitProgress(final BooleanSupplier condition, final String what) {
        long progress = -1;
        long deadlineNs = 0;
        while (!condition.getAsBoolean()) {
            if (watchdog.failure() != null) {
                throw new IllegalStateException("failed at " + what + " (where it fails again, restore a backup, or "
                    + "let this member be seeded from its peers): " + watchdog.failure().getMessage(),
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
