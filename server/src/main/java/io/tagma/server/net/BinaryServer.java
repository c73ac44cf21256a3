package io.tagma.server.net;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.buffer.Unpooled;
import io.netty.channel.AdaptiveRecvByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.ServerSocketChannel;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.util.ReferenceCountUtil;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.netty.util.concurrent.Future;
import io.tagma.engine.log.CommandLog;
import io.tagma.engine.protocol.Command;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;

/**
 * The binary protocol's door (engine/PROTOCOL.md). Epoll where there is one, NIO otherwise. Any thread may start and
 * close it.
 */
public final class BinaryServer implements AutoCloseable {
    private static final System.Logger LOGGER = System.getLogger(BinaryServer.class.getName());
    /** Frame around a command in the log: header, block, length field, and room for folded texts' own fields. */
    private static final int ENTRY_OVERHEAD = 64;
    private static final int BACKLOG = 1024;
    private static final int READ_LENGTH_MIN = 1024;
    private static final int READ_LENGTH_FIRST = 8 * 1024;
    private static final int READ_LENGTH_MAX = 64 * 1024;
    private static final long STOP_TIMEOUT_MS = 5_000;
    private static final long LINGER_MS = 2_000;

    private final CommandLog log;
    private final ResultRouter router;
    private final Supplier<Lookups> lookups;
    private final UnaryOperator<Command> normaliser;
    private final Nodes nodes;
    private final BinarySettings settings;
    private final EventLoopGroup group;
    private final boolean isEpoll = Epoll.isAvailable();
    private final Map<EventLoop, Loop> loops = new ConcurrentHashMap<>();
    private final AtomicInteger connections = new AtomicInteger();
    private final AtomicBoolean isClosed = new AtomicBoolean();
    private volatile boolean isOpen;
    private final List<Channel> listening = new CopyOnWriteArrayList<>();

    /** A server that knows no other node. */
    public BinaryServer(final CommandLog log, final ResultRouter router, final Supplier<? extends Lookups> lookups,
                        final UnaryOperator<Command> normaliser, final BinarySettings settings) {
        this(log, router, lookups, normaliser, Nodes.NONE, settings);
    }

    /**
     * @param log        takes the commands
     * @param router     the engine's listener, or one it forwards to
     * @param lookups    a reader of rows for each event loop, asked for on the loop's own thread
     * @param normaliser adds folded texts to a command that has texts beyond ASCII
     * @param nodes      the others, named to whom this one cannot answer
     */
    public BinaryServer(final CommandLog log, final ResultRouter router, final Supplier<? extends Lookups> lookups,
                        final UnaryOperator<Command> normaliser, final Nodes nodes, final BinarySettings settings) {
        this.log = log;
        this.router = router;
        this.lookups = lookups::get;
        this.normaliser = normaliser;
        this.nodes = nodes;
        this.settings = settings;
        final IoHandlerFactory io = isEpoll ? EpollIoHandler.newFactory() : NioIoHandler.newFactory();
        group = new MultiThreadIoEventLoopGroup(settings.threads(), new DefaultThreadFactory("tagma-net"), io);
    }

    /** Listens and serves; port 0 chooses a free one. Returns the port. */
    public int start(final String host, final int port) {
        final int bound = bind(host, port);
        open();
        return bound;
    }

    /** Serves from now on. */
    public void open() {
        isOpen = true;
    }

    /**
     * Listens; port 0 chooses a free one. Returns the port. Until {@link #open} is called, whoever connects is told
     * that the server is starting, and sent away.
     */
    public int bind(final String host, final int port) {
        final Class<? extends ServerSocketChannel> type =
            isEpoll ? EpollServerSocketChannel.class : NioServerSocketChannel.class;
        final ChannelFuture binding = new ServerBootstrap()
            .group(group)
            .channel(type)
            .option(ChannelOption.SO_BACKLOG, BACKLOG)
            .option(ChannelOption.SO_REUSEADDR, true)
            .childOption(ChannelOption.TCP_NODELAY, true)
            .childOption(ChannelOption.SO_KEEPALIVE, true)
            .childOption(ChannelOption.ALLOCATOR, PooledByteBufAllocator.DEFAULT)
            .childOption(ChannelOption.RECVBUF_ALLOCATOR,
                new AdaptiveRecvByteBufAllocator(READ_LENGTH_MIN, READ_LENGTH_FIRST, READ_LENGTH_MAX))
            .childOption(ChannelOption.WRITE_BUFFER_WATER_MARK,
                new WriteBufferWaterMark(WireLimits.OUTBOUND_LOW, WireLimits.OUTBOUND_HIGH))
            .childHandler(new ChannelInitializer<SocketChannel>() {
                @Override
                protected void initChannel(final SocketChannel accepted) {
                    accept(accepted);
                }
            })
            .bind(host, port).awaitUninterruptibly();
        if (!binding.isSuccess()) {
            // Not rethrown as it is: Netty would throw a checked exception that nobody declares.
            throw new IllegalStateException("cannot listen: host=" + host + ", port=" + port, binding.cause());
        }
        final Channel channel = binding.channel();
        listening.add(channel);
        final int bound = ((InetSocketAddress)channel.localAddress()).getPort();
        LOGGER.log(System.Logger.Level.INFO, "binary protocol: host=" + host + ", port=" + bound + ", io="
            + (isEpoll ? "epoll" : "nio") + ", threads=" + settings.threads());
        return bound;
    }

    /** Connections that are open now. */
    public int connections() {
        return connections.get();
    }

    /** Stops listening, closes every connection, gives the readers back. Idempotent; not from an event loop. */
    @Override
    public void close() {
        if (isClosed.getAndSet(true)) {
            return;
        }
        for (final Channel channel : listening) {
            channel.close().awaitUninterruptibly(STOP_TIMEOUT_MS);
        }
        for (final Map.Entry<EventLoop, Loop> entry : loops.entrySet()) {
            final Future<?> closing = entry.getKey().submit(entry.getValue()::close);
            if (!closing.awaitUninterruptibly(STOP_TIMEOUT_MS) || !closing.isSuccess()) {
                LOGGER.log(System.Logger.Level.WARNING, "an event loop did not close: loop=" + entry.getKey(),
                    closing.cause());
            }
        }
        group.shutdownGracefully(0, STOP_TIMEOUT_MS, TimeUnit.MILLISECONDS).awaitUninterruptibly(STOP_TIMEOUT_MS);
    }

    private void accept(final SocketChannel accepted) {
        if (connections.incrementAndGet() > settings.connectionsMax() || isClosed.get()) {
            connections.decrementAndGet();
            LOGGER.log(System.Logger.Level.DEBUG, "connection refused: too many, or closing");
            accepted.close();
            return;
        }
        accepted.closeFuture().addListener(closed -> connections.decrementAndGet());
        if (isOpen) {
            accepted.pipeline().addLast(new Connection(loop(accepted.eventLoop())));
        } else {
            sendAway(accepted);
        }
    }

    /** An Error, and the end: what the client has sent is dropped, because a reset would take the answer with it. */
    private static void sendAway(final SocketChannel accepted) {
        accepted.pipeline().addLast(new ChannelInboundHandlerAdapter() {
            @Override
            public void channelActive(final ChannelHandlerContext context) {
                context.writeAndFlush(Unpooled.wrappedBuffer(ReplyProxy.starting()))
                    .addListener(done -> accepted.shutdownOutput());
                context.executor().schedule(() -> context.close(), LINGER_MS, TimeUnit.MILLISECONDS);
            }

            @Override
            public void channelRead(final ChannelHandlerContext context, final Object message) {
                ReferenceCountUtil.release(message);
            }

            @Override
            public void exceptionCaught(final ChannelHandlerContext context, final Throwable cause) {
                context.close();
            }
        });
    }

    private Loop loop(final EventLoop eventLoop) {
        return loops.computeIfAbsent(eventLoop, each -> new Loop(each, settings, log, router, lookups.get(),
            normaliser, nodes, Math.min(WireLimits.COMMAND_LENGTH_MAX, log.entryLengthMax() - ENTRY_OVERHEAD)));
    }
}
