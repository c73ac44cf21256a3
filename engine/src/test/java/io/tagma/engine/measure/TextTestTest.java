package io.tagma.engine.measure;

import static org.assertj.core.api.Assertions.assertThat;

import io.tagma.engine.condition.Condition;
import io.tagma.engine.condition.Operand;
import io.tagma.engine.condition.Operator;
import java.nio.charset.StandardCharsets;
import java.util.SplittableRandom;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;

class TextTestTest {
    @Test
    void shouldFindWhatStringsFindWhenTextsRepeatThemselves() {
        final SplittableRandom random = new SplittableRandom(5);
        int found = 0;
        for (int i = 0; i < 50_000; i++) {
            final String text = random(random, 40);
            final String constant = random(random, 7);
            final boolean isContained = text.contains(constant);
            found += isContained ? 1 : 0;
            assertThat(test(Operator.CONTAINS, constant, text)).as("%s in %s", constant, text).isEqualTo(isContained);
            assertThat(test(Operator.NOT_CONTAINS, constant, text)).isNotEqualTo(isContained);
        }
        assertThat(found).isBetween(10_000, 40_000);
    }

    @Test
    void shouldFindOnlyWithinTheTextWhenItsBytesGoOnBehindIt() {
        final TextTest test = contains(Operator.CONTAINS, "abab");
        final UnsafeBuffer buffer = new UnsafeBuffer("ababab".getBytes(StandardCharsets.UTF_8));

        assertThat(test.test(buffer, 1, 3)).isFalse();
        assertThat(test.test(buffer, 1, 4)).isFalse();
        assertThat(test.test(buffer, 1, 5)).isTrue();
        assertThat(test.test(buffer, 0, 0)).isFalse();
        assertThat(contains(Operator.CONTAINS, "").test(buffer, 0, 0)).isTrue();
    }

    private static String random(final SplittableRandom random, final int lengthMax) {
        final String letters = "aaabé";
        final StringBuilder text = new StringBuilder();
        for (int i = random.nextInt(lengthMax + 1); i > 0; i--) {
            text.append(letters.charAt(random.nextInt(letters.length())));
        }
        return text.toString();
    }

    private static boolean test(final Operator operator, final String constant, final String text) {
        final byte[] bytes = ("a" + text).getBytes(StandardCharsets.UTF_8);
        return contains(operator, constant).test(new UnsafeBuffer(bytes), 1, bytes.length - 1);
    }

    private static TextTest contains(final Operator operator, final String constant) {
        return TextTest.of(new Condition.Test(operator, new Operand.Text(constant, constant), true, false), false);
    }
}
