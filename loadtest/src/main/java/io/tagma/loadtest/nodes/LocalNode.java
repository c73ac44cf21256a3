package io.tagma.loadtest.nodes;

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

/** {@code tagma serve} with a configuration file, as a process that can be treated badly. One thread steers. */
public final class LocalNode {
    private static final int ADMIN_PORT = 2;
    private static final int TERMINATED = 128 + 15;
    private static final long STOP_MAX_S = 60;
    private static final List<String> USUAL = List.of("subjectsExpected: 20000");

    private final int id;
    private final int basePort;
    private final Path data;
    private final Path config;
    private final Path said;
    private final List<String> flags;
    private volatile Process process;

    private LocalNode(final int id, final int basePort, final Path root, final List<String> flags) {
        this.id = id;
        this.basePort = basePort;
        this.flags = flags;
        data = root.resolve("node" + id).toAbsolutePath();
        config = root.resolve("node" + id + ".yaml");
        said = root.resolve("node" + id + ".log");
    }

    /** What the virtual machine of a node is told beside what it needs. */
    public interface Flags {
        /** Of the node with that id. */
        List<String> of(int id);
    }

    /**
     * Configures so many nodes of one cluster, or one that is alone, on ports that are free; none is started.
     *
     * @param root where each has its directory, its configuration, and what it said
     */
    public static List<LocalNode> lay(final int count, final Path root, final Flags flags) {
        return lay(count, root, flags, USUAL);
    }

    /**
     * The same with more lines of configuration.
     *
     * @param lines of YAML, beside those of membership, data, ports and durability
     */
    public static List<LocalNode> lay(final int count, final Path root, final Flags flags, final List<String> lines) {
        final int base = FreePorts.find(count);
        final List<String> peers = new ArrayList<>();
        for (int id = 0; id < count; id++) {
            peers.add("127.0.0.1:" + (base + id * FreePorts.EACH));
        }
        final List<LocalNode> nodes = new ArrayList<>();
        for (int id = 0; id < count; id++) {
            final LocalNode node = new LocalNode(id, base + id * FreePorts.EACH, root, flags.of(id));
            node.configure((count == 1 ? "" : "node: " + id + "\npeers: [" + String.join(", ", peers) + "]\n")
                + String.join("\n", lines) + '\n');
            nodes.add(node);
        }
        return nodes;
    }

    private void configure(final String more) {
        try {
            Files.createDirectories(config.toAbsolutePath().getParent());
            Files.writeString(config, more + "data: " + data + "\nbasePort: " + basePort
                + "\ndurability: flushed\n");
        } catch (final IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    /** Which of the peers it is. */
    public int id() {
        return id;
    }

    /** Of the binary protocol. */
    public String address() {
        return "127.0.0.1:" + basePort;
    }

    /** Of HTTP. */
    public int adminPort() {
        return basePort + ADMIN_PORT;
    }

    /** File with all it printed. */
    public Path said() {
        return said;
    }

    /** Starts it and does not wait. */
    public void start() {
        final List<String> command = new ArrayList<>();
        command.add(System.getProperty("java.home") + File.separator + "bin" + File.separator + "java");
        ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
            .filter(flag -> flag.startsWith("--add-") || flag.startsWith("--enable-native")
                || flag.startsWith("--sun-misc") || flag.startsWith("-Dchronicle") || flag.equals("-ea"))
            .forEach(command::add);
        command.addAll(flags);
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), Tagma.class.getName(), "serve",
            "--config", config.toString()));
        try {
            process = new ProcessBuilder(command).redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(said.toFile())).start();
        } catch (final IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    /** Throws where it has ended by itself. */
    public void checkAlive() {
        if (!process.isAlive()) {
            throw new NodeException("node " + id + " ended by itself: status=" + process.exitValue() + ", log=" + said);
        }
    }

    /** Whether it was started and has not ended. */
    public boolean isAlive() {
        final Process present = process;
        return present != null && present.isAlive();
    }

    /** SIGKILL; returns once it is dead. */
    public void kill() {
        checkAlive();
        process.destroyForcibly();
        awaitEnd();
    }

    /** SIGTERM; returns once it has ended, which must be in good order. */
    public void terminate() {
        checkAlive();
        process.toHandle().destroy();
        awaitEnd();
        if (process.exitValue() != TERMINATED && process.exitValue() != 0) {
            throw new NodeException("node " + id + " did not stop in good order: status=" + process.exitValue()
                + ", log=" + said);
        }
    }

    private void awaitEnd() {
        try {
            if (!process.waitFor(STOP_MAX_S, TimeUnit.SECONDS)) {
                throw new NodeException("node " + id + " does not end: withinS=" + STOP_MAX_S + ", log=" + said);
            }
        } catch (final InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new NodeException("interrupted while a node ended", interrupted);
        }
    }

    /** SIGSTOP. */
    public void pause() {
        checkAlive();
        signal("-STOP");
    }

    /** SIGCONT. */
    public void resume() {
        signal("-CONT");
    }

    private void signal(final String which) {
        try {
            final int status = new ProcessBuilder("kill", which, Long.toString(process.pid())).inheritIO().start()
                .waitFor();
            if (status != 0) {
                throw new NodeException("no signal: signal=" + which + ", node=" + id + ", status=" + status);
            }
        } catch (final IOException failed) {
            throw new UncheckedIOException(failed);
        } catch (final InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new NodeException("interrupted while a node was signalled", interrupted);
        }
    }

    /** Deletes all it had. */
    public void wipe() {
        IoUtil.delete(data.toFile(), false);
    }

    /** Stops it, however it is, in good order where it can; any thread. */
    public void end() {
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

    /** SIGKILL without waiting, when all ends; any thread. */
    public void abandon() {
        final Process last = process;
        if (last != null) {
            last.destroyForcibly();
        }
    }
}
