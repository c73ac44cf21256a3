package io.tagma.engine.condition;

import io.tagma.engine.model.Decimals;
import io.tagma.engine.model.ValueType;
import io.tagma.engine.protocol.Value;
import io.tagma.engine.protocol.ValueKind;
import java.math.BigDecimal;

/**
 * Converts values as they were sent to the type that is declared for them (DOMAIN: types). Never a conversion between
 * text, number and boolean. Allocates nothing, except for DECIMAL sent as text and for decimals beyond 2^53 units that
 * become DOUBLE. Stateless.
 */
public final class ValueParser {
    /** No legal value of the type; itself never a value. */
    public static final long REFUSED = Long.MIN_VALUE;
    /** Length of a STRING in UTF-8. */
    public static final int TEXT_LENGTH_MAX = 4 * 1024;

    private static final long DOUBLE_EXACT_MAX = 1L << 53;

    private ValueParser() {
    }

    /** Whether a value of that kind can be of the type at all. MISSING is for every type. */
    public static boolean accepts(final ValueKind kind, final ValueType type) {
        switch (kind) {
            case MISSING:
                return true;
            case BOOL:
                return type == ValueType.BOOL;
            case INTEGER:
            case DECIMAL:
            case DOUBLE:
                return type == ValueType.INT || type == ValueType.DOUBLE
                    || kind != ValueKind.DOUBLE && (type == ValueType.DECIMAL || type == ValueType.INSTANT);
            case TEXT:
                return type == ValueType.STRING || type == ValueType.ENUM || type == ValueType.KEY
                    || type == ValueType.DECIMAL || type == ValueType.DATE || type == ValueType.INSTANT;
            case TEXTS:
                return type == ValueType.ENUM_SET;
            default:
                return false;
        }
    }

    /**
     * The integer that stands for the value: BOOL 0 or 1, INT itself, DECIMAL units, DOUBLE
     * {@link Operand#ofDouble}, DATE epoch days, INSTANT epoch milliseconds; {@link #REFUSED} where the value is not
     * legal for the type, or the type is none of these.
     *
     * @param number as the kind says: 0 or 1, whole number, units, or the bits of a double
     * @param text   of a TEXT, else unused
     */
    public static long number(final ValueKind kind, final long number, final CharSequence text,
                              final ValueType type) {
        switch (type) {
            case BOOL:
                return kind == ValueKind.BOOL && (number == 0 || number == 1) ? number : REFUSED;
            case INT:
                return whole(kind, number);
            case DECIMAL:
                return decimal(kind, number, text);
            case DOUBLE:
                return floating(kind, number);
            case DATE:
                return kind == ValueKind.TEXT ? Instants.parseDate(text) : REFUSED;
            case INSTANT:
                return kind == ValueKind.TEXT ? Instants.parse(text)
                    : kind == ValueKind.DOUBLE ? REFUSED : whole(kind, number);
            default:
                return REFUSED;
        }
    }

    /** The same of a plain value. */
    public static long number(final Value value, final ValueType type) {
        if (value instanceof Value.Text text) {
            return number(ValueKind.TEXT, 0, text.value(), type);
        }
        if (value instanceof Value.Bool bool) {
            return number(ValueKind.BOOL, bool.value() ? 1 : 0, null, type);
        }
        if (value instanceof Value.Whole whole) {
            return number(ValueKind.INTEGER, whole.value(), null, type);
        }
        if (value instanceof Value.Decimal decimal) {
            return number(ValueKind.DECIMAL, decimal.units(), null, type);
        }
        if (value instanceof Value.Floating floating) {
            return number(ValueKind.DOUBLE, Double.doubleToRawLongBits(floating.value()), null, type);
        }
        return REFUSED;
    }

    private static long whole(final ValueKind kind, final long number) {
        switch (kind) {
            case INTEGER:
                return number;
            case DECIMAL:
                return number % Decimals.ONE == 0 ? number / Decimals.ONE : REFUSED;
            case DOUBLE:
                final double value = Double.longBitsToDouble(number);
                return Math.abs(value) <= DOUBLE_EXACT_MAX && value == (long) value ? (long) value : REFUSED;
            default:
                return REFUSED;
        }
    }

    private static long decimal(final ValueKind kind, final long number, final CharSequence text) {
        switch (kind) {
            case INTEGER:
                return Math.abs(number) <= Decimals.UNITS_MAX / Decimals.ONE && number != REFUSED
                    ? number * Decimals.ONE : REFUSED;
            case DECIMAL:
                return Math.abs(number) <= Decimals.UNITS_MAX && number != REFUSED ? number : REFUSED;
            case TEXT:
                return Decimals.parse(text.toString());
            default:
                return REFUSED;
        }
    }

    private static long floating(final ValueKind kind, final long number) {
        switch (kind) {
            case INTEGER:
                return Operand.ofDouble(number);
            case DECIMAL:
                return Operand.ofDouble(Math.abs(number) <= DOUBLE_EXACT_MAX && number != REFUSED
                    ? number / (double) Decimals.ONE
                    : BigDecimal.valueOf(number, Decimals.SCALE).doubleValue());
            case DOUBLE:
                final double value = Double.longBitsToDouble(number);
                return Double.isFinite(value) ? Operand.ofDouble(value) : REFUSED;
            default:
                return REFUSED;
        }
    }
}
