package io.tagma.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.tagma.engine.model.Source;
import io.tagma.engine.protocol.Command;
import io.tagma.engine.protocol.NamedValue;
import io.tagma.engine.protocol.Value;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What is told of a subject, in the types in which it was sent. */
class SubjectExportTest {
    private static final long NOW = 1_790_000_000_000L;

    @Test
    void shouldTellTheLinesOfACartAsAWholeNumberWhetherSentOrCounted() {
        try (EngineHarness engine = EngineHarness.begin(NOW)) {
            final NamedValue qty = new NamedValue("qty", new Value.Decimal(25_000));
            final NamedValue product = new NamedValue("product", Value.of("p"));
            final Command.Item line = new Command.Item(null, List.of(product, qty));
            apply(engine, new Command.CartPut("sent", "base", NOW,
                List.of(new NamedValue("lineItems", Value.of(7))), List.of(), null));
            apply(engine, new Command.CartPut("counted", "base", NOW, List.of(), List.of(line), null));

            assertThat(cart(engine, "sent").fields()).contains(new NamedValue("lineItems", Value.of(7)));
            assertThat(cart(engine, "counted").fields()).contains(new NamedValue("lineItems", Value.of(1)), qty);
        }
    }

    private static EngineView.EntryExport cart(final EngineHarness engine, final String key) {
        return engine.view().subject(key).entries(Source.CART).get(0);
    }

    private static void apply(final EngineHarness engine, final Command command) {
        assertThat(engine.apply(command, NOW).isOk()).isTrue();
    }
}
