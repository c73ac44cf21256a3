package io.tagma.server;

import io.tagma.engine.ApplicationVersion;
import io.tagma.engine.Engine;
import io.tagma.engine.EngineOptions;
import io.tagma.engine.Limits;
import io.tagma.engine.condition.TextNormaliser;
import io.tagma.engine.log.CommandLog;
import io.tagma.engine.log.InMemoryLog;
import io.tagma.engine.protocol.Command;
import io.tagma.engine.protocol.CommandEncoder;
import io.tagma.engine.protocol.LogEntryEncoder;
import io.tagma.engine.protocol.MessageHeaderEncoder;
import io.tagma.engine.subject.StoreSizes;
import io.tagma.server.admin.AdminServer;
import io.tagma.server.admin.ClusterView;
import io.tagma.server.cluster.ClusterConfig;
import io.tagma.server.cluster.ClusterNode;
import io.tagma.server.cluster.NodeStatus;
import io.tagma.server.cluster.Peers;
import io.tagma.server.lane.ServerLane;
import io.tagma.server.net.BinaryServer;
import io.tagma.server.net.BinarySettings;
import io.tagma.server.net.Nodes;
import io.tagma.server.net.ResultRouter;
import java.security.SecureRandom;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.LongSupplier;
import org.agrona.ExpandableArrayBuffer;
import org.agrona.concurrent.SystemNanoClock;

/**
 * A running server: log, engine, faces. {@link #start} returns once it is recovered and answers; {@link #close} takes
 * it apart in the reverse order.
 */
public final class TagmaServer implements AutoCloseable {
    private static final System.Logger LOGGER = System.getLogger(TagmaServer.class.getName());
    private static final int LANE_IN_FLIGHT_MAX = 8_192;
    private static final long START_DEADLINE_NS = TimeUnit.SECONDS.toNanos(60);

    private final Engine engine;
    private final CommandLog log;
    private final ServerLane lane;
    private final EngineAccess access;
    private final BinaryServer binary;
    private final AdminServer admin;
    private final ServerConfig config;
    private final PeerBoard peers;
    private volatile int port;
    private volatile int adminPort;
    private boolean isClosed;

    /**
     * A server yet to run.
     *
     * @param logs        the log in front of the engine
     * @param wallClockMs epoch milliseconds: tells where the engine's clock lags behind because its log stands still
     */
    TagmaServer(final ServerConfig config, final Function<Engine, CommandLog> logs, final LongSupplier wallClockMs) {
        this(config, logs, wallClockMs, null, null);
    }

    private TagmaServer(final ServerConfig config, final Function<Engine, CommandLog> logs,
                        final LongSupplier wallClockMs, final PeerBoard peers, final PeerReports reports) {
        this.config = config;
        this.peers = peers;
        final ListenerFanOut listeners = new ListenerFanOut();
        final JobWaits jobs = new JobWaits();
        final ChangeWaits changes = new ChangeWaits();
        final LongSupplier readAtMs = config.manualClockMs() == null ? wallClockMs : () -> Long.MIN_VALUE;
        final SecureRandom random = new SecureRandom();
        engine = new Engine(
            new EngineOptions(random.nextLong(), StoreSizes.expecting(config.subjectsExpected(), bytesMax(config))),
            listeners);
        final ResultRouter router = new ResultRouter(job -> engine.view().isJobDone(job));
        log = logs.apply(engine);
        lane = new ServerLane(log, random::nextLong, LANE_IN_FLIGHT_MAX, SystemNanoClock.INSTANCE);
        access = new EngineAccess(engine, log, lane, jobs, changes,
            () -> log instanceof ClusterNode node ? node.recovery() : "it is starting", readAtMs, this::cluster,
            version -> reports == null ? "" : reports.without(version));
        listeners.add(router);
        listeners.add(lane);
        listeners.add(jobs);
        listeners.add(changes);
        binary = new BinaryServer(log, router, () -> new ReaderLookups(engine.newReader(), readAtMs),
            TextNormaliser::normalise, peers == null ? Nodes.NONE : peers::nodeWith, BinarySettings.DEFAULTS);
        admin = new AdminServer(access);
    }

    /**
     * Ports first: a taken one is told before a long log is replayed, and while it is, the HTTP face says so. Nothing
     * else is answered before all is recovered.
     */
    void run() {
        port = binary.bind(config.host(), config.port());
        adminPort = admin.start(config.host(), config.adminPort());
        if (peers != null) {
            peers.start();
        }
        log.start();
        begin();
        lane.start();
        access.ready();
        binary.open();
    }

    private static CommandLog log(final ServerConfig config, final Engine engine, final PeerReports reports,
                                  final Consumer<Throwable> onFailure) {
        if (config.data() == null) {
            return new InMemoryLog(engine, System::currentTimeMillis);
        }
        final Membership membership = config.membership();
        if (membership == null) {
            return new ClusterNode(ClusterConfig.of(config.data(), onFailure).with(config.durability()), engine,
                config.retention().schedule(), Peers.NONE);
        }
        return new ClusterNode(new ClusterConfig(config.data(), membership.node(), membership.members(),
            config.durability(), onFailure), engine, config.retention().schedule(), reports);
    }

    private ClusterView cluster() {
        if (!(log instanceof ClusterNode node)) {
            return ClusterView.alone(engine.position());
        }
        final NodeStatus status = node.status();
        return new ClusterView(status.memberId(), status.memberCount(), status.leaderId(), status.termId(),
            status.appliedPosition(), access.isReady(), status.hasLog(), status.logStart(),
            ApplicationVersion.NEWEST, peers == null ? List.of() : peers.each(ClusterView.PeerView::new));
    }

    /**
     * Starts a server. A failing log calls {@code onFailure} from any thread: the process should end.
     *
     * @throws RuntimeException where it cannot start; what was started is closed again
     */
    public static TagmaServer start(final ServerConfig config, final Consumer<Throwable> onFailure) {
        final PeerBoard peers = config.membership() == null ? null
            : new PeerBoard(config.membership(), SystemNanoClock.INSTANCE, config.retention().peerGrace());
        final PeerReports reports = peers == null ? null : new PeerReports(config.membership(), peers);
        final TagmaServer server = new TagmaServer(config, engine -> log(config, engine, reports, onFailure),
            System::currentTimeMillis, peers, reports);
        try {
            server.run();
            return server;
        } catch (final RuntimeException fault) {
            server.close();
            throw fault;
        }
    }

    private static long bytesMax(final ServerConfig config) {
        return config.bytesMax() == 0 ? Limits.BYTES_MAX : config.bytesMax();
    }

    /** The first command of a new log; every node of a new cluster offers it, the first is taken. */
    private void begin() {
        final ExpandableArrayBuffer command = new ExpandableArrayBuffer();
        final int length = new CommandEncoder().encode(new Command.Genesis(config.manualClockMs() != null,
            config.manualClockMs() == null ? 0 : config.manualClockMs(), config.subjectsMax(), 0, 0,
            config.visitorTtl() == null ? 0 : config.visitorTtl().toMillis(), config.bytesMax(),
            ApplicationVersion.NEWEST), command, 0);
        final ExpandableArrayBuffer entry = new ExpandableArrayBuffer();
        final LogEntryEncoder encoder = new LogEntryEncoder()
            .wrapAndApplyHeader(entry, 0, new MessageHeaderEncoder()).clientId(0).sequence(0)
            .putCommand(command, 0, length);
        // Without a majority this takes as long as that does; alone it is done at once.
        final long deadline = System.nanoTime() + (peers == null ? START_DEADLINE_NS : Long.MAX_VALUE / 2);
        while (!isBegun()) {
            final long offered = log.offer(entry, 0, encoder.limit());
            if (offered >= 0) {
                break;
            }
            if (offered == CommandLog.NO_SPACE && peers == null) {
                throw new IllegalStateException("the disk has no room for a new log: make room, or name another "
                    + "directory: data=" + config.data() + ", " + log.info());
            }
            checkDeadline(deadline, "the log takes no command");
        }
        while (!isBegun()) {
            checkDeadline(deadline, "the engine does not begin");
        }
        if (engine.submit(view -> view.isManualClock()).join() != (config.manualClockMs() != null)) {
            throw new IllegalStateException("the log in this directory has "
                + (config.manualClockMs() == null ? "a manual clock" : "the real clock")
                + "; that cannot change: data=" + config.data());
        }
        final long allowed = (long)engine.submit(view -> view.info().get("storedBytesMax")).join();
        if (allowed > bytesMax(config)) {
            throw new IllegalStateException("the log in this directory allows more bytes than the stores are laid "
                + "out for: say --bytes-max " + allowed + ", data=" + config.data());
        }
    }

    private boolean isBegun() {
        return engine.submit(view -> view.isBegun()).join();
    }

    private void checkDeadline(final long deadline, final String what) {
        if (log.failure() != null) {
            throw new IllegalStateException("the log has failed", log.failure());
        }
        if (System.nanoTime() - deadline > 0) {
            throw new IllegalStateException(what + " within " + START_DEADLINE_NS + " ns");
        }
        LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(1));
    }

    /** Port of the binary protocol. */
    public int port() {
        return port;
    }

    /** Port of the HTTP API. */
    public int adminPort() {
        return adminPort;
    }

    /** Stops taking requests, applies what was taken, and stops. Idempotent. */
    @Override
    public synchronized void close() {
        if (isClosed) {
            return;
        }
        isClosed = true;
        access.stopping();
        closeQuietly("peers", peers == null ? () -> { } : peers);
        closeQuietly("binary protocol", binary);
        closeQuietly("admin", admin);
        closeQuietly("lane", lane);
        closeQuietly("log", log);
        closeQuietly("engine", engine);
    }

    private static void closeQuietly(final String what, final AutoCloseable part) {
        try {
            part.close();
        } catch (final Exception fault) {
            LOGGER.log(System.Logger.Level.WARNING, "closing failed: part=" + what, fault);
        }
    }
}
