package io.tagma.server.admin;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import io.tagma.engine.condition.JsonFault;
import org.assertj.core.api.Assertions;
import org.junit.jupiter.api.Test;

class JsonTest {
    @Test
    void shouldSpeakOfTheTextAloneWhenItIsNoJson() {
        assertThat(fault("{\"a\":[[")).isEqualTo("at line 1, column 8: the text ends too early");
        assertThat(fault("{}\n {}")).isEqualTo("at line 2, column 2: something follows the document");
        assertThat(fault("[".repeat(1_100))).contains("nesting depth (1001)").endsWith("(1000)")
            .doesNotContain("StreamReadConstraints");
        assertThat(fault("no")).contains("unrecognized token 'no'");
        assertThat(fault("{\"a\":1,\"a\":2}")).contains("uplicate").doesNotContain("Feature", "[Source");
    }

    private static String fault(final String json) {
        return JsonFault.of(Assertions.catchThrowableOfType(JsonProcessingException.class, () -> Json.parse(json)));
    }
}
