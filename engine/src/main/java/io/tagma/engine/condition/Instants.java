package io.tagma.engine.condition;

import java.time.Instant;
import java.time.LocalDate;

/**
 * Dates ({@code YYYY-MM-DD}) and instants (ISO-8601 with an offset) as text, read without allocation: they stand in
 * commands as well as in conditions.
 */
final class Instants {
    /** No legal value. */
    static final long REFUSED = Long.MIN_VALUE;

    private static final long FIRST_MS = -62_167_219_200_000L;
    private static final long LAST_MS = 253_402_300_799_999L;
    private static final int DATE_LENGTH = 10;

    private Instants() {
    }

    /** Days since 1970-01-01 of a date, or {@link #REFUSED}. */
    static long parseDate(final CharSequence text) {
        return text.length() == DATE_LENGTH ? date(text, 0) : REFUSED;
    }

    /** A date as text; years 0 to 9999. */
    static String formatDate(final long epochDay) {
        return LocalDate.ofEpochDay(epochDay).toString();
    }

    /**
     * Epoch milliseconds of {@code 2026-10-26T09:30[:15[.123]](Z|+02:00|+0200|+02)}, or {@link #REFUSED}. What is
     * finer than a millisecond is cut off towards the past.
     */
    static long parse(final CharSequence text) {
        final int length = text.length();
        if (length < DATE_LENGTH + 7 || length > 48 || (text.charAt(DATE_LENGTH) | 0x20) != 't') {
            return REFUSED;
        }
        final long day = date(text, 0);
        final int hour = two(text, 11, 23);
        final int minute = text.charAt(13) == ':' ? two(text, 14, 59) : -1;
        if (day == REFUSED || hour < 0 || minute < 0) {
            return REFUSED;
        }
        int i = 16;
        int second = 0;
        int ms = 0;
        if (text.charAt(i) == ':') {
            second = two(text, i + 1, 59);
            if (second < 0) {
                return REFUSED;
            }
            i += 3;
            if (i < length && (text.charAt(i) == '.' || text.charAt(i) == ',')) {
                final int from = ++i;
                int scale = 100;
                while (i < length && isDigit(text.charAt(i))) {
                    ms += (text.charAt(i) - '0') * scale;
                    scale /= 10;
                    i++;
                }
                if (i == from || i - from > 9) {
                    return REFUSED;
                }
            }
        }
        final int offset = offsetSeconds(text, i);
        if (offset == Integer.MIN_VALUE) {
            return REFUSED;
        }
        return ((day * 24 + hour) * 60 + minute) * 60_000L + (second - offset) * 1_000L + ms;
    }

    /** The canonical JSON of an instant: ISO-8601 in UTC, or plain milliseconds outside the years 0 to 9999. */
    static String toJson(final long epochMs) {
        return epochMs < FIRST_MS || epochMs > LAST_MS ? Long.toString(epochMs)
            : '"' + Instant.ofEpochMilli(epochMs).toString() + '"';
    }

    private static int offsetSeconds(final CharSequence text, final int from) {
        final int length = text.length();
        if (from == length - 1) {
            return (text.charAt(from) | 0x20) == 'z' ? 0 : Integer.MIN_VALUE;
        }
        if (from + 3 > length || text.charAt(from) != '+' && text.charAt(from) != '-') {
            return Integer.MIN_VALUE;
        }
        final int hours = two(text, from + 1, 18);
        int minutes = 0;
        if (from + 3 < length) {
            final int at = text.charAt(from + 3) == ':' ? from + 4 : from + 3;
            minutes = at + 2 == length ? two(text, at, 59) : -1;
        }
        if (hours < 0 || minutes < 0) {
            return Integer.MIN_VALUE;
        }
        final int seconds = hours * 3_600 + minutes * 60;
        return text.charAt(from) == '-' ? -seconds : seconds;
    }

    private static long date(final CharSequence text, final int from) {
        final int century = two(text, from, 99);
        final int yearOfCentury = two(text, from + 2, 99);
        final int month = text.charAt(from + 4) == '-' ? two(text, from + 5, 12) : -1;
        final int day = text.charAt(from + 7) == '-' ? two(text, from + 8, 31) : -1;
        if (century < 0 || yearOfCentury < 0 || month < 1 || day < 1) {
            return REFUSED;
        }
        final int year = century * 100 + yearOfCentury;
        return day > lengthOfMonth(year, month) ? REFUSED : epochDay(year, month, day);
    }

    private static int lengthOfMonth(final int year, final int month) {
        if (month == 2) {
            return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28;
        }
        return month == 4 || month == 6 || month == 9 || month == 11 ? 30 : 31;
    }

    /** Years counted from March, so that the leap day is the last (Howard Hinnant, days_from_civil). */
    private static long epochDay(final int year, final int month, final int day) {
        final int y = month <= 2 ? year - 1 : year;
        final int era = Math.floorDiv(y, 400);
        final int yearOfEra = y - era * 400;
        final int dayOfYear = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
        return era * 146_097L + yearOfEra * 365L + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468L;
    }

    /** Two digits up to a maximum, or -1. */
    private static int two(final CharSequence text, final int at, final int max) {
        if (at + 2 > text.length() || !isDigit(text.charAt(at)) || !isDigit(text.charAt(at + 1))) {
            return -1;
        }
        final int value = (text.charAt(at) - '0') * 10 + text.charAt(at + 1) - '0';
        return value <= max ? value : -1;
    }

    private static boolean isDigit(final char c) {
        return c >= '0' && c <= '9';
    }
}
