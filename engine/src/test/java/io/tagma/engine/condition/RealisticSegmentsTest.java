package io.tagma.engine.condition;

import static org.assertj.core.api.Assertions.assertThat;

import io.tagma.engine.model.Refusal;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvFileSource;

/** What merchandisers write: every construct of the reference segments and every row of the Magento mapping. */
class RealisticSegmentsTest {
    private final TableCatalog catalog = new TableCatalog("big-spenders", "regulars", "senders-back");

    @ParameterizedTest
    @CsvFileSource(resources = "/condition/realistic.txt", delimiter = '|', quoteCharacter = '`')
    void shouldParseAndReadBackEqual(final String condition) throws Refusal {
        final String json = ("{'key':'s','name':'S','applyTo':'REGISTERED','purpose':'marketing','condition':"
            + condition + "}").replace('\'', '"');

        final SegmentDefinition definition = SegmentParser.parse("s", json, catalog);

        assertThat(definition.purpose()).isEqualTo("marketing");
        assertThat(SegmentParser.parse("s", definition.json(), catalog)).isEqualTo(definition);
    }
}
