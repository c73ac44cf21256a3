package io.tagma.loadtest;

import io.tagma.client.ClientSettings;
import io.tagma.client.TagmaClient;
import io.tagma.server.ServerConfig;
import io.tagma.server.TagmaServer;
import java.net.InetSocketAddress;
import java.nio.file.Path;
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
    static ShopNode start(final Path directory, final int port, final int adminPort) {
        return new EmbeddedNode(TagmaServer.start(new ServerConfig(HOST, port, adminPort, directory, null, 0), fault -> {
            System.err.println("tagma: the log has failed: " + fault);
            Runtime.getRuntime().halt(1);
        }));
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
