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
 * The simulated replicas at their normal length: a few seeds, with three to five nodes. Longer, or one seed again:
 *
 * <pre>   mvn -B -q -pl engine test -Dtest=ReplicasTest -Dreplicas.seed=42 -Dreplicas.seeds=99 </pre>
 *
 * <p>What must have happened is asserted of runs that are at least as long as the normal one. {@code engine/replicas}
 * runs for hours.
 */
class ReplicasTest {
    private static final long FIRST_SEED = 1;
    private static final int SEEDS = 3;
    private static final long STEPS = 10_000;
    private static final long FAULTY_STEPS = 60_000;
    private static final long FAULTY_SEED = 2;
    private static final long REPEATED_SEED = 7;
    private static final long REPEATED_STEPS = 1_400;

    /** What must have happened, in all seeds together. */
    private static final List<String> HAPPENED = List.of("acknowledged", "acknowledged again", "bit flipped",
        "clocks stepped back", "commands accepted", "commands refused", "compared at rest", "crash",
        "crash before a wipe", "crash in a snapshot", "elections", "entries compared", "entries dropped",
        "entries replaced", "gaps refused", "hashes compared", "leader no longer heard", "look-ups at a position",
        "messages late", "messages lost", "messages repeated", "raised", "refused a snapshot: TORN",
        "repeats answered", "restart for an upgrade", "restarted", "restored NONE", "seeded", "snapshot MISSING",
        "snapshot TORN", "snapshots compared", "upgraded", "wiped");

    @Test
    void shouldStayTheSameAndLoseNothingWhateverHappens() {
        final long first = Long.getLong("replicas.seed", FIRST_SEED);
        final int seeds = Integer.getInteger("replicas.seeds", SEEDS);
        final long steps = Long.getLong("replicas.steps", STEPS);
        final Map<String, Long> counts = new TreeMap<>();
        for (long seed = first; seed < first + seeds; seed++) {
            run(seed, PlantedFault.NONE, steps).forEach((what, times) -> counts.merge(what, times, Long::sum));
        }
        System.out.println("replicas: seeds=" + first + ".." + (first + seeds - 1) + ", " + counts);
        assertThat(counts.get("compared at rest")).isGreaterThanOrEqualTo(seeds);
        if (seeds >= SEEDS && steps >= STEPS) {
            assertThat(HAPPENED).as("happened").allMatch(counts::containsKey);
            assertThat(counts.get("entries dropped")).isPositive();
            assertThat(counts.get("entries replaced")).isPositive();
        }
    }

    @Test
    void shouldTakeTheSameStepsWithTheSameSeed() {
        assertThat(run(REPEATED_SEED, PlantedFault.NONE, REPEATED_STEPS))
            .isEqualTo(run(REPEATED_SEED, PlantedFault.NONE, REPEATED_STEPS));
    }

    @ParameterizedTest
    @CsvSource({
        "APPLIES_UNCOMMITTED, replicas have applied different entries",
        "RESTORES_DAMAGED, ': node='",
        "APPLIES_TWICE, 'expected='",
        "IGNORES_VERSIONS, 'expected='",
        "IGNORES_VERSIONS_ALONE, state hash"})
    void shouldFindWhatIsBroken(final PlantedFault fault, final String sign) {
        final Throwable found = catchThrowable(() -> run(FAULTY_SEED, fault, FAULTY_STEPS));

        assertThat(found).isInstanceOf(AssertionError.class).hasMessageContaining("seed=" + FAULTY_SEED);
        System.out.println("replicas: planted " + fault + ", found: " + found.getCause());
        assertThat(found.getCause()).hasMessageContaining(sign);
    }

    private static Map<String, Long> run(final long seed, final PlantedFault fault, final long steps) {
        try (Replicas replicas = new Replicas(seed, fault)) {
            replicas.run(steps);
            return replicas.counts();
        }
    }
}
