package io.tagma.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.tagma.engine.log.PlantedFault;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The simulated replicas at their normal length. Longer, or one seed again:
 *
 * <pre>   mvn -B -q -pl engine test -Dtest=ReplicasTest -Dreplicas.seed=42 -Dreplicas.seeds=99 </pre>
 */
class ReplicasTest {
    private static final long FIRST_SEED = 1;
    private static final int SEEDS = 6;
    private static final long STEPS = 12_000;
    private static final long FAULTY_STEPS = 30_000;

    @Test
    void shouldStayTheSameAndLoseNothingWhateverHappens() {
        final long first = Long.getLong("replicas.seed", FIRST_SEED);
        final int seeds = Integer.getInteger("replicas.seeds", SEEDS);
        final long steps = Long.getLong("replicas.steps", STEPS);
        final Map<String, Long> counts = new TreeMap<>();
        for (long seed = first; seed < first + seeds; seed++) {
            final long began = System.nanoTime();
            try (Replicas replicas = new Replicas(seed)) {
                replicas.run(steps);
                replicas.counts().forEach((what, times) -> counts.merge(what, times, Long::sum));
            }
            System.out.println("replicas: seed=" + seed + ", ms=" + (System.nanoTime() - began) / 1_000_000);
        }
        counts.forEach((what, times) -> System.out.println("replicas: " + what + "=" + times));
        assertThat(counts).isNotEmpty();
    }

    @ParameterizedTest
    @CsvSource({"APPLIES_UNCOMMITTED", "RESTORES_DAMAGED", "APPLIES_TWICE", "IGNORES_VERSIONS",
        "IGNORES_VERSIONS_ALONE"})
    void shouldFindWhatIsBroken(final PlantedFault fault) {
        final Throwable found = catchThrowable(() -> {
            try (Replicas replicas = new Replicas(2, fault)) {
                replicas.run(FAULTY_STEPS);
            }
        });
        System.out.println("replicas: " + fault + ": " + found + " <- " + (found == null ? null : found.getCause()));
        assertThat(found).isInstanceOf(AssertionError.class);
    }

    static List<String> none() {
        return List.of();
    }
}
