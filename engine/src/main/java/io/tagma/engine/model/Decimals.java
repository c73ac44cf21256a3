package io.tagma.engine.model;

import java.math.BigDecimal;

/** The arithmetic of DECIMAL: units of 1/10000, at most 10^15 of them either way. */
public final class Decimals {
    /** Digits behind the point. */
    public static final int SCALE = 4;
    /** Units in one. */
    public static final long ONE = 10_000;
    /** The largest magnitude, in units. */
    public static final long UNITS_MAX = 1_000_000_000_000_000L;
    /** No legal number of units. */
    public static final long REFUSED = Long.MIN_VALUE;

    /** Digits before the point of the largest magnitude. */
    private static final int DIGITS_MAX = 12;

    private Decimals() {
    }

    /** Units of a decimal number, or {@link #REFUSED} where it has more decimals or is out of range. */
    public static long units(final BigDecimal number) {
        if (number.signum() == 0) {
            return 0;
        }
        // Before anything is computed: a large exponent would be written out digit by digit.
        if ((long) number.precision() - number.scale() > DIGITS_MAX) {
            return REFUSED;
        }
        final BigDecimal plain = number.stripTrailingZeros();
        if (plain.scale() > SCALE) {
            return REFUSED;
        }
        final long value = plain.movePointRight(SCALE).longValueExact();
        return Math.abs(value) <= UNITS_MAX ? value : REFUSED;
    }

    /** Units of a decimal text such as {@code 119.90}, or {@link #REFUSED} where it is none. */
    public static long parse(final String text) {
        if (text.isEmpty() || text.length() > 40) {
            return REFUSED;
        }
        for (int i = 0; i < text.length(); i++) {
            final char c = text.charAt(i);
            if ((c < '0' || c > '9') && c != '.' && !(i == 0 && c == '-')) {
                return REFUSED;
            }
        }
        try {
            return units(new BigDecimal(text));
        } catch (final NumberFormatException notANumber) {
            return REFUSED;
        }
    }

    /** The shortest decimal text of so many units. */
    public static String format(final long units) {
        return BigDecimal.valueOf(units, SCALE).stripTrailingZeros().toPlainString();
    }
}
