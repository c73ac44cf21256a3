package io.tagma.server.admin;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.handler.codec.http.HttpDecoderConfig;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.flow.FlowControlHandler;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.netty.util.concurrent.GlobalEventExecutor;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** The HTTP face: listens on the admin port. {@link #start} and {@link #close} are called by the server's owner. */
public final class AdminServer implements AutoCloseable {
    private static final WriteBufferWaterMark WATER_MARK = new WriteBufferWaterMark(64 * 1024, 256 * 1024);

    private final Router router;
    private final AdminSettings settings;
    private final AtomicInteger connections = new AtomicInteger();
    private final ChannelGroup channels = new DefaultChannelGroup(GlobalEventExecutor.INSTANCE, true);
    private EventLoopGroup loops;
    private Channel listener;

    /** A face of that engine. */
    public AdminServer(final EnginePort port) {
        this(port, AdminSettings.DEFAULT);
    }

    AdminServer(final EnginePort port, final AdminSettings settings) {
        this.settings = settings;
        this.router = new Router(routes(port, settings));
    }

    /** Binds and serves. Once. Port 0 takes a free one; the bound port is returned. */
    public int start(final String host, final int port) {
        if (loops != null) {
            throw new IllegalStateException("started already: host=" + host + ", port=" + port);
        }
        loops = new MultiThreadIoEventLoopGroup(settings.eventLoops(), new DefaultThreadFactory("admin", true),
            NioIoHandler.newFactory());
        final ServerBootstrap bootstrap = new ServerBootstrap()
            .group(loops)
            .channel(NioServerSocketChannel.class)
            .option(ChannelOption.SO_REUSEADDR, true)
            .option(ChannelOption.SO_BACKLOG, 256)
            .childOption(ChannelOption.AUTO_READ, false)
            .childOption(ChannelOption.ALLOW_HALF_CLOSURE, true)
            .childOption(ChannelOption.TCP_NODELAY, true)
            .childOption(ChannelOption.SO_KEEPALIVE, true)
            .childOption(ChannelOption.WRITE_BUFFER_WATER_MARK, WATER_MARK)
            .childHandler(new ChannelInitializer<SocketChannel>() {
                @Override
                protected void initChannel(final SocketChannel channel) {
                    open(channel);
                }
            });
        try {
            listener = bootstrap.bind(host, port).sync().channel();
        } catch (final InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            close();
            throw new IllegalStateException("interrupted while binding: host=" + host + ", port=" + port, interrupted);
        } catch (final Exception refused) {
            close();
            throw new IllegalStateException("cannot listen: host=" + host + ", port=" + port, refused);
        }
        return port();
    }

    /** The bound port. */
    public int port() {
        return ((InetSocketAddress) listener.localAddress()).getPort();
    }

    /** Stops listening and closes every connection. Idempotent. */
    @Override
    public void close() {
        if (listener != null) {
            listener.close().awaitUninterruptibly();
        }
        channels.close().awaitUninterruptibly(5, TimeUnit.SECONDS);
        if (loops != null) {
            loops.shutdownGracefully(0, 5, TimeUnit.SECONDS).awaitUninterruptibly(10, TimeUnit.SECONDS);
        }
    }

    private void open(final SocketChannel channel) {
        channels.add(channel);
        channel.pipeline().addLast(
            new HttpServerCodec(new HttpDecoderConfig()
                .setMaxInitialLineLength(settings.headLengthMax())
                .setMaxHeaderSize(settings.headLengthMax())),
            new FlowControlHandler(),
            new HttpConnection(router, settings, new HttpConnection.Admission() {
                @Override
                public boolean enter() {
                    return connections.incrementAndGet() <= settings.connectionsMax();
                }

                @Override
                public void leave() {
                    connections.decrementAndGet();
                }
            }));
    }

    private static List<Route> routes(final EnginePort port, final AdminSettings settings) {
        final List<Route> routes = new ArrayList<>();
        routes.addAll(new HealthHandler(port).routes());
        final Streams streams = new Streams();
        final List<Route> guarded = new ArrayList<>();
        guarded.addAll(new GroupsHandler(port).routes());
        guarded.addAll(new GroupAssignHandler(port, settings, streams).routes());
        guarded.addAll(new AttributesHandler(port).routes());
        guarded.addAll(new WebsitesHandler(port).routes());
        guarded.addAll(new ProductsHandler(port).routes());
        guarded.addAll(new SegmentsHandler(port).routes());
        guarded.addAll(new MagentoSegmentsHandler(port).routes());
        guarded.addAll(new MagentoCustomersHandler(port, settings, streams).routes());
        guarded.addAll(new MembersHandler(port).routes());
        guarded.addAll(new QuestionsHandler(port).routes());
        guarded.addAll(new SubjectsHandler(port).routes());
        guarded.addAll(new IngestHandler(port, settings, streams).routes());
        guarded.addAll(new ChangesHandler(port, settings).routes());
        guarded.addAll(new ClockHandler(port).routes());
        guarded.addAll(new ApplicationVersionHandler(port).routes());
        guarded.addAll(new OperationsHandler(port, streams).routes());
        guarded.addAll(new BackupHandler(port).routes());
        for (final Route route : guarded) {
            routes.add(new ReadyGate(port, route.handler()).guard(route));
        }
        return routes;
    }
}
