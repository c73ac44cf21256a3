package io.tagma.client;

import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.SocketChannel;
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
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.PriorityQueue;
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
 * <p><b>Look-ups</b> go over any open connection, many at a time; where one breaks, they are asked again on another
 * until their deadline. <b>Updates</b> keep the order in which they were submitted: all go through one lane, each is
 * applied at most once, whatever breaks on the way, and BUSY is retried in order. A future that fails with
 * {@code DEADLINE} says that the outcome is unknown: the command may still be applied, and the lane goes on trying
 * unless it was never sent. Refusals by the engine are results, not exceptions.
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
    private static final int RECONNECT_MIN_MS = 20;
    private static final int RECONNECT_MAX_MS = 2_000;
    private static final int CHECK_PERIOD_MS = 200;
    private static final long CLOSE_TIMEOUT_MS = 2_000;
    private static final ThreadLocal<Encoding> ENCODING = ThreadLocal.withInitial(Encoding::new);

    private final ClientSettings settings;
    private final byte[] token;
    private final EventLoopGroup group;
    private final EventLoop eventLoop;
    private final Bootstrap bootstrap;
    private final AtomicLong inFlight = new AtomicLong();
    private final AtomicBoolean isAwake = new AtomicBoolean();
    private final AtomicBoolean isClosed = new AtomicBoolean();
    private final Queue<Call<?>> submitted = new ConcurrentLinkedQueue<>();
    private final Runnable drain = this::drain;

    private final RequestWriter writer = new RequestWriter();
    private final ReplyReader reader = new ReplyReader();
    private final ClientLane lane;
    private final ServerConnection[] connections;
    private final int[] reconnectMs;
    private final int[] attempts;
    private final PriorityQueue<Call<?>> deadlines = new PriorityQueue<>();
    private final ArrayDeque<ReadCall<?>> parked = new ArrayDeque<>();
    private int turn;
    private boolean isExpiryScheduled;
    private boolean isStopped;

    private TagmaClient(final ClientSettings settings) {
        this.settings = settings;
        token = settings.token().getBytes(StandardCharsets.UTF_8);
        final boolean isEpoll = Epoll.isAvailable();
        group = new MultiThreadIoEventLoopGroup(1, new DefaultThreadFactory("tagma-client", true),
            isEpoll ? EpollIoHandler.newFactory() : NioIoHandler.newFactory());
        eventLoop = group.next();
        bootstrap = new Bootstrap()
            .group(group)
            .channel(isEpoll ? EpollSocketChannel.class : NioSocketChannel.class)
            .option(ChannelOption.TCP_NODELAY, true)
            .option(ChannelOption.SO_KEEPALIVE, true)
            .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, CONNECT_TIMEOUT_MS)
            .option(ChannelOption.ALLOCATOR, PooledByteBufAllocator.DEFAULT);
        lane = new ClientLane(this, eventLoop, writer);
        connections = new ServerConnection[settings.connections()];
        reconnectMs = new int[settings.connections()];
        attempts = new int[settings.connections()];
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
     * {@code STALE_POSITION} where that takes too long.
     *
     * @param website  0: home
     * @param position as an {@link UpdateResult} gave it
     */
    public CompletableFuture<LookupResult> lookupAtLeast(final String key, final int website, final long position) {
        return lookup(key, website, position == 0 ? ReadMode.LOCAL : ReadMode.AT_LEAST, position);
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
            LookupReplyDecoder.TEMPLATE_ID, ReplyReader::lookup));
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
            IsMemberReplyDecoder.TEMPLATE_ID, ReplyReader::isMember));
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
            (to, connection, id) -> to.ping(connection, id), PongDecoder.TEMPLATE_ID, ReplyReader::pong));
    }

    /** Calls and commands without an answer. */
    public long inFlight() {
        return inFlight.get();
    }

    /** Fails what has no answer with SHUTTING_DOWN and disconnects. Idempotent; not from the event loop. */
    @Override
    public void close() {
        if (!isClosed.getAndSet(true)) {
            eventLoop.submit(this::stop).awaitUninterruptibly(CLOSE_TIMEOUT_MS);
            group.shutdownGracefully(0, CLOSE_TIMEOUT_MS, TimeUnit.MILLISECONDS)
                .awaitUninterruptibly(CLOSE_TIMEOUT_MS);
            failSubmitted();
        }
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

    /** Writes the call to the next open connection, or parks it until there is one. */
    void dispatch(final ReadCall<?> call) {
        if (call.isDone()) {
            return;
        }
        final ServerConnection connection = anyReady();
        if (connection == null) {
            parked.add(call);
        } else {
            call.write(writer, connection, connection.expect(call));
        }
    }

    /** An open connection, each in its turn, or null. */
    ServerConnection anyReady() {
        for (int i = 0; i < connections.length; i++) {
            turn = turn + 1 == connections.length ? 0 : turn + 1;
            final ServerConnection connection = connections[turn];
            if (connection != null && connection.isReady()) {
                return connection;
            }
        }
        return null;
    }

    void greet(final ServerConnection connection) {
        writer.hello(connection, ServerConnection.protocolVersion(), token);
    }

    void onReady(final ServerConnection connection) {
        reconnectMs[connection.index] = 0;
        for (int i = parked.size(); i > 0; i--) {
            dispatch(parked.poll());
        }
        onReadComplete();
    }

    void onLost(final ServerConnection connection) {
        connections[connection.index] = null;
        lane.onLost(connection);
        reconnect(connection.index);
    }

    /** Sends what answers made possible. */
    void onReadComplete() {
        if (isStopped) {
            return;
        }
        lane.progress();
        flush();
    }

    private void begin() {
        for (int i = 0; i < connections.length; i++) {
            attempts[i] = i;
            connect(i);
        }
        eventLoop.scheduleWithFixedDelay(this::check, CHECK_PERIOD_MS, CHECK_PERIOD_MS, TimeUnit.MILLISECONDS);
    }

    private void connect(final int index) {
        if (isStopped) {
            return;
        }
        final InetSocketAddress server = settings.servers().get(attempts[index]++ % settings.servers().size());
        final ServerConnection connection = new ServerConnection(this, index);
        final ChannelFuture connecting = bootstrap.clone().handler(new ChannelInitializer<SocketChannel>() {
            @Override
            protected void initChannel(final SocketChannel channel) {
                channel.pipeline().addLast(connection);
            }
        }).connect(server);
        connecting.addListener(done -> {
            if (!done.isSuccess()) {
                note("no connection: server=" + server + ", cause=" + done.cause());
                reconnect(index);
            } else if (isStopped) {
                connecting.channel().close();
            }
        });
        connections[index] = connection;
    }

    private void reconnect(final int index) {
        connections[index] = null;
        if (!isStopped) {
            final int delay = Math.max(RECONNECT_MIN_MS, reconnectMs[index]);
            reconnectMs[index] = Math.min(RECONNECT_MAX_MS, delay * 2);
            eventLoop.schedule(() -> connect(index),
                delay / 2 + ThreadLocalRandom.current().nextInt(delay), TimeUnit.MILLISECONDS);
        }
    }

    private void check() {
        final long nowNs = System.nanoTime();
        for (final ServerConnection connection : connections) {
            if (connection != null) {
                connection.checkSilence(nowNs, writer);
            }
        }
        lane.dropAbandoned();
        lane.checkOverdue(nowNs);
        onReadComplete();
    }

    private CompletableFuture<List<LookupResult>> lookupSome(final List<byte[]> keys, final int website) {
        return submit(new ReadCall<>(deadlineNs(settings.timeout()),
            (to, connection, id) -> to.lookupMany(connection, id, keys, website),
            LookupManyReplyDecoder.TEMPLATE_ID, ReplyReader::lookupMany));
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
        return call.future;
    }

    private void drain() {
        isAwake.set(false);
        Call<?> call = submitted.poll();
        while (call != null) {
            if (isStopped) {
                call.fail(ResultCode.SHUTTING_DOWN, "the client is closed");
            } else {
                forgetDone();
                deadlines.add(call);
                call.start(this);
            }
            call = submitted.poll();
        }
        scheduleExpiry();
        onReadComplete();
    }

    private void flush() {
        for (final ServerConnection connection : connections) {
            if (connection != null && connection.isReady()) {
                connection.flush();
            }
        }
    }

    private void forgetDone() {
        while (!deadlines.isEmpty() && deadlines.peek().isDone()) {
            deadlines.poll();
        }
    }

    private void scheduleExpiry() {
        if (!isExpiryScheduled && !deadlines.isEmpty() && !isStopped) {
            isExpiryScheduled = true;
            final long delayNs = Math.max(TimeUnit.MILLISECONDS.toNanos(1),
                deadlines.peek().deadlineNs - System.nanoTime());
            eventLoop.schedule(this::expire, delayNs, TimeUnit.NANOSECONDS);
        }
    }

    private void expire() {
        isExpiryScheduled = false;
        final long nowNs = System.nanoTime();
        forgetDone();
        while (!deadlines.isEmpty() && deadlines.peek().deadlineNs - nowNs <= 0) {
            deadlines.poll().fail(ResultCode.DEADLINE, "no answer in time" + lane.obstacle());
            forgetDone();
        }
        parked.removeIf(Call::isDone);
        scheduleExpiry();
    }

    private void stop() {
        isStopped = true;
        lane.failAll(ResultCode.SHUTTING_DOWN, "the client is closed");
        failParked();
        while (!deadlines.isEmpty()) {
            deadlines.poll().fail(ResultCode.SHUTTING_DOWN, "the client is closed");
        }
        for (final ServerConnection connection : connections.clone()) {
            if (connection != null && connection.isReady()) {
                connection.close();
            }
        }
    }

    private void failParked() {
        ReadCall<?> call = parked.poll();
        while (call != null) {
            call.fail(ResultCode.SHUTTING_DOWN, "the client is closed");
            call = parked.poll();
        }
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
