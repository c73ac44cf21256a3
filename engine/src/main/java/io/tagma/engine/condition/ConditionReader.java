package io.tagma.engine.condition;

import io.tagma.engine.condition.Condition.Aggregate;
import io.tagma.engine.condition.Condition.AtLeast;
import io.tagma.engine.condition.Condition.AttributeTest;
import io.tagma.engine.condition.Condition.Exists;
import io.tagma.engine.condition.Condition.Function;
import io.tagma.engine.condition.Condition.GroupTest;
import io.tagma.engine.condition.Condition.Membership;
import io.tagma.engine.condition.Condition.Sample;
import io.tagma.engine.condition.Condition.Test;
import io.tagma.engine.condition.Condition.WebsiteTest;
import io.tagma.engine.model.Attribute;
import io.tagma.engine.model.Catalog;
import io.tagma.engine.model.Field;
import io.tagma.engine.model.Refusal;
import io.tagma.engine.model.ValueType;
import java.util.ArrayList;
import java.util.List;

/** Reads and checks the nodes of one condition. Used once. */
final class ConditionReader {
    /** Nodes on the longest path; the same for the preds of one {@code where}. */
    static final int DEPTH_MAX = 32;
    /** Leaves of a condition. */
    static final int LEAVES_MAX = 500;
    /** Buckets of a sample. */
    static final int BUCKETS = 10_000;

    private static final List<String> KINDS = List.of("all", "any", "none", "notAll", "atLeast", "attr", "exists",
        "agg", "segment", "sample");

    private final Catalog catalog;
    private final String ownKey;
    private final PatternBudget patterns = new PatternBudget();
    private final QueryReader queries = new QueryReader(patterns);
    private int leaves;

    /** For the segment with that key. */
    ConditionReader(final Catalog catalog, final String ownKey) {
        this.catalog = catalog;
        this.ownKey = ownKey;
    }

    /** A node and all below it. */
    Condition node(final Json json, final String at, final int depth) throws Refusal {
        if (depth > DEPTH_MAX) {
            throw Faults.invalid(at, "the condition is nested too deeply: depth=" + depth + ", max=" + DEPTH_MAX);
        }
        final Members node = Members.of(json, at, "a condition");
        final String kind = kind(node);
        switch (kind) {
            case "all":
                node.allow("all");
                return new Condition.All(children(node, "all", depth));
            case "any":
                node.allow("any");
                return new Condition.Any(children(node, "any", depth));
            case "none":
                node.allow("none");
                return new Condition.None(children(node, "none", depth));
            case "notAll":
                node.allow("notAll");
                return new Condition.NotAll(children(node, "notAll", depth));
            case "atLeast":
                return atLeast(node, depth);
            default:
                if (++leaves > LEAVES_MAX) {
                    throw Faults.invalid(at, "the condition has too many leaves: max=" + LEAVES_MAX);
                }
                return leaf(node, kind);
        }
    }

    private static String kind(final Members node) throws Refusal {
        for (final String name : node.names()) {
            if (KINDS.contains(name)) {
                return name;
            }
        }
        if (node.names().isEmpty()) {
            throw Faults.invalid(node.at(), "an empty object is no condition; everyone is {\"all\":[]}");
        }
        final String first = node.names().iterator().next();
        if (node.names().contains("of")) {
            throw Faults.invalid(node.at(), "a member is missing: name=atLeast");
        }
        if (node.names().contains("f")) {
            throw Faults.invalid(node.at("f"), "a record's field is tested in the where of an exists or agg; "
                + "attributes of the subject are tested by attr");
        }
        throw Faults.invalid(node.at(first), "unknown condition: name=" + Faults.clip(first) + ", known="
            + String.join(" ", KINDS) + Spelling.hint(first, KINDS));
    }

    private List<Condition> children(final Members node, final String name, final int depth) throws Refusal {
        final List<Json> elements = node.requireArray(name);
        final List<Condition> children = new ArrayList<>(elements.size());
        for (final Json element : elements) {
            children.add(node(element, Faults.below(node.at(name), children.size()), depth + 1));
        }
        return children;
    }

    private Condition atLeast(final Members node, final int depth) throws Refusal {
        node.allow("atLeast", "of");
        final int count = node.requireArray("of").size();
        final int k = node.requireWhole("atLeast", Integer.MIN_VALUE, Integer.MAX_VALUE);
        if (k < 1 || k > count) {
            throw Faults.invalid(node.at("atLeast"), "atLeast must be from 1 to the number of children: atLeast=" + k
                + ", children=" + count);
        }
        return new AtLeast(k, children(node, "of", depth));
    }

    private Condition leaf(final Members node, final String kind) throws Refusal {
        switch (kind) {
            case "attr":
                return attribute(node);
            case "exists":
                node.allow("exists", "not");
                final Members exists = Members.of(node.require("exists"), node.at("exists"), "exists");
                exists.allow("source", "where", "match", "window", "notIn");
                return new Exists(queries.query(exists), node.bool("not", false));
            case "agg":
                return aggregate(node);
            case "segment":
                return membership(node);
            case "sample":
                return sample(node);
            default:
                throw new IllegalStateException("node without a rule: " + kind);
        }
    }

    private Condition attribute(final Members node) throws Refusal {
        node.allow("attr", "op", "v", "cs", "align");
        final String key = node.requireText("attr");
        if ("group".equals(key)) {
            return new GroupTest(ids(node, "group"));
        }
        if ("website".equals(key)) {
            return new WebsiteTest(ids(node, "website"));
        }
        final Attribute attribute = catalog.attribute(key);
        if (attribute == null) {
            throw Faults.invalid(node.at("attr"), "undeclared attribute: attr=" + Faults.clip(key)
                + Spelling.hint(key, catalog.attributeKeys()));
        }
        final Operator operator = TestReader.operator(node);
        return new AttributeTest(attribute,
            TestReader.test(node, operator, attribute.type(), Faults.clip(key), patterns));
    }

    private Test ids(final Members node, final String what) throws Refusal {
        final Operator operator = TestReader.operator(node);
        for (final String name : List.of("cs", "align")) {
            if (node.has(name)) {
                throw Faults.invalid(node.at(name), name + " does not fit " + what);
            }
        }
        switch (operator) {
            case EQ:
            case NE:
                return new Test(operator, new Operand.Number(id(node.require("v"), node.at("v"), what)), false, false);
            case IN:
            case NOT_IN:
                final List<Long> ids = new ArrayList<>();
                for (final Json value : node.requireArray("v")) {
                    ids.add(id(value, Faults.below(node.at("v"), ids.size()), what));
                }
                return new Test(operator, new Operand.Numbers(ids), false, false);
            default:
                throw Faults.invalid(node.at("op"), "the operator does not fit " + what + ": op=" + operator.code()
                    + ", allowed=eq ne in notIn");
        }
    }

    private long id(final Json value, final String at, final String what) throws Refusal {
        return "group".equals(what) ? CatalogNames.group(catalog, value, at) : CatalogNames.website(catalog, value, at);
    }

    private Condition aggregate(final Members node) throws Refusal {
        node.allow("agg", "op", "v");
        final Members agg = Members.of(node.require("agg"), node.at("agg"), "agg");
        agg.allow("fn", "source", "field", "where", "match", "window", "notIn", "empty");
        final Function function = function(agg);
        final Condition.Query query = queries.query(agg);
        final Field field = AggregateTypes.field(agg, function, query.source());
        final ValueType type = AggregateTypes.result(function, field);
        final Long empty = AggregateTypes.empty(agg, function, type);
        final Operator operator = TestReader.operator(node);
        switch (operator) {
            case EQ:
            case NE:
            case LT:
            case LE:
            case GT:
            case GE:
            case BETWEEN:
                return new Aggregate(function, query, field, empty, type,
                    TestReader.test(node, operator, type, AggregateTypes.code(function), patterns));
            default:
                throw Faults.invalid(node.at("op"), "the operator does not fit an aggregate: op=" + operator.code()
                    + ", allowed=eq ne lt le gt ge between");
        }
    }

    private static Function function(final Members agg) throws Refusal {
        final String code = agg.requireText("fn");
        final List<String> known = new ArrayList<>();
        for (final Function function : Function.values()) {
            if (AggregateTypes.code(function).equals(code)) {
                return function;
            }
            known.add(AggregateTypes.code(function));
        }
        throw Faults.invalid(agg.at("fn"), "unknown function: fn=" + Faults.clip(code) + ", known="
            + String.join(" ", known) + Spelling.hint(code, known));
    }

    private Condition membership(final Members node) throws Refusal {
        node.allow("segment");
        final String key = node.requireText("segment");
        if (key.equals(ownKey)) {
            throw Faults.invalid(node.at("segment"), "the segment refers to itself: " + key + " -> " + key);
        }
        if (!catalog.hasSegment(key)) {
            throw Faults.invalid(node.at("segment"), "unknown segment: segment=" + Faults.clip(key)
                + Spelling.hint(key, catalog.segmentKeys()));
        }
        return new Membership(key);
    }

    private static Condition sample(final Members node) throws Refusal {
        node.allow("sample");
        final Members sample = Members.of(node.require("sample"), node.at("sample"), "sample");
        sample.allow("salt", "from", "to");
        final String salt = sample.requireText("salt");
        final int from = sample.requireWhole("from", 0, BUCKETS);
        final int to = sample.requireWhole("to", 0, BUCKETS);
        if (from > to) {
            throw Faults.invalid(node.at("sample"), "a sample is from <= bucket < to: from=" + from + ", to=" + to);
        }
        return new Sample(salt, from, to);
    }
}
