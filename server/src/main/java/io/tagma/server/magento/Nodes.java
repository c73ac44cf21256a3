package io.tagma.server.magento;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.math.BigDecimal;
import java.util.List;

/** Parts of conditions in our grammar. Stateless. */
final class Nodes {
    private static final JsonNodeFactory FACTORY = JsonNodeFactory.instance;

    private Nodes() {
    }

    static ObjectNode object() {
        return FACTORY.objectNode();
    }

    /** {@code {all:[…]}} and its like. */
    static ObjectNode group(final String name, final List<? extends JsonNode> children) {
        final ObjectNode node = object();
        final ArrayNode array = node.putArray(name);
        children.forEach(array::add);
        return node;
    }

    static ObjectNode none(final ObjectNode child) {
        return group("none", List.of(child));
    }

    /** One node for all of them. */
    static ObjectNode all(final List<ObjectNode> nodes) {
        return nodes.size() == 1 ? nodes.get(0) : group("all", nodes);
    }

    /** A number as JSON writes the shortest: no zeros behind, no exponent. */
    static JsonNode number(final BigDecimal value) {
        final BigDecimal plain = value.stripTrailingZeros();
        return plain.scale() <= 0 && plain.precision() - plain.scale() <= 18 ? FACTORY.numberNode(plain.longValue())
            : FACTORY.numberNode(plain.scale() < 0 ? plain.setScale(0) : plain);
    }

    static JsonNode text(final String value) {
        return FACTORY.textNode(value);
    }

    static ArrayNode texts(final List<String> values) {
        final ArrayNode array = FACTORY.arrayNode();
        values.forEach(array::add);
        return array;
    }

    static ArrayNode array(final List<? extends JsonNode> values) {
        final ArrayNode array = FACTORY.arrayNode();
        values.forEach(array::add);
        return array;
    }
}
