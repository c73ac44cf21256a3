package io.tagma.engine.oracle;

import com.google.re2j.Pattern;
import io.tagma.engine.condition.Condition;
import io.tagma.engine.condition.Operand;
import io.tagma.engine.condition.Operator;
import io.tagma.engine.model.ValueType;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * Every operator on every type, straight from DOMAIN's tables: does the test hold for this value, now, in this home
 * zone? A missing value (null) holds for notSet alone.
 */
final class Verdict {
    private final Instant now;
    private final ZoneId zone;

    Verdict(final long nowMs, final ZoneId zone) {
        this.now = Instant.ofEpochMilli(nowMs);
        this.zone = zone;
    }

    boolean of(final ValueType type, final Object value, final Condition.Test test) {
        final Operator operator = test.operator();
        if (operator == Operator.NOT_SET) {
            return value == null;
        }
        if (value == null) {
            return false;
        }
        if (operator == Operator.IS_SET) {
            return true;
        }
        if (value instanceof Set<?>) {
            return ofSet(codes(value), operator, test.operand());
        }
        switch (operator) {
            case EQ:
                return isEqual(value, constants(type, test.operand()).get(0), type, test.caseSensitive());
            case NE:
                return !isEqual(value, constants(type, test.operand()).get(0), type, test.caseSensitive());
            case IN:
                return isOneOf(value, constants(type, test.operand()), type, test.caseSensitive());
            case NOT_IN:
                return !isOneOf(value, constants(type, test.operand()), type, test.caseSensitive());
            case LT:
                return compare(value, constants(type, test.operand()).get(0)) < 0;
            case LE:
                return compare(value, constants(type, test.operand()).get(0)) <= 0;
            case GT:
                return compare(value, constants(type, test.operand()).get(0)) > 0;
            case GE:
                return compare(value, constants(type, test.operand()).get(0)) >= 0;
            case BETWEEN:
                return compare(value, constants(type, test.operand()).get(0)) >= 0
                    && compare(value, constants(type, test.operand()).get(1)) <= 0;
            case CONTAINS:
            case NOT_CONTAINS:
            case STARTS_WITH:
            case ENDS_WITH:
            case MATCHES:
                return ofText((String)value, operator, ((Operand.Text)test.operand()).text(), test.caseSensitive());
            case ON_DAY:
                return localDay(value).equals(LocalDate.ofEpochDay(((Operand.Number)test.operand()).value()));
            case ANNIVERSARY_WITHIN: {
                final List<Long> range = ((Operand.Numbers)test.operand()).values();
                return isAnniversaryWithin((LocalDate)value, range.get(0), range.get(1));
            }
            case WITHIN_LAST:
            case OLDER_THAN:
            case WITHIN_NEXT: {
                final Operand.Span span = (Operand.Span)test.operand();
                if (value instanceof LocalDate date) {
                    return ofDays(date, operator, span.days());
                }
                return test.alignDay() ? ofAlignedInstant((Instant)value, operator, span.days())
                    : ofInstant((Instant)value, operator, span.durationMs());
            }
            default:
                throw new IllegalStateException("not for this type: operator=" + operator + ", value=" + value);
        }
    }

    /** The subject's local day. */
    LocalDate today() {
        return now.atZone(zone).toLocalDate();
    }

    /** The first instant of a local day. */
    Instant startOf(final LocalDate day) {
        return day.atStartOfDay(zone).toInstant();
    }

    private LocalDate localDay(final Object value) {
        return value instanceof LocalDate date ? date : ((Instant)value).atZone(zone).toLocalDate();
    }

    // ----- equality and order

    static boolean isEqual(final Object value, final Object constant, final ValueType type,
                           final boolean caseSensitive) {
        if (value instanceof String text && constant instanceof String other) {
            return type == ValueType.STRING && !caseSensitive
                ? NaiveText.fold(text).equals(NaiveText.fold(other)) : text.equals(other);
        }
        return compare(value, constant) == 0;
    }

    private static boolean isOneOf(final Object value, final List<Object> constants, final ValueType type,
                                   final boolean caseSensitive) {
        for (final Object constant : constants) {
            if (isEqual(value, constant, type, caseSensitive)) {
                return true;
            }
        }
        return false;
    }

    @SuppressWarnings("unchecked")
    private static int compare(final Object value, final Object constant) {
        return ((Comparable<Object>)value).compareTo(constant);
    }

    /** The operand's integers and texts as values of the type. */
    private static List<Object> constants(final ValueType type, final Operand operand) {
        final List<Object> constants = new ArrayList<>();
        if (operand instanceof Operand.Number number) {
            constants.add(constant(type, number.value()));
        } else if (operand instanceof Operand.Numbers numbers) {
            numbers.values().forEach(number -> constants.add(constant(type, number)));
        } else if (operand instanceof Operand.Text text) {
            constants.add(text.text());
        } else if (operand instanceof Operand.Texts texts) {
            texts.values().forEach(text -> constants.add(text.text()));
        }
        return constants;
    }

    static Object constant(final ValueType type, final long integer) {
        switch (type) {
            case BOOL:
                return integer != 0;
            case INT:
                return integer;
            case DECIMAL:
                return BigDecimal.valueOf(integer, 4);
            case DOUBLE:
                return Operand.doubleOf(integer);
            case DATE:
                return LocalDate.ofEpochDay(integer);
            case INSTANT:
                return Instant.ofEpochMilli(integer);
            default:
                throw new IllegalStateException("no integers: type=" + type);
        }
    }

    // ----- text

    private static boolean ofText(final String value, final Operator operator, final String constant,
                                  final boolean caseSensitive) {
        if (operator == Operator.MATCHES) {
            return Pattern.compile(constant, caseSensitive ? 0 : Pattern.CASE_INSENSITIVE).matcher(value).find();
        }
        final String text = caseSensitive ? value : NaiveText.fold(value);
        final String other = caseSensitive ? constant : NaiveText.fold(constant);
        switch (operator) {
            case CONTAINS:
                return text.contains(other);
            case NOT_CONTAINS:
                return !text.contains(other);
            case STARTS_WITH:
                return text.startsWith(other);
            default:
                return text.endsWith(other);
        }
    }

    // ----- sets

    private static boolean ofSet(final Set<String> value, final Operator operator, final Operand operand) {
        final Set<String> codes = new TreeSet<>();
        ((Operand.Texts)operand).values().forEach(text -> codes.add(text.text()));
        switch (operator) {
            case CONTAINS_ANY:
                return codes.stream().anyMatch(value::contains);
            case CONTAINS_ALL:
                return value.containsAll(codes);
            case CONTAINS_NONE:
                return codes.stream().noneMatch(value::contains);
            case EQ_SET:
                return value.equals(codes);
            default:
                throw new IllegalStateException("not for sets: operator=" + operator);
        }
    }

    private static Set<String> codes(final Object value) {
        final Set<String> codes = new TreeSet<>();
        ((Set<?>)value).forEach(code -> codes.add((String)code));
        return codes;
    }

    // ----- time

    private boolean ofInstant(final Instant value, final Operator operator, final long durationMs) {
        switch (operator) {
            case WITHIN_LAST:
                return value.isAfter(now.minusMillis(durationMs)) && !value.isAfter(now);
            case OLDER_THAN:
                return !value.isAfter(now.minusMillis(durationMs));
            default:
                return value.isAfter(now) && !value.isAfter(now.plusMillis(durationMs));
        }
    }

    private boolean ofAlignedInstant(final Instant value, final Operator operator, final int days) {
        switch (operator) {
            case WITHIN_LAST:
                return !value.isBefore(startOf(today().minusDays(days))) && !value.isAfter(now);
            case OLDER_THAN:
                return value.isBefore(startOf(today().minusDays(days)));
            default:
                return value.isAfter(now) && value.isBefore(startOf(today().plusDays(days + 1)));
        }
    }

    private boolean ofDays(final LocalDate value, final Operator operator, final int days) {
        switch (operator) {
            case WITHIN_LAST:
                return value.isAfter(today().minusDays(days)) && !value.isAfter(today());
            case OLDER_THAN:
                return !value.isAfter(today().minusDays(days));
            default:
                return value.isAfter(today()) && !value.isAfter(today().plusDays(days));
        }
    }

    private boolean isAnniversaryWithin(final LocalDate value, final long lo, final long hi) {
        for (long ahead = lo; ahead <= hi; ahead++) {
            final LocalDate day = today().plusDays(ahead);
            final boolean isLeapDayMoved = value.getMonthValue() == 2 && value.getDayOfMonth() == 29
                && !day.isLeapYear();
            final int dayOfMonth = isLeapDayMoved ? 28 : value.getDayOfMonth();
            if (day.getMonthValue() == value.getMonthValue() && day.getDayOfMonth() == dayOfMonth) {
                return true;
            }
        }
        return false;
    }
}
