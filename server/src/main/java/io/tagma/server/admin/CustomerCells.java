package io.tagma.server.admin;

import io.tagma.engine.condition.CaseFolding;
import io.tagma.engine.model.Decimals;
import io.tagma.engine.model.ValueType;
import io.tagma.engine.protocol.ResultCode;
import io.tagma.engine.protocol.Value;
import java.math.BigDecimal;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.ResolverStyle;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** A cell of Magento's CSV as a value of the declared type. Stateless. */
final class CustomerCells {
    private static final int TEXT_LENGTH_MAX = 4096;
    private static final int NUMBER_LENGTH_MAX = 64;
    private static final int DATE_LENGTH = 10;
    private static final String MIDNIGHT = " 00:00:00";
    private static final DateTimeFormatter TIME =
        DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm:ss", Locale.ROOT).withResolverStyle(ResolverStyle.STRICT);

    private CustomerCells() {
    }

    /** The value; the cell is not empty. */
    static Value value(final ValueType type, final String cell, final String column) throws LineFault {
        if (type == ValueType.STRING) {
            return text(cell, column);
        }
        final String text = cell.strip();
        if (text.isEmpty()) {
            return Value.MISSING;
        }
        return switch (type) {
            case ENUM -> text(text, column);
            case ENUM_SET -> codes(text, column);
            case BOOL -> flag(text, column);
            case INT -> Value.of(whole(text, Long.MIN_VALUE + 1, Long.MAX_VALUE, column));
            case DECIMAL -> decimal(text, column);
            case DOUBLE -> floating(text, column);
            case DATE -> date(text, column);
            default -> instant(text, column);
        };
    }

    /** A whole number within bounds. */
    static long whole(final String text, final long min, final long max, final String column) throws LineFault {
        final long number;
        try {
            number = Long.parseLong(text);
        } catch (final NumberFormatException none) {
            throw fault(column, "must be a whole number");
        }
        if (number < min || number > max) {
            throw fault(column, "out of range: min=" + min + ", max=" + max);
        }
        return number;
    }

    private static Value text(final String text, final String column) throws LineFault {
        if (Keys.isLonger(text, TEXT_LENGTH_MAX)) {
            throw fault(column, "is longer than " + TEXT_LENGTH_MAX + " bytes of UTF-8");
        }
        return CaseFolding.isAscii(text) ? new Value.Text(text) : new Value.Text(text, CaseFolding.fold(text));
    }

    private static Value codes(final String text, final String column) throws LineFault {
        final List<String> codes = new ArrayList<>();
        for (final String part : text.split(",")) {
            final String code = part.strip();
            if (Keys.isLonger(code, TEXT_LENGTH_MAX)) {
                throw fault(column, "a code is longer than " + TEXT_LENGTH_MAX + " bytes of UTF-8");
            }
            if (!code.isEmpty()) {
                codes.add(code);
            }
        }
        return Value.of(codes);
    }

    private static Value flag(final String text, final String column) throws LineFault {
        switch (text.toLowerCase(Locale.ROOT)) {
            case "1", "yes", "true":
                return Value.of(true);
            case "0", "no", "false":
                return Value.of(false);
            default:
                throw fault(column, "must be 1 or 0");
        }
    }

    private static Value decimal(final String text, final String column) throws LineFault {
        if (Decimals.parse(text) == Decimals.REFUSED) {
            throw fault(column, "must be a decimal number of at most 4 decimals, at most 10^11 either way");
        }
        return Value.of(new BigDecimal(text));
    }

    private static Value floating(final String text, final String column) throws LineFault {
        if (text.length() <= NUMBER_LENGTH_MAX) {
            try {
                final double number = new BigDecimal(text).doubleValue();
                if (!Double.isInfinite(number)) {
                    return new Value.Floating(number);
                }
            } catch (final NumberFormatException none) {
                throw fault(column, "must be a number");
            }
        }
        throw fault(column, "the number is out of range");
    }

    private static Value date(final String text, final String column) throws LineFault {
        final String day = text.endsWith(MIDNIGHT) ? text.substring(0, text.length() - MIDNIGHT.length()) : text;
        try {
            if (day.length() == DATE_LENGTH) {
                return Value.of(LocalDate.parse(day).toString());
            }
        } catch (final DateTimeException none) {
            throw fault(column, "must be a date: YYYY-MM-DD");
        }
        throw fault(column, "must be a date: YYYY-MM-DD");
    }

    /** Magento writes times in UTC. */
    private static Value instant(final String text, final String column) throws LineFault {
        final Long instant = Instants.parse(text);
        if (instant != null) {
            return Value.of(instant);
        }
        try {
            return Value.of((text.length() == DATE_LENGTH ? LocalDate.parse(text).atStartOfDay()
                : LocalDateTime.parse(text, TIME)).toInstant(ZoneOffset.UTC).toEpochMilli());
        } catch (final DateTimeException none) {
            throw fault(column, "must be YYYY-MM-DD HH:MM:SS in UTC, or ISO-8601 with an offset");
        }
    }

    static LineFault fault(final String column, final String detail) {
        return new LineFault(ResultCode.INVALID, JsonBody.pointer(column), detail);
    }
}
