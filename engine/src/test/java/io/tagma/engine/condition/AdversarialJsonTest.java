package io.tagma.engine.condition;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.tagma.engine.model.Refusal;
import io.tagma.engine.protocol.ResultCode;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AdversarialJsonTest {
    private final TableCatalog catalog = new TableCatalog();

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "nul", "{", "{\"condition\":", "{\"condition\":{\"any\":[]}}x", "{}{}", "{} []",
        "{\"a\":1,}", "{'a':1}", "[1,]", "{\"a\":01}", "{\"a\":NaN}", "{\"a\":+1}", "{\"a\":.5}", "{\"a\":1.}",
        "{\"a\":\"\u0000\"}", "{\"a\":\"\\x\"}", "\uFEFF{}", "{\"a\":tru}", "/* */{}", "{\"a\":\"\\ud800", "\u0000{}"})
    void shouldRefuseWhatIsNotJson(final String text) {
        final Refusal refusal = refusal(text);

        assertThat(refusal.code()).isEqualTo(ResultCode.INVALID);
        assertThat(refusal.pointer()).isEmpty();
        assertThat(refusal).message().startsWith("not JSON").doesNotContain("REDACTED", "Source", "Feature", "`",
            "jackson", "start marker", "non-standard)");
    }

    @Test
    void shouldSayWhereItIsNotJsonAndWhyInWordsAboutTheText() {
        assertThat(refusal("{\n\"a\":1,\n   }")).hasMessage("not JSON at line 3, column 4: unexpected character "
            + "('}' (code 125)): was expecting double-quote to start field name");
        assertThat(refusal("{\"a\":\n[")).hasMessage("not JSON at line 2, column 2: the text ends too early");
        assertThat(refusal("{\"a\":NaN}")).hasMessageStartingWith("not JSON at line 1, column ")
            .hasMessageEndingWith(": non-standard token 'NaN'");
    }

    @ParameterizedTest
    @ValueSource(strings = {"1", "\"x\"", "null", "[]", "true"})
    void shouldRefuseWhatIsNoObject(final String text) {
        assertThat(refusal(text)).hasMessageContaining("expected a segment");
    }

    @Test
    void shouldRefuseADocumentOverTheLimitWhateverItHolds() {
        final Refusal arrays = refusal("[".repeat(100_000));
        final Refusal wide = refusal("{\"name\":\"" + "€".repeat(22_000) + "\"}");

        assertThat(arrays.code()).isEqualTo(ResultCode.TOO_LARGE);
        assertThat(wide.code()).isEqualTo(ResultCode.TOO_LARGE);
    }

    @Test
    void shouldNotRecurseIntoDeepNesting() {
        final int deep = 32_000;
        final Refusal open = refusal("{\"condition\":" + "[".repeat(deep));
        final Refusal closed = refusal("{\"condition\":" + "[".repeat(deep) + "]".repeat(deep) + "}");
        final Refusal objects = refusal("{\"condition\":" + "{\"all\":[".repeat(6_000) + "]}".repeat(6_000) + "}");
        final Refusal inConstant = refusal("{\"tags\":" + "[".repeat(deep) + "]".repeat(deep) + "}");

        assertThat(open).hasMessageContaining("not JSON");
        assertThat(closed.pointer()).isEqualTo("/condition");
        assertThat(objects.pointer()).isEqualTo("/condition" + "/all/0".repeat(32));
        assertThat(inConstant.pointer()).isEqualTo("/tags/0");
    }

    @Test
    void shouldAcceptALongDocumentWithinTheLimit() throws Refusal {
        final String text = "{\"description\":\"" + "x".repeat(65_000) + "\",\"condition\":{\"any\":[]}}";

        assertThat(SegmentParser.parse("s", text, catalog).description()).hasSize(65_000);
    }

    @Test
    void shouldRefuseWhatIsTooLargeOnlyInItsCanonicalForm() {
        final Refusal refusal = refusal("{\"description\":\"" + "x".repeat(65_450) + "\",\"condition\":{\"any\":[]}}");

        assertThat(refusal.code()).isEqualTo(ResultCode.TOO_LARGE);
        assertThat(refusal).hasMessageContaining("canonical");
    }

    @ParameterizedTest
    @ValueSource(strings = {"1e999999999", "-1e999999999", "1e99999999999999999999", "1E+2147483648", "10e2147483647",
        "1e400", "1e-2147483648"})
    void shouldRefuseHugeNumbersWithoutComputingThem(final String number) {
        for (final String attribute : new String[] {"rewardPoints", "storeCredit", "createdAt"}) {
            final Refusal refusal = refusal("{\"condition\":{\"attr\":\"" + attribute + "\",\"op\":\"eq\",\"v\":"
                + number + "}}");
            assertThat(refusal.pointer()).isEqualTo("/condition/v");
        }
    }

    @Test
    void shouldTakeZeroWithAnyExponentForZero() throws Refusal {
        final String zero = "{\"condition\":{\"attr\":\"rewardPoints\",\"op\":\"eq\",\"v\":0.00e999999999}}";

        assertThat(SegmentParser.parse("s", zero, catalog).json()).endsWith("\"v\":0}}");
    }

    @Test
    void shouldRefuseANumberOfTooManyDigits() {
        final Refusal refusal = refusal("{\"condition\":{\"attr\":\"rewardPoints\",\"op\":\"eq\",\"v\":"
            + "1".repeat(30_000) + "}}");

        assertThat(refusal.pointer()).isEqualTo("/condition/v");
        assertThat(refusal).hasMessageContaining("too long");
    }

    @ParameterizedTest
    @ValueSource(strings = {"\\ud800", "\\udc00", "a\\ud800b", "\\udc00\\ud800", "\ud83d", "\ude00x"})
    void shouldRefuseHalfOfASurrogatePair(final String half) {
        assertThat(refusal("{\"name\":\"" + half + "\"}").pointer()).isEqualTo("/name");
        assertThat(refusal("{\"tags\":[\"\",\"" + half + "\"]}").pointer()).isEqualTo("/tags/1");
        assertThat(refusal("{\"" + half + "\":1}").pointer()).isEmpty();
    }

    @Test
    void shouldKeepSupplementaryCharactersAndNulInTexts() throws Refusal {
        final SegmentDefinition definition = SegmentParser.parse("s",
            "{\"condition\":{\"attr\":\"email\",\"op\":\"contains\",\"v\":\"\\ud83d\\ude00\\u0000\"}}", catalog);

        assertThat(definition.json()).endsWith("\"v\":\"\ud83d\ude00\\u0000\"}}");
        assertThat(SegmentParser.parse("s", definition.json(), catalog)).isEqualTo(definition);
    }

    @Test
    void shouldRefuseDuplicateMembersAtAnyDepth() {
        assertThat(refusal("{\"name\":\"a\",\"name\":\"a\"}").pointer()).isEqualTo("/name");
        assertThat(refusal("{\"condition\":{\"all\":[{\"attr\":1,\"\\u0061ttr\":1}]}}").pointer())
            .isEqualTo("/condition/all/0/attr");
    }

    @Test
    void shouldBoundNamesInPointersAndSentences() {
        final Refusal tooLong = refusal("{\"" + "x".repeat(60_000) + "\":1}");
        final Refusal unknown = refusal("{\"" + "x".repeat(256) + "\":1}");

        assertThat(tooLong.pointer()).isEmpty();
        assertThat(tooLong.getMessage()).hasSizeLessThan(300);
        assertThat(unknown.pointer()).hasSize(257);
        assertThat(unknown.getMessage()).hasSizeLessThan(600);
    }

    @Test
    void shouldRefuseTextsOverFourKilobytes() throws Refusal {
        final String fits = "{\"condition\":{\"attr\":\"email\",\"op\":\"eq\",\"v\":\"" + "é".repeat(2_048) + "\"}}";

        assertThat(SegmentParser.parse("s", fits, catalog).json()).contains("éé");
        assertThat(refusal(fits.replace("éé\"", "ééx\"")).pointer()).isEqualTo("/condition/v");
    }

    @Test
    void shouldAnswerOrRefuseWhenAValidDefinitionIsDamagedAnywhere() {
        final String valid = "{\"name\":\"n\",\"websites\":[\"eu\"],\"validFrom\":1e3,\"condition\":{\"all\":[{"
            + "\"attr\":\"email\",\"op\":\"in\",\"v\":[\"a\\u00e9\"],\"cs\":true},{\"agg\":{\"fn\":\"avg\","
            + "\"source\":\"order\",\"field\":\"qty\",\"where\":[{\"f\":\"props.x\",\"op\":\"between\",\"v\":[1,2.5]}],"
            + "\"window\":{\"last\":"
            + "\"P1DT2H\"},\"empty\":0},\"op\":\"ge\",\"v\":-1.5},{\"exists\":{\"source\":\"event:x\",\"match\":"
            + "\"any\"},\"not\":true},{\"sample\":{\"salt\":\"s\",\"from\":0,\"to\":1}}]}}";
        final String alphabet = "{}[]\":,0123456789.eE-+\\utrfnP \u0000\ud800é";
        final SplittableRandom random = new SplittableRandom(5);
        int refused = 0;
        for (int i = 0; i < 15_000; i++) {
            final StringBuilder text = new StringBuilder(valid);
            for (int k = random.nextInt(1, 4); k > 0; k--) {
                final int at = random.nextInt(text.length());
                final char c = alphabet.charAt(random.nextInt(alphabet.length()));
                switch (random.nextInt(3)) {
                    case 0:
                        text.setCharAt(at, c);
                        break;
                    case 1:
                        text.insert(at, c);
                        break;
                    default:
                        text.deleteCharAt(at);
                        break;
                }
            }
            try {
                final SegmentDefinition definition = SegmentParser.parse("s", text.toString(), catalog);
                assertThat(SegmentParser.parse("s", definition.json(), catalog)).isEqualTo(definition);
            } catch (final Refusal refusal) {
                refused++;
                assertThat(refusal.getMessage()).isNotEmpty();
            }
        }
        assertThat(refused).isBetween(7_500, 14_990);
    }

    private Refusal refusal(final String text) {
        final Refusal refusal = catchThrowableOfType(Refusal.class, () -> SegmentParser.parse("s", text, catalog));
        assertThat(refusal).as(text.substring(0, Math.min(200, text.length()))).isNotNull();
        return refusal;
    }
}
