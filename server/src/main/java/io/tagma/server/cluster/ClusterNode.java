package io.tagma.server.cluster;

import io.aeron.Aeron;
import io.aeron.archive.Archive;
import io.aeron.cluster.ConsensusModule;
import io.aeron.archive.client.AeronArchive;
import io.aeron.cluster.ElectionState;
import io.aeron.cluster.RecordingLog;
import io.aeron.cluster.service.Cluster;
import io.aeron.cluster.service.ClusteredServiceContainer;
import io.aeron.driver.MediaDriver;
import io.tagma.engine.log.CommandLog;
import io.tagma.engine.log.EntryQueue;
import io.tagma.engine.log.NoSpaceException;
import io.tagma.engine.log.NodeTooOldException;
import io.tagma.engine.log.StateMachine;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.ToLongFunction;
import org.agrona.CloseHelper;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.AgentRunner;
import org.agrona.concurrent.CompositeAgent;
import org.agrona.concurrent.SleepingMillisIdleStrategy;
import org.agrona.concurrent.SystemNanoClock;

/**
 * A node of a durable log, alone or one of several: Aeron Cluster with all its parts in this process. {@link #offer},
 * {@link #status} and {@link #requestSnapshot} may be called from any thread; {@link #start} and {@link #close} once
 * each, from any thread but the state machine's.
 */
public final class ClusterNode implements CommandLog {
    private static final System.Logger LOGGER = System.getLogger(ClusterNode.class.getName());
    private static final int QUEUE_CAPACITY = 4 * 1024 * 1024;
    private static final long START_STALL_MAX_NS = TimeUnit.SECONDS.toNanos(60);
    private static final long DRAIN_MAX_NS = TimeUnit.SECONDS.toNanos(10);
    private static final long WATCH_IDLE_MS = 10;
    private static final long JANITOR_IDLE_MS = 100;
    private static final long CHECK_INTERVAL_NS = TimeUnit.MILLISECONDS.toNanos(1);

    private final ClusterConfig config;
    private final StateMachine machine;
    private final SnapshotSchedule schedule;
    private final Peers peers;
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
    private SnapshotRequests snapshots;
    private IngressAgent ingress;
    private WatchAgent watch;
    private AgentRunner ingressRunner;
    private AgentRunner watchRunner;
    private AgentRunner janitorRunner;
    private long joinPosition = -1;
    private boolean isStarted;
    private volatile boolean isClosed;
    private volatile boolean isOpen;
    private volatile LogExtent extent = LogExtent.UNKNOWN;
    private NodeDirectories directories;

    /** A node that is not started yet; the state machine must be fresh. */
    public ClusterNode(final ClusterConfig config, final StateMachine machine) {
        this(config, machine, SnapshotSchedule.USUAL, Peers.NONE);
    }

    /**
     * A node that is not started yet; the state machine must be fresh.
     *
     * @param schedule when snapshots are due
     * @param peers    the other members
     */
    public ClusterNode(final ClusterConfig config, final StateMachine machine, final SnapshotSchedule schedule,
                       final Peers peers) {
        this(config, machine, schedule, peers, DiskFull::freeBytes);
    }

    /**
     * With another way to ask for a disk's room.
     *
     * @param schedule when snapshots are due
     * @param peers    the other members
     * @param free     bytes that the directory's disk has left
     */
    public ClusterNode(final ClusterConfig config, final StateMachine machine, final SnapshotSchedule schedule,
                       final Peers peers, final ToLongFunction<Path> free) {
        this.config = Objects.requireNonNull(config, "config");
        this.machine = Objects.requireNonNull(machine, "machine");
        this.schedule = Objects.requireNonNull(schedule, "schedule");
        this.peers = Objects.requireNonNull(peers, "peers");
        watchdog = new Watchdog(config.onFailure(), ex -> DiskFull.explain(ex, config.dataDirectory()));
        service = new EngineService(Objects.requireNonNull(machine, "machine"), watchdog);
        guard = new DiskGuard(() -> free.applyAsLong(config.dataDirectory()), this::snapshotLength,
            this::logSinceSnapshot, NodeContexts.SEGMENT_LENGTH);
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
            final NodeDirectories own = NodeDirectories.create(config.dataDirectory());
            lock = DirectoryLock.acquire(own.data());
            own.deleteHalfCopy();
            own.deleteMarks();
            own.checkRoom();
            directories = own;
            long logEnd = scrub(own);
            if (!config.isAlone() && new Seeder(config, own, peers, recovery, () -> isClosed).seed(logEnd)) {
                logEnd = scrub(own);
            }
            recovery.replay(logEnd);
            guard.check();
            final NodeContexts contexts = new NodeContexts(config, own, watchdog);
            launch(contexts);
            awaitProgress(this::hasJoined, "recovery");
            extent = LogExtent.of(own);
            service.ready();
            watch();
            connect(contexts);
            awaitProgress(ingress::isConnected, "the first session");
            isOpen = true;
            keepHouse(own);
        } catch (final Throwable ex) {
            close();
            throw ex;
        }
    }

    /** Makes log and snapshots bootable; answers where the log ends. */
    private long scrub(final NodeDirectories own) {
        final LogScrubber scrubber = new LogScrubber(own, new SnapshotShelf(own, machine), config.isAlone());
        final long logEnd = scrubber.scrub();
        if (scrubber.snapshot() != null) {
            service.snapshotMeter().found(scrubber.snapshot().position(), scrubber.snapshotLength(),
                scrubber.snapshot().takenAtMs());
        }
        extent = LogExtent.of(own);
        return logEnd;
    }

    /** What {@link #start} is at, in words. Thread-safe. */
    public String recovery() {
        return recovery.toString();
    }

    /** How this node stands among its peers. Thread-safe. */
    public NodeStatus status() {
        final LeaderTerm term = service.term();
        final LogExtent known = extent;
        return new NodeStatus(config.memberId(), config.members().size(),
            isOpen && watch.isElectionOver() ? ingress.leaderId() : -1, term.id(), service.appliedPosition(), isOpen,
            !known.isEmpty(), known.start());
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
        final Map<String, Object> info = guard.info();
        info.put("snapshot", service.snapshotMeter().info());
        return info;
    }

    /** What snapshots cost. Thread-safe. */
    SnapshotFigures snapshotFigures() {
        return service.snapshotMeter().figures();
    }

    /**
     * The newest snapshot's messages, from the disk; null where there is none. Thread-safe; to be closed.
     *
     * @throws IllegalStateException where it was deleted meanwhile: ask again
     */
    public MachineSnapshot openSnapshot() {
        return openSnapshot(directories);
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
                : rounds.get(0).open(directories.archive(), ArchiveCatalogue.ofRunning(directories.archive()));
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
        CloseHelper.closeAll(watchdog, janitorRunner, ingressRunner, watchRunner);
        if (snapshots != null) {
            snapshots.refuse();
        }
        CloseHelper.closeAll(watchdog, consensusModule, container, archive, driver, lock);
    }

    private long snapshotLength() {
        return snapshotFigures().length();
    }

    /**
     * What survives whatever the log's durability does. A leader commits no more than it has flushed itself, a follower
     * applies no more.
     */
    private long acknowledgedPosition() {
        return config.durability() == Durability.FLUSHED ? consensusModule.context().commitPositionCounter().get()
            : AcknowledgedMark.NONE;
    }

    private long logSinceSnapshot() {
        if (consensusModule == null) {
            return 0;
        }
        return consensusModule.context().commitPositionCounter().get()
            - Math.max(0, snapshotFigures().position());
    }

    private void drain() {
        ingress.drain();
        final long deadlineNs = System.nanoTime() + DRAIN_MAX_NS;
        while (watchdog.failure() == null
            && !ingress.isDrained()) {
            if (System.nanoTime() - deadlineNs > 0) {
                LOGGER.log(System.Logger.Level.WARNING, "closing before all that was taken is applied");
                return;
            }
            LockSupport.parkNanos(CHECK_INTERVAL_NS);
        }
    }

    /** An election is over, and all that it found committed is applied. */
    private boolean hasJoined() {
        final ConsensusModule.Context context = consensusModule.context();
        if (joinPosition < 0) {
            final ElectionState election = ElectionState.get(context.electionStateCounter());
            recovery.waitFor(config.isAlone() ? null : inWords(election));
            if (election != ElectionState.CLOSED) {
                return false;
            }
            joinPosition = context.commitPositionCounter().get();
        }
        if (service.appliedPosition() < joinPosition) {
            return false;
        }
        final long termId = context.leadershipTermIdCounter().get();
        if (service.term() == LeaderTerm.NONE
            && service.restoredPosition() > LogExtent.termStart(directories, termId)) {
            service.joined(new LeaderTerm(termId, -1, false));
        }
        return service.term().id() == termId;
    }

    /** What a member waits for; null where it goes on by itself. */
    private String inWords(final ElectionState election) {
        if (election.code() <= ElectionState.FOLLOWER_BALLOT.code()) {
            return "a leader is being elected, which takes more than half of the nodes: election=" + election;
        }
        return switch (election) {
            case FOLLOWER_LOG_REPLICATION, FOLLOWER_CATCHUP_INIT, FOLLOWER_CATCHUP_AWAIT, FOLLOWER_CATCHUP ->
                "what this node has missed is fetched from the leader and applied: position="
                    + service.appliedPosition();
            default -> null;
        };
    }

    private void launch(final NodeContexts contexts) {
        driver = MediaDriver.launch(contexts.driver());
        archive = Archive.launch(contexts.archive());
        consensusModule = ConsensusModule.launch(contexts.consensusModule());
        container = ClusteredServiceContainer.launch(contexts.service(service));
    }

    /** From here on the watching agent polls the watchdog, which has one poller at a time. */
    private void watch() {
        watch = new WatchAgent(watchdog,
            () -> ElectionState.get(consensusModule.context().electionStateCounter()) == ElectionState.CLOSED, guard,
            new AcknowledgedMark(directories.cluster(), this::acknowledgedPosition), SystemNanoClock.INSTANCE);
        watchRunner = new AgentRunner(new SleepingMillisIdleStrategy(WATCH_IDLE_MS), watchdog, null, watch);
        AgentRunner.startOnThread(watchRunner, watchdog);
    }

    private void connect(final NodeContexts contexts) {
        final Aeron aeron = Aeron.connect(contexts.client("tagma-ingress"));
        snapshots = new SnapshotRequests(consensusModule.context().snapshotCounter(), service, watchdog,
            contexts::hasSnapshotBuffers);
        ingress = new IngressAgent(queue, aeron, contexts::leader, service, snapshots, watchdog,
            SystemNanoClock.INSTANCE);
        ingressRunner = new AgentRunner(NodeContexts.idleStrategy(), watchdog, null, ingress);
        AgentRunner.startOnThread(ingressRunner, watchdog);
    }

    private void keepHouse(final NodeDirectories directories) {
        final ConsensusModule.Context module = consensusModule.context();
        final ArchiveBroom broom = new ArchiveBroom(directories, () -> connectArchive(directories),
            peers::lowestLivePosition);
        final Janitor janitor = new Janitor(schedule, SystemNanoClock.INSTANCE, service.snapshotMeter(),
            () -> Cluster.Role.get(module.clusterNodeRoleCounter()) == Cluster.Role.LEADER,
            module.commitPositionCounter()::get, module.snapshotCounter()::get, this::requestSnapshot,
            () -> {
                final boolean isDone = broom.sweep();
                extent = LogExtent.of(directories);
                return isDone;
            });
        final Straggler straggler = new Straggler(SystemNanoClock.INSTANCE, watch::isElectionOver,
            service::appliedPosition, peers, watchdog);
        janitorRunner = new AgentRunner(new SleepingMillisIdleStrategy(JANITOR_IDLE_MS), watchdog, null,
            new CompositeAgent(janitor, straggler));
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
            if (watchdog.failure() instanceof NodeTooOldException tooOld) {
                throw tooOld;
            }
            if (watchdog.failure() != null) {
                throw new IllegalStateException("failed at " + what + " (where it fails again, restore a backup, or "
                    + "let this member be seeded from its peers): " + watchdog.failure().getMessage(),
                    watchdog.failure());
            }
            final long nowNs = System.nanoTime();
            if (watchRunner == null) {
                watchdog.poll(nowNs);
            }
            final String line = recovery.at(service.appliedPosition(), nowNs);
            if (line != null) {
                LOGGER.log(System.Logger.Level.INFO, line);
            }
            if (progress != service.progress()) {
                progress = service.progress();
                deadlineNs = nowNs + START_STALL_MAX_NS;
            } else if (nowNs - deadlineNs > 0 && config.isAlone()) {
                throw new IllegalStateException("stuck at " + what + ": withoutProgressMs="
                    + TimeUnit.NANOSECONDS.toMillis(START_STALL_MAX_NS));
            }
            LockSupport.parkNanos(CHECK_INTERVAL_NS);
        }
    }
}
