package io.tagma.engine.condition;

import static org.assertj.core.api.Assertions.assertThat;

import io.tagma.engine.model.Refusal;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvFileSource;

class CanonicalJsonTest {
    private final TableCatalog catalog = new TableCatalog("vip");

    @ParameterizedTest
    @CsvFileSource(resources = "/condition/canonical.txt", delimiter = '|', quoteCharacter = '`')
    void shouldWriteOneFormThatReadsBackEqual(final String sent, final String canonical) throws Refusal {
        final SegmentDefinition definition = SegmentParser.parse("s", json("{'condition':" + sent + "}"), catalog);

        assertThat(CanonicalJson.of(definition.condition(), catalog)).isEqualTo(json(canonical));
        assertThat(definition.json()).endsWith(",\"condition\":" + json(canonical) + "}");
        assertThat(SegmentParser.parse("s", definition.json(), catalog)).isEqualTo(definition);
    }

    @Test
    void shouldKeepItsMeaningWhenAGroupIsRenamed() throws Refusal {
        final SegmentDefinition before = SegmentParser.parse("s",
            json("{'condition':{'attr':'group','op':'eq','v':'Wholesale'}}"), catalog);
        catalog.groups.put(2, DefinitionParser.group(json("{'code':'B2B'}")), -1, catalog.websites);

        assertThat(SegmentParser.parse("s", before.json(), catalog)).isEqualTo(before);
    }

    private static String json(final String text) {
        return text.replace('\'', '"');
    }
}
