package io.tagma.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.tagma.engine.EngineView.Preview;
import io.tagma.engine.EngineView.Sampled;
import io.tagma.engine.model.Refusal;
import io.tagma.engine.protocol.Command;
import io.tagma.engine.protocol.DefinitionKind;
import io.tagma.engine.protocol.NamedValue;
import io.tagma.engine.protocol.ResultCode;
import io.tagma.engine.protocol.Value;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Who an unsaved definition would have, and how that differs from a segment. */
class PreviewTest {
    private static final long NOW = 1_790_000_000_000L;
    private static final int ALL = 1_000;

    private final EngineHarness engine = EngineHarness.begin(NOW);

    @AfterEach
    void close() {
        engine.close();
    }

    private void ok(final Command command) {
        final CommandResult result = engine.apply(command, NOW);
        assertThat(result.isOk()).as("%s", result).isTrue();
    }

    private void points(final String key, final long points) {
        ok(new Command.SubjectUpsert(key, null, null, null,
            List.of(new NamedValue("rewardPoints", Value.of(points))), null, null));
    }

    private void define(final String key, final String json) {
        ok(new Command.PutDefinition(DefinitionKind.SEGMENT, key, -1, json.replace('\'', '"')));
        engine.settle(NOW);
    }

    private static String between(final int low, final int high) {
        return "{'condition':{'attr':'rewardPoints','op':'between','v':[" + low + "," + high + "]}}";
    }

    private Query<Preview> asked(final String json, final String segment) throws Refusal {
        return engine.view().preview(json.replace('\'', '"'), segment, ALL);
    }

    private Preview preview(final String json, final String segment) throws Refusal {
        return rest(asked(json, segment));
    }

    private Preview rest(final Query<Preview> query) {
        Preview preview = query.step(engine.view());
        while (preview == null) {
            preview = query.step(engine.view());
        }
        return preview;
    }

    private static Sampled sampled(final String... keys) {
        return new Sampled(keys.length, List.of(keys));
    }

    @Test
    void shouldTellWhoWouldEnterLeaveAndStay() throws Refusal {
        for (int i = 0; i < 10; i++) {
            points("c" + i, i);
        }
        define("s", between(5, 9));

        final Preview preview = preview(between(3, 7), "s");

        assertThat(preview).isEqualTo(new Preview(5, List.of("c3", "c4", "c5", "c6", "c7"), sampled("c3", "c4"),
            sampled("c8", "c9"), 3, engine.view().position()));
        final Preview one = engine.view().preview(between(0, 9).replace('\'', '"'), "s", 1).step(engine.view());
        assertThat(one.entering()).isEqualTo(new Sampled(5, List.of("c0")));
        assertThat(one.staying()).isEqualTo(5);
        final Preview alone = preview(between(3, 7), null);
        assertThat(alone).isEqualTo(new Preview(5, List.of("c3", "c4", "c5", "c6", "c7"), null, null, 0,
            engine.view().position()));
    }

    @Test
    void shouldCompareWithNobodyWhereTheSegmentHasNoMembers() throws Refusal {
        points("c1", 1);
        points("c2", 2);
        define("s", between(1, 2));
        define("s", between(1, 2).replace("{'condition'", "{'status':'PAUSED','condition'"));

        final Preview preview = preview(between(2, 3), "s");

        assertThat(preview.entering()).isEqualTo(sampled("c2"));
        assertThat(preview.leaving()).isEqualTo(sampled());
        assertThat(preview.staying()).isZero();
    }

    @Test
    void shouldRefuseASegmentThatIsUnknown() {
        final Refusal refusal = catchThrowableOfType(Refusal.class, () -> preview(between(1, 2), "nobody"));

        assertThat(refusal.code()).isEqualTo(ResultCode.INVALID);
        assertThat(refusal.pointer()).isEqualTo("/segment");
        assertThat(refusal.getMessage()).isEqualTo("unknown segment: key=nobody");
    }

    @Test
    void shouldHaveTheMembersThatTheSavedDefinitionHas() throws Refusal {
        ok(new Command.PutDefinition(DefinitionKind.WEBSITE, "de", -1, "{\"zone\":\"Europe/Berlin\"}"));
        for (int i = 0; i < 24; i++) {
            final String website = i % 2 == 0 ? "base" : "de";
            if (i % 3 == 0) {
                ok(new Command.View("v" + i, "p", NOW, website, null));
            } else {
                ok(new Command.SubjectUpsert("c" + i, null, website, null, List.of(), null, null));
                ok(new Command.View("c" + i, "p", NOW, i % 4 == 0 ? "base" : "de", null));
            }
            if (i % 5 != 0) {
                ok(new Command.ConsentSet((i % 3 == 0 ? "v" : "c") + i, "ads", i % 5 != 1, null));
            }
        }
        final String seen = "'condition':{'exists':{'source':'view'}}}";
        final List<String> definitions = List.of("{" + seen, "{'websites':['de']," + seen,
            "{'websites':['de'],'eventScope':'WEBSITE'," + seen, "{'applyTo':'VISITORS'," + seen,
            "{'applyTo':'REGISTERED','eventScope':'GLOBAL'," + seen, "{'purpose':'ads'," + seen,
            "{'purpose':'ads','websites':['base'],'eventScope':'WEBSITE','applyTo':'REGISTERED'," + seen,
            "{'purpose':'nobody'," + seen, "{'confirmAll':true,'condition':{'all':[]}}",
            "{'confirmAll':true,'purpose':'ads','condition':null}");

        for (final String definition : definitions) {
            define("s", definition);
            final long count = engine.view().segment("s").count();
            final Preview preview = preview(definition, "s");
            assertThat(preview.count()).as(definition).isEqualTo(count).isEqualTo(preview.sample().size());
            assertThat(preview.staying()).as(definition).isEqualTo(count);
            assertThat(List.of(preview.entering(), preview.leaving())).as(definition)
                .containsExactly(sampled(), sampled());
        }
        assertThat(definitions.stream().map(definition -> count(definition)).collect(Collectors.toSet()))
            .hasSizeGreaterThan(5);
    }

    private long count(final String definition) {
        try {
            return preview(definition, null).count();
        } catch (final Refusal refusal) {
            throw new AssertionError(refusal);
        }
    }

    @Test
    void shouldAddUpWhateverHappensBetweenItsSteps() throws Refusal {
        final Query<Preview> query = asked(costly(), manySubjects());

        assertThat(query.step(engine.view())).isNull();
        for (int i = 0; i < 60; i++) {
            points("c" + i, i % 7);
        }
        for (int i = 50; i < 60; i++) {
            ok(new Command.SubjectDelete("c" + i, null));
        }
        final Preview preview = rest(query);

        assertThat(preview.entering().count() + preview.staying()).isEqualTo(preview.count());
        assertThat(preview.sample()).hasSize((int)preview.count()).doesNotHaveDuplicates()
            .containsAll(preview.entering().sample()).doesNotContainAnyElementsOf(preview.leaving().sample());
        assertThat(preview.position()).isEqualTo(engine.view().position());
        assertThat(preview.count()).isPositive();
        assertThat(preview.leaving().count()).isPositive();
    }

    @Test
    void shouldBeginAnewWhereTheSegmentIsEditedBetweenItsSteps() throws Refusal {
        final String segment = manySubjects();
        final Query<Preview> query = asked(costly(), segment);

        assertThat(query.step(engine.view())).isNull();
        define(segment, between(1, 1));
        final Preview edited = rest(query);

        assertThat(edited).isEqualTo(preview(costly(), segment));
        assertThat(edited.leaving().count()).isEqualTo(10);
    }

    /** It walks anew so often only; then whoever has not been judged yet is compared with what answers. */
    @Test
    void shouldComeToAnEndWhereTheSegmentIsEditedAtEveryStep() throws Refusal {
        final String segment = manySubjects();
        final Query<Preview> query = asked(costly(), segment);
        Preview preview = query.step(engine.view());
        int edits = 0;
        while (preview == null && edits < 100) {
            edits++;
            define(segment, between(3 - edits % 2, 5));
            preview = query.step(engine.view());
        }

        assertThat(edits).isBetween(9, 99);
        assertThat(preview.count()).isEqualTo(20);
        assertThat(preview.staying()).isEqualTo(20);
        assertThat(preview.entering()).isEqualTo(sampled());
    }

    /** 60 subjects with 20 orders each and points from 0 to 5; who has 3 to 5 is in the segment. */
    private String manySubjects() {
        for (int i = 0; i < 60; i++) {
            points("c" + i, i % 6);
            for (int order = 0; order < 20; order++) {
                ok(new Command.OrderUpsert("c" + i, "o" + order, NOW, List.of(), List.of(), null));
            }
        }
        define("s", between(3, 5));
        return "s";
    }

    /** Points of at least 4, found after many others that are false. */
    private static String costly() {
        return IntStream.range(0, 100).mapToObj(i -> "{'agg':{'fn':'count','source':'order','window':{'last':'PT"
            + (i + 1) + "H'}},'op':'gt','v':1000}").collect(Collectors.joining(",", "{'condition':{'any':[",
            ",{'attr':'rewardPoints','op':'ge','v':4}]}}"));
    }
}
