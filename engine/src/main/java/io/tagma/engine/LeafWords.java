package io.tagma.engine;

import io.tagma.engine.condition.Condition;
import io.tagma.engine.condition.Condition.Filter;
import io.tagma.engine.condition.Condition.Window;
import io.tagma.engine.condition.Operand;
import io.tagma.engine.model.Source;
import io.tagma.engine.model.ValueType;
import java.time.Instant;
import java.util.List;
import java.util.function.LongFunction;
import java.util.stream.Collectors;

/** Leaves of conditions in words that a merchandiser reads. */
final class LeafWords {
    private static final String[] UNITS = {"day", "hour", "minute", "second"};
    private static final long[] UNIT_MS = {86_400_000L, 3_600_000L, 60_000L, 1_000L};

    private final LongFunction<String> groups;
    private final LongFunction<String> websites;

    /** With the names of groups and websites. */
    LeafWords(final LongFunction<String> groups, final LongFunction<String> websites) {
        this.groups = groups;
        this.websites = websites;
    }

    /** The leaf, such as {@code the number of orders where status is complete in the last 30 days is at least 3}. */
    String what(final Condition leaf) {
        if (leaf instanceof Condition.AttributeTest test) {
            return test.attribute().key() + " " + test(test.test(), of(test.attribute().type()));
        } else if (leaf instanceof Condition.GroupTest test) {
            return "the group " + test(test.test(), groups);
        } else if (leaf instanceof Condition.WebsiteTest test) {
            return "the home website " + test(test.test(), websites);
        } else if (leaf instanceof Condition.Exists exists) {
            return (exists.not() ? "there are no " : "there are ") + query(exists.query());
        } else if (leaf instanceof Condition.Aggregate aggregate) {
            return aggregate(aggregate) + " " + test(aggregate.test(), of(aggregate.resultType()));
        } else if (leaf instanceof Condition.Sample sample) {
            return "the bucket of sample " + sample.salt() + " is at least " + sample.from() + " and less than "
                + sample.to();
        }
        return "member of segment " + ((Condition.Membership)leaf).segment();
    }

    /** The leaf and what it found, such as {@code rewardPoints is at least 10: it is 7}. */
    String found(final Condition leaf, final String actual) {
        final String what = what(leaf);
        if (leaf instanceof Condition.Exists) {
            return what + ": " + ("0".equals(actual) || actual == null ? "none found" : actual + " found");
        } else if (leaf instanceof Condition.Membership) {
            return what;
        } else if (actual == null) {
            return what + ": it has no value";
        }
        return what + ": it is " + actual;
    }

    private static String aggregate(final Condition.Aggregate aggregate) {
        final String field = aggregate.field() == null ? "" : aggregate.field().name();
        final String of = query(aggregate.query());
        return switch (aggregate.function()) {
            case COUNT -> "the number of " + of;
            case SUM -> "the sum of " + field + " over " + of;
            case AVG -> "the average " + field + " of " + of;
            case MIN -> "the smallest " + field + " of " + of;
            case MAX -> "the largest " + field + " of " + of;
            case COUNT_DISTINCT -> "the number of different " + field + " of " + of;
        };
    }

    private static String query(final Condition.Query query) {
        final String where = query.where().equals(new Filter.All(List.of())) ? "" : " where " + filter(query.where());
        final String notIn = query.notIn() == null ? "" : " whose " + query.notIn().on() + " is not among the "
            + records(query.notIn().source(), query.notIn().eventName());
        return records(query.source(), query.eventName()) + where + notIn + window(query.window());
    }

    private static String records(final Source source, final String eventName) {
        return switch (source) {
            case ADDRESS -> "addresses";
            case CART -> "carts";
            case CART_ITEM -> "products in the cart";
            case WISHLIST_ITEM -> "products on the wish list";
            case ORDER -> "orders";
            case ORDER_ITEM -> "ordered products";
            case VIEW -> "viewed products";
            case EVENT -> eventName + " events";
        };
    }

    private static String window(final Window window) {
        if (window == null) {
            return "";
        } else if (window instanceof Window.Last last) {
            return " in the last " + duration(last.durationMs());
        } else if (window instanceof Window.LastDays last) {
            return " in the last " + count(last.days(), "day") + " up to today";
        } else if (window instanceof Window.Ago ago) {
            return ago.toMs() == 0 ? " in the last " + duration(ago.fromMs())
                : " between " + duration(ago.fromMs()) + " and " + duration(ago.toMs()) + " ago";
        }
        final Window.Between between = (Window.Between)window;
        return (between.fromMs() == null ? "" : " from " + Instant.ofEpochMilli(between.fromMs()))
            + (between.toMs() == null ? "" : " until " + Instant.ofEpochMilli(between.toMs()));
    }

    private static String filter(final Filter filter) {
        if (filter instanceof Filter.All all) {
            return joined(all.children(), " and ", "");
        } else if (filter instanceof Filter.Any any) {
            return joined(any.children(), " or ", "");
        } else if (filter instanceof Filter.None none) {
            return joined(none.children(), " or ", "none of ");
        } else if (filter instanceof Filter.NotAll notAll) {
            return joined(notAll.children(), " and ", "not all of ");
        }
        final Filter.FieldTest test = (Filter.FieldTest)filter;
        return test.field().name() + " "
            + test(test.test(), of(test.field().type() == null ? ValueType.STRING : test.field().type()));
    }

    private static String joined(final List<Filter> filters, final String between, final String before) {
        if (filters.size() == 1 && before.isEmpty()) {
            return filter(filters.get(0));
        }
        return filters.stream().map(LeafWords::filter).collect(Collectors.joining(between, before + "(", ")"));
    }

    private static LongFunction<String> of(final ValueType type) {
        return value -> ExplainQuery.format(value, type);
    }

    private static String test(final Condition.Test test, final LongFunction<String> format) {
        final String v = operand(test.operand(), format);
        final String days = test.alignDay() ? ", whole days" : "";
        return switch (test.operator()) {
            case EQ -> "is " + v;
            case NE -> "is not " + v;
            case IN -> "is one of " + v;
            case NOT_IN -> "is none of " + v;
            case IS_SET -> "is set";
            case NOT_SET -> "is not set";
            case LT -> "is less than " + v;
            case LE -> "is at most " + v;
            case GT -> "is more than " + v;
            case GE -> "is at least " + v;
            case BETWEEN -> "is between " + range(test.operand(), format);
            case WITHIN_LAST -> "is within the last " + v + days;
            case OLDER_THAN -> "is more than " + v + " ago" + days;
            case WITHIN_NEXT -> "is within the next " + v + days;
            case ON_DAY -> "is on the day " + operand(test.operand(), of(ValueType.DATE));
            case ANNIVERSARY_WITHIN -> "has its anniversary in " + range(test.operand(), of(ValueType.INT)) + " days";
            case CONTAINS -> "contains " + v;
            case NOT_CONTAINS -> "does not contain " + v;
            case STARTS_WITH -> "starts with " + v;
            case ENDS_WITH -> "ends with " + v;
            case MATCHES -> "matches " + v;
            case CONTAINS_ANY -> "contains any of " + v;
            case CONTAINS_ALL -> "contains all of " + v;
            case CONTAINS_NONE -> "contains none of " + v;
            case EQ_SET -> "is exactly " + v;
        };
    }

    private static String range(final Operand operand, final LongFunction<String> format) {
        return operand instanceof Operand.Numbers numbers && numbers.values().size() == 2
            ? format.apply(numbers.values().get(0)) + " and " + format.apply(numbers.values().get(1))
            : operand(operand, format);
    }

    private static String operand(final Operand operand, final LongFunction<String> format) {
        if (operand instanceof Operand.Number number) {
            return format.apply(number.value());
        } else if (operand instanceof Operand.Numbers numbers) {
            return numbers.values().stream().map(format::apply).toList().toString();
        } else if (operand instanceof Operand.Text text) {
            return text.text();
        } else if (operand instanceof Operand.Texts texts) {
            return texts.values().stream().map(Operand.Text::text).toList().toString();
        } else if (operand instanceof Operand.Span span) {
            return duration(span.durationMs());
        }
        return "";
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

    private static String count(final long n, final String unit) {
        return n + " " + unit + (n == 1 ? "" : "s");
    }
}
