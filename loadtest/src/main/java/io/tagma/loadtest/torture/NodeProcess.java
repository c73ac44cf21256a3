package io.tagma.loadtest.torture;

import com.fasterxml.jackson.databind.JsonNode;
import io.tagma.server.Tagma;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.agrona.IoUtil;

/** {@code tagma serve} with a configuration file, as a process that can be treated badly. One thread. */
final class NodeProcess {
    private static final int ADMIN_PORT = 2;
    private static final int TERMINATED = 128 + 15;
    private static final long STOP_MAX_S = 60;
    private static final String HEAP = "-Xmx512m";

    private final int id;
    private final int basePort;
    private final Path data;
    private final Path config;
    private final Path said;
    private final NodeHttp http;
    private Process process;

    private NodeProcess(final int id, final int basePort, final Path root) {
        this.id = id;
        this.basePort = basePort;
        data = root.resolve("node" + id);
        config = root.resolve("node" + id + ".yaml");
        said = root.resolve("node" + id + ".log");
        http = new NodeHttp(basePort + ADMIN_PORT);
    }

    /** So many nodes of one cluster, or one that is alone; none is started. */
    static List<NodeProcess> lay(final int count, final Path root) {
        final int base = FreePorts.find(count);
        final List<String> peers = new ArrayList<>();
        for (int id = 0; id < count; id++) {
            peers.add("127.0.0.1:" + (base + id * FreePorts.EACH));
        }
        final List<NodeProcess> nodes = new ArrayList<>();
        for (int id = 0; id < count; id++) {
            final NodeProcess node = new NodeProcess(id, base + id * FreePorts.EACH, root);
            node.configure(count == 1 ? "" : "node: " + id + "\npeers: [" + String.join(", ", peers) + "]\n");
            nodes.add(node);
        }
        return nodes;
    }

    private void configure(final String membership) {
        try {
            Files.writeString(config, membership + "data: " + data + "\nbasePort: " + basePort
                + "\ndurability: flushed\nsubjectsExpected: 20000\n");
        } catch (final IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    int id() {
        return id;
    }

    /** Of the binary protocol. */
    String address() {
        return "127.0.0.1:" + basePort;
    }

    NodeHttp http() {
        return http;
    }

    /** Starts it and does not wait. */
    void start() {
        final List<String> command = new ArrayList<>();
        command.add(System.getProperty("java.home") + File.separator + "bin" + File.separator + "java");
        ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
            .filter(flag -> flag.startsWith("--add-") || flag.startsWith("--enable-native")
                || flag.startsWith("--sun-misc") || flag.startsWith("-Dchronicle") || flag.equals("-ea"))
            .forEach(command::add);
        command.addAll(List.of(HEAP, "-cp", System.getProperty("java.class.path"), Tagma.class.getName(), "serve",
            "--config", config.toString()));
        try {
            process = new ProcessBuilder(command).redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(said.toFile())).start();
        } catch (final IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    /** Waits until it is ready and has applied the position. */
    void awaitBack(final long position) {
        Await.until(() -> "node " + id + " is back: position=" + position + ", status=" + http.status() + ", log="
            + said, () -> {
                checkAlive();
                final JsonNode status = http.status();
                return status != null && status.path("ready").booleanValue()
                    && status.path("position").longValue() >= position;
            });
    }

    private void checkAlive() {
        if (!process.isAlive()) {
            throw new TortureException("node " + id + " ended by itself: status=" + process.exitValue() + ", log="
                + said);
        }
    }

    boolean isAlive() {
        return process != null && process.isAlive();
    }

    /** SIGKILL; returns once it is dead. */
    void kill() {
        checkAlive();
        process.destroyForcibly();
        awaitEnd();
    }

    /** SIGTERM; returns once it has ended, which must be in good order. */
    void terminate() {
        checkAlive();
        process.toHandle().destroy();
        awaitEnd();
        if (process.exitValue() != TERMINATED && process.exitValue() != 0) {
            throw new TortureException("node " + id + " did not stop in good order: status=" + process.exitValue()
                + ", log=" + said);
        }
    }

    private void awaitEnd() {
        try {
            if (!process.waitFor(STOP_MAX_S, TimeUnit.SECONDS)) {
                throw new TortureException("node " + id + " does not end: withinS=" + STOP_MAX_S + ", log=" + said);
            }
        } catch (final InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new TortureException("interrupted while a node ended", interrupted);
        }
    }

    /** SIGSTOP. */
    void pause() {
        checkAlive();
        signal("-STOP");
    }

    /** SIGCONT. */
    void resume() {
        signal("-CONT");
    }

    private void signal(final String which) {
        try {
            final int status = new ProcessBuilder("kill", which, Long.toString(process.pid())).inheritIO().start()
                .waitFor();
            if (status != 0) {
                throw new TortureException("no signal: signal=" + which + ", node=" + id + ", status=" + status);
            }
        } catch (final IOException failed) {
            throw new UncheckedIOException(failed);
        } catch (final InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new TortureException("interrupted while a node was signalled", interrupted);
        }
    }

    /** Deletes all it had. */
    void wipe() {
        IoUtil.delete(data.toFile(), false);
    }

    /** Stops it however it is; never throws for how it stops. */
    void end() {
        if (isAlive()) {
            signal("-CONT");
            process.toHandle().destroy();
            try {
                if (!process.waitFor(STOP_MAX_S, TimeUnit.SECONDS)) {
                    process.destroyForcibly();
                }
            } catch (final InterruptedException interrupted) {
                Thread.currentThread().interrupt();
                process.destroyForcibly();
            }
        }
    }
}
