package io.tagma.loadtest;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code tagma demo}. */
@Command(name = "demo", sortOptions = false, mixinStandardHelpOptions = true, showDefaultValues = true, description = {
    "Starts one node in a temporary directory, loads a TPC-H shop with visitors, defines segments,",
    "shows look-ups, an explanation and a visitor's morning, then runs live traffic. Ctrl-C stops it."})
final class DemoCommand implements Callable<Integer> {
    private final ShopNode.Starter starter;

    @Spec
    private CommandSpec spec;

    @Option(names = "--scale", paramLabel = "N", defaultValue = "0.1", description =
        "TPC-H's scale: 0.1 is 15,000 customers and 150,000 orders; 1 is ten times that.")
    private double scale;

    @Option(names = "--for", paramLabel = "TIME", converter = DurationConverter.class, description =
        "How long live traffic runs, such as 20s or 5m; until Ctrl-C if absent.")
    private Duration traffic;

    @Option(names = "--port", paramLabel = "PORT", defaultValue = "7070", description =
        "Binary port; 0 takes any free one.")
    private int port;

    @Option(names = "--admin-port", paramLabel = "PORT", defaultValue = "7072", description =
        "Admin port; 0 takes any free one.")
    private int adminPort;

    @Option(names = "--lookups", paramLabel = "RATE", defaultValue = "5000", description =
        "Look-ups a second of the live traffic.")
    private int lookups;

    @Option(names = "--orders", paramLabel = "RATE", defaultValue = "100", description =
        "Orders a second of the live traffic.")
    private int orders;

    @Option(names = "--views", paramLabel = "RATE", defaultValue = "50", description =
        "Products looked at a second in the live traffic.")
    private int views;

    DemoCommand(final ShopNode.Starter starter) {
        this.starter = starter;
    }

    @Override
    public Integer call() throws Exception {
        final DemoSettings settings;
        try {
            settings = new DemoSettings(scale, port, adminPort, traffic, lookups, orders, views);
        } catch (final IllegalArgumentException outOfRange) {
            throw new ParameterException(spec.commandLine(), outOfRange.getMessage());
        }
        final Screen screen = new Screen(new PrintStream(System.out, true, StandardCharsets.UTF_8),
            Boolean.getBoolean("tagma.terminal"));
        final StopSignal stop = StopSignal.onExit();
        // A library that is stopped while it starts cannot add its own shutdown hook: nobody needs to read that.
        Thread.setDefaultUncaughtExceptionHandler((thread, fault) -> {
            if (!stop.isStopped()) {
                System.err.println("tagma: thread failed: thread=" + thread.getName() + ", fault=" + fault);
            }
        });
        try {
            new Demo(settings, starter, screen, stop).run();
            return 0;
        } catch (final StoppedException stopped) {
            return 0;
        } catch (final IOException | RuntimeException | LinkageError fault) {
            // What breaks because the process ends is no fault.
            if (stop.isStopped()) {
                return 0;
            }
            throw fault;
        } finally {
            stop.closed();
        }
    }
}
