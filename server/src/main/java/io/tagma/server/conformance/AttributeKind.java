package io.tagma.server.conformance;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import java.math.BigDecimal;
import java.util.List;
import java.util.Locale;

/** The types of the neutral form, as attributes of ours. Stateless. */
enum AttributeKind {
    /** Texts. */
    STRING("STRING"),
    /** Numbers; declared as the first type of ours that holds all that are meant. */
    NUMBER("DECIMAL"),
    /** True and false. */
    BOOLEAN("BOOL"),
    /** Lists of texts; order and repetition are never asked for. */
    STRINGS("ENUM_SET"),
    /** Lists of numbers, kept as their shortest texts. */
    NUMBERS("ENUM_SET"),
    /** Epoch milliseconds. */
    TIMESTAMP("INSTANT");

    private static final int SCALE_MAX = 4;
    private static final BigDecimal DECIMAL_MAX = new BigDecimal("100000000000");
    private static final BigDecimal INT_MAX = BigDecimal.valueOf(Long.MAX_VALUE);

    private final String type;

    AttributeKind(final String type) {
        this.type = type;
    }

    static AttributeKind of(final String name) throws Inexpressible {
        for (final AttributeKind kind : values()) {
            if (kind.name().equalsIgnoreCase(name)) {
                return kind;
            }
        }
        throw new Inexpressible("unknown type: type=" + name);
    }

    boolean isList() {
        return this == STRINGS || this == NUMBERS;
    }

    boolean isOrdered() {
        return this == NUMBER || this == TIMESTAMP;
    }

    /** The type to declare, given every number that is compared or held. */
    String type(final List<BigDecimal> numbers) {
        if (this != NUMBER || numbers.stream().allMatch(AttributeKind::isDecimal)) {
            return type;
        }
        return numbers.stream().allMatch(number -> number.stripTrailingZeros().scale() <= 0
            && number.abs().compareTo(INT_MAX) <= 0) ? "INT" : "DOUBLE";
    }

    private static boolean isDecimal(final BigDecimal number) {
        return number.stripTrailingZeros().scale() <= SCALE_MAX && number.abs().compareTo(DECIMAL_MAX) <= 0;
    }

    /** The value or literal as we take it; nothing is converted. */
    JsonNode value(final JsonNode posted) throws Inexpressible {
        if (isList()) {
            if (!posted.isArray()) {
                throw wrong(posted);
            }
            final ArrayNode codes = RuleCase.JSON.createArrayNode();
            for (final JsonNode element : posted) {
                codes.add(code(element));
            }
            return codes;
        }
        final boolean isGood = switch (this) {
            case STRING -> posted.isTextual();
            case BOOLEAN -> posted.isBoolean();
            case TIMESTAMP -> posted.isIntegralNumber();
            default -> posted.isNumber();
        };
        if (!isGood) {
            throw wrong(posted);
        }
        return posted;
    }

    /** An element of a list. */
    String code(final JsonNode element) throws Inexpressible {
        if (this == STRINGS ? !element.isTextual() : !element.isNumber()) {
            throw wrong(element);
        }
        return this == STRINGS ? element.textValue() : element.decimalValue().stripTrailingZeros().toPlainString();
    }

    private Inexpressible wrong(final JsonNode value) {
        return new Inexpressible("a value of another type than " + name().toLowerCase(Locale.ROOT)
            + ": value=" + value);
    }
}
