package io.tagma.engine.condition;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static java.util.stream.Collectors.joining;

import com.google.re2j.Pattern;
import io.tagma.engine.model.Refusal;
import io.tagma.engine.protocol.ResultCode;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class TextPatternTest {
    @ParameterizedTest
    @CsvSource({"b.d, aBcDe, false, true", "b.d, aBcDe, true, false", "'', '', true, true", "'', x, true, true",
        "^b, ab, false, false", "straSSe$, Die STRASSE, false, true", "é, É, false, true"})
    void shouldFindAnywhereInTheText(final String regex, final String text, final boolean caseSensitive,
                                     final boolean isFound) throws Refusal {
        assertThat(TextPattern.compile(regex, caseSensitive).find(text)).isEqualTo(isFound);
    }

    @ParameterizedTest
    @ValueSource(strings = {"(", ")", "[", "a**", "(?=x)", "(?!x)", "(x)\\1", "\\", "(?P<n>x", "x{2}{3}",
        "[[:foo:]]"})
    void shouldRefuseWhatIsNotRe2(final String regex) {
        final Refusal refusal = catchThrowableOfType(Refusal.class, () -> TextPattern.compile(regex, true));

        assertThat(refusal.code()).isEqualTo(ResultCode.INVALID);
        assertThat(refusal.pointer()).isEmpty();
        assertThat(refusal).hasMessageContaining("RE2");
    }

    static String[] bombs() {
        return new String[] {"(x?x?){1,60}(x{1,90}){1,90}y",
            "(a{1000}){1000}", "((a{30}){30}){30}", "((((a{1000}){1000}){1000}){1000}){1000}",
            "(a{1000}[)]{0}){1000}", "(a{1000}[^)]){1000}", "(a{1000}[]()]){1000}", "(a{1000}[[:alpha:])]){1000}",
            "(a{1000}\\)){1000}", "(a{1000}\\Q)\\E){1000}", "(a{1000}\\x{29}){1000}", "(a{0,1000}){0,1000}",
            "(a{1000,}){1000,}", "(?:a{1000}){1000}", "(?i:a{1000}){1000}", "(a{1000}|b){1000}", "(a{1000}*){1000}",
            "a{1000}".repeat(30), "(".repeat(2_000) + "a" + ")*".repeat(2_000), "(a{1000}[\\])]){1000}",
            "([^a{1000}]a{1000}){1000}", "(a{1000}[.-[:)]){1000}[:]",
            "(a{1000}[\\n-[:)]){1000}[:]", "(a{1000}[\\pL-[:alpha:])]){1000}"};
    }

    @ParameterizedTest
    @MethodSource("bombs")
    void shouldRefuseAPatternWhoseProgramWouldBeHuge(final String regex) {
        final Refusal refusal = catchThrowableOfType(Refusal.class, () -> TextPattern.compile(regex, true));

        assertThat(refusal).isNotNull();
        assertThat(refusal).hasMessageContaining("pattern too costly");
    }

    @ParameterizedTest
    @ValueSource(strings = {"[a{900}]{900}", "\\x{1000}\\x{1001}\\x{1002}\\p{Greek}", "a{", "a{1", "a{,5}",
            "x{900}{",
        "\\Q(a{1000}){1000}\\E", "[(](a{20}){20}", "[.-[:alpha:](a{20}){20}"})
    void shouldCompileAPatternThatOnlyLooksLarge(final String regex) throws Refusal {
        assertThat(TextPattern.compile(regex, true)).isNotNull();
    }

    @Test
    void shouldCompileWhatShopsWriteWhenItIsAListOfTwoHundredWords() throws Refusal {
        final String words = IntStream.range(0, 200).mapToObj(i -> "voucher" + i % 10).collect(joining("|"));

        assertThat(TextPattern.compile("^(" + words + ")$", false).find("VOUCHER7")).isTrue();
        assertThat(TextPattern.compile("^[A-Z]{2}\\d{4}(-[a-f0-9]{8})?$", true).find("AB1234-00c0ffee")).isTrue();
        assertThat(TextPattern.compile("^[\\w.%+-]{1,64}@([a-z0-9-]{1,63}\\.){1,4}[a-z]{2,24}$", false)
            .find("someone@mail.example.com")).isTrue();
    }

    @Test
    void shouldBoundTheProgramOfEveryPatternFromAbove() {
        final String[] pieces = {"a", "(", ")", "[", "]", "^", "{3}", "{0,4}", "{2,}", "*", "+?", "|", "\\)", "\\pL",
            "[:alpha:]", "[:", ":]", "\\n", "\\Q", "\\E", "(?:", "(?P<x>", ".", "\\x{29}", "}", "{", "-", "\\d", "$"};
        final SplittableRandom random = new SplittableRandom(3);
        int compiled = 0;
        for (int i = 0; i < 30_000; i++) {
            final StringBuilder regex = new StringBuilder();
            for (int k = random.nextInt(1, 12); k > 0; k--) {
                regex.append(pieces[random.nextInt(pieces.length)]);
            }
            final int size = programSize(regex.toString());
            if (size > 0) {
                compiled++;
                assertThat(PatternCost.of(regex.toString(), (size - 2) / 2)).as("%s: %d", regex, size)
                    .isEqualTo(PatternCost.TOO_HIGH);
            }
        }
        assertThat(compiled).isGreaterThan(3_000);
    }

    private static int programSize(final String regex) {
        try {
            return Pattern.compile(regex).programSize();
        } catch (final com.google.re2j.PatternSyntaxException wrong) {
            return -1;
        }
    }
}
