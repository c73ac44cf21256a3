package io.tagma.loadtest.linear;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Nodes of one cluster, as processes of this machine that lose some of the packets they send each other. */
final class LocalCluster implements AutoCloseable {
    private static final int PORTS_EACH = 20;
    private static final int ADMIN_PORT = 2;
    private static final Duration READY_MAX = Duration.ofMinutes(4);

    private final List<NodeProcess> nodes = new ArrayList<>();
    private final int firstPort;
    private final Thread abandon = new Thread(() -> nodes.forEach(NodeProcess::abandon), "tagma-abandon");

    private LocalCluster(final int firstPort) {
        this.firstPort = firstPort;
    }

    /** Starts the nodes, and returns when they have a leader and all serve. */
    static LocalCluster start(final Path directory, final int count, final double lossRate, final long seed)
        throws IOException {
        final LocalCluster cluster = new LocalCluster(FreePorts.find(count * PORTS_EACH));
        Files.createDirectories(directory);
        final List<String> peers = new ArrayList<>();
        for (int node = 0; node < count; node++) {
            peers.add("127.0.0.1:" + cluster.port(node));
        }
        for (int node = 0; node < count; node++) {
            final Path config = directory.resolve("node" + node + ".yaml");
            Files.writeString(config, (count == 1 ? "" : "node: " + node + "\npeers: [" + String.join(", ", peers)
                + "]\n") + "data: " + directory.resolve("node" + node).toAbsolutePath() + "\nbasePort: "
                + cluster.port(node) + "\ndurability: flushed\n");
            cluster.nodes.add(new NodeProcess(node, config, directory.resolve("node" + node + ".log"),
                lossRate == 0 ? List.of() : lossFlags(lossRate, seed * count + node)));
        }
        Runtime.getRuntime().addShutdownHook(cluster.abandon);
        try {
            cluster.nodes.forEach(NodeProcess::start);
            cluster.awaitAll();
            return cluster;
        } catch (final RuntimeException failed) {
            cluster.close();
            throw failed;
        }
    }

    /** Aeron's own generators: what a node sends is lost, and what it is told about what it sent. */
    private static List<String> lossFlags(final double rate, final long seed) {
        return List.of(
            "-Daeron.SendChannelEndpoint.supplier=io.aeron.driver.ext.DebugSendChannelEndpointSupplier",
            "-Daeron.ReceiveChannelEndpoint.supplier=io.aeron.driver.ext.DebugReceiveChannelEndpointSupplier",
            "-Daeron.debug.send.data.loss.rate=" + rate, "-Daeron.debug.send.data.loss.seed=" + (seed | 1),
            "-Daeron.debug.receive.control.loss.rate=" + rate,
            "-Daeron.debug.receive.control.loss.seed=" + (seed + 7 | 1));
    }

    int count() {
        return nodes.size();
    }

    NodeProcess node(final int node) {
        return nodes.get(node);
    }

    /** Of the binary protocol. */
    int port(final int node) {
        return firstPort + node * PORTS_EACH;
    }

    /** Waits until all nodes serve and name the same leader, and names it. */
    int awaitAll() {
        final int[] leader = {-1};
        Await.until("all nodes with a leader", READY_MAX, () -> {
            leader[0] = agreedLeader();
            return leader[0] >= 0;
        });
        return leader[0];
    }

    private int agreedLeader() {
        NodeState first = null;
        for (final NodeProcess node : nodes) {
            if (!node.isAlive()) {
                throw new IllegalStateException("a node has ended: node=" + node.node() + ", status="
                    + node.exitStatus() + ", output=" + node.output());
            }
            final NodeState state = NodeState.ask(port(node.node()) + ADMIN_PORT);
            if (state == null || !state.isReady() || state.leader() < 0
                || first != null && (first.leader() != state.leader() || first.term() != state.term())) {
                return -1;
            }
            first = state;
        }
        return first.leader();
    }

    /** Stops all. */
    @Override
    public void close() {
        nodes.parallelStream().forEach(NodeProcess::close);
        Runtime.getRuntime().removeShutdownHook(abandon);
    }
}
