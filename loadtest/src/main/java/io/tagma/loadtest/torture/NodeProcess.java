package io.tagma.loadtest.torture;

import com.fasterxml.jackson.databind.JsonNode;
import io.tagma.loadtest.nodes.Await;
import io.tagma.loadtest.nodes.LocalNode;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** A node as torture sees it: the process, and what it says over HTTP. One thread. */
record NodeProcess(LocalNode process, NodeHttp http) {
    /**
     * So many nodes of one cluster, or one that is alone; none is started.
     *
     * @param heapMb most megabytes of heap of each
     * @param lines  of its configuration, beside those that every node has
     */
    static List<NodeProcess> lay(final int count, final Path root, final int heapMb, final List<String> lines) {
        return LocalNode.lay(count, root, id -> List.of("-Xmx" + heapMb + "m"), lines).stream()
            .map(node -> new NodeProcess(node, new NodeHttp(node.adminPort()))).toList();
    }

    int id() {
        return process.id();
    }

    /** Of the binary protocol. */
    String address() {
        return process.address();
    }

    /** Waits until it is ready and has applied the position. */
    void awaitBack(final long position) {
        awaitBack(position, Await.PATIENCE);
    }

    /** The same with another patience. */
    void awaitBack(final long position, final Duration patience) {
        Await.until(() -> "node " + id() + " is back: position=" + position + ", status=" + http.status() + ", log="
            + process.said(), patience, () -> {
                process.checkAlive();
                final JsonNode status = http.status();
                return status != null && status.path("ready").booleanValue()
                    && status.path("position").longValue() >= position;
            });
    }
}
