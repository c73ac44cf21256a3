package io.tagma.loadtest.linear;

import io.tagma.loadtest.nodes.Await;
import io.tagma.loadtest.nodes.LocalNode;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Nodes of one cluster, as processes of this machine that lose some of the packets they send each other. */
final class LocalCluster implements AutoCloseable {
    private static final Duration READY_MAX = Duration.ofMinutes(4);

    private final List<NodeProcess> nodes;
    private final Thread abandon = new Thread(() -> nodes().forEach(node -> node.process().abandon()), "tagma-abandon");

    private LocalCluster(final List<LocalNode> processes) {
        nodes = processes.stream().map(NodeProcess::new).toList();
    }

    /** Starts the nodes, and returns when they have a leader and all serve. */
    static LocalCluster start(final Path directory, final int count, final double lossRate, final long seed) {
        final LocalCluster cluster = new LocalCluster(LocalNode.lay(count, directory,
            node -> flags(lossRate, seed * count + node)));
        Runtime.getRuntime().addShutdownHook(cluster.abandon);
        try {
            cluster.nodes.forEach(node -> node.process().start());
            cluster.awaitAll();
            return cluster;
        } catch (final RuntimeException failed) {
            cluster.close();
            throw failed;
        }
    }

    private static List<String> flags(final double lossRate, final long seed) {
        final List<String> flags = new ArrayList<>(List.of("-Xmx512m", "-XX:+UseSerialGC"));
        if (lossRate > 0) {
            flags.addAll(lossFlags(lossRate, seed));
        }
        return flags;
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

    private List<NodeProcess> nodes() {
        return nodes;
    }

    /** Waits until all nodes serve and name the same leader, and names it. */
    int awaitAll() {
        final int[] leader = {-1};
        Await.until(() -> "all nodes with a leader", READY_MAX, () -> {
            leader[0] = agreedLeader();
            return leader[0] >= 0;
        });
        return leader[0];
    }

    private int agreedLeader() {
        NodeState first = null;
        for (final NodeProcess node : nodes) {
            node.process().checkAlive();
            final NodeState state = NodeState.ask(node.process().adminPort());
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
        nodes.parallelStream().forEach(node -> node.process().end());
        Runtime.getRuntime().removeShutdownHook(abandon);
    }
}
