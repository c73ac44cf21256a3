package io.tagma.server.admin;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.cfg.JsonNodeFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.math.BigDecimal;

/** The one JSON mapper: strict when reading, exact with numbers. Thread-safe. */
final class Json {
    static final String JSON = "application/json";
    static final String NDJSON = "application/x-ndjson";

    private static final JsonMapper MAPPER = JsonMapper.builder()
        .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
        .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
        .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
        .disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
        .build();

    private Json() {
    }

    static ObjectNode object() {
        return MAPPER.createObjectNode();
    }

    /** A tree of a text that we know to be JSON. */
    static JsonNode tree(final String json) {
        try {
            return MAPPER.readTree(json);
        } catch (final JsonProcessingException ours) {
            throw new IllegalStateException("not JSON: length=" + json.length(), ours);
        }
    }

    /** A tree of a text from outside; null for nothing but white space. */
    static JsonNode parse(final String json) throws JsonProcessingException {
        final JsonNode tree = MAPPER.readTree(json);
        return tree == null || tree.isMissingNode() ? null : tree;
    }

    static String text(final JsonNode tree) {
        try {
            return MAPPER.writeValueAsString(tree);
        } catch (final JsonProcessingException ours) {
            throw new IllegalStateException("a tree that cannot be written", ours);
        }
    }

    static byte[] bytes(final JsonNode tree) {
        try {
            return MAPPER.writeValueAsBytes(tree);
        } catch (final JsonProcessingException ours) {
            throw new IllegalStateException("a tree that cannot be written", ours);
        }
    }

    /** A plain value as a node: text, number, boolean, list, map, null. */
    static JsonNode node(final Object value) {
        return MAPPER.valueToTree(value);
    }

    static JsonNode number(final BigDecimal value) {
        return MAPPER.getNodeFactory().numberNode(value);
    }

    /** A quoted JSON string, for lines that are written by hand. */
    static void quote(final String text, final StringBuilder out) {
        out.append('"');
        for (int i = 0; i < text.length(); i++) {
            final char c = text.charAt(i);
            if (c == '"' || c == '\\') {
                out.append('\\').append(c);
            } else if (c < 0x20) {
                out.append("\\u00").append(Character.forDigit(c >> 4, 16)).append(Character.forDigit(c & 15, 16));
            } else {
                out.append(c);
            }
        }
        out.append('"');
    }
}
