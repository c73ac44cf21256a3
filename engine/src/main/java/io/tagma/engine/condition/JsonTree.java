package io.tagma.engine.condition;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import io.tagma.engine.model.Refusal;
import io.tagma.engine.protocol.ResultCode;
import java.io.IOException;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Reads a JSON document whole, within limits of length, depth, names and numbers. Duplicate members and texts that are
 * no valid Unicode are refused. Recursion ends at {@link #DEPTH_MAX}; what lies deeper is skipped by a loop.
 */
final class JsonTree {
    /** A document's length in UTF-8. */
    static final int LENGTH_MAX = 64 * 1024;
    /** Levels that are read: room for the deepest legal condition with the deepest legal filter. */
    static final int DEPTH_MAX = 160;
    /** Length of a member's name in chars. */
    static final int NAME_LENGTH_MAX = 256;
    /** Length of a number in chars. */
    static final int NUMBER_LENGTH_MAX = 1_000;
    /** With at most {@link #NUMBER_LENGTH_MAX} digits before it, out of reach of every type either way. */
    private static final int EXPONENT_MAX = 20_000;

    /** Names are neither interned nor cached: they come from strangers. */
    private static final JsonFactory FACTORY = JsonFactory.builder()
        .streamReadConstraints(StreamReadConstraints.builder()
            .maxNestingDepth(Integer.MAX_VALUE).maxNumberLength(LENGTH_MAX).maxNameLength(LENGTH_MAX).build())
        .disable(JsonFactory.Feature.CANONICALIZE_FIELD_NAMES)
        .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
        .build();

    private JsonTree() {
    }

    /** The document. */
    static Json read(final String json) throws Refusal {
        if (isLonger(json, LENGTH_MAX)) {
            throw new Refusal(ResultCode.TOO_LARGE, "", "the document is too large: max=" + LENGTH_MAX + " bytes");
        }
        try (JsonParser parser = FACTORY.createParser(json)) {
            if (parser.nextToken() == null) {
                throw Faults.invalid("", "not JSON: the document is empty");
            }
            final Json tree = value(parser, "", 1);
            if (parser.nextToken() != null) {
                throw Faults.invalid("", "not JSON: something follows the document");
            }
            return tree;
        } catch (final JsonProcessingException notJson) {
            throw Faults.invalid("", "not JSON " + JsonFault.of(notJson));
        } catch (final IOException impossible) {
            throw new IllegalStateException("a text in memory could not be read", impossible);
        }
    }

    /** Whether the text's UTF-8 form is longer than so many bytes. */
    static boolean isLonger(final String text, final int lengthMax) {
        if (text.length() > lengthMax) {
            return true;
        }
        if (text.length() <= lengthMax / 3) {
            return false;
        }
        int length = 0;
        for (int i = 0; i < text.length(); i++) {
            final char c = text.charAt(i);
            length += c < 0x80 ? 1 : c < 0x800 || Character.isSurrogate(c) ? 2 : 3;
        }
        return length > lengthMax;
    }

    private static Json value(final JsonParser parser, final String at, final int depth)
        throws IOException, Refusal {
        final JsonToken token = parser.currentToken();
        switch (token) {
            case START_OBJECT:
                if (depth > DEPTH_MAX) {
                    parser.skipChildren();
                    return new Json.TooDeep();
                }
                return object(parser, at, depth);
            case START_ARRAY:
                if (depth > DEPTH_MAX) {
                    parser.skipChildren();
                    return new Json.TooDeep();
                }
                return array(parser, at, depth);
            case VALUE_STRING:
                return new Json.Text(wellFormed(parser.getText(), at));
            case VALUE_NUMBER_INT:
            case VALUE_NUMBER_FLOAT:
                return new Json.Num(number(parser.getText(), at));
            case VALUE_TRUE:
                return new Json.Bool(true);
            case VALUE_FALSE:
                return new Json.Bool(false);
            case VALUE_NULL:
                return new Json.Null();
            default:
                throw Faults.invalid(at, "not JSON: a value is missing");
        }
    }

    private static Json object(final JsonParser parser, final String at, final int depth)
        throws IOException, Refusal {
        final Map<String, Json> members = new LinkedHashMap<>();
        while (parser.nextToken() != JsonToken.END_OBJECT) {
            final String name = parser.currentName();
            if (name.length() > NAME_LENGTH_MAX) {
                throw Faults.invalid(at, "a member's name is too long: name=" + Faults.clip(name)
                    + ", max=" + NAME_LENGTH_MAX);
            }
            wellFormed(name, at);
            final String below = Faults.below(at, name);
            parser.nextToken();
            if (members.containsKey(name)) {
                throw Faults.invalid(below, "a member stands twice in its object: name=" + Faults.clip(name));
            }
            members.put(name, value(parser, below, depth + 1));
        }
        return new Json.Obj(Collections.unmodifiableMap(members));
    }

    private static Json array(final JsonParser parser, final String at, final int depth)
        throws IOException, Refusal {
        final List<Json> elements = new ArrayList<>();
        while (parser.nextToken() != JsonToken.END_ARRAY) {
            elements.add(value(parser, Faults.below(at, elements.size()), depth + 1));
        }
        return new Json.Arr(Collections.unmodifiableList(elements));
    }

    private static String wellFormed(final String text, final String at) throws Refusal {
        for (int i = 0; i < text.length(); i++) {
            final char c = text.charAt(i);
            if (Character.isSurrogate(c)) {
                if (Character.isLowSurrogate(c) || i + 1 == text.length()
                    || !Character.isLowSurrogate(text.charAt(i + 1))) {
                    throw Faults.invalid(at, "a text is not valid Unicode: half a surrogate pair at index=" + i);
                }
                i++;
            }
        }
        return text;
    }

    private static BigDecimal number(final String text, final String at) throws Refusal {
        if (text.length() > NUMBER_LENGTH_MAX) {
            throw Faults.invalid(at, "a number is too long: length=" + text.length() + ", max="
                + NUMBER_LENGTH_MAX);
        }
        final int e = Math.max(text.indexOf('e'), text.indexOf('E'));
        if (e < 0) {
            return new BigDecimal(text);
        }
        final BigDecimal mantissa = new BigDecimal(text.substring(0, e));
        return mantissa.signum() == 0 ? BigDecimal.ZERO : mantissa.scaleByPowerOfTen(exponent(text, e + 1));
    }

    private static int exponent(final String text, final int from) {
        final boolean isNegative = text.charAt(from) == '-';
        int exponent = 0;
        for (int i = text.charAt(from) == '-' || text.charAt(from) == '+' ? from + 1 : from; i < text.length(); i++) {
            exponent = Math.min(EXPONENT_MAX, exponent * 10 + text.charAt(i) - '0');
        }
        return isNegative ? -exponent : exponent;
    }
}
