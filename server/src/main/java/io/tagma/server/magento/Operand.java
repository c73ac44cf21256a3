package io.tagma.server.magento;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

/**
 * What a test looks at: an attribute of the subject or a field of a record. Immutable.
 *
 * @param member {@code attr} or {@code f}
 */
record Operand(String member, String name) {
    static Operand attribute(final String key) {
        return new Operand("attr", key);
    }

    static Operand field(final String name) {
        return new Operand("f", name);
    }

    /** {@code {attr, op}}. */
    ObjectNode test(final String op) {
        final ObjectNode node = Nodes.object();
        node.put(member, name);
        node.put("op", op);
        return node;
    }

    /** {@code {attr, op, v}}. */
    ObjectNode test(final String op, final JsonNode v) {
        final ObjectNode node = test(op);
        node.set("v", v);
        return node;
    }
}
