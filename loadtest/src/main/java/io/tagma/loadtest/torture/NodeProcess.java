package io.tagma.loadtest.torture;

import com.fasterxml.jackson.databind.JsonNode;
import io.tagma.loadtest.nodes.Await;
import io.tagma.loadtest.nodes.LocalNode;
import java.nio.file.Path;
import java.util.List;

/** A node as torture sees it: the process, and what it says over HTTP. One thread. */
record NodeProcess(LocalNode process, NodeHttp http) {
    private static final List<String> FLAGS = List.of("-Xmx512m");

    /** So many nodes of one cluster, or one that is alone; none is started. */
    static List<NodeProcess> lay(final int count, final Path root) {
        return LocalNode.lay(count, root, id -> FLAGS).stream()
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
        Await.until(() -> "node " + id() + " is back: position=" + position + ", status=" + http.status() + ", log="
            + process.said(), () -> {
                process.checkAlive();
                final JsonNode status = http.status();
                return status != null && status.path("ready").booleanValue()
                    && status.path("position").longValue() >= position;
            });
    }
}
