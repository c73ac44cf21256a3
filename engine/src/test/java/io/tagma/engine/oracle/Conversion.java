package io.tagma.engine.oracle;

import io.tagma.engine.model.ValueType;
import io.tagma.engine.protocol.Value;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.util.TreeSet;

/**
 * From a sent value to what it means under a declared type (DOMAIN: types): Boolean, Long, BigDecimal, Double, String,
 * a Set of String, LocalDate or Instant; null where missing.
 */
final class Conversion {
    static final int TEXT_BYTES_MAX = 4096;
    private static final BigDecimal DECIMAL_MAX = new BigDecimal("100000000000");

    private Conversion() {
    }

    static Object convert(final Value value, final ValueType type) throws Refused {
        if (value instanceof Value.Missing) {
            return null;
        }
        switch (type) {
            case BOOL:
                if (value instanceof Value.Bool bool) {
                    return bool.value();
                }
                break;
            case INT:
                return integer(value);
            case DECIMAL:
                if (value instanceof Value.Text text) {
                    return decimal(text.value());
                }
                return decimal(exactNumber(value));
            case DOUBLE:
                return floating(value);
            case STRING:
                if (value instanceof Value.Text text) {
                    return checkedText(text.value());
                }
                break;
            case ENUM:
            case KEY:
                if (value instanceof Value.Text text) {
                    return text.value();
                }
                break;
            case ENUM_SET:
                if (value instanceof Value.Texts texts) {
                    return new TreeSet<>(texts.elements());
                }
                break;
            case DATE:
                if (value instanceof Value.Text text) {
                    return date(text.value());
                }
                break;
            case INSTANT:
                if (value instanceof Value.Text text) {
                    return instant(text.value());
                }
                return Instant.ofEpochMilli(integer(value));
            default:
                break;
        }
        throw new Refused("not a value of type " + type + ": value=" + value);
    }

    /** An undeclared value of {@code props} or of a product's attributes. */
    static Object free(final Value value) throws Refused {
        if (value instanceof Value.Text) {
            return convert(value, ValueType.STRING);
        } else if (value instanceof Value.Bool) {
            return convert(value, ValueType.BOOL);
        } else if (value instanceof Value.Texts) {
            return convert(value, ValueType.ENUM_SET);
        }
        return convert(value, ValueType.DECIMAL);
    }

    private static Long integer(final Value value) throws Refused {
        final BigDecimal number = exactNumber(value);
        try {
            final long whole = number.longValueExact();
            if (whole != Long.MIN_VALUE) {
                return whole;
            }
        } catch (final ArithmeticException notWhole) {
            throw new Refused("not whole: value=" + value);
        }
        throw new Refused("the smallest integer is reserved: value=" + value);
    }

    private static Double floating(final Value value) throws Refused {
        final double number = value instanceof Value.Floating floating
            ? floating.value() : exactNumber(value).doubleValue();
        if (Double.isNaN(number) || Double.isInfinite(number)) {
            throw new Refused("not finite: value=" + value);
        }
        return number == 0 ? 0.0 : number;
    }

    private static BigDecimal exactNumber(final Value value) throws Refused {
        if (value instanceof Value.Whole whole) {
            return BigDecimal.valueOf(whole.value());
        } else if (value instanceof Value.Decimal decimal) {
            return BigDecimal.valueOf(decimal.units(), 4);
        }
        throw new Refused("not an exact number: value=" + value);
    }

    private static BigDecimal decimal(final BigDecimal number) throws Refused {
        if (number.abs().compareTo(DECIMAL_MAX) > 0) {
            throw new Refused("out of range: number=" + number);
        }
        if (number.stripTrailingZeros().scale() > 4) {
            throw new Refused("more than four decimals: number=" + number);
        }
        return number;
    }

    private static BigDecimal decimal(final String text) throws Refused {
        if (!text.matches("-?[0-9]+(\\.[0-9]+)?")) {
            throw new Refused("not a decimal: text=" + text);
        }
        return decimal(new BigDecimal(text));
    }

    private static String checkedText(final String text) throws Refused {
        if (text.getBytes(StandardCharsets.UTF_8).length > TEXT_BYTES_MAX) {
            throw new Refused("text too long: length=" + text.length());
        }
        return text;
    }

    static LocalDate date(final String text) throws Refused {
        try {
            if (text.matches("[0-9]{4}-[0-9]{2}-[0-9]{2}")) {
                return LocalDate.parse(text);
            }
        } catch (final DateTimeException noSuchDay) {
            throw new Refused("no such day: text=" + text);
        }
        throw new Refused("not a date: text=" + text);
    }

    static Instant instant(final String text) throws Refused {
        try {
            return OffsetDateTime.parse(text).toInstant();
        } catch (final DateTimeException notAnInstant) {
            throw new Refused("not an instant with offset: text=" + text);
        }
    }
}
