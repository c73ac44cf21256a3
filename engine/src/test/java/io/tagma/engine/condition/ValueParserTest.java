package io.tagma.engine.condition;

import static org.assertj.core.api.Assertions.assertThat;

import io.tagma.engine.model.ValueType;
import io.tagma.engine.protocol.Value;
import io.tagma.engine.protocol.ValueKind;
import java.math.BigDecimal;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ValueParserTest {
    private static final long REFUSED = ValueParser.REFUSED;

    @ParameterizedTest
    @CsvSource({
        "INT, 12, 12", "INT, 12.0, 12", "INT, 12.5, REFUSED", "INT, 1200e-2, 12",
        "INT, 9223372036854775807, 9223372036854775807",
        "INT, -9223372036854775808, REFUSED", "INT, 9223372036854775808, REFUSED", "INT, 0.00001, REFUSED",
        "DECIMAL, 119.90, 1199000", "DECIMAL, 100000000000, 1000000000000000", "DECIMAL, 100000000000.0001, REFUSED",
        "DECIMAL, 100000000001, REFUSED", "DECIMAL, 0.00001, REFUSED", "DECIMAL, 1e30, REFUSED", "DECIMAL, -0.0, 0",
        "INSTANT, 1767225600000, 1767225600000", "INSTANT, 1.5, REFUSED", "INSTANT, -1, -1", "INSTANT, 1e3, 1000",
        "DATE, 1, REFUSED", "BOOL, 1, REFUSED", "BOOL, 0, REFUSED", "STRING, 1, REFUSED", "ENUM, 1, REFUSED"
    })
    void shouldConvertANumber(final ValueType type, final String number, final String expected) {
        assertThat(ValueParser.number(Value.of(new BigDecimal(number)), type)).isEqualTo(expected(expected));
    }

    @ParameterizedTest
    @CsvSource({
        "INT, 12, REFUSED", "DOUBLE, 12, REFUSED", "BOOL, true, REFUSED", "DECIMAL, 119.90, 1199000",
        "DECIMAL, -0.5, -5000", "DECIMAL, 1.00000, 10000", "DECIMAL, 1.00001, REFUSED", "DECIMAL, 1e3, REFUSED",
        "DECIMAL, '', REFUSED", "DECIMAL, ' 1', REFUSED", "DECIMAL, 100000000000.0001, REFUSED", "DATE, 1970-01-02, 1",
        "DATE, 1970-1-2, REFUSED", "DATE, 1970-01-01T00:00:00Z, REFUSED", "INSTANT, 1970-01-01T00:00:01Z, 1000",
        "INSTANT, 1970-01-01T00:00:01, REFUSED", "INSTANT, 1000, REFUSED", "INSTANT, 1970-01-01, REFUSED"
    })
    void shouldConvertAText(final ValueType type, final String text, final String expected) {
        assertThat(ValueParser.number(Value.of(text), type)).isEqualTo(expected(expected));
    }

    @Test
    void shouldConvertABooleanOnlyToBool() {
        assertThat(ValueParser.number(Value.of(true), ValueType.BOOL)).isEqualTo(1);
        assertThat(ValueParser.number(Value.of(false), ValueType.BOOL)).isZero();
        assertThat(ValueParser.number(ValueKind.BOOL, 2, null, ValueType.BOOL)).isEqualTo(REFUSED);
        for (final ValueType type : ValueType.values()) {
            if (type != ValueType.BOOL) {
                assertThat(ValueParser.number(Value.of(true), type)).as(type.name()).isEqualTo(REFUSED);
            }
        }
    }

    @Test
    void shouldConvertDoublesAndRefuseWhatIsNotFinite() {
        assertThat(floating(0.1)).isEqualTo(Operand.ofDouble(0.1));
        assertThat(floating(-0.0)).isEqualTo(Operand.ofDouble(0.0)).isZero();
        assertThat(floating(Double.NaN)).isEqualTo(REFUSED);
        assertThat(floating(Double.POSITIVE_INFINITY)).isEqualTo(REFUSED);
        assertThat(floating(Double.NEGATIVE_INFINITY)).isEqualTo(REFUSED);
        assertThat(floating(-Double.MAX_VALUE)).isNotEqualTo(REFUSED);
        assertThat(number(12.0, ValueType.INT)).isEqualTo(12);
        assertThat(number(12.5, ValueType.INT)).isEqualTo(REFUSED);
        assertThat(number(1e300, ValueType.INT)).isEqualTo(REFUSED);
        assertThat(number(Double.NaN, ValueType.INT)).isEqualTo(REFUSED);
        assertThat(number(12.0, ValueType.DECIMAL)).isEqualTo(REFUSED);
        assertThat(number(12.0, ValueType.INSTANT)).isEqualTo(REFUSED);
    }

    @Test
    void shouldConvertADecimalToTheSameDoubleAsItsLiteral() {
        final SplittableRandom random = new SplittableRandom(13);
        for (int i = 0; i < 20_000; i++) {
            final BigDecimal number = BigDecimal.valueOf(random.nextLong() >> random.nextInt(60), random.nextInt(7));
            assertThat(ValueParser.number(Value.of(number), ValueType.DOUBLE)).as(number.toString())
                .isEqualTo(Operand.ofDouble(number.doubleValue()));
        }
        assertThat(ValueParser.number(ValueKind.DECIMAL, Long.MIN_VALUE, null, ValueType.DOUBLE))
            .isEqualTo(Operand.ofDouble(-922337203685477.5808));
    }

    @Test
    void shouldRefuseTheLargestMagnitudesWhereTheyOverflow() {
        assertThat(ValueParser.number(ValueKind.INTEGER, Long.MIN_VALUE, null, ValueType.DECIMAL)).isEqualTo(REFUSED);
        assertThat(ValueParser.number(ValueKind.DECIMAL, Long.MIN_VALUE, null, ValueType.DECIMAL)).isEqualTo(REFUSED);
        assertThat(ValueParser.number(ValueKind.INTEGER, Long.MAX_VALUE, null, ValueType.DECIMAL)).isEqualTo(REFUSED);
        assertThat(ValueParser.number(ValueKind.INTEGER, Long.MIN_VALUE, null, ValueType.INSTANT)).isEqualTo(REFUSED);
    }

    @Test
    void shouldRefuseSetsAndMissingValuesAsNumbers() {
        for (final ValueType type : ValueType.values()) {
            assertThat(ValueParser.number(Value.MISSING, type)).as(type.name()).isEqualTo(REFUSED);
            assertThat(ValueParser.number(Value.of(List.of("a")), type)).as(type.name()).isEqualTo(REFUSED);
        }
    }

    @Test
    void shouldAcceptEveryKindThatSomeValueOfConverts() {
        final List<Value> values = List.of(Value.of(true), Value.of(1), Value.of(new BigDecimal("2.5")),
            Value.of(new BigDecimal("50000.0000")), new Value.Decimal(50_000), new Value.Floating(1), Value.of("1"),
            Value.of("2026-01-01"), Value.of("2026-01-01T00:00:00Z"));
        for (final ValueType type : ValueType.values()) {
            for (final Value value : values) {
                if (ValueParser.number(value, type) != REFUSED) {
                    assertThat(ValueParser.accepts(value.kind(), type)).as("%s %s", value, type).isTrue();
                }
            }
            assertThat(ValueParser.accepts(ValueKind.MISSING, type)).isTrue();
            assertThat(ValueParser.accepts(ValueKind.TEXTS, type)).isEqualTo(type == ValueType.ENUM_SET);
        }
        assertThat(ValueParser.accepts(ValueKind.TEXT, ValueType.STRING)).isTrue();
        assertThat(ValueParser.accepts(ValueKind.TEXT, ValueType.BOOL)).isFalse();
        assertThat(ValueParser.accepts(ValueKind.TEXT, ValueType.INT)).isFalse();
        assertThat(ValueParser.accepts(ValueKind.INTEGER, ValueType.STRING)).isFalse();
    }

    private static long floating(final double value) {
        return number(value, ValueType.DOUBLE);
    }

    private static long number(final double value, final ValueType type) {
        return ValueParser.number(new Value.Floating(value), type);
    }

    private static long expected(final String text) {
        return "REFUSED".equals(text) ? REFUSED : Long.parseLong(text);
    }
}
