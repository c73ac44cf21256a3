package io.tagma.server.conformance;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.cfg.JsonNodeFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.util.Map;
import java.util.TreeMap;

/**
 * A rule case: {@code {"suite","case","attributes":{…},"types":{…},"condition":tree,"expected":bool}}. Immutable.
 *
 * @param types attribute to number, string, boolean, strings, numbers or timestamp
 */
record RuleCase(String suite, String name, JsonNode attributes, Map<String, String> types, JsonNode condition,
                boolean isExpected) {
    static final JsonMapper JSON = JsonMapper.builder()
        .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
        .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
        .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
        .disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
        .build();

    /** A case of its line; an {@link IllegalArgumentException} says what is wrong with it. */
    static RuleCase parse(final String line) {
        final JsonNode tree;
        try {
            tree = JSON.readTree(line);
        } catch (final JsonProcessingException notJson) {
            throw new IllegalArgumentException("not JSON: " + notJson.getOriginalMessage());
        }
        final Map<String, String> types = new TreeMap<>();
        require(tree, "types", tree.path("types").isObject());
        tree.get("types").properties().forEach(type -> types.put(type.getKey(), type.getValue().asText()));
        require(tree, "suite", tree.path("suite").isTextual());
        require(tree, "case", tree.path("case").isTextual());
        require(tree, "attributes", tree.path("attributes").isObject());
        require(tree, "condition", tree.path("condition").isObject());
        require(tree, "expected", tree.path("expected").isBoolean());
        return new RuleCase(tree.get("suite").textValue(), tree.get("case").textValue(), tree.get("attributes"), types,
            tree.get("condition"), tree.get("expected").booleanValue());
    }

    private static void require(final JsonNode tree, final String member, final boolean isGood) {
        if (!isGood) {
            throw new IllegalArgumentException(tree.has(member) ? "of another type than a case has: member=" + member
                : "a case lacks a member: member=" + member);
        }
    }

    /** The value of an attribute; null where the case has none. */
    JsonNode value(final String attribute) {
        final JsonNode value = attributes.get(attribute);
        return value == null || value.isNull() ? null : value;
    }

    /** Which cases share a segment: those of the same suite, rule and types. */
    String rule() {
        return suite + ' ' + condition + ' ' + types;
    }
}
