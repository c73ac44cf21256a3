package io.tagma.engine.condition;

import io.tagma.engine.condition.Condition.Filter;
import io.tagma.engine.condition.Condition.NotIn;
import io.tagma.engine.condition.Condition.Query;
import io.tagma.engine.condition.Condition.Test;
import io.tagma.engine.condition.Condition.Window;
import io.tagma.engine.model.Field;
import io.tagma.engine.model.Refusal;
import io.tagma.engine.model.Source;
import io.tagma.engine.model.ValueType;
import java.util.ArrayList;
import java.util.List;

/** Reads which records an exists or agg selects: source, where, match, window, notIn. One for a whole condition. */
final class QueryReader {
    private static final List<String> COMBINATIONS = List.of("all", "any", "none", "notAll");

    private final PatternBudget patterns;
    private int preds;

    /** Patterns are charged to the whole condition's budget. */
    QueryReader(final PatternBudget patterns) {
        this.patterns = patterns;
    }

    /** The members source, where, match, window and notIn of an exists or agg. */
    Query query(final Members members) throws Refusal {
        final String name = members.requireText("source");
        final Source source = FieldNames.source(name, members.at("source"));
        final Filter where = where(members, source);
        final Window window = window(members, source);
        return new Query(source, FieldNames.eventName(source, name), where, window, notIn(members, source));
    }

    private Filter where(final Members members, final Source source) throws Refusal {
        final String match = members.text("match", "all");
        if (!"all".equals(match) && !"any".equals(match)) {
            throw Faults.invalid(members.at("match"), "unknown match: match=" + Faults.clip(match)
                + ", allowed=all any");
        }
        final List<Json> elements = members.array("where");
        final List<Filter> filters = elements == null ? List.of()
            : filters(elements, members.at("where"), source, 1);
        return filters.isEmpty() || "all".equals(match) ? new Filter.All(filters) : new Filter.Any(filters);
    }

    private List<Filter> filters(final List<Json> elements, final String at, final Source source, final int depth)
        throws Refusal {
        final List<Filter> filters = new ArrayList<>(elements.size());
        for (final Json element : elements) {
            filters.add(filter(element, Faults.below(at, filters.size()), source, depth));
        }
        return filters;
    }

    private Filter filter(final Json json, final String at, final Source source, final int depth) throws Refusal {
        if (depth > ConditionReader.DEPTH_MAX) {
            throw Faults.invalid(at, "the where is nested too deeply: depth=" + depth + ", max="
                + ConditionReader.DEPTH_MAX);
        }
        final Members pred = Members.of(json, at, "a pred");
        for (final String name : pred.names()) {
            if (COMBINATIONS.contains(name)) {
                pred.allow(name);
                return combination(name, filters(pred.requireArray(name), pred.at(name), source, depth + 1));
            }
        }
        if (++preds > ConditionReader.LEAVES_MAX) {
            throw Faults.invalid(at, "the condition tests too many fields: max=" + ConditionReader.LEAVES_MAX);
        }
        return fieldTest(pred, source);
    }

    private static Filter combination(final String name, final List<Filter> children) {
        switch (name) {
            case "all":
                return new Filter.All(children);
            case "any":
                return new Filter.Any(children);
            case "none":
                return new Filter.None(children);
            default:
                return new Filter.NotAll(children);
        }
    }

    private Filter fieldTest(final Members pred, final Source source) throws Refusal {
        if (pred.names().contains("attr")) {
            throw Faults.invalid(pred.at("attr"), "a where tests fields of the record (f), not attributes of the "
                + "subject");
        }
        pred.allow("f", "op", "v", "cs", "align", "all", "any", "none", "notAll");
        final String name = pred.requireText("f");
        final Field field = FieldNames.field(source, name, pred.at("f"));
        final Operator operator = TestReader.operator(pred);
        if (field.type() != null) {
            return new Filter.FieldTest(field,
                TestReader.test(pred, operator, field.type(), Faults.clip(name), patterns));
        }
        final ValueType type = TestReader.typeOfLiteral(operator, pred);
        if (type != null) {
            return new Filter.FieldTest(new Field(source, name, type, field.origin()),
                TestReader.test(pred, operator, type, Faults.clip(name), patterns));
        }
        if (operator == Operator.BETWEEN) {
            throw Faults.invalid(pred.at("v"), "between takes [lo,hi]: elements=0");
        }
        if (operator == Operator.IN) {
            TestReader.test(pred, operator, ValueType.STRING, name, patterns);
            return new Filter.Any(List.of());
        }
        if (operator == Operator.NOT_IN) {
            TestReader.test(pred, operator, ValueType.STRING, name, patterns);
            return new Filter.FieldTest(field, new Test(Operator.IS_SET, Operand.NONE, false, false));
        }
        return new Filter.FieldTest(field, TestReader.presence(pred, operator));
    }

    private static Window window(final Members members, final Source source) throws Refusal {
        final Json json = members.get("window");
        if (json == null) {
            return null;
        }
        final String at = members.at("window");
        if (!source.isTimed()) {
            throw Faults.invalid(at, "records without a time have no window: source=" + source.code());
        }
        final Members window = Members.of(json, at, "a window");
        if (window.names().contains("last")) {
            window.allow("last", "align");
            final Operand.Span last = Literals.span(window.require("last"), window.at("last"));
            final String align = window.text("align", null);
            return align != null && TestReader.isDay(align, window.at("align"), last, false)
                ? new Window.LastDays(last.days()) : new Window.Last(last.durationMs());
        }
        if (window.names().contains("align")) {
            throw Faults.invalid(window.at("align"), "align is for windows with last");
        }
        window.allow("last", "from", "to");
        return isDuration(window.get("from")) || isDuration(window.get("to")) ? ago(window) : between(window);
    }

    private static boolean isDuration(final Json json) {
        return json instanceof Json.Text text && text.value().startsWith("P");
    }

    private static Window ago(final Members window) throws Refusal {
        final Operand.Span from = Literals.span(window.require("from"), window.at("from"));
        final Operand.Span to = Literals.spanOrZero(window.require("to"), window.at("to"));
        if (from.durationMs() <= to.durationMs()) {
            throw Faults.invalid(window.at(), "a window from ... to ago must begin longer ago than it ends: from="
                + Durations.format(from.durationMs()) + ", to=" + Durations.format(to.durationMs()));
        }
        return new Window.Ago(from.durationMs(), to.durationMs());
    }

    /** Open at both ends is no window: a record must have t at or before now anyway. */
    private static Window between(final Members window) throws Refusal {
        final Long from = window.has("from") ? (Long) Literals.instant(window.get("from"), window.at("from")) : null;
        final Long to = window.has("to") ? (Long) Literals.instant(window.get("to"), window.at("to")) : null;
        return from == null && to == null ? null : new Window.Between(from, to);
    }

    private static NotIn notIn(final Members members, final Source source) throws Refusal {
        final Json json = members.get("notIn");
        if (json == null) {
            return null;
        }
        final Members notIn = Members.of(json, members.at("notIn"), "notIn");
        notIn.allow("source", "on");
        final String name = notIn.requireText("source");
        final Source other = FieldNames.source(name, notIn.at("source"));
        final String on = notIn.requireText("on");
        final Field here = FieldNames.field(source, on, notIn.at("on"));
        final Field there = FieldNames.field(other, on, notIn.at("on"));
        if (here.type() == ValueType.ENUM_SET || here.type() != there.type()) {
            throw Faults.invalid(notIn.at("on"), "both sources must have the field with one and the same type that is "
                + "no set: on=" + Faults.clip(on));
        }
        return new NotIn(other, FieldNames.eventName(other, name), on);
    }
}
