package io.tagma.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.tagma.engine.protocol.Command;
import io.tagma.engine.protocol.DefinitionKind;
import io.tagma.engine.protocol.NamedValue;
import io.tagma.engine.protocol.Value;
import java.util.List;
import java.util.function.IntFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** The most work that one command can make, in units: slices bound jobs, but a command has no slices. */
class WorkCeilingTest {
    private static final long NOW = 1_790_000_000_000L;
    /** Attributes fetched, a row written, and what else does not grow. */
    private static final int BASE = 64;
    private static final int LEAVES = 500;
    private static final String LONG = "a".repeat(Limits.TEXT_LENGTH_MAX);

    @Test
    void shouldTakeOneUnitALeafWhenTheLongestTextIsSearchedForFiveHundredOthers() {
        try (EngineHarness engine = EngineHarness.begin(NOW)) {
            define(engine, leaves(i -> "{\"attr\":\"lastname\",\"op\":\"contains\",\"v\":\"" + "a".repeat(50 + i / 10)
                + i + "\"}"));

            assertThat(work(engine, "lastname", Value.of(LONG))).isBetween((long)LEAVES, LEAVES + BASE + 0L);
        }
    }

    @Test
    void shouldTakeAtMostTheBudgetOfPatternsWhenTheLongestTextMeetsTheCostliestDefinition() {
        try (EngineHarness engine = EngineHarness.begin(NOW)) {
            define(engine, "{\"attr\":\"lastname\",\"op\":\"matches\",\"v\":\"(a?a?){120}(a{1,20}){1,25}b\"}");
            final long max = (long)Limits.PATTERN_COST_MAX * Limits.TEXT_LENGTH_MAX >> 7;

            assertThat(work(engine, "lastname", Value.of(LONG))).isBetween(max / 2, max + BASE);
        }
    }

    @Test
    void shouldTakeNoMoreForTheFirstUpdateAfterADefinitionThanForTheOthers() {
        try (EngineHarness engine = EngineHarness.begin(NOW)) {
            for (int s = 0; s < 4; s++) {
                final int from = s * LEAVES;
                define(engine, "s" + s, leaves(i -> "{\"attr\":\"rewardPoints\",\"op\":\"ge\",\"v\":" + 10 * (from + i)
                    + "}"));
            }

            // One of the four is evaluated, leaf by leaf.
            assertThat(work(engine, "rewardPoints", Value.of(25))).isLessThan(LEAVES + BASE);
            define(engine, "one", "{\"attr\":\"rewardPoints\",\"op\":\"ge\",\"v\":26}");
            assertThat(work(engine, "rewardPoints", Value.of(27))).isLessThan(BASE);
        }
    }

    private static String leaves(final IntFunction<String> leaf) {
        return "{\"any\":[" + IntStream.range(0, LEAVES).mapToObj(leaf).collect(Collectors.joining(",")) + "]}";
    }

    private static void define(final EngineHarness engine, final String condition) {
        define(engine, "s", condition);
    }

    private static void define(final EngineHarness engine, final String key, final String condition) {
        ok(engine, new Command.SubjectUpsert("ann", null, null, null, List.of(), null, null));
        ok(engine, new Command.PutDefinition(DefinitionKind.SEGMENT, key, -1, "{\"condition\":" + condition + "}"));
        engine.settle(NOW);
    }

    /** Units of one update of a subject that is there. */
    private static long work(final EngineHarness engine, final String attribute, final Value value) {
        final long before = engine.engine().counters().workUnits();
        ok(engine, new Command.SubjectUpsert("ann", null, null, null, List.of(new NamedValue(attribute, value)), null,
            null));
        return engine.engine().counters().workUnits() - before;
    }

    private static void ok(final EngineHarness engine, final Command command) {
        final CommandResult result = engine.apply(command, NOW);
        assertThat(result.isOk()).as("%s", result).isTrue();
    }
}
