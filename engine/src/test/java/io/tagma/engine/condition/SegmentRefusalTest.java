package io.tagma.engine.condition;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.tagma.engine.model.Refusal;
import io.tagma.engine.protocol.ResultCode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvFileSource;

/** Bad definitions, each with the exact pointer to its fault.. */
class SegmentRefusalTest {
    private final TableCatalog catalog = new TableCatalog("vip", "seg");

    @ParameterizedTest
    @CsvFileSource(resources = "/condition/refused-definitions.txt", delimiter = '|', quoteCharacter = '`')
    void shouldRefuseADefinitionAtItsMember(final String pointer, final String text, final String words) {
        assertRefused(ResultCode.INVALID, pointer, text, words);
    }

    @ParameterizedTest
    @CsvFileSource(resources = "/condition/refused-nodes.txt", delimiter = '|', quoteCharacter = '`')
    void shouldRefuseANodeAtItsMember(final String pointer, final String node, final String words) {
        assertRefused(ResultCode.INVALID, "/condition" + pointer.replace("'", ""), "{'condition':" + node + "}",
            words);
    }

    @ParameterizedTest
    @CsvFileSource(resources = "/condition/refused-queries.txt", delimiter = '|', quoteCharacter = '`')
    void shouldRefuseAnAggregateOrExistsAtItsMember(final String pointer, final String node, final String words) {
        assertRefused(ResultCode.INVALID, "/condition" + pointer.replace("'", ""), "{'condition':" + node + "}",
            words);
    }

    @Test
    void shouldEscapeThePointerWhenANameHasSlashesOrTildes() {
        assertRefused(ResultCode.INVALID, "/a~1b~0c", "{'a/b~c':1}", "a/b~c");
    }

    @Test
    void shouldPointAtTheNodeThatIsTooDeepOrTooMuch() {
        final String deep = "{'all':[".repeat(32) + "{'segment':'vip'}" + "]}".repeat(32);
        assertRefused(ResultCode.INVALID, "/condition" + "/all/0".repeat(32), "{'condition':" + deep + "}", "max=32");

        final String wide = "{'segment':'vip'},".repeat(500) + "{'segment':'vip'}";
        assertRefused(ResultCode.INVALID, "/condition/any/500", "{'condition':{'any':[" + wide + "]}}", "max=500");

        final String where = "{'any':[".repeat(32) + "{'f':'id','op':'isSet'}" + "]}".repeat(32);
        assertRefused(ResultCode.INVALID, "/condition/exists/where/0" + "/any/0".repeat(32),
            "{'condition':{'exists':{'source':'order','where':[" + where + "]}}}", "max=32");

        final String preds = "{'f':'id','op':'isSet'},".repeat(500) + "{'f':'id','op':'isSet'}";
        assertRefused(ResultCode.INVALID, "/condition/exists/where/500",
            "{'condition':{'exists':{'source':'order','where':[" + preds + "]}}}", "max=500");
    }

    @Test
    void shouldPointAtThePatternThatCostsTooMuchWithThoseBeforeIt() {
        final String tenth = "{'f':'coupon','op':'matches','v':'(ab?){30}c'},";
        final String where = "{'exists':{'source':'order','where':[" + tenth.repeat(9) + "{'f':'id','op':'isSet'}]}}";

        assertRefused(ResultCode.INVALID, "/condition/all/1/v", "{'condition':{'all':[" + where
            + ",{'attr':'email','op':'matches','v':'(x{1,30}){10}'}]}}", "pattern too costly");
        assertRefused(ResultCode.INVALID, "/condition/all/0/v",
            "{'condition':{'all':[{'attr':'email','op':'matches','v':'(x?x?){1,60}(x{1,90}){1,90}y'}]}}",
            "pattern too costly");
    }

    private void assertRefused(final ResultCode code, final String pointer, final String text, final String words) {
        final String json = text.replace('\'', '"');
        final Refusal refusal = catchThrowableOfType(Refusal.class, () -> SegmentParser.parse("seg", json, catalog));

        assertThat(refusal).as(json).isNotNull();
        assertThat(refusal.pointer()).as(json).isEqualTo(pointer);
        assertThat(refusal.code()).as(json).isEqualTo(code);
        assertThat(refusal).as(json).hasMessageContaining(words);
    }
}
