package io.tagma.engine.condition;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.tagma.engine.condition.Condition.AttributeTest;
import io.tagma.engine.model.Refusal;
import io.tagma.engine.model.ValueType;
import io.tagma.engine.protocol.ResultCode;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Every operator on every type: the table of DOMAIN, written down a second time. */
class OperatorTypeTest {
    private static final Map<ValueType, String> LITERALS = new EnumMap<>(Map.of(ValueType.BOOL, "true",
        ValueType.INT, "12.0", ValueType.DECIMAL, "\"12.50\"", ValueType.DOUBLE, "0.1", ValueType.STRING, "\"Ab\"",
        ValueType.ENUM, "\"Ab\"", ValueType.ENUM_SET, "[\"a\"]", ValueType.DATE, "\"2026-02-28\"",
        ValueType.INSTANT, "\"2026-02-28T00:00:00Z\"", ValueType.KEY, "\"k\""));
    private static final EnumSet<ValueType> NUMBERS_AND_TIMES = EnumSet.of(ValueType.INT, ValueType.DECIMAL,
        ValueType.DOUBLE, ValueType.DATE, ValueType.INSTANT);
    private static final EnumSet<ValueType> TIMES = EnumSet.of(ValueType.DATE, ValueType.INSTANT);

    private final TableCatalog catalog = new TableCatalog();

    static List<Arguments> pairs() {
        final List<Arguments> pairs = new ArrayList<>();
        for (final ValueType type : ValueType.values()) {
            for (final Operator operator : Operator.values()) {
                pairs.add(Arguments.of(type, operator, allowed(operator).contains(type)));
            }
        }
        return pairs;
    }

    @ParameterizedTest
    @MethodSource("pairs")
    void shouldAcceptAnOperatorExactlyWhenItFitsTheType(final ValueType type, final Operator operator,
                                                        final boolean isAllowed) throws Refusal {
        final String what = type == ValueType.KEY ? "\"f\":\"product\"" : "\"attr\":\"my" + type + "\"";
        final String test = "{" + what + ",\"op\":\"" + operator.code() + "\"" + v(operator, type) + "}";
        final String node = type == ValueType.KEY ? "{\"exists\":{\"source\":\"orderItem\",\"where\":[" + test + "]}}"
            : test;
        final String json = "{\"condition\":" + node + "}";

        if (isAllowed) {
            final SegmentDefinition definition = SegmentParser.parse("s", json, catalog);
            assertThat(SegmentParser.parse("s", definition.json(), catalog)).isEqualTo(definition);
            if (definition.condition() instanceof AttributeTest attribute) {
                assertThat(attribute.test().operator()).isEqualTo(operator);
            }
        } else {
            final Refusal refusal = catchThrowableOfType(Refusal.class,
                () -> SegmentParser.parse("s", json, catalog));
            assertThat(refusal).as(json).isNotNull();
            assertThat(refusal.code()).isEqualTo(ResultCode.INVALID);
            assertThat(refusal.pointer())
                .isEqualTo(type == ValueType.KEY ? "/condition/exists/where/0/op" : "/condition/op");
            assertThat(refusal).hasMessageContaining(operator.code()).hasMessageContaining(type.name());
        }
    }

    private static EnumSet<ValueType> allowed(final Operator operator) {
        switch (operator) {
            case IS_SET:
            case NOT_SET:
                return EnumSet.allOf(ValueType.class);
            case EQ:
            case NE:
            case IN:
            case NOT_IN:
                return EnumSet.complementOf(EnumSet.of(ValueType.ENUM_SET));
            case LT:
            case LE:
            case GT:
            case GE:
            case BETWEEN:
                return NUMBERS_AND_TIMES;
            case WITHIN_LAST:
            case OLDER_THAN:
            case WITHIN_NEXT:
            case ON_DAY:
                return TIMES;
            case ANNIVERSARY_WITHIN:
                return EnumSet.of(ValueType.DATE);
            case CONTAINS:
            case NOT_CONTAINS:
            case STARTS_WITH:
            case ENDS_WITH:
            case MATCHES:
                return EnumSet.of(ValueType.STRING);
            default:
                return EnumSet.of(ValueType.ENUM_SET);
        }
    }

    private static String v(final Operator operator, final ValueType type) {
        final String literal = LITERALS.get(type);
        switch (operator) {
            case IS_SET:
            case NOT_SET:
                return "";
            case IN:
            case NOT_IN:
            case BETWEEN:
                return ",\"v\":[" + literal + "," + literal + "]";
            case WITHIN_LAST:
            case OLDER_THAN:
            case WITHIN_NEXT:
                return ",\"v\":\"P3D\"";
            case ON_DAY:
                return ",\"v\":\"2026-10-25\"";
            case ANNIVERSARY_WITHIN:
                return ",\"v\":[0,7]";
            case CONTAINS_ANY:
            case CONTAINS_ALL:
            case CONTAINS_NONE:
            case EQ_SET:
                return ",\"v\":[\"a\",\"B\"]";
            default:
                return ",\"v\":" + literal;
        }
    }
}
