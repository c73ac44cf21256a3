package io.tagma.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.tagma.engine.protocol.Command;
import io.tagma.engine.protocol.DefinitionKind;
import io.tagma.engine.protocol.NamedValue;
import io.tagma.engine.protocol.SubjectKind;
import io.tagma.engine.protocol.Value;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Work counted, so that "an update costs what it changes, never what exists" is a fact and not a wish. */
class WorkCountersTest {
    private static final long NOW = 1_790_000_000_000L;
    private static final long DAY_MS = 86_400_000L;
    private static final int SUBJECTS = 1_000_000;
    /** Subjects of the test that gives each an order. */
    private static final int BUYERS = 25_000;
    private static final int POINTS = 100;
    /** Most work units of one subject's visit here: attributes, a few measures, one order read twice, a new row. */
    private static final int VISIT_WORK = 64;

    /** 10,000 segments, shared because they take seconds to define: each test uses a subject of its own. */
    private static EngineHarness wide;

    @BeforeAll
    static void defineTenThousandSegments() {
        wide = tenThousandSegments();
    }

    @AfterAll
    static void closeTenThousandSegments() {
        wide.close();
    }

    // ---- an update ---------------------------------------------------------------------------------------------

    @Test
    void shouldVisitNoPredicateAmongTenThousandSegmentsWhenAChangeCrossesNoThreshold() {
        points(wide, "ann", 12_341);
        final WorkCounters before = wide.engine().counters();

        for (int points = 12_342; points < 12_350; points++) {
            points(wide, "ann", points);
        }

        final WorkCounters after = wide.engine().counters();
        assertThat(after.predicatesVisited()).isEqualTo(before.predicatesVisited());
        assertThat(after.segmentsEvaluated()).isEqualTo(before.segmentsEvaluated());
        assertThat(after.rowsWritten()).isEqualTo(before.rowsWritten());
        assertThat(wide.lookup("ann")).hasSize(1_235);
    }

    @Test
    void shouldVisitOnlyTheCrossedPredicatesWhenAChangeCrossesThreeOfTenThousand() {
        points(wide, "bob", 12_349);
        final WorkCounters before = wide.engine().counters();

        points(wide, "bob", 12_370);

        final WorkCounters after = wide.engine().counters();
        assertThat(after.predicatesVisited() - before.predicatesVisited()).isEqualTo(3);
        assertThat(after.segmentsEvaluated() - before.segmentsEvaluated()).isEqualTo(3);
        assertThat(after.rowsWritten() - before.rowsWritten()).isEqualTo(1);
        assertThat(wide.lookup("bob")).hasSize(1_238);
    }

    @Test
    void shouldVisitNoPredicateWhenAnAttributeThatNoSegmentReadsChanges() {
        points(wide, "cleo", 12_341);
        final WorkCounters before = wide.engine().counters();

        ok(wide, subject("cleo", "storeCredit", Value.of(5)), NOW);

        final WorkCounters after = wide.engine().counters();
        assertThat(after.predicatesVisited()).isEqualTo(before.predicatesVisited());
        assertThat(after.segmentsEvaluated()).isEqualTo(before.segmentsEvaluated());
        assertThat(wide.view().subject("cleo").attributes()).hasSize(2);
    }

    /** Segment i has those with at least 10 i points: thresholds at 0, 10 ... 99,990. */
    private static EngineHarness tenThousandSegments() {
        final EngineHarness engine = EngineHarness.begin(NOW);
        for (int i = 0; i < 10_000; i++) {
            segment(engine, "s" + i, "{\"attr\":\"rewardPoints\",\"op\":\"ge\",\"v\":" + 10 * i + "}");
        }
        engine.settle(NOW);
        assertThat(engine.view().segments()).hasSize(10_000).allMatch(EngineView.SegmentStatus::isReady);
        return engine;
    }

    // ---- records -----------------------------------------------------------------------------------------------

    @Test
    void shouldCopyNoOtherRecordWhenOrdersAreAppended() {
        try (EngineHarness engine = EngineHarness.begin(NOW)) {
            segment(engine, "buyers", "{\"agg\":{\"fn\":\"sum\",\"source\":\"order\",\"field\":\"grandTotal\"},"
                + "\"op\":\"ge\",\"v\":3000}");
            engine.settle(NOW);

            for (int i = 0; i < 300; i++) {
                order(engine, "ann", "o" + i, NOW - DAY_MS);
            }

            assertThat(engine.engine().counters().recordsCopied()).isZero();
            assertThat(engine.view().subject("ann").orders()).hasSize(300);
            assertThat(engine.lookup("ann")).hasSize(1);
        }
    }

    @Test
    void shouldCountCopiedRecordsWhenTakenBackOrdersOutweighTheOthers() {
        try (EngineHarness engine = EngineHarness.begin(NOW)) {
            for (int i = 0; i < 100; i++) {
                order(engine, "ann", "o" + i, NOW - DAY_MS);
            }
            for (int i = 0; i < 90; i++) {
                ok(engine, new Command.OrderDelete("ann", "o" + i, null), NOW);
            }
            for (int i = 100; i < 200; i++) {
                order(engine, "ann", "o" + i, NOW - DAY_MS);
            }

            assertThat(engine.engine().counters().recordsCopied()).isPositive();
            assertThat(engine.view().subject("ann").orders()).hasSize(110);
        }
    }

    // ---- builds and slices -------------------------------------------------------------------------------------

    @Test
    void shouldLetUpdatesPassBetweenSlicesWhenASegmentIsBuilt() {
        try (EngineHarness engine = manySubjects(SUBJECTS)) {
            final int rich = segment(engine, "rich", "{\"attr\":\"storeCredit\",\"op\":\"ge\",\"v\":50}");
            engine.settle(NOW);
            final Set<String> expected = membersByRule(90);
            final long slicesBefore = engine.engine().counters().slices();

            // Reads an attribute that no segment has read so far: every subject must be visited.
            final int vip = segment(engine, "vip", "{\"attr\":\"rewardPoints\",\"op\":\"ge\",\"v\":90}");
            final long job = engine.view().jobs().get(0).job();
            int unready = 0;
            for (int low = 0, high = SUBJECTS - 1; !engine.isDone(job); low++, high--) {
                engine.slice(NOW);
                final boolean isReady = engine.view().segment("vip").isReady();
                unready += isReady ? 0 : 1;
                // One behind the build's border and one ahead of it: both enter, and one in two leaves again.
                for (final String key : List.of("s" + low, "s" + high)) {
                    balance(engine, key, 95);
                    expected.add(key);
                    assertThat(engine.lookup(key)).isEqualTo(isReady ? Set.of(rich, vip) : Set.of(rich));
                    if (low % 2 == 1) {
                        balance(engine, key, 5);
                        expected.remove(key);
                        assertThat(engine.lookup(key)).isEmpty();
                    }
                }
            }
            engine.settle(NOW);

            assertThat(unready).isGreaterThan(500);
            assertThat(engine.engine().counters().slices() - slicesBefore).isGreaterThan(500);
            assertThat(members(engine, "vip")).isEqualTo(expected);
            assertThat(engine.view().segment("vip").count()).isEqualTo(expected.size());
            assertThat(engine.lookup("s0")).containsExactlyInAnyOrder(rich, vip);
            assertThat(engine.lookup("s1")).isEmpty();
        }
    }

    @Test
    void shouldWriteOneRowForAllSegmentsSwappedInAtOnce() {
        try (EngineHarness engine = manySubjects(1)) {
            for (int i = 0; i < 2_000; i++) {
                segment(engine, "s" + i, "{\"attr\":\"rewardPoints\",\"op\":\"lt\",\"v\":" + (10 + i) + "}");
            }
            final WorkCounters before = engine.engine().counters();
            engine.slice(NOW);
            while (!engine.isSettled()) {
                engine.slice(NOW);
            }

            final WorkCounters built = engine.engine().counters();
            assertThat(engine.lookup("s0")).hasSize(2_000);
            // A batch of eight writes one row; the swap itself none, because nobody left.
            assertThat(built.rowsWritten() - before.rowsWritten()).isEqualTo(2_000 / 8);

            for (int i = 0; i < 2_000; i++) {
                ok(engine, new Command.DeleteDefinition(DefinitionKind.SEGMENT, "s" + i, -1, false), NOW);
            }
            engine.settle(NOW);

            assertThat(engine.lookup("s0")).isEmpty();
            // Those that go at one instant write a row in each of their sweeps, which take up to 64.
            assertThat(engine.engine().counters().rowsWritten() - built.rowsWritten()).isEqualTo(2_000 / 64 + 1);
            assertThat(engine.engine().counters().sliceWorkMax()).isLessThan(Limits.FLIP_WORK_MAX
                + Limits.SWEEP_WORK_MAX + Limits.BUILD_WORK_MAX);
        }
    }

    private static void balance(final EngineHarness engine, final String key, final int balance) {
        ok(engine, new Command.SubjectUpsert(key, null, null, null,
            List.of(new NamedValue("rewardPoints", Value.of(balance)),
                new NamedValue("storeCredit", Value.of(balance))), null, null), NOW);
    }

    @Test
    void shouldKeepEverySliceWithinItsWorkUnitsWhenFlipsSweepsAndBuildsMeet() {
        try (EngineHarness engine = manySubjects(BUYERS)) {
            for (int i = 0; i < BUYERS; i++) {
                order(engine, "s" + i, "o", NOW - i % 2);
            }
            segment(engine, "recent", "{\"exists\":{\"source\":\"order\",\"window\":{\"last\":\"P1D\"}}}");
            engine.settle(NOW);
            assertThat(engine.view().segment("recent").count()).isEqualTo(BUYERS);

            // All orders leave the window while two segments are built and then swept in.
            segment(engine, "poor", "{\"attr\":\"rewardPoints\",\"op\":\"lt\",\"v\":50}");
            segment(engine, "buyers", "{\"agg\":{\"fn\":\"count\",\"source\":\"order\"},\"op\":\"ge\",\"v\":1}");
            final long slicesBefore = engine.engine().counters().slices();
            engine.settle(NOW + DAY_MS);

            final WorkCounters counters = engine.engine().counters();
            assertThat(counters.slices() - slicesBefore).isGreaterThan(50);
            assertThat(counters.sliceWorkMax()).isGreaterThan(Limits.FLIP_WORK_MAX);
            assertThat(counters.sliceWorkMax()).isLessThan(Limits.FLIP_WORK_MAX + Limits.SWEEP_WORK_MAX
                + Limits.BUILD_WORK_MAX + 3 * VISIT_WORK);
            assertThat(engine.view().segment("recent").count()).isZero();
            assertThat(engine.view().segment("poor").count()).isEqualTo(BUYERS / 2);
            assertThat(engine.view().segment("buyers").count()).isEqualTo(BUYERS);
        }
    }

    /** Subject i has i mod 100 points. */
    private static EngineHarness manySubjects(final int count) {
        final EngineHarness engine = EngineHarness.begin(Math.max(count, 1_000), NOW);
        for (int i = 0; i < count; i++) {
            points(engine, "s" + i, i % POINTS);
        }
        return engine;
    }

    private static Set<String> membersByRule(final int pointsMin) {
        final Set<String> keys = new HashSet<>();
        for (int i = 0; i < SUBJECTS; i++) {
            if (i % POINTS >= pointsMin) {
                keys.add("s" + i);
            }
        }
        return keys;
    }

    // ---- commands ----------------------------------------------------------------------------------------------

    private static Set<String> members(final EngineHarness engine, final String segment) {
        final List<String> keys = new ArrayList<>();
        final EngineView.MembersExport export = engine.view().members(segment);
        while (export.next(10_000, (ordinal, key) -> keys.add(key))) {
            assertThat(keys).hasSizeLessThanOrEqualTo(SUBJECTS);
        }
        assertThat(keys).doesNotHaveDuplicates();
        return new HashSet<>(keys);
    }

    private static int segment(final EngineHarness engine, final String key, final String condition) {
        return (int)ok(engine, new Command.PutDefinition(DefinitionKind.SEGMENT, key, -1,
            "{\"condition\":" + condition + "}"), NOW).value();
    }

    private static void points(final EngineHarness engine, final String key, final int points) {
        ok(engine, subject(key, "rewardPoints", Value.of(points)), NOW);
    }

    private static Command subject(final String key, final String attribute, final Value value) {
        return new Command.SubjectUpsert(key, SubjectKind.CUSTOMER, null, null,
            List.of(new NamedValue(attribute, value)), null, null);
    }

    private static void order(final EngineHarness engine, final String key, final String id, final long t) {
        ok(engine, new Command.OrderUpsert(key, id, t, List.of(new NamedValue("grandTotal", Value.of(10)),
            new NamedValue("status", Value.of("complete"))), List.of(), null), NOW);
    }

    private static CommandResult ok(final EngineHarness engine, final Command command, final long now) {
        final CommandResult result = engine.apply(command, now);
        assertThat(result.isOk()).as("%s", result).isTrue();
        return result;
    }
}
