package io.tagma.engine.oracle;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadFeature;
import java.io.IOException;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** JSON as plain Java: Map, List, String, BigDecimal, Boolean, null. Faults are IllegalArgumentExceptions. */
final class Json {
    private static final JsonFactory FACTORY =
        JsonFactory.builder().enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION).build();

    private Json() {
    }

    static Map<String, Object> readObject(final String text) {
        try (JsonParser parser = FACTORY.createParser(text)) {
            parser.nextToken();
            final Map<String, Object> object = object(value(parser));
            if (parser.nextToken() != null) {
                throw new IllegalArgumentException("something after the document");
            }
            return object;
        } catch (final IOException notJson) {
            throw new IllegalArgumentException(notJson.getMessage(), notJson);
        }
    }

    @SuppressWarnings("unchecked")
    static Map<String, Object> object(final Object value) {
        if (value instanceof Map<?, ?>) {
            return (Map<String, Object>)value;
        }
        throw new IllegalArgumentException("an object expected: value=" + value);
    }

    @SuppressWarnings("unchecked")
    static List<Object> list(final Object value) {
        if (value instanceof List<?>) {
            return (List<Object>)value;
        }
        throw new IllegalArgumentException("an array expected: value=" + value);
    }

    static String text(final Object value) {
        if (value instanceof String text) {
            return text;
        }
        throw new IllegalArgumentException("a text expected: value=" + value);
    }

    static boolean bool(final Object value) {
        if (value instanceof Boolean bool) {
            return bool;
        }
        throw new IllegalArgumentException("true or false expected: value=" + value);
    }

    static BigDecimal number(final Object value) {
        if (value instanceof BigDecimal number) {
            return number;
        }
        throw new IllegalArgumentException("a number expected: value=" + value);
    }

    static long whole(final Object value) {
        try {
            return number(value).longValueExact();
        } catch (final ArithmeticException notWhole) {
            throw new IllegalArgumentException("a whole number expected: value=" + value, notWhole);
        }
    }

    /** The text as a JSON string; beyond ASCII as it is. */
    static String quote(final String text) {
        final StringBuilder out = new StringBuilder("\"");
        for (int i = 0; i < text.length(); i++) {
            final char c = text.charAt(i);
            if (c == '"' || c == '\\') {
                out.append('\\').append(c);
            } else if (c < 0x20 || c == 0x7f) {
                out.append(String.format("\\u%04x", (int)c));
            } else {
                out.append(c);
            }
        }
        return out.append('"').toString();
    }

    private static Object value(final JsonParser parser) throws IOException {
        final JsonToken token = parser.currentToken();
        if (token == null) {
            throw new IllegalArgumentException("the document breaks off");
        }
        switch (token) {
            case START_OBJECT: {
                final Map<String, Object> object = new LinkedHashMap<>();
                while (parser.nextToken() != JsonToken.END_OBJECT) {
                    final String name = parser.currentName();
                    parser.nextToken();
                    object.put(name, value(parser));
                }
                return object;
            }
            case START_ARRAY: {
                final List<Object> list = new ArrayList<>();
                while (parser.nextToken() != JsonToken.END_ARRAY) {
                    list.add(value(parser));
                }
                return list;
            }
            case VALUE_STRING:
                return parser.getText();
            case VALUE_NUMBER_INT:
            case VALUE_NUMBER_FLOAT:
                return new BigDecimal(parser.getText());
            case VALUE_TRUE:
                return Boolean.TRUE;
            case VALUE_FALSE:
                return Boolean.FALSE;
            case VALUE_NULL:
                return null;
            default:
                throw new IllegalArgumentException("unexpected: token=" + token);
        }
    }
}
