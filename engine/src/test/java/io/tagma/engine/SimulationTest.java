package io.tagma.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.tagma.engine.oracle.Coverage;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/**
 * The seeded simulation at its normal length: about 300 subjects, 60 segments, 3,000 steps, for two seeds, of which one
 * has a manual clock. Longer, or one seed again:
 *
 * <pre>   mvn -B -q -pl engine test -Dtest=SimulationTest -DargLine="-Dsimulation.seed=42 -Dsimulation.seeds=99" </pre>
 *
 * <p>What must have been exercised is asserted of runs that are at least as long as the normal one.
 */
class SimulationTest {
    private static final int STEPS = 3_000;
    private static final int SEGMENTS = 60;
    private static final int SEEDS = 2;
    private static final long FIRST_SEED = 9;
    private static final int SUBJECTS_MIN = 270;
    private static final int SEGMENTS_MIN = 50;
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

    @Test
    void shouldAgreeWithTheOracleWhateverHappens() {
        final long first = Long.getLong("simulation.seed", FIRST_SEED);
        final int seeds = Integer.getInteger("simulation.seeds", SEEDS);
        final int steps = Integer.getInteger("simulation.steps", STEPS);
        final Coverage coverage = new Coverage();
        final Map<String, Long> midway = new TreeMap<>();
        long changes = 0;
        long byTime = 0;
        for (long seed = first; seed < first + seeds; seed++) {
            try (Simulation simulation = new Simulation(seed, SEGMENTS)) {
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
                assertThat(simulation.subjectsMin()).isGreaterThanOrEqualTo(SUBJECTS_MIN);
                assertThat(simulation.segmentsMin()).isGreaterThanOrEqualTo(SEGMENTS_MIN);
            }
        }
        System.out.println(coverage.table());
        if (seeds >= SEEDS && steps >= STEPS) {
            assertThat(coverage.missingOfEngine()).as("not exercised").isEmpty();
            assertThat(missing(coverage, midway)).as("not compared or done while jobs were under way").isEmpty();
            assertThat(byTime * 10).as("a tenth of all changes by time").isGreaterThanOrEqualTo(changes);
        }
    }

    private static List<String> missing(final Coverage coverage, final Map<String, Long> midway) {
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
