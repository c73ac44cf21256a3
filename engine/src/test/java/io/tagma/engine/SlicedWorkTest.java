package io.tagma.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.tagma.engine.protocol.Command;
import io.tagma.engine.protocol.DefinitionKind;
import io.tagma.engine.protocol.NamedValue;
import io.tagma.engine.protocol.SubjectKind;
import io.tagma.engine.protocol.Value;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Work that takes several slices, which needs more subjects than the simulation has. */
class SlicedWorkTest {
    private static final long START = 1_764_000_000_000L;
    private static final long HOUR = Duration.ofHours(1).toMillis();
    private static final String EVERYONE = "{\"condition\":{\"attr\":\"createdAt\",\"op\":\"isSet\"}}";
    /** More than a slice builds. */
    private static final int SOME = 3_000;
    /** More than a slice flips. */
    private static final int MANY = 5_000;

    @Test
    void shouldTellNothingOfABuildWhenItIsGivenUp() {
        try (EngineHarness engine = EngineHarness.begin(START)) {
            createCustomers(engine, SOME);
            final long before = engine.view().changesNext();

            put(engine, "a", EVERYONE, START);
            engine.slice(START);
            assertThat(engine.view().segment("a").builtFraction()).isStrictlyBetween(0.0, 1.0);
            put(engine, "a", "{\"condition\":{\"attr\":\"createdAt\",\"op\":\"notSet\"}}", START);
            engine.settle(START);

            assertThat(engine.view().segment("a").isReady()).isTrue();
            assertThat(engine.view().segment("a").count()).isZero();
            assertThat(engine.lookup("c0")).isEmpty();
            assertThat(engine.view().changesNext()).isEqualTo(before);
        }
    }

    @Test
    void shouldTellTheOldVersionsFlipsBeforeTheSwapWhenTheyAreOverdueAtIt() {
        try (EngineHarness engine = EngineHarness.begin(false, START, new SliceWork(1_000, 1_000, 1_000))) {
            createCustomers(engine, MANY);
            put(engine, "s", "{\"condition\":{\"attr\":\"createdAt\",\"op\":\"withinLast\",\"v\":\"PT1H\"}}",
                START);
            engine.settle(START);
            final int id = engine.view().segment("s").id();
            final long before = engine.view().changesNext();
            final long later = START + HOUR;

            put(engine, "s", EVERYONE, START);
            while (engine.view().segment("s").builtFraction() < 0.9) {
                engine.slice(START);
            }
            assertThat(engine.view().segment("s").isReady()).isFalse();
            while (!engine.view().segment("s").isReady()) {
                engine.slice(later);
            }
            assertThat(engine.view().now()).isEqualTo(later);
            assertThat(engine.view().asOf()).as("flips are overdue at the swap").isLessThan(later);
            for (int i = 0; i < MANY; i++) {
                assertThat(engine.lookup("c" + i)).containsExactly(id);
            }
            engine.settle(later);

            final Map<String, List<String>> told = new HashMap<>();
            for (final EngineView.Change change : engine.view().changes(before, 3 * MANY)) {
                told.computeIfAbsent(change.subject(), key -> new ArrayList<>())
                    .add((change.isEnter() ? "ENTER " : "EXIT ") + change.cause());
            }
            assertThat(told).hasSize(MANY);
            assertThat(told.values()).allMatch(List.of("EXIT TIME", "ENTER DEFINITION")::equals);
            assertThat(engine.view().segment("s").count()).isEqualTo(MANY);
        }
    }

    private static void createCustomers(final EngineHarness engine, final int count) {
        for (int i = 0; i < count; i++) {
            assertThat(engine.apply(new Command.SubjectUpsert("c" + i, SubjectKind.CUSTOMER, null, null,
                List.of(new NamedValue("createdAt", Value.of(START))), null, null), START).isOk()).isTrue();
        }
    }

    private static void put(final EngineHarness engine, final String key, final String json, final long now) {
        final CommandResult result =
            engine.apply(new Command.PutDefinition(DefinitionKind.SEGMENT, key, -1, json), now);
        assertThat(result.isOk()).as("%s", result).isTrue();
    }
}
