package io.tagma.client;

import io.netty.bootstrap.Bootstrap;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoop;
import io.netty.channel.socket.SocketChannel;
import io.netty.util.NetUtil;
import java.net.InetSocketAddress;
import java.util.Arrays;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * One server and the connections to it, which are kept open whether it is the one in use or not: a lost one is made
 * again, after a delay that doubles up to two seconds. Belongs to the client's event loop.
 */
final class Node {
    private static final int RECONNECT_MIN_MS = 20;
    private static final int RECONNECT_MAX_MS = 2_000;

    private final TagmaClient client;
    private final EventLoop eventLoop;
    private final Bootstrap bootstrap;
    private final InetSocketAddress address;
    private final ServerConnection[] connections;
    private final int[] reconnectMs;
    private int turn;
    private volatile boolean isReady;
    private boolean isSuspect;
    private boolean hasBeenTried;
    private boolean isStopped;

    Node(final TagmaClient client, final EventLoop eventLoop, final Bootstrap bootstrap,
         final InetSocketAddress address, final int connections) {
        this.client = client;
        this.eventLoop = eventLoop;
        this.bootstrap = bootstrap;
        this.address = address;
        this.connections = new ServerConnection[connections];
        reconnectMs = new int[connections];
    }

    void begin() {
        for (int i = 0; i < connections.length; i++) {
            connect(i);
        }
    }

    void stop() {
        isStopped = true;
        for (final ServerConnection connection : connections.clone()) {
            if (connection != null) {
                connection.close();
            }
        }
    }

    /** host:port, as the settings have it. */
    String name() {
        return address.getHostString() + ":" + address.getPort();
    }

    /** Whether a server means this node when it names {@code host:port}: the name itself, or where it leads to. */
    boolean isNamed(final String host, final int port) {
        if (port != address.getPort()) {
            return false;
        }
        if (host.equalsIgnoreCase(address.getHostString())) {
            return true;
        }
        final byte[] literal = NetUtil.createByteArrayFromIpAddressString(host);
        final ServerConnection connection = ready();
        return literal != null && connection != null && connection.remote() != null
            && Arrays.equals(literal, connection.remote().getAddress().getAddress());
    }

    /** An open connection, each in its turn, or null. */
    ServerConnection ready() {
        for (int i = 0; i < connections.length; i++) {
            turn = turn + 1 == connections.length ? 0 : turn + 1;
            final ServerConnection connection = connections[turn];
            if (connection != null && connection.isReady()) {
                return connection;
            }
        }
        return null;
    }

    /** The same where the node is not suspected of having stopped to answer. */
    ServerConnection well() {
        return isSuspect ? null : ready();
    }

    boolean isWell() {
        return well() != null;
    }

    /** Any thread: whether a connection is open. */
    boolean isReady() {
        return isReady;
    }

    /** Whether an attempt to connect has succeeded or failed. */
    boolean hasBeenTried() {
        return hasBeenTried;
    }

    /** It has said nothing for too long. */
    void suspect() {
        isSuspect = true;
    }

    boolean isSuspect() {
        return isSuspect;
    }

    /** It has said something. */
    void heard() {
        isSuspect = false;
    }

    void forEachConnection(final Consumer<ServerConnection> action) {
        for (final ServerConnection connection : connections) {
            if (connection != null) {
                action.accept(connection);
            }
        }
    }

    void flush() {
        for (final ServerConnection connection : connections) {
            if (connection != null && connection.isReady()) {
                connection.flush();
            }
        }
    }

    /** Looks for silence; true where answers are due. */
    boolean check(final long nowNs, final long lateNs, final long usualNs, final RequestWriter writer) {
        boolean isDue = false;
        for (final ServerConnection connection : connections) {
            if (connection != null) {
                isDue |= connection.check(nowNs, lateNs, usualNs, writer);
            }
        }
        return isDue;
    }

    void onReady(final ServerConnection connection) {
        hasBeenTried = true;
        isReady = true;
        isSuspect = false;
        reconnectMs[connection.index] = 0;
    }

    void onLost(final ServerConnection connection) {
        reconnect(connection.index);
    }

    private void connect(final int index) {
        if (isStopped) {
            return;
        }
        final ServerConnection connection = new ServerConnection(client, this, index, client.silenceMaxNs());
        connections[index] = connection;
        final ChannelFuture connecting = bootstrap.clone().handler(new ChannelInitializer<SocketChannel>() {
            @Override
            protected void initChannel(final SocketChannel channel) {
                channel.pipeline().addLast(connection);
            }
        }).connect(address);
        connecting.addListener(done -> {
            if (!done.isSuccess()) {
                client.note("no connection: server=" + name() + ", cause=" + done.cause());
                reconnect(index);
                client.onUnreachable();
            } else if (isStopped) {
                connecting.channel().close();
            }
        });
    }

    private void reconnect(final int index) {
        hasBeenTried = true;
        connections[index] = null;
        isReady = ready() != null;
        if (!isStopped) {
            final int delay = Math.max(RECONNECT_MIN_MS, reconnectMs[index]);
            reconnectMs[index] = Math.min(RECONNECT_MAX_MS, delay * 2);
            eventLoop.schedule(() -> connect(index),
                delay / 2 + ThreadLocalRandom.current().nextInt(delay), TimeUnit.MILLISECONDS);
        }
    }
}
