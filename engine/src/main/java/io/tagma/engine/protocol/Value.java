package io.tagma.engine.protocol;

import java.math.BigDecimal;
import java.util.List;
import java.util.Objects;

/**
 * A value as it was sent. What it means is decided by the declared type of the attribute or field it is for:
 * {@link Whole} serves INT, DECIMAL and INSTANT, {@link Text} serves STRING, ENUM, DATE, INSTANT and DECIMAL.
 * Immutable.
 */
public sealed interface Value {
    /** No value: removes an attribute. */
    Value MISSING = new Missing();

    /** The kind on the wire. */
    ValueKind kind();

    /** No value. */
    record Missing() implements Value {
        @Override
        public ValueKind kind() {
            return ValueKind.MISSING;
        }
    }

    /** True or false. */
    record Bool(boolean value) implements Value {
        @Override
        public ValueKind kind() {
            return ValueKind.BOOL;
        }
    }

    /** A whole number. */
    record Whole(long value) implements Value {
        @Override
        public ValueKind kind() {
            return ValueKind.INTEGER;
        }
    }

    /** An exact decimal number in units of 1/10000. */
    record Decimal(long units) implements Value {
        @Override
        public ValueKind kind() {
            return ValueKind.DECIMAL;
        }
    }

    /** A binary floating point number: what needs more than four decimals, or lies outside DECIMAL's range. */
    record Floating(double value) implements Value {
        @Override
        public ValueKind kind() {
            return ValueKind.DOUBLE;
        }
    }

    /**
     * A text as it was sent, and its case-folded form: null means "not folded yet" for text that is not pure ASCII
     * and "derive it" for pure ASCII.
     */
    record Text(String value, String folded) implements Value {
        /** A null text is our caller's bug. */
        public Text {
            Objects.requireNonNull(value, "value");
        }

        /** A text that no edge has folded yet. */
        public Text(final String value) {
            this(value, null);
        }

        @Override
        public ValueKind kind() {
            return ValueKind.TEXT;
        }
    }

    /** Several codes. */
    record Texts(List<String> elements) implements Value {
        /** Copies the list. */
        public Texts {
            elements = List.copyOf(elements);
        }

        @Override
        public ValueKind kind() {
            return ValueKind.TEXTS;
        }
    }

    /** A boolean. */
    static Value of(final boolean value) {
        return new Bool(value);
    }

    /** A whole number. */
    static Value of(final long value) {
        return new Whole(value);
    }

    /** A text. */
    static Value of(final String value) {
        return new Text(value);
    }

    /** Codes. */
    static Value of(final List<String> elements) {
        return new Texts(elements);
    }

    /**
     * A number written in decimal: {@link Whole} or {@link Decimal} where that is exact and in range, otherwise
     * {@link Floating}, which only a DOUBLE accepts.
     */
    static Value of(final BigDecimal number) {
        final BigDecimal plain = number.stripTrailingZeros();
        if (plain.scale() <= 0 && plain.precision() - plain.scale() <= 18) {
            return new Whole(plain.longValueExact());
        }
        if (plain.scale() <= 4 && plain.precision() - plain.scale() + 4 <= 18) {
            return new Decimal(plain.movePointRight(4).longValueExact());
        }
        if (plain.scale() <= 0 && plain.precision() - plain.scale() <= 19) {
            try {
                return new Whole(plain.longValueExact());
            } catch (final ArithmeticException outOfRange) {
                return new Floating(plain.doubleValue());
            }
        }
        return new Floating(plain.doubleValue());
    }
}
