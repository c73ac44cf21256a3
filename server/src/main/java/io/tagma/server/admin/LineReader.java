package io.tagma.server.admin;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import io.tagma.engine.condition.CaseFolding;
import io.tagma.engine.condition.JsonFault;
import io.tagma.engine.model.Decimals;
import io.tagma.engine.protocol.ResultCode;
import io.tagma.engine.protocol.Value;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CoderResult;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * Reads one line's JSON object member by member, strictly typed; every fault carries the pointer to where the reader
 * stands. Not thread-safe; reused for line after line.
 *
 * <p>Typed reads take the member's value that {@link #nextField} stands before. A JSON null is for the caller to ask
 * for with {@link #isNull()}.
 */
final class LineReader {
    private static final int TEXT_LENGTH_MAX = 4096;
    private static final int SCALE_MAX = 400;
    private static final JsonFactory FACTORY = JsonFactory.builder()
        .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
        .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
        .streamReadConstraints(StreamReadConstraints.builder().maxNestingDepth(32).maxNumberLength(400).build())
        .build();

    private final CharsetDecoder decoder = StandardCharsets.UTF_8.newDecoder()
        .onMalformedInput(CodingErrorAction.REPORT).onUnmappableCharacter(CodingErrorAction.REPORT);
    private final CharBuffer chars = CharBuffer.allocate(LineSplitter.LINE_LENGTH_MAX + 1);
    private JsonParser parser;
    private JsonToken token;

    /** Takes a line and enters its object. */
    void open(final byte[] line, final int offset, final int length) throws LineFault {
        chars.clear();
        decoder.reset();
        final CoderResult decoded = decoder.decode(ByteBuffer.wrap(line, offset, length), chars, true);
        if (decoded.isError() || decoder.flush(chars).isError()) {
            throw new LineFault(ResultCode.MALFORMED, "", "the line is not UTF-8");
        }
        reopen();
    }

    /** Enters the same line's object once more. */
    void reopen() throws LineFault {
        try {
            parser = FACTORY.createParser(chars.array(), 0, chars.position());
        } catch (final IOException ours) {
            throw new IllegalStateException("a parser over characters", ours);
        }
        if (advance() != JsonToken.START_OBJECT) {
            throw new LineFault(token == null || token.isScalarValue() || token == JsonToken.START_ARRAY
                ? ResultCode.INVALID : ResultCode.MALFORMED, "", "the line must be one JSON object");
        }
    }

    /** Stands before the next member's value; null at the object's end. */
    String nextField() throws LineFault {
        if (advance() == JsonToken.END_OBJECT) {
            return null;
        }
        final String name;
        try {
            name = parser.currentName();
        } catch (final IOException broken) {
            throw malformed(broken);
        }
        advance();
        return name;
    }

    /** Enters the object that is the value. */
    void enterObject() throws LineFault {
        if (token != JsonToken.START_OBJECT) {
            throw fault("must be an object");
        }
    }

    /** Enters the list that is the value. */
    void enterArray() throws LineFault {
        if (token != JsonToken.START_ARRAY) {
            throw fault("must be a list");
        }
    }

    /** Stands on the list's next element; false at its end. */
    boolean nextElement() throws LineFault {
        return advance() != JsonToken.END_ARRAY;
    }

    /** Passes over the value. */
    void skip() throws LineFault {
        try {
            parser.skipChildren();
        } catch (final IOException broken) {
            throw malformed(broken);
        }
    }

    /** Nothing may follow the line's object. */
    void end() throws LineFault {
        if (advance() != null) {
            throw new LineFault(ResultCode.MALFORMED, "", "the line has more than one JSON value");
        }
    }

    boolean isNull() {
        return token == JsonToken.VALUE_NULL;
    }

    /** A key or id. */
    String key(final int lengthMax) throws LineFault {
        final String key = string();
        final String wrong = Keys.fault(key, lengthMax);
        if (wrong != null) {
            throw fault(wrong);
        }
        return key;
    }

    /** A text, folded where that is not for the engine to derive. */
    Value text() throws LineFault {
        final String text = code();
        return CaseFolding.isAscii(text) ? new Value.Text(text) : new Value.Text(text, CaseFolding.fold(text));
    }

    boolean flag() throws LineFault {
        if (token == JsonToken.VALUE_TRUE || token == JsonToken.VALUE_FALSE) {
            return token == JsonToken.VALUE_TRUE;
        }
        throw fault("must be true or false");
    }

    /** A whole number; 12.0 is one. */
    long whole(final long min, final long max) throws LineFault {
        if (!token.isNumeric()) {
            throw fault("must be a whole number");
        }
        final BigDecimal number = decimal();
        if (number.signum() != 0 && number.stripTrailingZeros().scale() > 0) {
            throw fault("must be a whole number");
        }
        if (number.compareTo(BigDecimal.valueOf(min)) < 0 || number.compareTo(BigDecimal.valueOf(max)) > 0) {
            throw fault("out of range: min=" + min + ", max=" + max);
        }
        return number.longValue();
    }

    /** An exact amount, as a number or as a text. */
    Value amount() throws LineFault {
        final BigDecimal number;
        if (token.isNumeric()) {
            number = decimal();
            if (Decimals.units(number) == Decimals.REFUSED) {
                throw amountFault();
            }
        } else if (token == JsonToken.VALUE_STRING) {
            final String text = string();
            if (Decimals.parse(text) == Decimals.REFUSED) {
                throw amountFault();
            }
            number = new BigDecimal(text);
        } else {
            throw fault("must be a decimal number, or a text of one");
        }
        return Value.of(number);
    }

    /** An instant as epoch milliseconds or as ISO-8601 with an offset. */
    long instant() throws LineFault {
        if (token.isNumeric()) {
            return whole(Long.MIN_VALUE + 1, Long.MAX_VALUE);
        }
        final Long instant = token == JsonToken.VALUE_STRING ? Instants.parse(string()) : null;
        if (instant == null) {
            throw fault("must be epoch milliseconds, or ISO-8601 with an offset");
        }
        return instant;
    }

    /** A value of whatever type: true, 1, 1.5, "text", ["code"], null. */
    Value value() throws LineFault {
        switch (token) {
            case VALUE_NULL:
                return Value.MISSING;
            case VALUE_TRUE:
            case VALUE_FALSE:
                return Value.of(token == JsonToken.VALUE_TRUE);
            case VALUE_STRING:
                return text();
            case VALUE_NUMBER_INT:
            case VALUE_NUMBER_FLOAT:
                return number();
            case START_ARRAY:
                return codes();
            default:
                throw fault("an object is no value");
        }
    }

    /** A list of codes. */
    Value codes() throws LineFault {
        if (token != JsonToken.START_ARRAY) {
            throw fault("must be a list of texts");
        }
        final List<String> codes = new ArrayList<>();
        while (nextElement()) {
            codes.add(code());
        }
        return Value.of(codes);
    }

    /** A fault of the value the reader stands on. */
    LineFault fault(final String detail) {
        return new LineFault(ResultCode.INVALID, pointer(), detail);
    }

    /** A member that must be there is not; to be asked at the object's end. */
    LineFault missing(final String name) {
        return new LineFault(ResultCode.INVALID, pointer() + JsonBody.pointer(name), "required");
    }

    /** Where the reader stands; at an object's end, the object. */
    String pointer() {
        return parser.getParsingContext().pathAsPointer().toString();
    }

    private String code() throws LineFault {
        final String text = string();
        if (!Keys.isWellFormed(text)) {
            throw fault("is no Unicode text: a surrogate stands alone");
        }
        if (Keys.isLonger(text, TEXT_LENGTH_MAX)) {
            throw fault("is longer than " + TEXT_LENGTH_MAX + " bytes of UTF-8");
        }
        return text;
    }

    private Value number() throws LineFault {
        final Value value = Value.of(decimal());
        if (value instanceof Value.Floating floating && Double.isInfinite(floating.value())
            || value instanceof Value.Whole whole && whole.value() == Long.MIN_VALUE) {
            throw fault("the number is out of range");
        }
        return value;
    }

    private BigDecimal decimal() throws LineFault {
        final BigDecimal number;
        try {
            number = parser.getDecimalValue();
        } catch (final IOException | ArithmeticException | NumberFormatException beyond) {
            throw fault("the number is out of range");
        }
        if (number.scale() > SCALE_MAX || number.scale() < -SCALE_MAX) {
            throw fault("the number is out of range");
        }
        return number;
    }

    private String string() throws LineFault {
        if (token != JsonToken.VALUE_STRING) {
            throw fault("must be a text");
        }
        try {
            return parser.getText();
        } catch (final IOException broken) {
            throw malformed(broken);
        }
    }

    private LineFault amountFault() {
        return fault("must be a decimal number of at most 4 decimals, at most 10^11 either way");
    }

    private JsonToken advance() throws LineFault {
        try {
            token = parser.nextToken();
            return token;
        } catch (final IOException broken) {
            throw malformed(broken);
        }
    }

    private LineFault malformed(final IOException broken) {
        if (!(broken instanceof JsonProcessingException notJson)) {
            return new LineFault(ResultCode.MALFORMED, "", "the line is not JSON");
        }
        if (broken instanceof StreamConstraintsException) {
            return new LineFault(ResultCode.INVALID, pointer(), JsonFault.words(notJson));
        }
        final String said = notJson.getOriginalMessage();
        final boolean isDuplicate = said != null && said.startsWith("Duplicate field");
        return isDuplicate ? new LineFault(ResultCode.INVALID, pointer(), "the field is given twice")
            : new LineFault(ResultCode.MALFORMED, "", "the line is not JSON " + JsonFault.ofLine(notJson));
    }
}
