package io.tagma.loadtest.linear;

import io.tagma.client.ClientSettings;
import io.tagma.client.TagmaClient;
import io.tagma.loadtest.linear.Operation.Kind;
import io.tagma.loadtest.nodes.Await;
import io.tagma.loadtest.nodes.NodeException;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.stream.IntStream;

/**
 * Records histories of a real cluster under faults, and judges them: a round at a time, with registers of its own, so
 * that histories stay short. After each round's faults all nodes are asked once more, so that a write that was
 * acknowledged and lost shows.
 */
public final class LinearRun {
    private static final Duration LOOKUP_TIMEOUT = Duration.ofSeconds(2);
    /** Longer than a node is halted: what was asked of it is answered when it goes on. */
    private static final Duration SILENCE_MAX = Duration.ofSeconds(10);
    private static final Duration ENOUGH_MAX = Duration.ofMinutes(10);
    /** One client in so many leaves the choice of a node to the link. */
    private static final int ROAMING_EVERY = 4;

    private final LinearSettings settings;
    private final Consumer<String> log;
    private final SplittableRandom random;
    private final Course course = new Course();
    private final Map<Kind, Long> counts = new EnumMap<>(Kind.class);
    private final List<Violation> violations = new ArrayList<>();
    private int rounds;
    private int keys;
    private long unknown;
    private long unanswered;

    private LinearRun(final LinearSettings settings, final Consumer<String> log) {
        this.settings = settings;
        this.log = log;
        random = new SplittableRandom(settings.seed());
    }

    /**
     * Runs all rounds, or those up to the first in which something is found.
     *
     * @param log gets a line now and then, on the caller's thread
     */
    public static LinearReport run(final LinearSettings settings, final Consumer<String> log) throws IOException {
        return new LinearRun(settings, log).run();
    }

    private LinearReport run() throws IOException {
        try (LocalCluster cluster = LocalCluster.start(settings.directory(), settings.nodes(), settings.lossRate(),
            settings.seed())) {
            log.accept("the nodes are ready");
            final List<TagmaClient> links = new ArrayList<>();
            final Nemesis nemesis = new Nemesis(cluster, course, random.split(), settings.calmMs(), log);
            try {
                for (int node = 0; node < cluster.count(); node++) {
                    links.add(TagmaClient.connect(ClientSettings.of(address(cluster, node)).withConnections(2)
                        .withTimeout(LOOKUP_TIMEOUT).withSilenceMax(SILENCE_MAX)));
                }
                // Behind those of the nodes, one that uses all of them, as an application would.
                links.add(TagmaClient.connect(ClientSettings.of(IntStream.range(0, cluster.count())
                    .mapToObj(node -> address(cluster, node)).toArray(String[]::new)).withTimeout(LOOKUP_TIMEOUT)));
                Groups.define(links.get(0));
                while (rounds < settings.rounds() && violations.isEmpty() && course.mishaps().isEmpty()) {
                    round(cluster, links, nemesis);
                }
            } catch (final IllegalStateException | NodeException failed) {
                course.mishap("the run ended early: " + failed.getMessage());
            } finally {
                links.forEach(TagmaClient::close);
            }
            return report(nemesis);
        }
    }

    private void round(final LocalCluster cluster, final List<TagmaClient> links, final Nemesis nemesis) {
        final Registers registers = new Registers("r" + rounds + "-", settings.keys());
        final AtomicBoolean isStopped = new AtomicBoolean();
        final List<RecordingClient> clients = new ArrayList<>();
        final List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < settings.clients(); i++) {
            final RecordingClient client = new RecordingClient(i, i % ROAMING_EVERY == ROAMING_EVERY - 1, cluster,
                links, registers, course, isStopped, random.nextLong());
            clients.add(client);
            final Thread thread = new Thread(client, "client-" + i);
            thread.setUncaughtExceptionHandler((dead, fault) -> course.mishap("a client died: " + fault));
            threads.add(thread);
            thread.start();
        }
        final List<Fault> faults = new ArrayList<>(settings.faults());
        Collections.shuffle(faults, new Random(random.nextLong()));
        final long enough = course.operations() + settings.operationsMin();
        try {
            nemesis.run(faults);
            Await.until(() -> "operations enough", ENOUGH_MAX, () -> course.operations() >= enough);
        } catch (final IllegalStateException | NodeException failed) {
            course.mishap(failed.getMessage());
        } finally {
            isStopped.set(true);
            threads.forEach(LinearRun::join);
        }
        try {
            if (course.mishaps().isEmpty()) {
                cluster.awaitAll();
                finish(cluster, registers, clients);
            }
        } catch (final IllegalStateException | NodeException failed) {
            course.mishap(failed.getMessage());
        }
        clients.forEach(client -> unanswered += client.unanswered());
        judge(registers);
    }

    /** Every node is asked once more for every key. */
    private static void finish(final LocalCluster cluster, final Registers registers,
                               final List<RecordingClient> clients) {
        for (final Register register : registers.all()) {
            for (int node = 0; node < cluster.count(); node++) {
                clients.get(node % clients.size()).finish(register, node);
            }
        }
    }

    private void judge(final Registers registers) {
        final long beginNs = System.nanoTime();
        long operations = 0;
        for (final Register register : registers.all()) {
            final List<Operation> history = register.history();
            operations += history.size();
            for (final Operation operation : history) {
                if (operation.isAnswered()) {
                    counts.merge(operation.kind(), 1L, Long::sum);
                } else {
                    unknown++;
                }
            }
            final Violation violation = RegisterCheck.check(register.key(), history);
            if (violation != null) {
                violations.add(violation);
            }
            keys++;
        }
        rounds++;
        log.accept("round " + rounds + ": " + operations + " operations on " + registers.all().size()
            + " keys judged in " + (System.nanoTime() - beginNs) / 1_000_000 + " ms, violations "
            + violations.size());
    }

    private LinearReport report(final Nemesis nemesis) {
        return new LinearReport(settings.seed(), rounds, keys, counts.getOrDefault(Kind.WRITE, 0L), unknown,
            counts.getOrDefault(Kind.LINEARIZABLE_READ, 0L), counts.getOrDefault(Kind.POSITION_READ, 0L),
            counts.getOrDefault(Kind.LOCAL_READ, 0L), unanswered, nemesis.done(Fault.KILL_LEADER),
            nemesis.done(Fault.KILL_FOLLOWER), nemesis.done(Fault.PAUSE_LEADER), nemesis.done(Fault.PAUSE_FOLLOWER),
            settings.lossRate(), course.resumedMs(), violations, course.mishaps());
    }

    private static String address(final LocalCluster cluster, final int node) {
        return cluster.node(node).process().address();
    }

    private static void join(final Thread thread) {
        try {
            thread.join();
        } catch (final InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while clients end", interrupted);
        }
    }
}
