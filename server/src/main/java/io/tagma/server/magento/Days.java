package io.tagma.server.magento;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.List;

/** Days, date ranges and ages in days as Magento writes them. Stateless. */
final class Days {
    private static final Operand T = Operand.field("t");
    private static final String MIDNIGHT = " 00:00:00";
    private static final String TO = "...";
    private static final int YEAR_MAX = 9998;
    private static final int DAYS_MAX = 100_000;

    private Days() {
    }

    /** {@code 2026-01-31}, also with a midnight behind. */
    static LocalDate day(final Posted condition) throws Untranslatable {
        return day(condition, condition.value());
    }

    private static LocalDate day(final Posted condition, final String text) throws Untranslatable {
        final String date = text.endsWith(MIDNIGHT) ? text.substring(0, text.length() - MIDNIGHT.length()) : text;
        try {
            final LocalDate day = date.length() == 10 ? LocalDate.parse(date) : null;
            if (day != null && day.getYear() >= 1 && day.getYear() <= YEAR_MAX) {
                return day;
            }
        } catch (final DateTimeException notADate) {
            throw condition.badValue("not a day, YYYY-MM-DD: value=" + Untranslatable.clip(text));
        }
        throw condition.badValue("not a day, YYYY-MM-DD: value=" + Untranslatable.clip(text));
    }

    /** The first instant of a day, as an instant's literal. */
    static JsonNode start(final LocalDate day, final ZoneId zone) {
        return literal(day.atStartOfDay(zone));
    }

    /** Date Range is / is not within {@code 2026-01-01...2026-01-31}: both days belong to it. */
    static ObjectNode range(final Posted condition, final ZoneId zone) throws Untranslatable {
        condition.requireLeaf();
        final boolean isWithin = condition.isAffirmed();
        final String value = condition.value();
        final int to = value.indexOf(TO);
        if (to < 0) {
            throw condition.badValue("not a range, YYYY-MM-DD...YYYY-MM-DD: value=" + Untranslatable.clip(value));
        }
        final LocalDate first = day(condition, value.substring(0, to).strip());
        final LocalDate last = day(condition, value.substring(to + TO.length()).strip());
        final ObjectNode within = T.test("between", Nodes.array(List.of(start(first, zone),
            literal(last.plusDays(1).atStartOfDay(zone).minusNanos(1_000_000)))));
        return isWithin ? within : Nodes.none(within);
    }

    /**
     * Whether Up To Date means the last days and not those before. Magento stores how instants compare with the
     * midnight so many days ago, the opposite of what its form says: {@code >=} reads "equals or less than N days".
     */
    static boolean isRecent(final Posted condition) throws Untranslatable {
        condition.requireLeaf();
        switch (condition.operator()) {
            case ">=":
            case ">":
                return true;
            case "<=":
            case "<":
                return false;
            default:
                throw condition.unknownOperator(">= > <= <");
        }
    }

    /** The number of days of Up To Date, as a duration. */
    static String age(final Posted condition) throws Untranslatable {
        final String value = condition.value().strip();
        if (!value.matches("\\d{1,6}")) {
            throw condition.badValue("not a number of days: value=" + Untranslatable.clip(value));
        }
        final int days = Integer.parseInt(value);
        if (days < 1 || days > DAYS_MAX) {
            throw condition.badValue("out of range: days=" + days + ", min=1, max=" + DAYS_MAX);
        }
        return "P" + days + "D";
    }

    /** Up To Date as a test of a record's instant. */
    static ObjectNode age(final Posted condition, final String duration) throws Untranslatable {
        final ObjectNode test = T.test(isRecent(condition) ? "withinLast" : "olderThan", Nodes.text(duration));
        test.put("align", "day");
        return test;
    }

    private static JsonNode literal(final ZonedDateTime instant) {
        return Nodes.text(DateTimeFormatter.ISO_OFFSET_DATE_TIME.format(instant));
    }
}
