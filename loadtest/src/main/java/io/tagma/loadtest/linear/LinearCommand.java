package io.tagma.loadtest.linear;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.agrona.IoUtil;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code tagma linear}. */
@Command(name = "linear", sortOptions = false, mixinStandardHelpOptions = true, showDefaultValues = true,
    description = {
        "Starts three nodes that lose packets, kills and halts them while clients write and read, and judges",
        "whether all answers fit one order of the writes. Ends with 1 where they do not."})
public final class LinearCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Option(names = "--rounds", paramLabel = "N", defaultValue = "10", description = "How often all faults are done.")
    private int rounds;

    @Option(names = "--faults", paramLabel = "FAULT", split = ",",
        defaultValue = "KILL_LEADER,PAUSE_LEADER,KILL_FOLLOWER,PAUSE_FOLLOWER",
        description = "What is done in each round: ${COMPLETION-CANDIDATES}.")
    private List<Fault> faults;

    @Option(names = "--nodes", paramLabel = "N", defaultValue = "3", description = "An odd number.")
    private int nodes;

    @Option(names = "--clients", paramLabel = "N", defaultValue = "8", description = "How many ask at once.")
    private int clients;

    @Option(names = "--keys", paramLabel = "N", defaultValue = "4", description = "Written and read at any time.")
    private int keys;

    @Option(names = "--calm", paramLabel = "MS", defaultValue = "1000", description = "Time before each fault.")
    private int calmMs;

    @Option(names = "--operations", paramLabel = "N", defaultValue = "2000",
        description = "A round goes on until there are so many.")
    private int operations;

    @Option(names = "--loss", paramLabel = "RATE", defaultValue = "0.03",
        description = "Share of the packets between nodes that are lost.")
    private double lossRate;

    @Option(names = "--seed", paramLabel = "N", description = "Of all choices; a new one if absent.")
    private Long seed;

    @Option(names = "--data", paramLabel = "DIR",
        description = "Where the nodes work; a temporary directory, deleted where all is well, if absent.")
    private Path data;

    @Override
    public Integer call() throws IOException {
        final Path directory = data == null ? Files.createTempDirectory("tagma-linear") : data;
        final LinearSettings settings;
        try {
            settings = new LinearSettings(directory, seed == null ? System.nanoTime() : seed, nodes, clients, keys,
                rounds, faults, calmMs, operations, lossRate);
        } catch (final IllegalArgumentException outOfRange) {
            throw new ParameterException(spec.commandLine(), outOfRange.getMessage());
        }
        final PrintWriter out = spec.commandLine().getOut();
        out.println("seed " + settings.seed() + ", nodes in " + directory);
        out.flush();
        final LinearReport report = LinearRun.run(settings, line -> {
            out.println(line);
            out.flush();
        });
        out.println(report);
        out.flush();
        if (data == null && report.isGood()) {
            IoUtil.delete(directory.toFile(), true);
        }
        return report.isGood() ? 0 : 1;
    }
}
