package io.tagma.server;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.format.DateTimeParseException;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The command line of the server. */
@Command(name = "tagma", mixinStandardHelpOptions = true, version = "tagma 0.1",
    description = "In-memory customer segmentation server.",
    subcommands = {Tagma.Serve.class, ConformanceCommand.class, BackupCommand.class, VerifyCommand.class,
        RestoreCommand.class})
public final class Tagma {
    /** Status of a process that could not start or whose log failed. */
    static final int FAILED = 1;


    private Tagma() {
    }

    /** Runs a command and ends the process with its status. */
    public static void main(final String[] args) {
        LibrarySettings.apply();
        System.exit(new CommandLine(new Tagma()).execute(args));
    }

    /** Runs the server until it is told to stop. */
    @Command(name = "serve", mixinStandardHelpOptions = true, description = "Run the server.")
    static final class Serve implements Callable<Integer> {
        @Spec
        private CommandSpec spec;

        @Option(names = "--data", paramLabel = "DIR", description = "Directory of the log and its snapshots.")
        private Path data;

        @Option(names = "--in-memory", description = "Keep nothing: all is lost when the server stops.")
        private boolean inMemory;

        @Option(names = "--host", defaultValue = "127.0.0.1",
            description = "Address to listen on (default: ${DEFAULT-VALUE}).")
        private String host;

        @Option(names = "--port", defaultValue = "" + ServerConfig.PORT,
            description = "Port of the binary protocol (default: ${DEFAULT-VALUE}; 0 takes a free one).")
        private int port;

        @Option(names = "--admin-port", defaultValue = "" + ServerConfig.ADMIN_PORT,
            description = "Port of the HTTP API (default: ${DEFAULT-VALUE}; 0 takes a free one).")
        private int adminPort;

        @Option(names = "--manual-clock", paramLabel = "INSTANT",
            description = "Let time stand still at this ISO-8601 instant until it is moved by PUT /v1/clock.")
        private String manualClock;

        @Option(names = "--subjects-max", defaultValue = "0", paramLabel = "N",
            description = "Most subjects that a new log allows (default: 20,000,000).")
        private int subjectsMax;

        @Option(names = "--bytes-max", defaultValue = "0", paramLabel = "N",
            description = "Most bytes of attributes, orders, products and codes that a new log allows "
                + "(default: 68,719,476,736).")
        private long bytesMax;

        @Option(names = "--visitor-ttl", paramLabel = "DURATION",
            description = "How long a visitor lives in a new log after the last line that named it, ISO-8601 "
                + "(default: P30D).")
        private Duration visitorTtl;

        @Option(names = "--subjects-expected", defaultValue = "" + ServerConfig.SUBJECTS_EXPECTED, paramLabel = "N",
            description = "Lay the stores out for so many subjects; more are slower, not refused "
                + "(default: ${DEFAULT-VALUE}).")
        private int subjectsExpected;

        @Override
        public Integer call() {
            if ((data == null) != inMemory) {
                throw new ParameterException(spec.commandLine(),
                    "name a directory with --data DIR, or say --in-memory");
            }
            final ServerConfig config;
            try {
                config = new ServerConfig(host, port, adminPort, data, instant(), subjectsMax,
                    subjectsExpected, bytesMax, visitorTtl);
            } catch (final IllegalArgumentException fault) {
                throw new ParameterException(spec.commandLine(), fault.getMessage());
            }
            return run(config);
        }

        private Long instant() {
            if (manualClock == null) {
                return null;
            }
            try {
                return OffsetDateTime.parse(manualClock).toInstant().toEpochMilli();
            } catch (final DateTimeParseException | ArithmeticException fault) {
                throw new ParameterException(spec.commandLine(),
                    "not an ISO-8601 instant with an offset: --manual-clock=" + manualClock);
            }
        }

        private static int run(final ServerConfig config) {
            final CountDownLatch stop = new CountDownLatch(1);
            final CountDownLatch stopped = new CountDownLatch(1);
            final TagmaServer server;
            try {
                server = TagmaServer.start(config, Serve::end);
            } catch (final RuntimeException fault) {
                System.err.println("tagma: cannot start: " + messages(fault));
                return FAILED;
            }
            Runtime.getRuntime().addShutdownHook(new Thread(() -> {
                stop.countDown();
                awaitQuietly(stopped);
            }, "tagma-stop"));
            System.out.println("tagma: ready at " + Instant.now() + ", binary protocol " + config.host() + ":"
                + server.port() + ", HTTP http://" + config.host() + ":" + server.adminPort());
            awaitQuietly(stop);
            server.close();
            stopped.countDown();
            return 0;
        }

        private static void awaitQuietly(final CountDownLatch latch) {
            try {
                latch.await();
            } catch (final InterruptedException interrupted) {
                Thread.currentThread().interrupt();
            }
        }

        /** The log has failed: nothing may be acknowledged any more. */
        private static void end(final Throwable fault) {
            System.err.println("tagma: the log has failed: " + messages(fault));
            Runtime.getRuntime().halt(FAILED);
        }

        private static String messages(final Throwable fault) {
            final StringBuilder text = new StringBuilder(message(fault));
            for (Throwable cause = fault.getCause(); cause != null; cause = cause.getCause()) {
                text.append(": ").append(message(cause));
            }
            return text.toString();
        }

        private static String message(final Throwable fault) {
            return fault.getMessage() == null ? fault.getClass().getSimpleName() : fault.getMessage();
        }
    }
}
