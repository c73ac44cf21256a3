package io.tagma.server.admin;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import org.assertj.core.api.Assertions;
import org.junit.jupiter.api.Test;

class JsonTest {
    @Test
    void shouldSpeakOfTheTextAloneWhenItIsNoJson() {
        assertThat(fault("{\"a\":[[")).contains("expected close marker for Array", "line: 1, column: 7")
            .doesNotContain("REDACTED", "StreamReadFeature");
        assertThat(fault("[".repeat(1_100))).contains("nesting depth").doesNotContain("StreamReadConstraints");
        assertThat(fault("no")).contains("Unrecognized token 'no'");
    }

    private static String fault(final String json) {
        return Json.fault(Assertions.catchThrowableOfType(JsonProcessingException.class, () -> Json.parse(json)));
    }
}
