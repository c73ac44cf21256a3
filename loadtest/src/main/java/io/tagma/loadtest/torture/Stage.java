package io.tagma.loadtest.torture;

import io.tagma.loadtest.nodes.Await;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.agrona.IoUtil;

/** The nodes of a scenario in a directory of their own: they end with it, or with this process. One thread. */
final class Stage implements AutoCloseable {
    private final Path root;
    private final List<NodeProcess> nodes;
    private final Thread stop;
    private boolean isWell;

    /** Lays so many nodes; none is started. */
    Stage(final Path directory, final int count, final int heapMb, final List<String> lines) {
        try {
            root = Files.createDirectories(directory).toRealPath();
        } catch (final IOException failed) {
            throw new UncheckedIOException(failed);
        }
        nodes = NodeProcess.lay(count, root, heapMb, lines);
        stop = new Thread(() -> nodes.forEach(node -> node.process().end()), "torture-stop");
        Runtime.getRuntime().addShutdownHook(stop);
    }

    /** Starts all and waits until they are ready. */
    void start() {
        nodes.forEach(node -> node.process().start());
        nodes.forEach(node -> node.awaitBack(0, Await.PATIENCE));
    }

    List<NodeProcess> nodes() {
        return nodes;
    }

    /** Where their data and what they said lie. */
    Path root() {
        return root;
    }

    /** Nothing was wrong: nobody wants to look into what the nodes left. */
    void clear() {
        isWell = true;
    }

    @Override
    public void close() {
        nodes.forEach(node -> node.process().end());
        Runtime.getRuntime().removeShutdownHook(stop);
        if (isWell) {
            IoUtil.delete(root.toFile(), false);
        }
    }
}
