package io.tagma.engine.condition;

/**
 * Durations {@code P[nW][nD][T[nH][nM][nS]]}: a day is exactly 86,400,000 ms; years and months do not exist.
 */
final class Durations {
    /** Milliseconds of a day. */
    static final long DAY_MS = 86_400_000L;
    /** The longest: a hundred million days, so that adding one to an instant of our age cannot overflow. */
    static final long MAX_MS = 100_000_000L * DAY_MS;
    /** No duration. */
    static final long REFUSED = -1;

    private static final String UNITS = "WDHMS";
    private static final long[] UNIT_MS = {7 * DAY_MS, DAY_MS, 3_600_000L, 60_000L, 1_000L};
    private static final int FIRST_OF_TIME = 2;

    private Durations() {
    }

    /** Milliseconds, 0 included; {@link #REFUSED} where the text is no duration or a longer one than allowed. */
    static long parse(final String text) {
        final int length = text.length();
        if (length < 3 || length > 64 || text.charAt(0) != 'P') {
            return REFUSED;
        }
        long total = 0;
        boolean isTime = false;
        int nextUnit = 0;
        int i = 1;
        while (i < length) {
            if (text.charAt(i) == 'T') {
                if (isTime || i + 1 == length) {
                    return REFUSED;
                }
                isTime = true;
                nextUnit = FIRST_OF_TIME;
                i++;
            }
            final int digits = i;
            long count = 0;
            while (i < length && text.charAt(i) >= '0' && text.charAt(i) <= '9') {
                count = Math.min(MAX_MS, count * 10 + text.charAt(i) - '0');
                i++;
            }
            if (i == digits || i == length) {
                return REFUSED;
            }
            final int unit = UNITS.indexOf(text.charAt(i));
            final int end = isTime ? UNITS.length() : FIRST_OF_TIME;
            if (unit < nextUnit || unit >= end || count > MAX_MS / UNIT_MS[unit]) {
                return REFUSED;
            }
            total += count * UNIT_MS[unit];
            if (total > MAX_MS) {
                return REFUSED;
            }
            nextUnit = unit + 1;
            i++;
        }
        return total;
    }

    /** The canonical text: days, then a time of less than a day. */
    static String format(final long durationMs) {
        final StringBuilder text = new StringBuilder("P");
        long rest = durationMs;
        for (int unit = 1; unit < UNIT_MS.length; unit++) {
            final long count = rest / UNIT_MS[unit];
            rest -= count * UNIT_MS[unit];
            if (count > 0) {
                if (unit >= FIRST_OF_TIME && text.indexOf("T") < 0) {
                    text.append('T');
                }
                text.append(count).append(UNITS.charAt(unit));
            }
        }
        return text.length() == 1 ? "P0D" : text.toString();
    }

    /** Number of days where they are whole, else -1. */
    static int days(final long durationMs) {
        return durationMs % DAY_MS == 0 ? (int) (durationMs / DAY_MS) : -1;
    }
}
