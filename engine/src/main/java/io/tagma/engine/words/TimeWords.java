package io.tagma.engine.words;

import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.time.ZonedDateTime;

/** Instants, days and durations as people read them in a zone at an instant. Immutable. */
public final class TimeWords {
    private static final String[] MONTHS =
        {"Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    private static final String[] UNITS = {"day", "hour", "minute", "second"};
    private static final long[] UNIT_MS = {86_400_000L, 3_600_000L, 60_000L, 1_000L};

    private final ZoneId zone;
    private final LocalDate today;

    /** Years that are the present one in the zone are left out. */
    public TimeWords(final ZoneId zone, final long now) {
        this.zone = zone;
        today = at(now).toLocalDate();
    }

    private ZonedDateTime at(final long instant) {
        return Instant.ofEpochMilli(instant).atZone(zone);
    }

    /** The local day. */
    LocalDate today() {
        return today;
    }

    /** When something will happen, to the minute: {@code 24 Nov, 09:12}. */
    public String moment(final long instant) {
        final ZonedDateTime at = at(instant);
        return day(at.toLocalDate()) + ", " + two(at.getHour()) + ":" + two(at.getMinute());
    }

    /** An instant as it is held: seconds and milliseconds follow where they are not zero. */
    public String instant(final long instant) {
        final int second = at(instant).getSecond();
        final int millis = (int)Math.floorMod(instant, 1_000L);
        if (millis != 0) {
            return moment(instant) + ":" + two(second) + "." + String.valueOf(1_000 + millis).substring(1);
        }
        return moment(instant) + (second == 0 ? "" : ":" + two(second));
    }

    /** A day since 1970-01-01: {@code 24 Nov}, {@code 28 Feb 1990}. */
    String day(final long epochDay) {
        return day(LocalDate.ofEpochDay(epochDay));
    }

    private String day(final LocalDate day) {
        return dayOfYear(day) + (day.getYear() == today.getYear() ? "" : " " + day.getYear());
    }

    /** Such as {@code 28 Feb}. */
    static String dayOfYear(final LocalDate day) {
        return day.getDayOfMonth() + " " + MONTHS[day.getMonthValue() - 1];
    }

    private static String two(final int number) {
        return number < 10 ? "0" + number : Integer.toString(number);
    }

    /** Such as {@code 30 days}, {@code 1 day 12 hours}. */
    static String duration(final long durationMs) {
        final StringBuilder text = new StringBuilder();
        long rest = durationMs;
        for (int i = 0; i < UNITS.length; i++) {
            final long n = rest / UNIT_MS[i];
            rest -= n * UNIT_MS[i];
            if (n > 0) {
                text.append(text.length() == 0 ? "" : " ").append(count(n, UNITS[i]));
            }
        }
        return text.length() == 0 ? "0 days" : text.toString();
    }

    /** A duration after "the last" or "the next": {@code 30 days}, {@code day}. */
    static String span(final long durationMs) {
        final String duration = duration(durationMs);
        return duration.startsWith("1 ") && duration.indexOf(' ', 2) < 0 ? duration.substring(2) : duration;
    }

    /** A number of things, such as {@code 1 day}, {@code 2 days}. */
    public static String count(final long n, final String one) {
        return n + " " + one + (n == 1 ? "" : "s");
    }
}
