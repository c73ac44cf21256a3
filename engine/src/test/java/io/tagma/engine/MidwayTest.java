package io.tagma.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.tagma.engine.protocol.Command;
import io.tagma.engine.protocol.DefinitionKind;
import io.tagma.engine.protocol.NamedValue;
import io.tagma.engine.protocol.ResultCode;
import io.tagma.engine.protocol.SubjectKind;
import io.tagma.engine.protocol.Value;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What is refused, shown and kept while a job is half done. */
class MidwayTest {
    private static final long START = 1_764_000_000_000L;
    private static final int MEMBERS = 10;
    private static final int GROUP = 12;
    /** A slice visits two members. */
    private static final SliceWork SMALL = new SliceWork(100, 30, 60);
    private static final String IN_GROUP = "{\"condition\":{\"attr\":\"group\",\"op\":\"eq\",\"v\":" + GROUP + "}}";
    private static final String DEARER_THAN = "{\"condition\":{\"exists\":{\"source\":\"orderItem\","
        + "\"where\":[{\"f\":\"product.price\",\"op\":\"gt\",\"v\":%d}]}}}";
    private static final String EVERYONE = "{\"condition\":{\"attr\":\"createdAt\",\"op\":\"isSet\"}}";

    @Test
    void shouldShowADeletedGroupToNobodyWhenRestoredBeforeItsMembersHaveMoved() {
        try (EngineHarness engine = begin()) {
            assertThat(deleteGroup(engine).isOk()).isTrue();
            engine.slice(START);
            assertThat(engine.engine().underway().isDeletingGroup()).isTrue();
            try (EngineHarness restored = EngineHarness.restore(engine)) {
                for (int i = 0; i < MEMBERS; i++) {
                    assertThat(restored.group("c" + i)).isEqualTo(1);
                }
            }
        }
    }

    @Test
    void shouldRefuseToMakeAGroupAgainWhileLookUpsHideTheOldOne() {
        try (EngineHarness engine = begin()) {
            deleteGroup(engine);
            for (int i = 0; i < MEMBERS; i++) {
                engine.apply(new Command.GroupAssign("c" + i, 3, null), START);
            }
            assertThat(engine.view().groupCount(GROUP)).isZero();

            assertThat(putGroup(engine).code()).isEqualTo(ResultCode.CONFLICT);
            engine.settle(START);

            assertThat(putGroup(engine).isOk()).isTrue();
            engine.apply(new Command.GroupAssign("c0", GROUP, null), START);
            assertThat(engine.group("c0")).isEqualTo(GROUP);
        }
    }

    @Test
    void shouldRefuseToDeleteAGroupWhenOnlyAnOldVersionOfASegmentNamesIt() {
        try (EngineHarness engine = begin()) {
            put(engine, IN_GROUP);
            engine.settle(START);
            put(engine, EVERYONE);
            engine.slice(START);

            assertThat(deleteGroup(engine).code()).isEqualTo(ResultCode.CONFLICT);
            try (EngineHarness restored = EngineHarness.restore(engine)) {
                assertThat(restored.lookup("c0")).hasSize(1);
            }
            engine.settle(START);
            assertThat(deleteGroup(engine).isOk()).isTrue();
        }
    }

    @Test
    void shouldTellOnceOfWhoEntersWhenASegmentIsSwappedWhileAProductChanges() {
        try (EngineHarness engine = begin()) {
            putProduct(engine, "10");
            for (int i = 0; i < MEMBERS; i++) {
                engine.apply(new Command.OrderUpsert("c" + i, "o", null, List.of(), List.of(
                    new Command.Item(null, List.of(new NamedValue("product", Value.of("p"))))), null), START);
            }
            put(engine, DEARER_THAN.formatted(100));
            engine.settle(START);
            final long before = engine.view().changesNext();
            put(engine, DEARER_THAN.formatted(150));
            while (engine.view().segment("s").builtFraction() < 0.7) {
                engine.slice(START);
            }
            assertThat(engine.view().segment("s").isReady()).isFalse();

            putProduct(engine, "200");
            engine.settle(START);

            assertThat(engine.view().segment("s").count()).isEqualTo(MEMBERS);
            assertThat(engine.view().changes(before, 100)).hasSize(MEMBERS).allMatch(EngineView.Change::isEnter)
                .extracting(EngineView.Change::subject).doesNotHaveDuplicates();
        }
    }

    private static void putProduct(final EngineHarness engine, final String price) {
        assertThat(engine.apply(new Command.ProductUpsert("p",
            List.of(new NamedValue("price", Value.of(price))), null), START).isOk()).isTrue();
    }

    private static EngineHarness begin() {
        final EngineHarness engine = EngineHarness.begin(false, START, SMALL);
        assertThat(putGroup(engine).isOk()).isTrue();
        for (int i = 0; i < MEMBERS; i++) {
            assertThat(engine.apply(new Command.SubjectUpsert("c" + i, SubjectKind.CUSTOMER, null, GROUP,
                List.of(new NamedValue("createdAt", Value.of(START))), null, null), START).isOk()).isTrue();
        }
        return engine;
    }

    private static CommandResult putGroup(final EngineHarness engine) {
        return engine.apply(new Command.PutDefinition(DefinitionKind.GROUP, Integer.toString(GROUP), -1,
            "{\"code\":\"Passing\"}"), START);
    }

    private static CommandResult deleteGroup(final EngineHarness engine) {
        return engine.apply(
            new Command.DeleteDefinition(DefinitionKind.GROUP, Integer.toString(GROUP), -1, false), START);
    }

    private static void put(final EngineHarness engine, final String json) {
        assertThat(engine.apply(new Command.PutDefinition(DefinitionKind.SEGMENT, "s", -1, json), START).isOk())
            .isTrue();
    }
}
