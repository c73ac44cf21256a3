package io.tagma.engine.condition;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.tagma.engine.model.Refusal;
import io.tagma.engine.protocol.ResultCode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvFileSource;

class SupportedNowTest {
    private final TableCatalog catalog = new TableCatalog("vip");

    @ParameterizedTest
    @CsvFileSource(resources = "/condition/unsupported.txt", delimiter = '|', quoteCharacter = '`')
    void shouldRefuseWhatThisVersionCannotKeep(final String pointer, final String text, final String words)
        throws Refusal {
        final SegmentDefinition definition = SegmentParser.parse("s", text.replace('\'', '"'), catalog);

        final Refusal refusal = catchThrowableOfType(Refusal.class, () -> SupportedNow.check(definition));

        assertThat(refusal.code()).isEqualTo(ResultCode.UNSUPPORTED);
        assertThat(refusal.pointer()).isEqualTo(pointer);
        assertThat(refusal).hasMessageStartingWith("not supported yet: ").hasMessageContaining(words);
    }

    @ParameterizedTest
    @CsvFileSource(resources = "/condition/supported.txt", delimiter = '|', quoteCharacter = '`')
    void shouldPassTheRest(final String condition) throws Refusal {
        final SegmentDefinition definition = SegmentParser.parse("s",
            ("{'condition':" + condition + "}").replace('\'', '"'), catalog);

        assertThatCode(() -> SupportedNow.check(definition)).doesNotThrowAnyException();
    }
}
