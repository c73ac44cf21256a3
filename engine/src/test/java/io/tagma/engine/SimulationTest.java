package io.tagma.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.tagma.engine.oracle.Coverage;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.LongFunction;
import org.junit.jupiter.api.Test;

/**
 * The seeded simulation at its normal length: about 300 subjects, 60 segments, 3,000 steps, for two seeds, of which one
 * has a manual clock. Longer, or one seed again:
 *
 * <pre>   mvn -B -q -pl engine test -Dtest=SimulationTest -Dsimulation.seed=42 -Dsimulation.seeds=99 </pre>
 *
 * <p>What must have been exercised is asserted of runs that are at least as long as the normal one.
 */
class SimulationTest {
    private static final int STEPS = 3_000;
    private static final int SEGMENTS = 60;
    private static final int SEEDS = 2;
    private static final int WHOLE_SEEDS = 3;
    private static final long FIRST_SEED = 9;
    private static final long FIRST_WHOLE_SEED = 1;
    private static final int SUBJECTS_MIN = 270;
    /** Visitors expire, and become customers. */
    private static final int WHOLE_SUBJECTS_MIN = 200;
    private static final int SEGMENTS_MIN = 45;
    /** Times that a subject must have been compared in all its segments while something was under way, in a run. */
    private static final Map<String, Integer> MIDWAY_MIN = Map.ofEntries(Map.entry("caught up", 8_000),
        Map.entry("not caught up", 8_000), Map.entry("before a flip that is overdue", 50),
        Map.entry("swept: PRODUCT", 500), Map.entry("not swept: PRODUCT", 500), Map.entry("swept: ZONE", 100),
        Map.entry("not swept: ZONE", 100), Map.entry("swept: GROUP_DELETE", 10),
        Map.entry("not swept: GROUP_DELETE", 100), Map.entry("swept: SWAP", 500),
        Map.entry("not swept: SWAP", 2_000), Map.entry("built aside: another version", 3_000),
        Map.entry("built aside: the first", 50));
    /** What must have happened to jobs that were half done. */
    private static final List<String> MIDWAY_SEEN = List.of("midway edited: built", "midway edited: being built",
        "midway deleted: built", "midway deleted: being built", "midway switched off: built",
        "midway switched off: being built", "midway restored: BUILD", "midway restored: SWAP",
        "midway restored: PRODUCT", "midway restored: ZONE", "midway restored: GROUP_DELETE");

    /** What must have been looked up by keys. */
    private static final List<String> LOOKUPS_SEEN = List.of("look-up of a subject", "look-up of another key",
        "look-up of nobody", "look-up of a subject for a website", "look-up of another key for a website",
        "look-up of nobody for a website");

    private final Coverage coverage = new Coverage();
    private final Map<String, Long> midway = new TreeMap<>();
    private long changes;
    private long byTime;

    @Test
    void shouldAgreeWithTheOracleWhateverHappens() {
        final boolean isLong = run(FIRST_SEED, SEEDS, seed -> new Simulation(seed, SEGMENTS), SUBJECTS_MIN);
        if (isLong) {
            assertThat(coverage.missingOfEngine()).as("not exercised").isEmpty();
            assertThat(missing()).as("not compared or done while jobs were under way").isEmpty();
            assertThat(byTime * 10).as("a tenth of all changes by time").isGreaterThanOrEqualTo(changes);
        }
    }

    @Test
    void shouldAgreeWithTheOracleWhateverHappensInTheWholeDomain() {
        final boolean isLong =
            run(FIRST_WHOLE_SEED, WHOLE_SEEDS, seed -> Simulation.whole(seed, SEGMENTS), WHOLE_SUBJECTS_MIN);
        if (isLong) {
            assertThat(coverage.missingWholeOfEngine()).as("not exercised").isEmpty();
            assertThat(missing()).as("not compared or done while jobs were under way").isEmpty();
            assertThat(LOOKUPS_SEEN).as("looked up").allMatch(what -> coverage.times(what) > 0);
            assertThat(byTime * 10).as("a tenth of all changes by time").isGreaterThanOrEqualTo(changes);
        }
    }

    /** Runs all seeds; whether that was at least as long as a normal run. */
    private boolean run(final long usualSeed, final int usualSeeds, final LongFunction<Simulation> begin,
                        final int subjectsMin) {
        final long first = Long.getLong("simulation.seed", usualSeed);
        final int seeds = Integer.getInteger("simulation.seeds", usualSeeds);
        final int steps = Integer.getInteger("simulation.steps", STEPS);
        for (long seed = first; seed < first + seeds; seed++) {
            try (Simulation simulation = begin.apply(seed)) {
                simulation.run(steps);
                coverage.add(simulation.coverage());
                simulation.comparedMidway().forEach((what, times) -> midway.merge(what, times, Long::sum));
                changes += simulation.changes();
                byTime += simulation.changesByTime();
                System.out.println("simulation: seed=" + seed + ", checks=" + simulation.checks() + ", changes="
                    + simulation.changes() + ", by time=" + simulation.changesByTime() + ", subjects>="
                    + simulation.subjectsMin() + ", segments>=" + simulation.segmentsMin() + ", midway="
                    + simulation.comparedMidway());
                assertThat(simulation.checks()).isGreaterThan(10);
                assertThat(simulation.subjectsMin()).isGreaterThanOrEqualTo(subjectsMin);
                assertThat(simulation.segmentsMin()).isGreaterThanOrEqualTo(SEGMENTS_MIN);
            }
        }
        System.out.println(coverage.table());
        return seeds >= usualSeeds && steps >= STEPS;
    }

    private List<String> missing() {
        final List<String> missing = new ArrayList<>();
        new TreeMap<>(MIDWAY_MIN).forEach((what, min) -> {
            if (midway.getOrDefault(what, 0L) < min) {
                missing.add(what + ": " + midway.getOrDefault(what, 0L) + " of " + min);
            }
        });
        for (final String what : MIDWAY_SEEN) {
            if (coverage.times(what) == 0) {
                missing.add(what);
            }
        }
        return missing;
    }
}
