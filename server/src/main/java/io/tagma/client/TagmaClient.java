package io.tagma.client;

import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.tagma.engine.protocol.Command;
import io.tagma.engine.protocol.CommandEncoder;
import io.tagma.engine.protocol.IsMemberReplyDecoder;
import io.tagma.engine.protocol.LookupManyReplyDecoder;
import io.tagma.engine.protocol.LookupReplyDecoder;
import io.tagma.engine.protocol.PongDecoder;
import io.tagma.engine.protocol.ReadMode;
import io.tagma.engine.protocol.ResultCode;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.agrona.ExpandableArrayBuffer;

/**
 * A client of one cluster. Any thread may call; every call returns at once with a future that completes on the client's
 * event loop (use the {@code …Async} methods of the future for work that takes time, and never block there).
 *
 * <p><b>Nodes.</b> Look-ups and updates go to one node as long as it is well; the others are kept connected. When its
 * connections break, when it says that it shuts down, or when it is silent (nothing said for the 99th percentile of
 * recent look-ups, 20 to 25 ms, and then no answer to a ping for twice as long: within 100 ms), the client goes to
 * another one that is well, and stays there. Of a silent node's look-ups all are asked anew at once; its updates move
 * on when it is given up ({@link ClientSettings#silenceMax()}), because to a node that is only slow that is the greater
 * disturbance. A node more than some 50 ms away looks silent: name the near ones only.
 *
 * <p><b>Look-ups</b> are asked again where a connection breaks, until their deadline. Of those by one key, up to 5 %
 * are asked on a second node as well once they have taken longer than 99 % of the recent ones that were answered from
 * memory (waiting for a position is no slowness); the first answer counts.
 * A node that has not applied the position asked for names one that has, which is asked next if it is among the
 * {@link ClientSettings#servers()}; else the others are asked in turn until the deadline. A client of one server
 * fails at once with {@code STALE_POSITION}. {@link #position()} is the highest position of any answer, and
 * {@link #lookupFresh} asks for it: it sees what this client wrote and what it has read before, on whatever node.
 *
 * <p><b>Updates</b> keep the order in which they were submitted: all go through one lane, each is
 * applied at most once, whatever breaks on the way, also on another node, and BUSY is retried in order. A future that
 * fails with {@code DEADLINE} says that the outcome is unknown: the command may still be applied, and the lane goes on
 * trying unless it was never sent. Refusals by the engine are results, not exceptions; {@code RESULT_FORGOTTEN} is the
 * one that leaves open which (a definition that waited for its members while 1,024 later commands were answered, and
 * whose node was lost then).
 *
 * <p><b>Window.</b> At most {@link ClientSettings#inFlightMax()} calls and commands are without an answer; a further
 * one fails at once with {@code BUSY}, and nothing is sent (a batch larger than the window is taken when nothing else
 * is in flight). Slow down when you see it: keep the futures and wait for some of them.
 */
public final class TagmaClient implements AutoCloseable {
    private static final System.Logger LOGGER = System.getLogger(TagmaClient.class.getName());
    private static final int KEY_LENGTH_MAX = 64;
    private static final int KEYS_PER_REQUEST_MAX = 1_000;
    private static final int CONNECT_TIMEOUT_MS = 2_000;
    private static final int CHECK_PERIOD_MS = 200;
    private static final long WARM_PERIOD_MS = 2_000;
    private static final long CLOSE_TIMEOUT_MS = 2_000;
    private static final ThreadLocal<Encoding> ENCODING = ThreadLocal.withInitial(Encoding::new);

    private final ClientSettings settings;
    private final byte[] token;
    private final long silenceMaxNs;
    private final EventLoopGroup group;
    private final EventLoop eventLoop;
    private final BackgroundResolver resolver = new BackgroundResolver();
    private final AtomicLong inFlight = new AtomicLong();
    private final AtomicBoolean isAwake = new AtomicBoolean();
    private final AtomicBoolean isClosed = new AtomicBoolean();
    private final Queue<Call<?>> submitted = new ConcurrentLinkedQueue<>();
    private final Runnable drain = this::drain;

    private final RequestWriter writer = new RequestWriter();
    private final ReplyReader reader = new ReplyReader();
    private final Counters counters = new Counters();
    private final NodeSet nodes;
    private final Hedging hedging;
    private final Reads reads;
    private final ClientLane lane;
    private final Deadlines deadlines;
    private final Runnable watching = this::watchNodes;
    private long watchDueNs;
    private boolean isWatching;
    private boolean isStopped;

    private TagmaClient(final ClientSettings settings) {
        this.settings = settings;
        silenceMaxNs = settings.silenceMax().toNanos();
        token = settings.token().getBytes(StandardCharsets.UTF_8);
        final boolean isEpoll = Epoll.isAvailable();
        group = new MultiThreadIoEventLoopGroup(1, new DefaultThreadFactory("tagma-client", true),
            isEpoll ? EpollIoHandler.newFactory() : NioIoHandler.newFactory());
        eventLoop = group.next();
        final Bootstrap bootstrap = new Bootstrap()
            .group(group)
            .channel(isEpoll ? EpollSocketChannel.class : NioSocketChannel.class)
            .resolver(resolver)
            .option(ChannelOption.TCP_NODELAY, true)
            .option(ChannelOption.SO_KEEPALIVE, true)
            .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, CONNECT_TIMEOUT_MS)
            .option(ChannelOption.ALLOCATOR, PooledByteBufAllocator.DEFAULT);
        final Node[] each = new Node[settings.servers().size()];
        for (int i = 0; i < each.length; i++) {
            each[i] = new Node(this, eventLoop, bootstrap, settings.servers().get(i), settings.connections());
        }
        nodes = new NodeSet(each, settings.preferred() == ClientSettings.ANY
            ? ThreadLocalRandom.current().nextInt(each.length) : settings.preferred(), counters);
        hedging = new Hedging(settings.hedgePercent());
        reads = new Reads(this, eventLoop, writer, nodes, hedging, counters);
        lane = new ClientLane(this, eventLoop, writer, nodes, counters);
        deadlines = new Deadlines(eventLoop, lane::obstacle, reads::forgetDone);
    }

    /** Begins to connect and returns; calls wait for a connection until their deadline. */
    public static TagmaClient connect(final ClientSettings settings) {
        final TagmaClient client = new TagmaClient(settings);
        client.eventLoop.execute(client::begin);
        return client;
    }

    /** The subject's group and segments, for its home website. */
    public CompletableFuture<LookupResult> lookup(final String key) {
        return lookupAtLeast(key, 0, 0);
    }

    /** The same for a website's id; segments that are not for it are left out. */
    public CompletableFuture<LookupResult> lookup(final String key, final int website) {
        return lookupAtLeast(key, website, 0);
    }

    /**
     * The same once a log position is applied on the node asked, so that one's own writes are seen on any node.
     * {@code STALE_POSITION} where no node has it in time.
     *
     * @param website  0: home
     * @param position as an {@link UpdateResult} gave it
     */
    public CompletableFuture<LookupResult> lookupAtLeast(final String key, final int website, final long position) {
        return lookup(key, website, position == 0 ? ReadMode.LOCAL : ReadMode.AT_LEAST, position);
    }

    /** The same at the highest position this client has seen: what it wrote and what it read before is in it. */
    public CompletableFuture<LookupResult> lookupFresh(final String key) {
        return lookupFresh(key, 0);
    }

    /** The same for a website's id. */
    public CompletableFuture<LookupResult> lookupFresh(final String key, final int website) {
        return lookupAtLeast(key, website, position());
    }

    /**
     * The same, seeing every change that was acknowledged to anyone before this call: it waits for one passage through
     * the log.
     *
     * @param website 0: home
     */
    public CompletableFuture<LookupResult> lookupLinearizable(final String key, final int website) {
        return lookup(key, website, ReadMode.LINEARIZABLE, 0);
    }

    private CompletableFuture<LookupResult> lookup(final String key, final int website, final ReadMode mode,
                                                   final long position) {
        final byte[] bytes = key(key);
        if (bytes == null) {
            return badKey();
        }
        return submit(new ReadCall<>(deadlineNs(settings.timeout()),
            (to, connection, id) -> to.lookup(connection, id, bytes, website, mode, position),
            LookupReplyDecoder.TEMPLATE_ID, ReplyReader::lookup, ReadCall.Pace.of(mode)));
    }

    /** Many subjects at once, answers in the order of the keys. */
    public CompletableFuture<List<LookupResult>> lookupMany(final List<String> keys) {
        return lookupMany(keys, 0);
    }

    /** The same for a website's id. */
    public CompletableFuture<List<LookupResult>> lookupMany(final List<String> keys, final int website) {
        final List<byte[]> all = new ArrayList<>(keys.size());
        for (final String key : keys) {
            final byte[] bytes = key(key);
            if (bytes == null) {
                return badKey();
            }
            all.add(bytes);
        }
        if (all.size() <= KEYS_PER_REQUEST_MAX) {
            return lookupSome(all, website);
        }
        final List<CompletableFuture<List<LookupResult>>> parts = new ArrayList<>();
        for (int from = 0; from < all.size(); from += KEYS_PER_REQUEST_MAX) {
            parts.add(lookupSome(all.subList(from, Math.min(all.size(), from + KEYS_PER_REQUEST_MAX)), website));
        }
        return CompletableFuture.allOf(parts.toArray(CompletableFuture[]::new)).thenApply(done -> {
            final List<LookupResult> results = new ArrayList<>(all.size());
            parts.forEach(part -> results.addAll(part.join()));
            return results;
        });
    }

    /** Whether the subject is in the segment with that id. */
    public CompletableFuture<Boolean> isMember(final String key, final int segmentId) {
        final byte[] bytes = key(key);
        if (bytes == null) {
            return badKey();
        }
        return submit(new ReadCall<>(deadlineNs(settings.timeout()),
            (to, connection, id) -> to.isMember(connection, id, bytes, segmentId),
            IsMemberReplyDecoder.TEMPLATE_ID, ReplyReader::isMember, ReadCall.Pace.MEMORY));
    }

    /**
     * The subject's segments, or the default where there is no answer in time, for whatever reason: a shop's page must
     * not fail because its segments do. Never fails.
     */
    public CompletableFuture<int[]> segmentsOrDefault(final String key, final int[] orElse) {
        return lookup(key).handle((result, failure) -> failure == null ? result.segments() : orElse);
    }

    /** Applies a command, or learns why not. */
    public CompletableFuture<UpdateResult> update(final Command command) {
        return update(command, settings.timeout());
    }

    /** The same with a deadline of its own. */
    public CompletableFuture<UpdateResult> update(final Command command, final Duration timeout) {
        final byte[] bytes = ENCODING.get().encode(command);
        return submit(new UpdateCall(deadlineNs(timeout), bytes, null, false));
    }

    /** Applies commands in their order, in few frames; one that is refused does not stop the others. */
    public CompletableFuture<BatchResult> updateAll(final List<Command> commands) {
        return updateAll(commands, settings.timeout());
    }

    /** The same with a deadline of its own, for all of them. */
    public CompletableFuture<BatchResult> updateAll(final List<Command> commands, final Duration timeout) {
        if (commands.isEmpty()) {
            return CompletableFuture.completedFuture(new BatchResult(0, 0, List.of()));
        }
        final List<byte[]> encoded = new ArrayList<>(commands.size());
        for (final Command command : commands) {
            encoded.add(ENCODING.get().encode(command));
        }
        return submit(new BatchCall(deadlineNs(timeout), encoded));
    }

    /** Creates or replaces a segment. The answer's value is its id, its job builds the membership. */
    public CompletableFuture<UpdateResult> defineSegment(final String key, final String json, final boolean wait) {
        return defineSegment(key, json, wait, settings.timeout());
    }

    /**
     * The same with a deadline of its own.
     *
     * @param wait complete only when the new membership is visible
     */
    public CompletableFuture<UpdateResult> defineSegment(final String key, final String json, final boolean wait,
                                                         final Duration timeout) {
        return submit(new UpdateCall(deadlineNs(timeout), json.getBytes(StandardCharsets.UTF_8),
            key.getBytes(StandardCharsets.UTF_8), wait));
    }

    /** Where the server stands. */
    public CompletableFuture<PingResult> ping() {
        return submit(new ReadCall<>(deadlineNs(settings.timeout()),
            (to, connection, id) -> to.ping(connection, id), PongDecoder.TEMPLATE_ID, ReplyReader::pong,
            ReadCall.Pace.OPEN));
    }

    /** Calls and commands without an answer. */
    public long inFlight() {
        return inFlight.get();
    }

    /** The highest log position of any answer so far: 0 before the first. A look-up at least there is no step back. */
    public long position() {
        return reader.position();
    }

    /** The server in use, host:port. */
    public String server() {
        return nodes.inUse().name();
    }

    /** What was done to get the answers. */
    public ClientStats stats() {
        return counters.read();
    }

    /** Nodes with an open connection, whether they are in use or kept for when they are needed. */
    public int readyNodes() {
        return nodes.readyCount();
    }

    /** Fails what has no answer with SHUTTING_DOWN and disconnects. Idempotent; not from the event loop. */
    @Override
    public void close() {
        if (!isClosed.getAndSet(true)) {
            eventLoop.submit(this::stop).awaitUninterruptibly(CLOSE_TIMEOUT_MS);
            resolver.close();
            group.shutdownGracefully(0, CLOSE_TIMEOUT_MS, TimeUnit.MILLISECONDS)
                .awaitUninterruptibly(CLOSE_TIMEOUT_MS);
            failSubmitted();
        }
    }

    Reads reads() {
        return reads;
    }

    ClientLane lane() {
        return lane;
    }

    ReplyReader reader() {
        return reader;
    }

    void note(final String text) {
        LOGGER.log(System.Logger.Level.DEBUG, text);
    }

    void greet(final ServerConnection connection) {
        writer.hello(connection, ServerConnection.PROTOCOL_VERSION, token);
    }

    long silenceMaxNs() {
        return silenceMaxNs;
    }

    void onReady(final ServerConnection connection) {
        connection.node().onReady(connection);
        if (nodes.inUse().isSuspect()) {
            // No other was well when it fell silent.
            reads.moveFrom(nodes.inUse());
        }
        reads.unpark();
        onReadComplete();
    }

    void onLost(final ServerConnection connection) {
        connection.node().onLost(connection);
        lane.onLost(connection);
        reads.unpark();
    }

    /** A node could not be connected to. */
    void onUnreachable() {
        if (!isStopped) {
            reads.unpark();
            onReadComplete();
        }
    }

    /** The node has left a ping without an answer. */
    void onSuspect(final Node node) {
        note("no sign of life yet: server=" + node.name());
        node.suspect();
        reads.moveFrom(node);
        onReadComplete();
    }

    /** Answers are due: looks for silence as long as they are. */
    void watch() {
        if (!isWatching && !isStopped) {
            isWatching = true;
            watchDueNs = System.nanoTime() + Silence.WATCH_PERIOD_NS;
            eventLoop.schedule(watching, Silence.WATCH_PERIOD_NS, TimeUnit.NANOSECONDS);
        }
    }

    /** Sends what answers made possible. */
    void onReadComplete() {
        if (isStopped) {
            return;
        }
        lane.progress();
        flush();
    }

    void flush() {
        nodes.flush();
    }

    private void begin() {
        nodes.begin();
        eventLoop.scheduleWithFixedDelay(this::check, CHECK_PERIOD_MS, CHECK_PERIOD_MS, TimeUnit.MILLISECONDS);
        if (nodes.count() > 1) {
            eventLoop.scheduleWithFixedDelay(() -> nodes.keepWarm(writer), WARM_PERIOD_MS, WARM_PERIOD_MS,
                TimeUnit.MILLISECONDS);
            eventLoop.schedule(this::onUnreachable, NodeSet.PREFERENCE_NS, TimeUnit.NANOSECONDS);
        }
    }

    private void watchNodes() {
        isWatching = false;
        final long nowNs = System.nanoTime();
        if (!isStopped && nodes.check(nowNs, nowNs - watchDueNs, hedging.delayNs(), writer)) {
            watch();
        }
    }

    private void check() {
        lane.dropAbandoned();
        lane.checkOverdue(System.nanoTime());
        onReadComplete();
    }

    private CompletableFuture<List<LookupResult>> lookupSome(final List<byte[]> keys, final int website) {
        return submit(new ReadCall<>(deadlineNs(settings.timeout()),
            (to, connection, id) -> to.lookupMany(connection, id, keys, website),
            LookupManyReplyDecoder.TEMPLATE_ID, ReplyReader::lookupMany, ReadCall.Pace.OPEN));
    }

    private <T> CompletableFuture<T> submit(final Call<T> call) {
        if (isClosed.get()) {
            call.fail(ResultCode.SHUTTING_DOWN, "the client is closed");
            return call.future;
        }
        final long before = inFlight.getAndAdd(call.weight);
        if (before != 0 && before + call.weight > settings.inFlightMax()) {
            inFlight.addAndGet(-call.weight);
            call.fail(ResultCode.BUSY, "too much is in flight: max=" + settings.inFlightMax());
            return call.future;
        }
        call.future.whenComplete((result, failure) -> inFlight.addAndGet(-call.weight));
        submitted.add(call);
        if (!isAwake.getAndSet(true)) {
            try {
                eventLoop.execute(drain);
            } catch (final RejectedExecutionException stopped) {
                call.fail(ResultCode.SHUTTING_DOWN, "the client is closed");
            }
        }
        if (isClosed.get()) {
            // Closed meanwhile, perhaps to its end: nobody else would see the call.
            call.fail(ResultCode.SHUTTING_DOWN, "the client is closed");
        }
        return call.future;
    }

    private void drain() {
        isAwake.set(false);
        Call<?> call = submitted.poll();
        while (call != null) {
            if (isStopped) {
                call.fail(ResultCode.SHUTTING_DOWN, "the client is closed");
            } else {
                deadlines.add(call);
                call.start(this);
            }
            call = submitted.poll();
        }
        deadlines.schedule();
        onReadComplete();
    }

    private void stop() {
        isStopped = true;
        lane.failAll(ResultCode.SHUTTING_DOWN, "the client is closed");
        deadlines.failAll(ResultCode.SHUTTING_DOWN, "the client is closed");
        nodes.stop();
    }

    private void failSubmitted() {
        Call<?> call = submitted.poll();
        while (call != null) {
            call.fail(ResultCode.SHUTTING_DOWN, "the client is closed");
            call = submitted.poll();
        }
    }

    private static long deadlineNs(final Duration timeout) {
        return System.nanoTime() + timeout.toNanos();
    }

    /** Null where it can be no subject's. */
    private static byte[] key(final String key) {
        final byte[] bytes = key.getBytes(StandardCharsets.UTF_8);
        return bytes.length == 0 || bytes.length > KEY_LENGTH_MAX ? null : bytes;
    }

    private static <T> CompletableFuture<T> badKey() {
        return CompletableFuture.failedFuture(
            new TagmaException(ResultCode.INVALID, "a key has 1 to " + KEY_LENGTH_MAX + " bytes"));
    }

    /** A caller thread's encoder. */
    private static final class Encoding {
        private final CommandEncoder encoder = new CommandEncoder();
        private final ExpandableArrayBuffer buffer = new ExpandableArrayBuffer(1024);

        byte[] encode(final Command command) {
            final byte[] bytes = new byte[encoder.encode(command, buffer, 0)];
            buffer.getBytes(0, bytes);
            return bytes;
        }
    }
}
