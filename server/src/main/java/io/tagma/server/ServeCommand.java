package io.tagma.server;

import io.tagma.server.cluster.Durability;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.format.DateTimeParseException;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Runs the server until it is told to stop. */
@Command(name = "serve", mixinStandardHelpOptions = true, description = "Run the server.")
final class ServeCommand implements Callable<Integer> {
    private static final String CONFIG = "--config";

    @Spec
    private CommandSpec spec;

    @Option(names = CONFIG, paramLabel = "FILE",
        description = "YAML file with these options, by their names in camelCase: basePort: 7070.")
    private Path config;

    @Option(names = "--node", paramLabel = "ID", description = "Which of the peers this is, counted from 0.")
    private Integer node;

    @Option(names = "--peers", paramLabel = "HOST[:BASE_PORT]", split = ",",
        description = "All nodes of a cluster, this one included, in the same order on each; none: alone.")
    private List<String> peers;

    @Option(names = "--base-port", paramLabel = "PORT", description = {"Port of the binary protocol; HTTP is 2 behind "
        + "it, the log of a cluster takes UDP ports 10 to 14 behind it (default: " + ServerConfig.PORT + ")."})
    private Integer basePort;

    @Option(names = "--durability", paramLabel = "PROMISE", defaultValue = "flushed", converter = DurabilityName.class,
        description = "What an acknowledgement promises: flushed (to the disk) or os-buffered "
            + "(default: ${DEFAULT-VALUE}).")
    private Durability durability;

    @Option(names = "--data", paramLabel = "DIR", description = "Directory of the log and its snapshots.")
    private Path data;

    @Option(names = "--in-memory", description = "Keep nothing: all is lost when the server stops.")
    private boolean inMemory;

    @Option(names = "--host", description = "Address to listen on (default: 127.0.0.1, in a cluster the peer's own).")
    private String host;

    @Option(names = "--port", description = "Port of the binary protocol (default: the base port; 0 takes a free one).")
    private Integer port;

    @Option(names = "--admin-port",
        description = "Port of the HTTP API (default: 2 behind the base port; 0 takes a free one).")
    private Integer adminPort;

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

    @Mixin
    private RetentionOptions retention = new RetentionOptions();

    @Override
    public Integer call() {
        if ((data == null) != inMemory) {
            throw new ParameterException(spec.commandLine(),
                "name a directory with --data DIR, or say --in-memory");
        }
        final ServerConfig server;
        try {
            server = server();
        } catch (final IllegalArgumentException fault) {
            throw new ParameterException(spec.commandLine(), fault.getMessage());
        }
        return run(server);
    }

    /**
     * Lets a file give what the arguments do not.
     *
     * @param serve the command's line
     */
    static void useConfigFile(final CommandLine serve, final String... args) {
        final Path file = configFile(args);
        if (file == null) {
            return;
        }
        final Set<String> keys = new TreeSet<>();
        for (final OptionSpec option : serve.getCommandSpec().options()) {
            if (!option.usageHelp() && !option.versionHelp() && !option.longestName().equals(CONFIG)) {
                keys.add(ConfigFile.key(option));
            }
        }
        try {
            serve.setDefaultValueProvider(ConfigFile.read(file, keys));
        } catch (final IllegalArgumentException fault) {
            serve.setDefaultValueProvider(argument -> {
                throw new ParameterException(serve, fault.getMessage(), fault);
            });
        }
    }

    private static Path configFile(final String... args) {
        for (int i = 0; i < args.length; i++) {
            if (args[i].startsWith(CONFIG + "=")) {
                return Path.of(args[i].substring(CONFIG.length() + 1));
            }
            if (args[i].equals(CONFIG) && i + 1 < args.length) {
                return Path.of(args[i + 1]);
            }
        }
        return null;
    }

    private ServerConfig server() {
        final int base = basePort == null ? ServerConfig.PORT : basePort;
        if (peers == null != (node == null)) {
            throw new IllegalArgumentException("a node of a cluster needs both: node=" + node + ", peers=" + peers);
        }
        final Membership membership = peers == null ? null : Membership.of(node, peers, base);
        final Membership.Peer self = membership == null ? null : membership.self();
        if (self != null && basePort != null && self.basePort() != base) {
            throw new IllegalArgumentException("the peers say another port of this node: basePort=" + base + ", peer="
                + self.address());
        }
        if (self != null && (port != null || adminPort != null)) {
            throw new IllegalArgumentException("a node's ports follow from its base port, because its peers ask there: "
                + "port=" + port + ", adminPort=" + adminPort + ", peer=" + self.address());
        }
        final int first = self == null ? base : self.basePort();
        return new ServerConfig(host != null ? host : self == null ? "127.0.0.1" : self.host(),
            port == null ? first : port,
            adminPort == null ? first + ServerConfig.ADMIN_PORT - ServerConfig.PORT : adminPort,
            data, instant(), subjectsMax, subjectsExpected, bytesMax, visitorTtl, membership, durability,
            retention.retention());
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
            server = TagmaServer.start(config, ServeCommand::end);
        } catch (final RuntimeException fault) {
            System.err.println("tagma: cannot start: " + messages(fault));
            return Tagma.FAILED;
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
        Runtime.getRuntime().halt(Tagma.FAILED);
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

    /** How durability is written. */
    static final class DurabilityName implements CommandLine.ITypeConverter<Durability> {
        @Override
        public Durability convert(final String name) {
            for (final Durability durability : Durability.values()) {
                if (durability.name().toLowerCase(Locale.ROOT).replace('_', '-').equals(name)) {
                    return durability;
                }
            }
            throw new CommandLine.TypeConversionException("not flushed or os-buffered: " + name);
        }
    }
}
