package io.tagma.server.cluster;

import io.aeron.Aeron;
import io.aeron.archive.Archive;
import io.aeron.cluster.ConsensusModule;
import io.aeron.cluster.ElectionState;
import io.aeron.cluster.service.ClusteredServiceContainer;
import io.aeron.driver.MediaDriver;
import io.tagma.engine.log.CommandLog;
import io.tagma.engine.log.EntryQueue;
import io.tagma.engine.log.StateMachine;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.agrona.CloseHelper;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.AgentRunner;
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
    private static final long CHECK_INTERVAL_NS = TimeUnit.MILLISECONDS.toNanos(1);

    private final ClusterConfig config;
    private final Peers peers;
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
    private SnapshotRequests snapshots;
    private IngressAgent ingress;
    private AgentRunner ingressRunner;
    private long joinPosition = -1;
    private boolean isStarted;
    private volatile boolean isClosed;
    private volatile boolean isOpen;
    private volatile NodeDirectories directories;

    /** A node that is not started yet; the state machine must be fresh. */
    public ClusterNode(final ClusterConfig config, final StateMachine machine) {
        this(config, machine, Peers.NONE);
    }

    /** The same with a way to ask the other members. */
    public ClusterNode(final ClusterConfig config, final StateMachine machine, final Peers peers) {
        this.config = Objects.requireNonNull(config, "config");
        this.peers = Objects.requireNonNull(peers, "peers");
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
            final NodeDirectories own = NodeDirectories.create(config.dataDirectory());
            lock = DirectoryLock.acquire(own.data());
            own.deleteHalfCopy();
            own.deleteMarks();
            directories = own;
            final LogScrubber scrubber = new LogScrubber(own.archive(), own.cluster());
            long logEnd = scrubber.scrub();
            if (!config.isAlone() && new Seeder(config, own, peers, recovery, () -> isClosed).seed(logEnd)) {
                logEnd = scrubber.scrub();
            }
            recovery.replay(logEnd);
            final NodeContexts contexts = new NodeContexts(config, own, watchdog);
            launch(contexts);
            awaitProgress(this::hasJoined, "recovery");
            service.ready();
            connect(contexts);
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

    /** How this node stands among its peers. Thread-safe. */
    public NodeStatus status() {
        final LeaderTerm term = service.term();
        final NodeDirectories own = directories;
        final LogExtent extent = own == null ? LogExtent.NOTHING : LogExtent.of(own);
        return new NodeStatus(config.memberId(), config.members().size(),
            isOpen && ingress.isElectionOver() ? ingress.leaderId() : -1, term.id(), service.appliedPosition(), isOpen,
            !extent.isEmpty(), extent.start());
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
            if (ElectionState.get(context.electionStateCounter()) != ElectionState.CLOSED) {
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

    private void launch(final NodeContexts contexts) {
        driver = MediaDriver.launch(contexts.driver());
        archive = Archive.launch(contexts.archive());
        consensusModule = ConsensusModule.launch(contexts.consensusModule());
        container = ClusteredServiceContainer.launch(contexts.service(service));
    }

    private void connect(final NodeContexts contexts) {
        final Aeron aeron = Aeron.connect(contexts.client("tagma-ingress"));
        snapshots = new SnapshotRequests(consensusModule.context().snapshotCounter(), service, watchdog);
        ingress = new IngressAgent(queue, aeron, contexts::leader, service, snapshots,
            consensusModule.context().electionStateCounter(), watchdog, SystemNanoClock.INSTANCE);
        ingressRunner = new AgentRunner(NodeContexts.idleStrategy(), watchdog, null, ingress);
        AgentRunner.startOnThread(ingressRunner, watchdog);
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
