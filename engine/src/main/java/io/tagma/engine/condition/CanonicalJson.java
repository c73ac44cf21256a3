package io.tagma.engine.condition;

import com.fasterxml.jackson.core.io.JsonStringEncoder;
import io.tagma.engine.condition.Condition.Filter;
import io.tagma.engine.condition.Condition.Test;
import io.tagma.engine.condition.Condition.Window;
import io.tagma.engine.model.Catalog;
import io.tagma.engine.model.Decimals;
import io.tagma.engine.model.ValueType;
import java.math.BigDecimal;
import java.math.MathContext;
import java.util.List;

/**
 * Writes checked conditions as JSON in one form: members in a fixed order, no white space, texts as they were sent,
 * numbers plain, durations and instants in one spelling, groups by id (a code can change), websites by code (which
 * cannot). Reading it again gives an equal condition. For one document; not thread-safe.
 */
public final class CanonicalJson {
    private final Catalog catalog;
    private final StringBuilder out = new StringBuilder();

    private CanonicalJson(final Catalog catalog) {
        this.catalog = catalog;
    }

    /** A condition, or any node of one. */
    public static String of(final Condition condition, final Catalog catalog) {
        final CanonicalJson json = new CanonicalJson(catalog);
        json.node(condition);
        return json.out.toString();
    }

    /** A whole definition, whatever its own {@code json} says; members that are null are left out. */
    static String of(final SegmentDefinition definition, final Catalog catalog) {
        final CanonicalJson json = new CanonicalJson(catalog);
        json.definition(definition);
        return json.out.toString();
    }

    private void definition(final SegmentDefinition definition) {
        out.append('{');
        if (!definition.key().isEmpty()) {
            member("key");
            text(definition.key());
        }
        member("name");
        text(definition.name());
        member("description");
        text(definition.description());
        member("status");
        text(definition.status().name());
        member("websites");
        out.append('[');
        for (final int website : definition.websites()) {
            separate();
            text(catalog.website(website).code());
        }
        out.append(']');
        member("eventScope");
        text(definition.websiteScope() ? "WEBSITE" : "GLOBAL");
        member("applyTo");
        text(definition.applyTo().name());
        if (definition.purpose() != null) {
            member("purpose");
            text(definition.purpose());
        }
        instant("validFrom", definition.validFrom());
        instant("validTo", definition.validTo());
        member("cacheRelevant");
        out.append(definition.cacheRelevant());
        member("confirmAll");
        out.append(definition.confirmAll());
        member("owner");
        text(definition.owner());
        member("tags");
        out.append('[');
        for (final String tag : definition.tags()) {
            separate();
            text(tag);
        }
        out.append(']');
        member("condition");
        node(definition.condition());
        out.append('}');
    }

    private void node(final Condition condition) {
        out.append('{');
        if (condition instanceof Condition.All all) {
            nodes("all", all.children());
        } else if (condition instanceof Condition.Any any) {
            nodes("any", any.children());
        } else if (condition instanceof Condition.None none) {
            nodes("none", none.children());
        } else if (condition instanceof Condition.NotAll notAll) {
            nodes("notAll", notAll.children());
        } else if (condition instanceof Condition.AtLeast atLeast) {
            member("atLeast");
            out.append(atLeast.k());
            nodes("of", atLeast.children());
        } else if (condition instanceof Condition.AttributeTest attribute) {
            member("attr");
            text(attribute.attribute().key());
            test(attribute.test(), attribute.attribute().type());
        } else if (condition instanceof Condition.GroupTest group) {
            member("attr");
            text("group");
            ids(group.test(), false);
        } else if (condition instanceof Condition.WebsiteTest website) {
            member("attr");
            text("website");
            ids(website.test(), true);
        } else if (condition instanceof Condition.Exists exists) {
            member("exists");
            out.append('{');
            query(exists.query(), "");
            out.append('}');
            if (exists.not()) {
                member("not");
                out.append(true);
            }
        } else if (condition instanceof Condition.Aggregate aggregate) {
            aggregate(aggregate);
        } else if (condition instanceof Condition.Membership membership) {
            member("segment");
            text(membership.segment());
        } else if (condition instanceof Condition.Sample sample) {
            member("sample");
            out.append('{');
            member("salt");
            text(sample.salt());
            member("from");
            out.append(sample.from());
            member("to");
            out.append(sample.to()).append('}');
        } else {
            throw new IllegalStateException("node without a form: " + condition);
        }
        out.append('}');
    }

    private void nodes(final String name, final List<Condition> children) {
        member(name);
        out.append('[');
        for (final Condition child : children) {
            separate();
            node(child);
        }
        out.append(']');
    }

    private void aggregate(final Condition.Aggregate aggregate) {
        member("agg");
        out.append('{');
        member("fn");
        text(AggregateTypes.code(aggregate.function()));
        query(aggregate.query(), aggregate.field() == null ? "" : aggregate.field().name());
        if (aggregate.empty() != null) {
            member("empty");
            number(aggregate.empty(), aggregate.resultType());
        }
        out.append('}');
        test(aggregate.test(), aggregate.resultType());
    }

    private void query(final Condition.Query query, final String field) {
        member("source");
        text(FieldNames.format(query.source(), query.eventName()));
        if (!field.isEmpty()) {
            member("field");
            text(field);
        }
        if (!query.where().children().isEmpty()) {
            filters("where", query.where().children());
        }
        if (query.where() instanceof Filter.Any) {
            member("match");
            text("any");
        }
        if (query.window() != null) {
            window(query.window());
        }
        if (query.notIn() != null) {
            member("notIn");
            out.append('{');
            member("source");
            text(FieldNames.format(query.notIn().source(), query.notIn().eventName()));
            member("on");
            text(query.notIn().on());
            out.append('}');
        }
    }

    private void filters(final String name, final List<Filter> children) {
        member(name);
        out.append('[');
        for (final Filter child : children) {
            separate();
            out.append('{');
            filter(child);
            out.append('}');
        }
        out.append(']');
    }

    private void filter(final Filter filter) {
        if (filter instanceof Filter.All all) {
            filters("all", all.children());
        } else if (filter instanceof Filter.Any any) {
            filters("any", any.children());
        } else if (filter instanceof Filter.None none) {
            filters("none", none.children());
        } else if (filter instanceof Filter.NotAll notAll) {
            filters("notAll", notAll.children());
        } else if (filter instanceof Filter.FieldTest field) {
            member("f");
            text(field.field().name());
            test(field.test(), field.field().type());
        }
    }

    private void window(final Window window) {
        member("window");
        out.append('{');
        if (window instanceof Window.Last last) {
            member("last");
            text(Durations.format(last.durationMs()));
        } else if (window instanceof Window.LastDays last) {
            member("last");
            text(Durations.format(last.days() * Durations.DAY_MS));
            member("align");
            text("day");
        } else if (window instanceof Window.Ago ago) {
            member("from");
            text(Durations.format(ago.fromMs()));
            member("to");
            text(Durations.format(ago.toMs()));
        } else if (window instanceof Window.Between between) {
            instant("from", between.fromMs());
            instant("to", between.toMs());
        }
        out.append('}');
    }

    private void test(final Test test, final ValueType type) {
        member("op");
        text(test.operator().code());
        if (test.operand() != Operand.NONE) {
            member("v");
            operand(test, type);
        }
        if (test.caseSensitive()) {
            member("cs");
            out.append(true);
        }
        if (test.alignDay()) {
            member("align");
            text("day");
        }
    }

    private void operand(final Test test, final ValueType type) {
        final ValueType written = test.operator() == Operator.ON_DAY ? ValueType.DATE
            : test.operator() == Operator.ANNIVERSARY_WITHIN ? ValueType.INT : type;
        if (test.operand() instanceof Operand.Number number) {
            number(number.value(), written);
        } else if (test.operand() instanceof Operand.Numbers numbers) {
            out.append('[');
            for (final long value : numbers.values()) {
                separate();
                number(value, written);
            }
            out.append(']');
        } else if (test.operand() instanceof Operand.Text text) {
            text(text.text());
        } else if (test.operand() instanceof Operand.Texts texts) {
            out.append('[');
            for (final Operand.Text value : texts.values()) {
                separate();
                text(value.text());
            }
            out.append(']');
        } else if (test.operand() instanceof Operand.Span span) {
            text(Durations.format(span.durationMs()));
        }
    }

    private void ids(final Test test, final boolean isWebsite) {
        member("op");
        text(test.operator().code());
        member("v");
        if (test.operand() instanceof Operand.Number number) {
            id(number.value(), isWebsite);
        } else if (test.operand() instanceof Operand.Numbers numbers) {
            out.append('[');
            for (final long value : numbers.values()) {
                separate();
                id(value, isWebsite);
            }
            out.append(']');
        }
    }

    private void id(final long id, final boolean isWebsite) {
        if (isWebsite) {
            text(catalog.website((int) id).code());
        } else {
            out.append(id);
        }
    }

    private void number(final long value, final ValueType type) {
        switch (type) {
            case BOOL:
                out.append(value != 0);
                break;
            case DECIMAL:
                out.append(Decimals.format(value));
                break;
            case DOUBLE:
                floating(Operand.doubleOf(value));
                break;
            case DATE:
                text(Instants.formatDate(value));
                break;
            case INSTANT:
                out.append(Instants.toJson(value));
                break;
            default:
                out.append(value);
                break;
        }
    }

    /** The fewest digits that mean the same double; the JDK's own shortest form differs between its versions. */
    private void floating(final double value) {
        final BigDecimal exact = new BigDecimal(value);
        for (int digits = 1; digits <= 17; digits++) {
            final BigDecimal rounded = exact.round(new MathContext(digits));
            if (rounded.doubleValue() == value) {
                final BigDecimal plain = rounded.stripTrailingZeros();
                out.append(Math.abs(plain.precision() - plain.scale()) <= 20 ? plain.toPlainString()
                    : plain.toString());
                return;
            }
        }
        throw new IllegalStateException("17 digits are enough for every double: " + value);
    }

    private void instant(final String name, final Long epochMs) {
        if (epochMs != null) {
            member(name);
            out.append(Instants.toJson(epochMs));
        }
    }

    private void member(final String name) {
        separate();
        text(name);
        out.append(':');
    }

    private void separate() {
        final char last = out.charAt(out.length() - 1);
        if (last != '{' && last != '[') {
            out.append(',');
        }
    }

    private void text(final String text) {
        out.append('"');
        JsonStringEncoder.getInstance().quoteAsString(text, out);
        out.append('"');
    }
}
