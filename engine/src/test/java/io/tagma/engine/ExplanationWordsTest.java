package io.tagma.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.tagma.engine.EngineView.Explanation;
import io.tagma.engine.EngineView.Node;
import io.tagma.engine.protocol.Command;
import io.tagma.engine.protocol.ResultCode;
import io.tagma.engine.protocol.Value;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What an explanation says to people, word for word. */
class ExplanationWordsTest {

    /** The table has a condition a line, and what is said of it on the next, after + where it holds and - where not. */
    @Test
    void shouldSayOfEveryLeafWhatAMerchandiserReads() throws IOException {
        final List<String> expected = new ArrayList<>();
        final List<String> actual = new ArrayList<>();
        try (ExplainedShop shop = new ExplainedShop()) {
            for (final String line : table()) {
                expected.add(line);
                if (line.startsWith("{")) {
                    shop.segment("s", "{'condition':" + line + "}");
                    final Explanation explanation = shop.engine().view().explain("42", "s");
                    final Node leaf = explanation.tree();
                    assertThat(explanation.isMember()).as(line).isEqualTo(leaf.verdict());
                    assertThat(explanation.nextFlip()).as(line).isEqualTo(leaf.nextFlip());
                    assertThat(explanation.sentence()).as(line).startsWith(
                        (leaf.verdict() ? "in" : "not in") + " the segment: " + leaf.sentence());
                    actual.add(line);
                    actual.add((leaf.verdict() ? "+ " : "- ") + leaf.sentence());
                }
            }
        }
        assertThat(actual).isEqualTo(expected).hasSizeGreaterThan(200);
    }

    @Test
    void shouldSayWhatWasSentWhereAValueHasAnotherType() {
        try (ExplainedShop shop = new ExplainedShop()) {
            assertThat(refused(shop, "rewardPoints", Value.of("5")))
                .isEqualTo("no legal INT: the text \"5\" was sent");
            assertThat(refused(shop, "rewardPoints", new Value.Decimal(25_000)))
                .isEqualTo("no legal INT: the number 2.5 was sent");
            assertThat(refused(shop, "newsletter", Value.of(1))).isEqualTo("no legal BOOL: the number 1 was sent");
            assertThat(refused(shop, "dob", Value.of(true))).isEqualTo("no legal DATE: true was sent");
            assertThat(refused(shop, "storeCredit", Value.of(List.of("1"))))
                .isEqualTo("no legal DECIMAL: an array of texts was sent");
        }
    }

    private static String refused(final ExplainedShop shop, final String attribute, final Value value) {
        final CommandResult result = shop.engine().apply(new Command.SubjectUpsert("42", null, null, null,
            List.of(ExplainedShop.value(attribute, value)), null, null), ExplainedShop.NOW);
        assertThat(result.code()).isEqualTo(ResultCode.INVALID);
        return result.detail();
    }

    private static List<String> table() throws IOException {
        try (InputStream stream = ExplanationWordsTest.class.getResourceAsStream("/engine/explanations.txt")) {
            return new String(stream.readAllBytes(), StandardCharsets.UTF_8).lines()
                .filter(line -> !line.startsWith("#") && !line.isBlank()).toList();
        }
    }
}
