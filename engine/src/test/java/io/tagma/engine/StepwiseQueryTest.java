package io.tagma.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.tagma.engine.model.Refusal;
import io.tagma.engine.protocol.Command;
import io.tagma.engine.protocol.DefinitionKind;
import io.tagma.engine.protocol.NamedValue;
import io.tagma.engine.protocol.Value;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** Questions that take several steps, with commands between them. */
class StepwiseQueryTest {
    private static final long NOW = 1_790_000_000_000L;
    private static final long HOUR_MS = 3_600_000L;
    private static final int ORDERS = 3_000;

    @Test
    void shouldExplainTheMomentOfItsFirstStepWhateverHappensBetweenTheOthers() {
        try (EngineHarness engine = manyOrders()) {
            final EngineView.Explanation whole = engine.view().explain("ann", "busy");
            final Query<EngineView.Explanation> query = engine.view().explainInSteps("ann", "busy");

            EngineView.Explanation explanation = query.step(engine.view());
            int steps = 1;
            assertThat(explanation).isNull();
            ok(engine, new Command.ProductDelete("p", null));
            ok(engine, new Command.SubjectUpsert("ann", null, null, null,
                List.of(new NamedValue("rewardPoints", Value.of(0))), null, null));
            ok(engine, new Command.SubjectDelete("ann", null));
            engine.settle(NOW);
            while (explanation == null) {
                explanation = query.step(engine.view());
                steps++;
            }

            assertThat(explanation).isEqualTo(whole);
            assertThat(explanation.position()).isLessThan(engine.view().position());
            assertThat(explanation.isMember()).isTrue();
            assertThat(explanation.tree().children()).extracting(EngineView.Node::actual)
                .containsExactly(Integer.toString(ORDERS), "7", Integer.toString(ORDERS));
            // Order i leaves the window i seconds after the first; the count falls below 2,900 with the 101st.
            assertThat(explanation.nextFlip()).isEqualTo(NOW + 100_000);
            assertThat(steps).isGreaterThan(20);
            assertThat(engine.view().explainInSteps("ann", "busy")).isNull();
        }
    }

    @Test
    void shouldTellTheSubjectOfItsFirstStepWhateverHappensBetweenTheOthers() {
        try (EngineHarness engine = manyOrders()) {
            final EngineView.SubjectExport whole = engine.view().subject("ann");
            final Query<EngineView.SubjectExport> query = engine.view().subjectInSteps("ann");

            EngineView.SubjectExport subject = query.step(engine.view());
            assertThat(subject).isNull();
            ok(engine, new Command.SubjectDelete("ann", null));
            while (subject == null) {
                subject = query.step(engine.view());
            }

            assertThat(subject).isEqualTo(whole);
            assertThat(subject.orders()).hasSize(ORDERS);
            assertThat(engine.view().subjectInSteps("ann")).isNull();
        }
    }

    @Test
    void shouldCountTheOverlapOfItsBeginningWhateverHappensBetweenItsSteps() throws Refusal {
        try (EngineHarness engine = EngineHarness.begin(NOW)) {
            final List<String> keys = new ArrayList<>();
            for (int s = 0; s < 40; s++) {
                keys.add("s" + s);
                ok(engine, new Command.PutDefinition(DefinitionKind.SEGMENT, "s" + s, -1,
                    "{\"condition\":{\"attr\":\"rewardPoints\",\"op\":\"ge\",\"v\":" + s + "}}"));
            }
            engine.settle(NOW);
            for (int i = 0; i < 3_000; i++) {
                ok(engine, new Command.SubjectUpsert("c" + i, null, null, null,
                    List.of(new NamedValue("rewardPoints", Value.of(i % 40))), null, null));
            }
            final EngineView.Overlap whole = engine.view().overlap(keys);
            final Query<EngineView.Overlap> query = engine.view().overlapInSteps(keys);

            EngineView.Overlap overlap = query.step(engine.view());
            assertThat(overlap).isNull();
            for (int i = 0; i < 3_000; i++) {
                ok(engine, new Command.SubjectDelete("c" + i, null));
            }
            while (overlap == null) {
                overlap = query.step(engine.view());
            }

            assertThat(overlap).isEqualTo(whole);
            assertThat(overlap.union()).isEqualTo(3_000);
            assertThat(overlap.intersection()).isEqualTo(3_000 / 40);
            assertThat(overlap.pairs()).hasSize(40 * 39 / 2).contains(new EngineView.Pair("s10", "s20",
                3_000 / 40 * 20, 3_000 / 40 * 30, 20.0 / 30));
        }
    }

    @Test
    void shouldTellEverySubjectOfTheBeginningThatIsStillThereWhenOthersTookOrdinalsOver() {
        try (EngineHarness engine = EngineHarness.begin(NOW)) {
            for (int i = 0; i < 10; i++) {
                ok(engine, new Command.SubjectUpsert("s" + i, null, null, null, List.of(), null, null));
            }
            ok(engine, new Command.SubjectDelete("s3", null));
            final EngineView.MembersExport all = engine.view().subjects();
            final TreeSet<String> keys = new TreeSet<>();
            assertThat(all.next(2, (ordinal, key) -> keys.add(key))).isTrue();

            ok(engine, new Command.SubjectDelete("s5", null));
            for (int i = 0; i < 3; i++) {
                ok(engine, new Command.SubjectUpsert("new" + i, null, null, null, List.of(), null, null));
            }
            final List<Boolean> more = new ArrayList<>();
            while (more.isEmpty() || more.get(more.size() - 1)) {
                more.add(all.next(2, (ordinal, key) -> keys.add(key)));
            }

            assertThat(all.count()).isEqualTo(9);
            assertThat(keys).containsExactly("s0", "s1", "s2", "s4", "s6", "s7", "s8", "s9");
        }
    }

    /** Ann has so many orders of product p, a second apart, the oldest a day old. */
    private static EngineHarness manyOrders() {
        final EngineHarness engine = EngineHarness.begin(NOW);
        ok(engine, new Command.ProductUpsert("p", List.of(new NamedValue("price", Value.of(9))), null));
        ok(engine, new Command.SubjectUpsert("ann", null, null, null,
            List.of(new NamedValue("rewardPoints", Value.of(7))), null, null));
        for (int i = 0; i < ORDERS; i++) {
            ok(engine, new Command.OrderUpsert("ann", "o" + i, NOW - 24 * HOUR_MS + (i + 1) * 1_000L, List.of(),
                List.of(new Command.Item(null, List.of(new NamedValue("product", Value.of("p"))))), null));
        }
        ok(engine, new Command.PutDefinition(DefinitionKind.SEGMENT, "busy", -1, "{\"condition\":{\"all\":["
            + "{\"agg\":{\"fn\":\"count\",\"source\":\"order\",\"window\":{\"last\":\"P1D\"}},"
            + "\"op\":\"ge\",\"v\":" + (ORDERS - 99) + "},"
            + "{\"attr\":\"rewardPoints\",\"op\":\"ge\",\"v\":5},"
            + "{\"agg\":{\"fn\":\"count\",\"source\":\"orderItem\",\"where\":[{\"f\":\"product.price\","
            + "\"op\":\"ge\",\"v\":5}]},\"op\":\"ge\",\"v\":1}]}}"));
        engine.settle(NOW);
        return engine;
    }

    private static void ok(final EngineHarness engine, final Command command) {
        final CommandResult result = engine.apply(command, NOW);
        assertThat(result.isOk()).as("%s", result).isTrue();
    }
}
