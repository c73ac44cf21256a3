package io.tagma.engine.condition;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.tagma.engine.model.AttributeSpec;
import io.tagma.engine.model.GroupSpec;
import io.tagma.engine.model.Refusal;
import io.tagma.engine.model.ValueType;
import io.tagma.engine.model.WebsiteSpec;
import io.tagma.engine.protocol.ResultCode;
import java.time.ZoneId;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DefinitionParserTest {
    @Test
    void shouldReadWhatIsThereAndLeaveTheRestNull() throws Refusal {
        assertThat(DefinitionParser.attribute("{\"type\":\"INT\",\"pii\":true,\"sensitive\":null}"))
            .isEqualTo(new AttributeSpec(null, ValueType.INT, true, null, null));
        assertThat(DefinitionParser.attribute("{}")).isEqualTo(new AttributeSpec(null, null, null, null, null));
        assertThat(DefinitionParser.website("{\"id\":7,\"zone\":\"Europe/Berlin\"}"))
            .isEqualTo(new WebsiteSpec(7, null, ZoneId.of("Europe/Berlin"), null, null));
        assertThat(DefinitionParser.group("{\"code\":\"Gold\",\"excludedWebsites\":[\"eu\"],\"taxClassId\":3.0}"))
            .isEqualTo(new GroupSpec(null, "Gold", 3, List.of("eu"), null));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', value = {
        "/type | {'type':'int'} | did you mean INT?", "/type | {'type':'KEY'} | unknown type",
        "/type | {'type':1} | expected a text", "/pii | {'type':'INT','pii':'no'} | true or false",
        "/vistorAllowed | {'type':'INT','vistorAllowed':true} | did you mean visitorAllowed?",
        "/type | {'type':'INT','type':'INT'} | twice"
    })
    void shouldRefuseAnAttribute(final String pointer, final String text, final String words) {
        assertRefused(catchThrowableOfType(Refusal.class, () -> DefinitionParser.attribute(json(text))), pointer,
            words);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', value = {
        "/id | {'id':0} | min=1", "/id | {'id':65536} | max=65535", "/id | {'id':'1'} | whole number",
        "/zone | {'zone':'Europe/Berln'} | did you mean Europe/Berlin?", "/zone | {'zone':''} | unknown time zone",
        "/zone | {'zone':1} | expected a text", "/defaultGroupId | {'defaultGroupId':1.5} | whole number",
        "/currency | {'currency':1} | expected a text", "/version | {'version':1} | unknown member"
    })
    void shouldRefuseAWebsite(final String pointer, final String text, final String words) {
        assertRefused(catchThrowableOfType(Refusal.class, () -> DefinitionParser.website(json(text))), pointer, words);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', value = {
        "/id | {'id':-1} | min=0", "/code | {'code':['x']} | expected a text",
        "/taxClassId | {'taxClassId':1e9} | max=65535", "/excludedWebsites | {'excludedWebsites':'eu'} | an array",
        "/excludedWebsites/1 | {'excludedWebsites':['eu',2]} | expected a text",
        "/system | {'system':0} | true or false", "/name | {'name':'x'} | unknown member"
    })
    void shouldRefuseAGroup(final String pointer, final String text, final String words) {
        assertRefused(catchThrowableOfType(Refusal.class, () -> DefinitionParser.group(json(text))), pointer, words);
    }

    private static void assertRefused(final Refusal refusal, final String pointer, final String words) {
        assertThat(refusal).isNotNull();
        assertThat(refusal.code()).isEqualTo(ResultCode.INVALID);
        assertThat(refusal.pointer()).isEqualTo(pointer);
        assertThat(refusal).hasMessageContaining(words);
    }

    private static String json(final String text) {
        return text.replace('\'', '"');
    }
}
