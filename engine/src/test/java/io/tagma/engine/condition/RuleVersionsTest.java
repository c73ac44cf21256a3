package io.tagma.engine.condition;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.re2j.Pattern;
import org.junit.jupiter.api.Test;

class RuleVersionsTest {
    @Test
    void shouldKnowTheVersionsInUse() {
        final RuleVersions current = RuleVersions.current();

        assertThat(current.tzdb()).matches("20\\d\\d[a-z]+");
        assertThat(current.icu()).matches("\\d+(\\.\\d+)+");
        assertThat(Pattern.class.getProtectionDomain().getCodeSource().getLocation().getPath())
            .endsWith("re2j-" + current.re2j() + ".jar");
    }
}
