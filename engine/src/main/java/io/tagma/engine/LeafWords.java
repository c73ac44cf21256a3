package io.tagma.engine;

import io.tagma.engine.condition.Condition;
import io.tagma.engine.condition.Condition.Filter;
import io.tagma.engine.condition.Condition.Window;
import io.tagma.engine.condition.Operand;
import io.tagma.engine.model.ValueType;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** Leaves of conditions in words that a merchandiser reads. */
final class LeafWords {
    private LeafWords() {
    }

    /** The leaf as a short text, such as {@code count(order where status in [complete] in the last P30D) >= 3}. */
    static String what(final Condition leaf) {
        if (leaf instanceof Condition.AttributeTest test) {
            return test.attribute().key() + " " + test(test.test(), test.attribute().type());
        } else if (leaf instanceof Condition.GroupTest test) {
            return "group " + test(test.test(), ValueType.INT);
        } else if (leaf instanceof Condition.WebsiteTest test) {
            return "website " + test(test.test(), ValueType.INT);
        } else if (leaf instanceof Condition.Exists exists) {
            return (exists.not() ? "no " : "some ") + query(exists.query());
        } else if (leaf instanceof Condition.Aggregate aggregate) {
            return aggregate.function().name().toLowerCase(Locale.ROOT) + "("
                + (aggregate.field() == null ? "" : aggregate.field().name() + " of ") + query(aggregate.query()) + ") "
                + test(aggregate.test(), aggregate.resultType());
        } else if (leaf instanceof Condition.Sample sample) {
            return "sample " + sample.salt() + " in [" + sample.from() + ", " + sample.to() + ")";
        }
        return "segment " + ((Condition.Membership)leaf).segment();
    }

    private static String query(final Condition.Query query) {
        final String source = query.eventName() == null ? query.source().code() : "event:" + query.eventName();
        final String where = query.where().equals(new Filter.All(List.of())) ? "" : " where " + filter(query.where());
        return source + where + window(query.window());
    }

    private static String window(final Window window) {
        if (window == null) {
            return "";
        } else if (window instanceof Window.Last last) {
            return " in the last " + Duration.ofMillis(last.durationMs());
        } else if (window instanceof Window.LastDays last) {
            return " in the last " + last.days() + " days up to today";
        } else if (window instanceof Window.Ago ago) {
            return " from " + Duration.ofMillis(ago.fromMs()) + " to " + Duration.ofMillis(ago.toMs()) + " ago";
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
            + test(test.test(), test.field().type() == null ? ValueType.STRING : test.field().type());
    }

    private static String joined(final List<Filter> filters, final String between, final String before) {
        return filters.stream().map(LeafWords::filter).collect(Collectors.joining(between, before + "(", ")"));
    }

    private static String test(final Condition.Test test, final ValueType type) {
        return symbol(test) + operand(test.operand(), type) + (test.alignDay() ? " (whole days)" : "");
    }

    private static String symbol(final Condition.Test test) {
        return switch (test.operator()) {
            case EQ -> "=";
            case NE -> "<>";
            case LT -> "<";
            case LE -> "<=";
            case GT -> ">";
            case GE -> ">=";
            default -> test.operator().code();
        };
    }

    private static String operand(final Operand operand, final ValueType type) {
        if (operand instanceof Operand.Number number) {
            return " " + ExplainQuery.format(number.value(), type);
        } else if (operand instanceof Operand.Numbers numbers) {
            return " " + numbers.values().stream().map(value -> ExplainQuery.format(value, type)).toList();
        } else if (operand instanceof Operand.Text text) {
            return " " + text.text();
        } else if (operand instanceof Operand.Texts texts) {
            return " " + texts.values().stream().map(Operand.Text::text).toList();
        } else if (operand instanceof Operand.Span span) {
            return " " + (span.days() >= 0 ? "P" + span.days() + "D" : Duration.ofMillis(span.durationMs()).toString());
        }
        return "";
    }
}
