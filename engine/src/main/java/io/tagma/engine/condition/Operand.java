package io.tagma.engine.condition;

import io.tagma.engine.model.Decimals;
import io.tagma.engine.model.ValueType;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;

/** What an operator compares with, already converted to the operand's type. Immutable. */
public sealed interface Operand {
    /** For isSet, notSet. */
    None NONE = new None();

    /** Nothing. */
    record None() implements Operand {
    }

    /**
     * A value of BOOL (0, 1), INT, DECIMAL (units), DOUBLE ({@link #ofDouble}), DATE (epoch days), INSTANT (epoch
     * milliseconds), or the id of a group or website. onDay carries a DATE, anniversaryWithin two whole numbers.
     */
    record Number(long value) implements Operand {
    }

    /** For in, notIn, between, anniversaryWithin; in order as written. */
    record Numbers(List<Long> values) implements Operand {
        /** Copies the list. */
        public Numbers {
            values = List.copyOf(values);
        }
    }

    /** A text as written, and folded ({@link CaseFolding}); ENUM and KEY use only {@code text}. */
    record Text(String text, String folded) implements Operand {
    }

    /** Texts, or codes of a set, in order as written. */
    record Texts(List<Text> values) implements Operand {
        /** Copies the list. */
        public Texts {
            values = List.copyOf(values);
        }
    }

    /** A duration in milliseconds; {@code days} is its number of whole days where it is whole, else -1. */
    record Span(long durationMs, int days) implements Operand {
    }

    /**
     * The order-preserving integer of a double: a &lt; b exactly when ofDouble(a) &lt; ofDouble(b). -0 becomes 0;
     * never {@code Long.MIN_VALUE} for a finite value.
     */
    static long ofDouble(final double value) {
        final long bits = Double.doubleToLongBits(value + 0.0);
        return bits ^ ((bits >> 63) & Long.MAX_VALUE);
    }

    /** The double of {@link #ofDouble}. */
    static double doubleOf(final long ordered) {
        return Double.longBitsToDouble(ordered ^ ((ordered >> 63) & Long.MAX_VALUE));
    }

    /** An integer of a type, exactly, as machines read it. */
    static String format(final long value, final ValueType type) {
        switch (type) {
            case BOOL:
                return value != 0 ? "true" : "false";
            case DECIMAL:
                return Decimals.format(value);
            case DOUBLE:
                return Double.toString(doubleOf(value));
            case DATE:
                return LocalDate.ofEpochDay(value).toString();
            case INSTANT:
                return Instant.ofEpochMilli(value).toString();
            default:
                return Long.toString(value);
        }
    }
}
