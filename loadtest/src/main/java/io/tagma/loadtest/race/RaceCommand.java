package io.tagma.loadtest.race;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.Callable;
import org.agrona.IoUtil;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Races Tagma against a peer, side by side in interleaved rounds. */
@Command(name = "race", mixinStandardHelpOptions = true,
    description = {"Race a single flushed node's updates against a bare Aeron Cluster echo of the same messages,",
        "in interleaved rounds; then measure its replay and what it costs when idle."})
public final class RaceCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Option(names = "--rounds", defaultValue = "7", paramLabel = "N",
        description = "Rounds of each (default: ${DEFAULT-VALUE}).")
    private int rounds;

    @Option(names = "--round", defaultValue = "PT3S", paramLabel = "DURATION",
        description = "How long a round is, ISO-8601 (default: ${DEFAULT-VALUE}).")
    private Duration round;

    @Option(names = "--data", paramLabel = "DIR",
        description = "Where both write their logs (default: a temporary directory, which is deleted).")
    private Path data;

    @Override
    public Integer call() throws Exception {
        final Path directory = data == null ? Files.createTempDirectory("tagma-race") : data;
        try {
            new LogRace(directory, rounds, round, spec.commandLine().getOut()).run();
            return 0;
        } finally {
            if (data == null) {
                IoUtil.delete(directory.toFile(), true);
            }
        }
    }
}
