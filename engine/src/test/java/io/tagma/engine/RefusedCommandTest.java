package io.tagma.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.tagma.engine.protocol.Command;
import io.tagma.engine.protocol.DefinitionKind;
import io.tagma.engine.protocol.NamedValue;
import io.tagma.engine.protocol.ResultCode;
import io.tagma.engine.protocol.Value;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A command that is refused changes nothing: not even the names and codes that it brought. */
class RefusedCommandTest {
    private static final long NOW = 1_790_000_000_000L;

    @Test
    void shouldKeepNoNamesOfPropertiesWhenOrdersAreRefused() {
        try (EngineHarness engine = EngineHarness.begin(NOW)) {
            for (int refused = 0; refused < 12; refused++) {
                final List<NamedValue> fields = new ArrayList<>();
                for (int i = 0; i < 3_000; i++) {
                    fields.add(new NamedValue("props.p" + refused + "-" + i, Value.of(1)));
                }
                fields.add(new NamedValue("nothing", Value.of(1)));
                assertThat(engine.apply(new Command.OrderUpsert("ann", "o", NOW, fields, List.of(), null), NOW).code())
                    .isEqualTo(ResultCode.INVALID);
            }
            assertThat(stored(engine)).isZero();
            assertThat(engine.apply(new Command.OrderUpsert("ann", "o", NOW,
                List.of(new NamedValue("props.new", Value.of(1))), List.of(), null), NOW).isOk()).isTrue();
            assertThat(engine.view().subject("ann").orders().get(0).fields()).extracting(NamedValue::name)
                .containsExactly("props.new");
        }
    }

    @Test
    void shouldKeepNoCodesWhenProductsAndSubjectsAreRefused() {
        try (EngineHarness engine = EngineHarness.begin(NOW)) {
            assertThat(engine.apply(new Command.PutDefinition(DefinitionKind.ATTRIBUTE, "colours", -1,
                "{\"type\":\"ENUM_SET\"}"), NOW).isOk()).isTrue();
            final NamedValue bad = new NamedValue("nothing", Value.of(1));

            assertThat(engine.apply(new Command.ProductUpsert("p", List.of(new NamedValue("categories",
                Value.of(List.of("a", "b"))), new NamedValue("attributes.x", Value.of(1)), bad), null), NOW).isOk())
                .isFalse();
            assertThat(engine.apply(new Command.SubjectUpsert("ann", null, null, null, List.of(new NamedValue("colours",
                Value.of(List.of("red", "blue"))), bad), null, null), NOW).isOk()).isFalse();

            assertThat(stored(engine)).isZero();
            assertThat(engine.apply(new Command.SubjectUpsert("ann", null, null, null, List.of(new NamedValue("colours",
                Value.of(List.of("green", "a")))), null, null), NOW).isOk()).isTrue();
            assertThat(engine.view().subject("ann").attributes()).containsExactly(
                new NamedValue("colours", Value.of(List.of("green", "a"))));
        }
    }

    @Test
    void shouldApplyBothWhenASubjectAndAProductOfTheSameKeyHaveEventsOfTheSameId() {
        try (EngineHarness engine = EngineHarness.begin(NOW)) {
            final Command.ProductUpsert product =
                new Command.ProductUpsert("42", List.of(new NamedValue("sku", Value.of("s"))), "e1");
            assertThat(engine.apply(new Command.SubjectUpsert("42", null, null, null, List.of(), null, "e1"), NOW)
                .isOk()).isTrue();

            assertThat(engine.apply(product, NOW).isOk()).isTrue();

            assertThat(engine.view().product("42")).hasSize(1);
            engine.apply(new Command.ProductDelete("42", "e2"), NOW);
            assertThat(engine.apply(product, NOW).isOk()).isTrue();
            assertThat(engine.view().product("42")).as("a repeat does nothing").isNull();
        }
    }

    @Test
    void shouldCutWhatARefusalSaysOfALongName() {
        try (EngineHarness engine = EngineHarness.begin(NOW)) {
            final CommandResult result = engine.apply(new Command.SubjectUpsert("ann", null, null, null,
                List.of(new NamedValue("n".repeat(20_000), Value.of(1))), null, null), NOW);

            assertThat(result.code()).isEqualTo(ResultCode.INVALID);
            assertThat(result.pointer()).startsWith("/attributes/n").hasSize(Limits.POINTER_LENGTH_MAX);
            assertThat(result.detail()).startsWith("undeclared").hasSize(Limits.DETAIL_LENGTH_MAX);
        }
    }

    private static long stored(final EngineHarness engine) {
        return (long)engine.view().info().get("storedBytes");
    }
}
