package io.tagma.loadtest;

import io.tagma.client.ClientSettings;
import io.tagma.client.TagmaClient;
import io.tagma.server.ServerConfig;
import io.tagma.server.TagmaServer;
import java.io.IOException;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.time.Duration;

/** One server in this process, reached over TCP all the same. */
final class EmbeddedNode implements ShopNode {
    private static final String HOST = "127.0.0.1";
    /** A load's batch waits for those before it; a segment over a million customers takes a while. */
    private static final Duration TIMEOUT = Duration.ofMinutes(2);

    private final TagmaServer server;

    private EmbeddedNode(final TagmaServer server) {
        this.server = server;
    }

    /** See {@link ShopNode.Starter}. */
    static ShopNode start(final NodeSettings settings) throws IOException {
        checkFree("--port", settings.port());
        checkFree("--admin-port", settings.adminPort());
        final ServerConfig config = new ServerConfig(HOST, settings.port(), settings.adminPort(),
            settings.directory(), settings.manualClockMs(), 0, settings.subjectsExpected());
        return new EmbeddedNode(TagmaServer.start(config, fault -> {
            System.err.println("tagma: the log has failed: " + fault);
            Runtime.getRuntime().halt(1);
        }));
    }

    /** Asked before the node starts: a sentence at once instead of an error number later. */
    private static void checkFree(final String option, final int port) throws IOException {
        try (ServerSocket socket = new ServerSocket()) {
            socket.setReuseAddress(true);
            socket.bind(new InetSocketAddress(HOST, port));
        } catch (final BindException taken) {
            throw new IOException("the port is in use: " + option + "=" + port + "; take another one, or 0 for any");
        }
    }

    @Override
    public int binaryPort() {
        return server.port();
    }

    @Override
    public int adminPort() {
        return server.adminPort();
    }

    @Override
    public ShopLink connect() {
        return new ClientLink(TagmaClient.connect(
            ClientSettings.of(new InetSocketAddress(HOST, server.port())).withTimeout(TIMEOUT)));
    }

    @Override
    public void close() {
        server.close();
    }
}
