package io.tagma.loadtest.linear;

import io.tagma.server.Tagma;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * A node as a process of its own, which is killed, started again, halted and continued by signals. One thread steers;
 * {@link #life()} and {@link #isDown()} are for any.
 */
final class NodeProcess implements AutoCloseable {
    private static final Duration DEATH_MAX = Duration.ofSeconds(30);
    private static final long STOP_MAX_SECONDS = 5;

    private final int node;
    private final Path config;
    private final Path output;
    private final List<String> flags;
    private Process process;
    private volatile int life;
    private volatile boolean isDown;

    /**
     * Does not start it yet.
     *
     * @param flags further flags of its virtual machine
     */
    NodeProcess(final int node, final Path config, final Path output, final List<String> flags) {
        this.node = node;
        this.config = config;
        this.output = output;
        this.flags = flags;
    }

    /** Starts it, and does not wait. */
    void start() {
        final List<String> command = new ArrayList<>();
        command.add(System.getProperty("java.home") + File.separator + "bin" + File.separator + "java");
        ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
            .filter(flag -> flag.startsWith("--add-") || flag.startsWith("--enable-native")
                || flag.startsWith("--sun-misc") || flag.startsWith("-Dchronicle") || flag.equals("-ea"))
            .forEach(command::add);
        command.addAll(List.of("-Xmx512m", "-XX:+UseSerialGC"));
        command.addAll(flags);
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), Tagma.class.getName(), "serve",
            "--config", config.toString(), "--subjects-expected", "10000"));
        try {
            process = new ProcessBuilder(command).redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(output.toFile())).start();
        } catch (final IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    int node() {
        return node;
    }

    /** Where it prints. */
    Path output() {
        return output;
    }

    /** Which of its processes may answer; odd between the order to kill one and its death. */
    int life() {
        return life;
    }

    /** Whether it is killed or halted, so that asking it costs a time-out. */
    boolean isDown() {
        return isDown;
    }

    /** It is there again. */
    void isUp() {
        isDown = false;
    }

    boolean isAlive() {
        return process.isAlive();
    }

    int exitStatus() {
        return process.exitValue();
    }

    /** SIGKILL, and waits until it is dead. */
    void kill() {
        life++;
        isDown = true;
        process.destroyForcibly();
        Await.until("death of node " + node, DEATH_MAX, () -> !process.isAlive());
        life++;
    }

    /** SIGSTOP. */
    void halt() {
        isDown = true;
        signal("STOP");
    }

    /** SIGCONT. */
    void go() {
        isDown = false;
        signal("CONT");
    }

    /** SIGTERM, and SIGKILL where that does not help. */
    @Override
    public void close() {
        if (process == null) {
            return;
        }
        process.destroy();
        try {
            if (!process.waitFor(STOP_MAX_SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (final InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            process.destroyForcibly();
        }
    }

    /** SIGKILL without waiting: when all ends. */
    void abandon() {
        final Process last = process;
        if (last != null) {
            last.destroyForcibly();
        }
    }

    private void signal(final String name) {
        try {
            final int status = new ProcessBuilder("kill", "-" + name, Long.toString(process.pid())).start().waitFor();
            if (status != 0) {
                throw new IllegalStateException("no such process: node=" + node + ", signal=" + name);
            }
        } catch (final IOException failed) {
            throw new UncheckedIOException(failed);
        } catch (final InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while signalling", interrupted);
        }
    }
}
