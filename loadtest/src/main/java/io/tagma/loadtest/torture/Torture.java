package io.tagma.loadtest.torture;

import io.tagma.loadtest.nodes.Await;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Consumer;
import org.HdrHistogram.Histogram;

/** Runs scenarios one after the other; those in a row whose nodes are alike share them. One thread. */
final class Torture {
    private static final double FAULT_PERCENTILE = 99.9;
    private static final long AFTER_MS = 1_000;
    private static final int HEAP_MB = 512;

    private final TortureSettings settings;
    private final Consumer<String> line;
    private final List<Round> rounds = new ArrayList<>();
    private final List<Restoration> restorations = new ArrayList<>();
    private final Violations violations = new Violations();
    private long customersChecked;
    private long lookupsChecked;
    private long imagesCompared;

    /** @param line hears of each round */
    Torture(final TortureSettings settings, final Consumer<String> line) {
        this.settings = settings;
        this.line = line;
    }

    /**
     * Runs all.
     *
     * @throws TortureException at the first violation; the nodes' data and what they said stay
     */
    void run() {
        int from = 0;
        while (from < settings.scenarios().size()) {
            int to = from + 1;
            while (to < settings.scenarios().size()
                && settings.scenarios().get(to).sharesNodesWith(settings.scenarios().get(from))) {
                to++;
            }
            if (settings.scenarios().get(from) == Scenario.SNAPSHOT) {
                settings.scenarios().subList(from, to).forEach(each -> restore());
            } else {
                run(settings.scenarios().subList(from, to), from);
            }
            from = to;
        }
    }

    /** What the rounds measured, as far as they went. */
    List<Round> rounds() {
        return rounds;
    }

    /** What starts on large snapshots measured, as far as they went. */
    List<Restoration> restorations() {
        return restorations;
    }

    /** How many customers were held against the ledger. */
    long customersChecked() {
        return customersChecked;
    }

    /** How often the whole states of all nodes were found equal to the byte. */
    long imagesCompared() {
        return imagesCompared;
    }

    /** How many answers of look-ups were checked. */
    long lookupsChecked() {
        return lookupsChecked;
    }

    Violations violations() {
        return violations;
    }

    private void run(final List<Scenario> scenarios, final int index) {
        final Scenario first = scenarios.get(0);
        try (Stage stage = new Stage(settings.directory().resolve("cluster" + index), first.nodes(), HEAP_MB,
                first.configuration());
            Load load = new Load(settings, stage.nodes(), violations)) {
            stage.start();
            load.start();
            run(scenarios, stage.nodes(), stage.root(), load, settings.seed() + index);
            if (!settings.isKept()) {
                stage.clear();
            }
        }
    }

    private void restore() {
        for (int i = 0; i < count(Scenario.SNAPSHOT); i++) {
            final int number = restorations.size() + 1;
            final Restoration restoration = new SnapshotTrial(settings, violations, settings.seed() + i)
                .run(number, settings.directory().resolve("snapshot" + number));
            restorations.add(restoration);
            line.accept(Report.line(restoration));
        }
    }

    private int count(final Scenario scenario) {
        return settings.rounds() == 0 ? scenario.rounds() : settings.rounds();
    }

    private void run(final List<Scenario> scenarios, final List<NodeProcess> nodes, final Path root, final Load load,
                     final long seed) {
        final Faults faults = new Faults(settings, nodes, load, seed);
        final Audit audit = new Audit(nodes, root, violations, seed);
        final SplittableRandom random = new SplittableRandom(seed);
        try {
            for (final Scenario scenario : scenarios) {
                final int count = count(scenario);
                for (int number = 1; number <= count; number++) {
                    final Round round = round(scenario, number, load, faults, random);
                    audit.check(load.rounds(), load.position());
                    rounds.add(round);
                    line.accept(Report.line(round));
                }
            }
            final List<Customer> all = new ArrayList<>();
            load.rounds().forEach(all::addAll);
            audit.checkAll(all, load.position());
        } finally {
            customersChecked += audit.customers();
            imagesCompared += audit.images();
            lookupsChecked += load.lookups().checked();
        }
    }

    private Round round(final Scenario scenario, final int number, final Load load, final Faults faults,
                        final SplittableRandom random) {
        final long acknowledgedBefore = load.clock().count();
        final long unknownBefore = load.unknown();
        final long startNs = System.nanoTime();
        load.begin();
        load.awaitAnswers(System.nanoTime());
        Await.pass(settings.warmUpMs() + random.nextInt(settings.warmUpMs() + 1));
        final Faults.Done done = faults.inject(scenario);
        // Look-ups that were sent meanwhile have time to be answered.
        Await.pass(AFTER_MS);
        final Lookups.Seen seen = load.lookups().seen();
        final long acknowledged = load.clock().count() - acknowledgedBefore;
        final long tookMs = (System.nanoTime() - startNs) / 1_000_000;
        final long ownGapMs = load.longestOwnGapMs();
        load.end();
        return new Round(scenario, number, done.fault(), acknowledged, acknowledged * 1_000 / tookMs,
            load.unknown() - unknownBefore, done.resumeMs(),
            load.clock().longest().ms(), ownGapMs,
            done.backMs(), us(seen.local(), FAULT_PERCENTILE), us(seen.local(), 100), us(seen.own(), FAULT_PERCENTILE),
            seen.local().getTotalCount() + seen.own().getTotalCount(), seen.failures(), seen.stale());
    }

    private static long us(final Histogram latencies, final double percentile) {
        return latencies.getTotalCount() == 0 ? 0 : latencies.getValueAtPercentile(percentile) / 1_000;
    }
}
