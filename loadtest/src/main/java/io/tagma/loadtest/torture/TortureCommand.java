package io.tagma.loadtest.torture;

import io.tagma.loadtest.nodes.NodeException;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.agrona.IoUtil;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import picocli.CommandLine.TypeConversionException;

/** {@code tagma torture}. */
@Command(name = "torture", sortOptions = false, mixinStandardHelpOptions = true, showDefaultValues = true,
    description = "Starts nodes as processes, loads them, kills, stops, restarts and wipes them, keeps one away until "
        + "the log that it lacks is purged, starts one on the snapshot of a large state, and checks after each round "
        + "that nothing acknowledged is lost or applied twice and that all nodes hold the same. Ends with status 1 and "
        + "the seed at the first violation.")
public final class TortureCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Option(names = "--scenario", paramLabel = "NAME", split = ",", converter = ScenarioName.class, description =
        "kill-one, leader-kill, pause, rolling-restart, wipe, away, snapshot; several separated by commas; all if "
            + "absent.")
    private List<Scenario> scenarios;

    @Option(names = "--rounds", paramLabel = "N", defaultValue = "0", description =
        "Rounds of each; 0: 20 of kill-one, 10 of leader-kill, 5 of pause, 2 of rolling-restart, 3 of wipe, 1 of away "
            + "and of snapshot.")
    private int rounds;

    @Option(names = "--seed", paramLabel = "N", description = "Of every choice; a new one if absent.")
    private Long seed;

    @Option(names = "--window", paramLabel = "N", defaultValue = "1000", description = "Writes under way.")
    private int window;

    @Option(names = "--lookups", paramLabel = "RATE", defaultValue = "1000", description = "Look-ups a second.")
    private int lookups;

    @Option(names = "--customers", paramLabel = "N", defaultValue = "600", description = "New customers a round.")
    private int customers;

    @Option(names = "--warm-up", paramLabel = "MS", defaultValue = "1500", description =
        "Load before a fault, at least; up to twice as much.")
    private int warmUpMs;

    @Option(names = "--pause-max", paramLabel = "S", defaultValue = "15", description =
        "The longest pause of a process; the shortest is 2.")
    private int pauseMaxS;

    @Option(names = "--subjects", paramLabel = "N", defaultValue = "1000000", description =
        "Subjects of the scenario snapshot.")
    private int subjects;

    @Option(names = "--segments", paramLabel = "N", defaultValue = "1000", description =
        "Segments of the scenario snapshot.")
    private int segments;

    @Option(names = "--data", paramLabel = "DIR", description =
        "Where the nodes live; a temporary directory if absent. What they said stays there after a violation.")
    private Path data;

    @Option(names = "--keep", description = "Keep the nodes' data also when nothing was wrong.")
    private boolean isKept;

    @Option(names = "--report", paramLabel = "FILE", description = "Write the tables there, as Markdown.")
    private Path report;

    /** A command that has not been parsed. */
    public TortureCommand() {
        // Options come from the command line.
    }

    @Override
    public Integer call() throws IOException {
        final PrintWriter out = spec.commandLine().getOut();
        final Path root = data == null ? Files.createTempDirectory("tagma-torture-") : data;
        final TortureSettings settings;
        try {
            settings = new TortureSettings(scenarios == null ? List.of(Scenario.values()) : scenarios, rounds,
                seed == null ? System.nanoTime() & Integer.MAX_VALUE : seed, window, lookups, customers, warmUpMs,
                pauseMaxS, subjects, segments, root, isKept);
        } catch (final IllegalArgumentException outOfRange) {
            throw new ParameterException(spec.commandLine(), outOfRange.getMessage());
        }
        say(out, "torture: scenarios " + settings.scenarios() + ", seed " + settings.seed() + ", nodes in " + root);
        final Torture torture = new Torture(settings, text -> say(out, text));
        try {
            torture.run();
        } catch (final NodeException violation) {
            say(out, "VIOLATION: " + violation.getMessage() + cause(violation));
            torture.violations().first().forEach(each -> say(out, "  " + each));
            say(out, "torture: repeat with --scenario " + String.join(",", settings.scenarios().stream()
                .map(Scenario::toString).toList()) + " --seed " + settings.seed() + "; what the nodes said is in "
                + root);
            write(settings, torture, violation.getMessage());
            return 1;
        }
        say(out, "");
        say(out, tables(settings, torture));
        write(settings, torture, null);
        if (data == null && !isKept) {
            IoUtil.delete(root.toFile(), true);
        }
        return 0;
    }

    private void write(final TortureSettings settings, final Torture torture, final String violation)
        throws IOException {
        if (report != null) {
            Files.writeString(report, "# Torture of " + Instant.now() + "\n\nJDK " + Runtime.version() + ", "
                + System.getProperty("os.name") + ' ' + System.getProperty("os.version") + ", "
                + Runtime.getRuntime().availableProcessors() + " processors; " + settings.window()
                + " writes under way, " + settings.lookups() + " look-ups a second.\n\n"
                + (violation == null ? "" : "**VIOLATION**: " + violation + ", seed " + settings.seed() + "\n\n")
                + tables(settings, torture) + (torture.rounds().isEmpty() ? ""
                : "\n\n" + Report.details(torture.rounds())));
        }
    }

    /** Of the kinds of scenarios that ran. */
    private static String tables(final TortureSettings settings, final Torture torture) {
        final List<String> tables = new ArrayList<>();
        if (!torture.rounds().isEmpty()) {
            tables.add(Report.table(torture.rounds(), settings.seed()) + '\n' + checked(torture));
        }
        if (!torture.restorations().isEmpty()) {
            tables.add(Report.restorations(torture.restorations()));
        }
        return String.join("\n\n", tables);
    }

    private static String checked(final Torture torture) {
        return String.format(Locale.ROOT, "%,d customers held against the ledger, %,d answers of look-ups checked, "
            + "whole states of all nodes found equal to the byte %,d times.", torture.customersChecked(),
            torture.lookupsChecked(), torture.imagesCompared());
    }

    private static String cause(final Throwable fault) {
        return fault.getCause() == null ? "" : ": " + fault.getCause();
    }

    private static void say(final PrintWriter out, final String text) {
        out.println(text);
        out.flush();
    }

    /** A scenario by its name. */
    private static final class ScenarioName implements ITypeConverter<Scenario> {
        @Override
        public Scenario convert(final String text) {
            for (final Scenario scenario : Scenario.values()) {
                if (scenario.toString().equals(text)) {
                    return scenario;
                }
            }
            throw new TypeConversionException("'" + text + "' is no scenario: " + List.of(Scenario.values()));
        }
    }
}
