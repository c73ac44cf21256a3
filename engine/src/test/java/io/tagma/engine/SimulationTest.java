package io.tagma.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.tagma.engine.oracle.Coverage;
import org.junit.jupiter.api.Test;

/**
 * The seeded simulation at its normal length: about 300 subjects, 60 segments, 3,000 steps, for two seeds. Longer, or
 * one seed again:
 *
 * <pre>   mvn -B -q -pl engine test -Dtest=SimulationTest -DargLine="-Dsimulation.seed=42 -Dsimulation.seeds=99" </pre>
 */
class SimulationTest {
    private static final int STEPS = 3_000;
    private static final int SEGMENTS = 60;

    @Test
    void shouldAgreeWithTheOracleWhateverHappens() {
        final long first = Long.getLong("simulation.seed", 3);
        final int seeds = Integer.getInteger("simulation.seeds", 2);
        final Coverage coverage = new Coverage();
        long changes = 0;
        long byTime = 0;
        for (long seed = first; seed < first + seeds; seed++) {
            try (Simulation simulation = new Simulation(seed, SEGMENTS)) {
                simulation.run(Integer.getInteger("simulation.steps", STEPS));
                coverage.add(simulation.coverage());
                changes += simulation.changes();
                byTime += simulation.changesByTime();
                System.out.println("simulation: seed=" + seed + ", checks=" + simulation.checks() + ", changes="
                    + simulation.changes() + ", by time=" + simulation.changesByTime() + ", subjects>="
                    + simulation.subjectsMin() + ", segments>=" + simulation.segmentsMin() + ", midway="
                    + simulation.comparedMidway());
                assertThat(simulation.checks()).isGreaterThan(10);
            }
        }
        System.out.println(coverage.table());
        System.out.println("simulation: not covered: " + coverage.missingOfEngine());
        assertThat(coverage.missingOfEngine()).isEmpty();
        assertThat(byTime * 10).as("a tenth of all changes by time").isGreaterThanOrEqualTo(changes);
    }
}
