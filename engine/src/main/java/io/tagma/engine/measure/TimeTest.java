package io.tagma.engine.measure;

import io.tagma.engine.condition.Condition;
import io.tagma.engine.condition.Operand;
import io.tagma.engine.condition.Operator;
import io.tagma.engine.model.ValueType;
import java.time.LocalDate;
import java.time.Year;

/**
 * A test of an instant or date against now: its truth changes without input, at instants that {@link #next} foretells.
 * Immutable; equal tests are equal.
 *
 * @param operator withinLast, olderThan, withinNext, onDay, anniversaryWithin
 * @param isDate   whether values are local days instead of instants
 * @param byDays   whether spans count local days
 * @param span     milliseconds, or days with {@code byDays}; the day of onDay; low of anniversaryWithin
 * @param high     high of anniversaryWithin
 */
public record TimeTest(Operator operator, boolean isDate, boolean byDays, long span, long high) {
    /** No instant. */
    public static final long NEVER = Long.MAX_VALUE;

    /** Whether a test of that type depends on now or on the zone. */
    public static boolean isTimeTest(final Condition.Test test) {
        return switch (test.operator()) {
            case WITHIN_LAST, OLDER_THAN, WITHIN_NEXT, ON_DAY, ANNIVERSARY_WITHIN -> true;
            default -> false;
        };
    }

    /** The test of a checked leaf. */
    public static TimeTest of(final Condition.Test test, final ValueType type) {
        final boolean isDate = type == ValueType.DATE;
        if (test.operator() == Operator.ON_DAY) {
            return new TimeTest(test.operator(), isDate, true, ((Operand.Number)test.operand()).value(), 0);
        }
        if (test.operator() == Operator.ANNIVERSARY_WITHIN) {
            final Operand.Numbers bounds = (Operand.Numbers)test.operand();
            return new TimeTest(test.operator(), true, true, bounds.values().get(0), bounds.values().get(1));
        }
        final Operand.Span span = (Operand.Span)test.operand();
        final boolean byDays = isDate || test.alignDay();
        return new TimeTest(test.operator(), isDate, byDays, byDays ? span.days() : span.durationMs(), 0);
    }

    /** Whether it is true of the value at now. */
    public boolean test(final long value, final long now, final LocalDays days) {
        switch (operator) {
            case WITHIN_LAST:
                if (isDate) {
                    final long today = days.day(now);
                    return today - span < value && value <= today;
                }
                return value <= now && (byDays ? value >= days.start(days.day(now) - span) : value > now - span);
            case OLDER_THAN:
                if (isDate) {
                    return value <= days.day(now) - span;
                }
                return byDays ? value < days.start(days.day(now) - span) : value <= now - span;
            case WITHIN_NEXT:
                if (isDate) {
                    final long today = days.day(now);
                    return today < value && value <= today + span;
                }
                return value > now
                    && (byDays ? value < days.start(days.day(now) + span + 1) : value <= now + span);
            case ON_DAY:
                return isDate ? value == span : days.day(value) == span;
            case ANNIVERSARY_WITHIN:
                return isAnniversaryWithin(value, days.day(now));
            default:
                throw new IllegalStateException("no test of time: operator=" + operator);
        }
    }

    /**
     * The earliest instant after {@code after} at which the truth for the value can change by time alone, or
     * {@link #NEVER}. It may foretell an instant at which nothing changes, but never misses one.
     */
    public long next(final long value, final long after, final LocalDays days) {
        switch (operator) {
            case WITHIN_LAST:
                return isDate ? first(after, days.start(value), days.start(value + span))
                    : first(after, value, byDays ? days.start(days.day(value) + span + 1) : later(value, span));
            case OLDER_THAN:
                return first(after, isDate ? days.start(value + span)
                    : byDays ? days.start(days.day(value) + span + 1) : later(value, span), NEVER);
            case WITHIN_NEXT:
                return isDate ? first(after, days.start(value - span), days.start(value))
                    : first(after, byDays ? days.start(days.day(value) - span) : later(value, -span), value);
            case ON_DAY:
                return NEVER;
            case ANNIVERSARY_WITHIN:
                return nextAnniversary(value, after, days);
            default:
                throw new IllegalStateException("no test of time: operator=" + operator);
        }
    }

    /** The earlier of two instants that is after another, or {@link #NEVER}. */
    static long first(final long after, final long a, final long b) {
        if (a > after) {
            return b > after ? Math.min(a, b) : a;
        }
        return b > after ? b : NEVER;
    }

    /** The sum, saturated. */
    public static long later(final long instant, final long durationMs) {
        final long sum = instant + durationMs;
        if (((instant ^ sum) & (durationMs ^ sum)) < 0) {
            return durationMs > 0 ? NEVER : ValueSet.MIN;
        }
        return sum;
    }

    private boolean isAnniversaryWithin(final long value, final long today) {
        final LocalDate born = LocalDate.ofEpochDay(value);
        final int year = LocalDate.ofEpochDay(today).getYear();
        for (int y = year; y <= year + 1; y++) {
            final long ahead = anniversary(born, y) - today;
            if (span <= ahead && ahead <= high) {
                return true;
            }
        }
        return false;
    }

    private long nextAnniversary(final long value, final long after, final LocalDays days) {
        final LocalDate born = LocalDate.ofEpochDay(value);
        final int year = LocalDate.ofEpochDay(days.day(after)).getYear();
        long next = NEVER;
        for (int y = year; y <= year + 2; y++) {
            final long day = anniversary(born, y);
            next = Math.min(next, first(after, days.start(day - high), days.start(day - span + 1)));
            next = Math.min(next, first(after, days.start(day + 1), NEVER));
        }
        return next;
    }

    private static long anniversary(final LocalDate born, final int year) {
        final boolean isLeapDay = born.getMonthValue() == 2 && born.getDayOfMonth() == 29;
        return isLeapDay && !Year.isLeap(year) ? LocalDate.of(year, 2, 28).toEpochDay()
            : LocalDate.of(year, born.getMonthValue(), born.getDayOfMonth()).toEpochDay();
    }
}
