package io.tagma.engine.condition;

import io.tagma.engine.model.Decimals;
import io.tagma.engine.model.Refusal;
import io.tagma.engine.model.ValueType;
import java.math.BigDecimal;

/** Converts the constants of conditions to the type they are compared as. Nothing is ever rounded to INT or DECIMAL. */
final class Literals {
    private Literals() {
    }

    /** A value of a type that is an integer inside. */
    static long number(final Json json, final ValueType type, final String at) throws Refusal {
        switch (type) {
            case BOOL:
                if (!(json instanceof Json.Bool bool)) {
                    throw Faults.expected("true or false for BOOL", json, at);
                }
                return bool.value() ? 1 : 0;
            case INT:
                if (!(json instanceof Json.Num whole)) {
                    throw Faults.expected("a whole number for INT", json, at);
                }
                return accepted(whole(whole.value()), "not a whole number of 64 bits", at);
            case DECIMAL:
                return decimal(json, at);
            case DOUBLE:
                if (!(json instanceof Json.Num floating)) {
                    throw Faults.expected("a number for DOUBLE", json, at);
                }
                return accepted(floating(floating.value()), "out of DOUBLE's range", at);
            case DATE:
                return date(json, at);
            case INSTANT:
                return instant(json, at);
            default:
                throw new IllegalArgumentException("not a number inside: type=" + type);
        }
    }

    /** A text in both its forms. */
    static Operand.Text text(final Json json, final ValueType type, final String at) throws Refusal {
        if (!(json instanceof Json.Text text)) {
            throw Faults.expected("a text for " + type, json, at);
        }
        if (JsonTree.isLonger(text.value(), ValueParser.TEXT_LENGTH_MAX)) {
            throw Faults.invalid(at, "a text is too long: max=" + ValueParser.TEXT_LENGTH_MAX + " bytes");
        }
        return new Operand.Text(text.value(),
            type == ValueType.STRING ? CaseFolding.fold(text.value()) : text.value());
    }

    /** A calendar day. */
    static long date(final Json json, final String at) throws Refusal {
        if (!(json instanceof Json.Text text)) {
            throw Faults.expected("a date, YYYY-MM-DD", json, at);
        }
        return accepted(Instants.parseDate(text.value()), "not a date YYYY-MM-DD", at);
    }

    /** Epoch milliseconds, or ISO-8601 with an offset. */
    static long instant(final Json json, final String at) throws Refusal {
        if (json instanceof Json.Num number) {
            return accepted(whole(number.value()), "not a whole number of milliseconds", at);
        }
        if (!(json instanceof Json.Text text)) {
            throw Faults.expected("an instant, ISO-8601 with an offset or epoch milliseconds", json, at);
        }
        return accepted(Instants.parse(text.value()), "not an instant, ISO-8601 with an offset: v="
            + Faults.clip(text.value()), at);
    }

    /** A duration of more than zero. */
    static Operand.Span span(final Json json, final String at) throws Refusal {
        final Operand.Span span = spanOrZero(json, at);
        if (span.durationMs() == 0) {
            throw Faults.invalid(at, "a duration of zero means nothing here; only a window's \"to\" may be P0D");
        }
        return span;
    }

    /** A duration. */
    static Operand.Span spanOrZero(final Json json, final String at) throws Refusal {
        if (!(json instanceof Json.Text text)) {
            throw Faults.expected("a duration such as P30D or PT2H", json, at);
        }
        final long durationMs = Durations.parse(text.value());
        if (durationMs == Durations.REFUSED) {
            throw Faults.invalid(at, "not a duration P[nW][nD][T[nH][nM][nS]] of at most P100000000D (a day is exactly "
                + "24 hours; years and months do not exist): v=" + Faults.clip(text.value()));
        }
        return new Operand.Span(durationMs, Durations.days(durationMs));
    }

    /** The number as an i64, or {@code Long.MIN_VALUE} where it is not whole, out of range, or that very number. */
    static long whole(final BigDecimal number) {
        if (number.signum() == 0) {
            return 0;
        }
        final int digits = number.precision() - number.scale();
        if (digits < 1 || digits > 19) {
            return ValueParser.REFUSED;
        }
        try {
            return number.longValueExact();
        } catch (final ArithmeticException notWholeOrOutOfRange) {
            return ValueParser.REFUSED;
        }
    }

    private static long decimal(final Json json, final String at) throws Refusal {
        final long units;
        if (json instanceof Json.Num number) {
            units = Decimals.units(number.value());
        } else if (json instanceof Json.Text text) {
            units = Decimals.parse(text.value());
        } else {
            throw Faults.expected("a number or a decimal text for DECIMAL", json, at);
        }
        return accepted(units, "not a decimal number with at most 4 decimals, from -100000000000 to 100000000000", at);
    }

    private static long floating(final BigDecimal number) {
        final double value = number.doubleValue();
        return Double.isFinite(value) ? Operand.ofDouble(value) : ValueParser.REFUSED;
    }

    private static long accepted(final long value, final String otherwise, final String at) throws Refusal {
        if (value == ValueParser.REFUSED) {
            throw Faults.invalid(at, otherwise);
        }
        return value;
    }
}
