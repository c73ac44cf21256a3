package io.tagma.server;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import org.agrona.IoUtil;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Starts the nodes of a cluster as processes of this machine, for trying it out. */
@Command(name = "cluster", mixinStandardHelpOptions = true,
    description = {"Start a cluster of local processes, for trying it out.",
        "Each gets a directory, a configuration file and ports of its own; Ctrl-C stops all."})
final class ClusterCommand implements Callable<Integer> {
    private static final int PORTS_EACH = 20;
    private static final long STOP_MAX_SECONDS = 30;

    @Spec
    private CommandSpec spec;

    @Option(names = "--nodes", paramLabel = "N", defaultValue = "3",
        description = "How many, an odd number (default: ${DEFAULT-VALUE}).")
    private int nodes;

    @Option(names = "--data", paramLabel = "DIR",
        description = "Where each node gets a directory (default: a temporary one, which is deleted at the end).")
    private Path data;

    @Option(names = "--base-port", paramLabel = "PORT", defaultValue = "" + ServerConfig.PORT,
        description = "Base port of node 0; each further node's is " + PORTS_EACH
            + " higher (default: ${DEFAULT-VALUE}).")
    private int basePort;

    @Option(names = "--subjects-expected", defaultValue = "10000", paramLabel = "N",
        description = "Lay each node's stores out for so many subjects (default: ${DEFAULT-VALUE}).")
    private int subjectsExpected;

    @Override
    public Integer call() throws Exception {
        final List<String> peers = new ArrayList<>();
        for (int node = 0; node < nodes; node++) {
            peers.add("127.0.0.1:" + (basePort + node * PORTS_EACH));
        }
        try {
            Membership.of(0, peers, basePort);
        } catch (final IllegalArgumentException fault) {
            throw new ParameterException(spec.commandLine(), fault.getMessage());
        }
        final Path root = data == null ? Files.createTempDirectory("tagma-cluster") : Files.createDirectories(data);
        final List<Process> processes = new ArrayList<>();
        final Thread stop = new Thread(() -> stop(processes, data == null ? root : null), "tagma-stop");
        Runtime.getRuntime().addShutdownHook(stop);
        final PrintWriter out = spec.commandLine().getOut();
        for (int node = 0; node < nodes; node++) {
            final Path config = root.resolve("node" + node + ".yaml");
            Files.writeString(config, "node: " + node + "\npeers: [" + String.join(", ", peers) + "]\ndata: "
                + root.resolve("node" + node).toAbsolutePath() + "\nbasePort: " + (basePort + node * PORTS_EACH)
                + "\ndurability: flushed\n");
            synchronized (processes) {
                processes.add(start(config));
            }
            final BufferedReader said = processes.get(node).inputReader();
            final String prefix = "node " + node + " | ";
            final Thread printer = new Thread(() -> said.lines().forEach(line -> {
                out.println(prefix + line);
                out.flush();
            }), "node-" + node);
            printer.setDaemon(true);
            printer.start();
            out.println("tagma: node " + node + " starts with " + config + ", pid " + processes.get(node).pid());
            out.flush();
        }
        int worst = 0;
        for (final Process process : processes) {
            worst = Math.max(worst, process.waitFor());
        }
        return worst;
    }

    private Process start(final Path config) {
        final List<String> command = new ArrayList<>();
        command.add(System.getProperty("java.home") + File.separator + "bin" + File.separator + "java");
        command.addAll(ManagementFactory.getRuntimeMXBean().getInputArguments());
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), Tagma.class.getName(), "serve",
            "--config", config.toString(), "--subjects-expected", Integer.toString(subjectsExpected)));
        try {
            return new ProcessBuilder(command).redirectErrorStream(true).start();
        } catch (final IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    private static void stop(final List<Process> processes, final Path temporary) {
        synchronized (processes) {
            processes.forEach(Process::destroy);
            for (final Process process : processes) {
                try {
                    if (!process.waitFor(STOP_MAX_SECONDS, TimeUnit.SECONDS)) {
                        process.destroyForcibly();
                    }
                } catch (final InterruptedException interrupted) {
                    Thread.currentThread().interrupt();
                    process.destroyForcibly();
                }
            }
        }
        if (temporary != null) {
            IoUtil.delete(temporary.toFile(), true);
        }
    }
}
