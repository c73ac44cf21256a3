package io.tagma.loadtest.torture;

import io.tagma.client.ClientSettings;
import io.tagma.client.TagmaClient;
import io.tagma.client.UpdateResult;
import io.tagma.engine.protocol.Command;
import io.tagma.engine.protocol.DefinitionKind;
import io.tagma.loadtest.nodes.Await;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Writes to all nodes with a ledger, and look-ups beside them. Each round has customers of its own; those of earlier
 * rounds must stay as they are. One thread.
 */
final class Load implements AutoCloseable {
    private static final int WRITERS = 3;
    /** Long enough that a write outlives whatever is done to the nodes: its outcome should be known. */
    private static final Duration TIMEOUT = Duration.ofMinutes(2);

    private final TortureSettings settings;
    private final List<NodeProcess> nodes;
    private final Violations violations;
    private final AckClock clock = new AckClock();
    private final List<Writer> writers = new ArrayList<>();
    private final List<List<Customer>> rounds = new ArrayList<>();
    private Lookups lookups;

    Load(final TortureSettings settings, final List<NodeProcess> nodes, final Violations violations) {
        this.settings = settings;
        this.nodes = nodes;
        this.violations = violations;
    }

    /** Defines what is needed and connects. */
    void start() {
        final int[] phases = define();
        for (int i = 0; i < WRITERS; i++) {
            writers.add(new Writer("writer-" + i, connect(i), settings.window() / WRITERS, settings.seed() * 31 + i,
                clock, violations));
        }
        lookups = new Lookups(connect(1), settings.lookups(), phases, settings.seed() * 37, violations);
    }

    /** A client that knows all nodes, beginning with one of them. */
    private TagmaClient connect(final int first) {
        return TagmaClient.connect(ClientSettings.of(nodes.stream().map(NodeProcess::address).toArray(String[]::new))
            .withPreferred(first % nodes.size()).withTimeout(TIMEOUT));
    }

    private int[] define() {
        final int[] phases = new int[Customer.PHASES * 4];
        Arrays.fill(phases, -1);
        try (TagmaClient client = connect(0)) {
            for (final String attribute : List.of(Customer.NUMBER, Customer.PHASE)) {
                defined(client.update(new Command.PutDefinition(DefinitionKind.ATTRIBUTE, attribute, -1,
                    "{\"type\":\"INT\"}")).join());
            }
            for (int phase = 0; phase < Customer.PHASES; phase++) {
                phases[(int) segment(client, "phase-" + phase,
                    "{\"attr\":\"" + Customer.PHASE + "\",\"op\":\"eq\",\"v\":" + phase + "}")] = phase;
            }
            segment(client, "ten-orders", "{\"agg\":{\"fn\":\"count\",\"source\":\"order\"},\"op\":\"ge\",\"v\":10}");
            segment(client, "seen-lately", "{\"exists\":{\"source\":\"event:seen\",\"window\":{\"last\":\"PT10S\"}}}");
        }
        return phases;
    }

    private static long segment(final TagmaClient client, final String key, final String condition) {
        return defined(client.defineSegment(key, "{\"name\":\"" + key + "\",\"applyTo\":\"REGISTERED\",\"condition\":"
            + condition + "}", true).join());
    }

    private static long defined(final UpdateResult result) {
        if (!result.isApplied()) {
            throw new TortureException("a definition was refused: result=" + result);
        }
        return result.value();
    }

    /** Full load from now on, on customers that are new. */
    void begin() {
        final int round = rounds.size();
        final List<Customer> all = new ArrayList<>();
        clock.begin(System.nanoTime());
        for (int i = 0; i < WRITERS; i++) {
            final List<Customer> own = new ArrayList<>();
            for (int c = 0; c < settings.customers() / WRITERS; c++) {
                own.add(new Customer("r" + round + "w" + i + "c" + c));
            }
            writers.get(i).begin(own);
            all.addAll(own);
        }
        rounds.add(all);
        lookups.of(all);
    }

    /** A fault begins: gaps and latencies count from here. */
    void mark() {
        final long nowNs = System.nanoTime();
        clock.begin(nowNs);
        writers.forEach(writer -> writer.clock().begin(nowNs));
        lookups.seen();
    }

    /** Returns once every writer has had an answer after that time. */
    void awaitAnswers(final long sinceNs) {
        Await.until(() -> "writes are acknowledged to all writers", () -> {
            violations.check();
            return writers.stream().allMatch(writer -> writer.clock().lastNs() - sinceNs > 0);
        });
    }

    /** Writes nothing more, and waits until each has its outcome. */
    void end() {
        writers.forEach(Writer::end);
        Await.until(() -> "all writes have an outcome", () -> writers.stream().allMatch(Writer::isQuiet));
    }

    /** All writers together. */
    AckClock clock() {
        return clock;
    }

    /** The longest gap that a writer had. */
    long longestOwnGapMs() {
        return writers.stream().mapToLong(writer -> writer.clock().longest().ms()).max().orElse(0);
    }

    Lookups lookups() {
        return lookups;
    }

    /** Highest log position that was acknowledged. */
    long position() {
        return writers.stream().mapToLong(Writer::position).max().orElse(0);
    }

    /** How many writes had no outcome so far. */
    long unknown() {
        return writers.stream().mapToLong(Writer::unknown).sum();
    }

    /** Customers by round, the present one last. In quiet only. */
    List<List<Customer>> rounds() {
        return rounds;
    }

    @Override
    public void close() {
        if (lookups != null) {
            lookups.close();
        }
        writers.forEach(Writer::close);
    }
}
