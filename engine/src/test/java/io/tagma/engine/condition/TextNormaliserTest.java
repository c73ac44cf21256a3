package io.tagma.engine.condition;

import static org.assertj.core.api.Assertions.assertThat;

import io.tagma.engine.protocol.Command;
import io.tagma.engine.protocol.NamedValue;
import io.tagma.engine.protocol.Value;
import java.util.List;
import org.junit.jupiter.api.Test;

class TextNormaliserTest {
    @Test
    void shouldFoldTextsEverywhereInASubject() {
        final Command command = new Command.SubjectUpsert("k", null, null, null,
            List.of(text("a", "Ärger ", null), text("b", "ASCII", null)),
            List.of(List.of(text("city", "Köln", null)), List.of(text("city", "Bonn", null))), "e");

        assertThat(TextNormaliser.normalise(command)).isEqualTo(new Command.SubjectUpsert("k", null, null, null,
            List.of(text("a", "Ärger ", "ärger"), text("b", "ASCII", null)),
            List.of(List.of(text("city", "Köln", "köln")), List.of(text("city", "Bonn", null))), "e"));
    }

    @Test
    void shouldFoldTextsEverywhereInAnOrder() {
        final Command command = new Command.OrderUpsert("k", "1", 5L, List.of(text("status", "ÉTÉ", null)),
            List.of(new Command.Item(null, List.of(text("product", "p", null))),
                new Command.Item(7L, List.of(text("props.x", "ﬁ", null)))), null);

        assertThat(TextNormaliser.normalise(command)).isEqualTo(new Command.OrderUpsert("k", "1", 5L,
            List.of(text("status", "ÉTÉ", "été")), List.of(new Command.Item(null, List.of(text("product", "p", null))),
                new Command.Item(7L, List.of(text("props.x", "ﬁ", "fi")))), null));
    }

    @Test
    void shouldFoldTextsOfAProduct() {
        final Command command = new Command.ProductUpsert("p", List.of(text("attributes.brand", "ÖL", null)), null);

        assertThat(TextNormaliser.normalise(command))
            .isEqualTo(new Command.ProductUpsert("p", List.of(text("attributes.brand", "ÖL", "öl")), null));
    }

    @Test
    void shouldOverwriteWhatTheClientCallsFolded() {
        final Command command = new Command.SubjectUpsert("k", null, null, null,
            List.of(text("a", "Ä", "x"), text("b", "B", "x")), null, null);

        assertThat(TextNormaliser.normalise(command)).isEqualTo(new Command.SubjectUpsert("k", null, null, null,
            List.of(text("a", "Ä", "ä"), text("b", "B", null)), null, null));
    }

    @Test
    void shouldReturnTheSameInstanceWhenNothingChanges() {
        final List<Command> commands = List.of(
            new Command.SubjectUpsert("k", null, null, null, null, null, null),
            new Command.SubjectUpsert("ä", null, null, null,
                List.of(text("a", "Ä", "ä"), text("b", "b", null), new NamedValue("c", Value.of(1))),
                List.of(List.of(text("city", "x", null))), null),
            new Command.OrderUpsert("k", "1", null, List.of(text("status", "x", null)),
                List.of(new Command.Item(null, List.of())), null),
            new Command.OrderUpsert("k", "1", null, null, null, null),
            new Command.ProductUpsert("p", List.of(new NamedValue("categories", Value.of(List.of("Ä")))), null),
            new Command.SubjectDelete("ä", null), new Command.LaneOpen(1));

        assertThat(commands).allSatisfy(command -> assertThat(TextNormaliser.normalise(command)).isSameAs(command));
    }

    @Test
    void shouldLeaveATextOverTheLimitUnfolded() {
        final Command command = new Command.ProductUpsert("p",
            List.of(text("attributes.x", "\uFDFA".repeat(2_000), null)), null);

        assertThat(TextNormaliser.normalise(command)).isSameAs(command);
    }

    private static NamedValue text(final String name, final String value, final String folded) {
        return new NamedValue(name, new Value.Text(value, folded));
    }
}
