package io.tagma.server.conformance;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.UnaryOperator;

/** Puts one neutral rule into our grammar. One rule's. */
final class RuleTranslator {
    private final Map<String, String> types;
    private final UnaryOperator<String> names;
    private final Map<String, List<BigDecimal>> numbers = new TreeMap<>();

    /**
     * @param types of the attributes in the neutral form
     * @param names an attribute's name to its key here
     */
    RuleTranslator(final Map<String, String> types, final UnaryOperator<String> names) {
        this.types = types;
        this.names = names;
    }

    /** The rule as a condition. */
    ObjectNode node(final JsonNode tree) throws Inexpressible {
        if (tree.has("attr")) {
            return leaf(tree);
        }
        for (final String group : List.of("all", "any")) {
            if (tree.path(group).isArray()) {
                final ObjectNode node = object();
                final ArrayNode children = node.putArray(group);
                for (final JsonNode child : tree.get(group)) {
                    children.add(node(child));
                }
                return node;
            }
        }
        if (tree.path("not").isObject()) {
            final ObjectNode node = object();
            node.putArray("none").add(node(tree.get("not")));
            return node;
        }
        throw new Inexpressible("unknown rule: " + tree);
    }

    /** The numbers that the rule compares an attribute with. */
    List<BigDecimal> numbers(final String attribute) {
        return numbers.getOrDefault(attribute, List.of());
    }

    private ObjectNode leaf(final JsonNode leaf) throws Inexpressible {
        final String attribute = leaf.get("attr").asText();
        if (!types.containsKey(attribute)) {
            throw new Inexpressible("an attribute without a type: attr=" + attribute);
        }
        final AttributeKind kind = AttributeKind.of(types.get(attribute));
        final boolean isCaseIgnored = leaf.path("ci").asBoolean(false);
        if (isCaseIgnored && kind.isList()) {
            throw new Inexpressible("a list is compared with case only");
        }
        final String op = leaf.path("op").asText();
        final ObjectNode node = object();
        node.put("attr", names.apply(attribute));
        node.put("op", op(op, kind));
        if (op.equals("exists") || op.equals("missing")) {
            return node;
        }
        final JsonNode value = leaf.get("value");
        if (value == null || value.isNull()) {
            throw new Inexpressible("a literal is needed: op=" + op);
        }
        node.set("v", literal(op, kind, value, attribute));
        if (kind == AttributeKind.STRING && !isCaseIgnored) {
            node.put("cs", true);
        }
        return node;
    }

    private static String op(final String op, final AttributeKind kind) throws Inexpressible {
        switch (op) {
            case "exists":
                return "isSet";
            case "missing":
                return "notSet";
            case "contains":
                return kind.isList() ? "containsAny" : only(AttributeKind.STRING, kind, op, "contains");
            case "ncontains":
                return kind.isList() ? "containsNone" : only(AttributeKind.STRING, kind, op, "notContains");
            case "starts_with":
                return only(AttributeKind.STRING, kind, op, "startsWith");
            case "ends_with":
                return only(AttributeKind.STRING, kind, op, "endsWith");
            case "regex":
                return only(AttributeKind.STRING, kind, op, "matches");
            case "gt":
            case "lt":
            case "between":
                return ordered(kind, op, op);
            case "gte":
                return ordered(kind, op, "ge");
            case "lte":
                return ordered(kind, op, "le");
            case "eq":
                return scalar(kind, op, "eq");
            case "neq":
                return scalar(kind, op, "ne");
            case "in":
                return scalar(kind, op, "in");
            case "nin":
                return scalar(kind, op, "notIn");
            default:
                throw new Inexpressible("unknown operator: op=" + op);
        }
    }

    private static String only(final AttributeKind wanted, final AttributeKind kind, final String op,
                               final String ours) throws Inexpressible {
        if (kind != wanted) {
            throw unfit(kind, op);
        }
        return ours;
    }

    private static String ordered(final AttributeKind kind, final String op, final String ours)
        throws Inexpressible {
        if (kind == AttributeKind.STRING) {
            throw new Inexpressible("texts have no order: op=" + op);
        }
        if (!kind.isOrdered()) {
            throw unfit(kind, op);
        }
        return ours;
    }

    private static String scalar(final AttributeKind kind, final String op, final String ours) throws Inexpressible {
        if (kind.isList()) {
            throw unfit(kind, op);
        }
        return ours;
    }

    private static Inexpressible unfit(final AttributeKind kind, final String op) {
        return new Inexpressible("the operator does not fit the type: op=" + op + ", type="
            + kind.name().toLowerCase(Locale.ROOT));
    }

    private JsonNode literal(final String op, final AttributeKind kind, final JsonNode value, final String attribute)
        throws Inexpressible {
        if (kind.isList()) {
            return RuleCase.JSON.createArrayNode().add(kind.code(value));
        }
        if (!List.of("in", "nin", "between").contains(op)) {
            return noted(attribute, kind.value(value));
        }
        if (!value.isArray()) {
            throw new Inexpressible("a list is needed: op=" + op);
        }
        final ArrayNode values = RuleCase.JSON.createArrayNode();
        for (final JsonNode element : value) {
            values.add(noted(attribute, kind.value(element)));
        }
        return values;
    }

    private JsonNode noted(final String attribute, final JsonNode value) {
        if (value.isNumber()) {
            numbers.computeIfAbsent(attribute, name -> new ArrayList<>()).add(value.decimalValue());
        }
        return value;
    }

    private static ObjectNode object() {
        return RuleCase.JSON.createObjectNode();
    }
}
