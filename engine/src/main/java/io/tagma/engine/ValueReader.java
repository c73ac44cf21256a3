package io.tagma.engine;

import io.tagma.engine.condition.ValueParser;
import io.tagma.engine.model.Decimals;
import io.tagma.engine.model.ValueType;
import io.tagma.engine.protocol.Flag;
import io.tagma.engine.protocol.ResultCode;
import io.tagma.engine.protocol.ValueKind;
import io.tagma.engine.protocol.ValueListDecoder;
import io.tagma.engine.subject.Dictionary;
import io.tagma.engine.subject.FieldsWriter;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Reads one sent value after another out of a command and puts it, converted to its declared type, into a list of
 * fields. Reusable; engine's thread.
 */
final class ValueReader {
    private static final int SENT_LENGTH_MAX = 64;

    private final Dictionary codes;
    private String name;
    private ValueKind kind;
    private long number;
    private byte[] raw = new byte[Limits.TEXT_LENGTH_MAX];
    private int rawLength;
    private byte[] folded = new byte[Limits.TEXT_LENGTH_MAX];
    private int foldedLength;
    private boolean isNormalised;
    private String[] elements = new String[16];
    private int elementCount;

    ValueReader(final Dictionary codes) {
        this.codes = codes;
    }

    /** Reads the next value of the list. */
    void read(final ValueListDecoder.ValuesDecoder value) {
        number = value.number();
        kind = value.kind();
        final boolean hasFolded = value.hasFolded() == Flag.YES;
        elementCount = 0;
        for (final ValueListDecoder.ValuesDecoder.ElementsDecoder element : value.elements()) {
            if (elementCount == elements.length) {
                elements = Arrays.copyOf(elements, elementCount * 2);
            }
            elements[elementCount++] = element.element();
        }
        name = value.name();
        rawLength = value.textLength();
        raw = fitting(raw, rawLength);
        value.getText(raw, 0, rawLength);
        foldedLength = value.foldedLength();
        folded = fitting(folded, Math.max(foldedLength, rawLength));
        value.getFolded(folded, 0, foldedLength);
        isNormalised = hasFolded || foldAscii();
    }

    private static byte[] fitting(final byte[] bytes, final int length) {
        return bytes.length >= length ? bytes : new byte[length * 2];
    }

    private boolean foldAscii() {
        for (int i = 0; i < rawLength; i++) {
            final byte b = raw[i];
            if (b < 0) {
                return false;
            }
            folded[i] = b >= 'A' && b <= 'Z' ? (byte)(b + 'a' - 'A') : b;
        }
        foldedLength = rawLength;
        while (foldedLength > 0 && folded[foldedLength - 1] == ' ') {
            foldedLength--;
        }
        return true;
    }

    /** The attribute's or field's name. */
    String name() {
        return name;
    }

    boolean isMissing() {
        return kind == ValueKind.MISSING;
    }

    boolean isText() {
        return kind == ValueKind.TEXT;
    }

    /** The text as sent. */
    String text() {
        return new String(raw, 0, rawLength, StandardCharsets.UTF_8);
    }

    int rawLength() {
        return rawLength;
    }

    /** Puts the value under the id as the type; null, or why it is refused. Nothing is put for a missing value. */
    CommandResult put(final FieldsWriter fields, final int id, final ValueType type, final String pointer) {
        switch (type) {
            case STRING:
            case KEY:
                return putText(fields, id, pointer);
            case ENUM:
                return putEnum(fields, id, pointer);
            case ENUM_SET:
                return putSet(fields, id, pointer);
            default:
                return putNumber(fields, id, type, pointer);
        }
    }

    private CommandResult putText(final FieldsWriter fields, final int id, final String pointer) {
        if (kind != ValueKind.TEXT) {
            return refused(pointer, "a text is expected");
        }
        if (rawLength > Limits.TEXT_LENGTH_MAX) {
            return refused(pointer, "text too long: length=" + rawLength + ", max=" + Limits.TEXT_LENGTH_MAX);
        }
        if (!isNormalised) {
            return refused(pointer, "text is not normalised");
        }
        fields.putText(id, raw, rawLength, folded, foldedLength);
        return null;
    }

    private CommandResult putEnum(final FieldsWriter fields, final int id, final String pointer) {
        if (kind != ValueKind.TEXT) {
            return refused(pointer, "a code is expected");
        }
        if (rawLength > Limits.TEXT_LENGTH_MAX) {
            return refused(pointer, "code too long: length=" + rawLength + ", max=" + Limits.TEXT_LENGTH_MAX);
        }
        final int code = code(text());
        if (code == Dictionary.MISSING) {
            return tooManyCodes(pointer);
        }
        fields.putNumber(id, code);
        return null;
    }

    private CommandResult putSet(final FieldsWriter fields, final int id, final String pointer) {
        if (kind != ValueKind.TEXTS) {
            return refused(pointer, "an array of codes is expected");
        }
        final int[] sorted = new int[elementCount];
        for (int i = 0; i < elementCount; i++) {
            if (elements[i].length() > Limits.TEXT_LENGTH_MAX) {
                return refused(pointer, "code too long: length=" + elements[i].length());
            }
            sorted[i] = code(elements[i]);
            if (sorted[i] == Dictionary.MISSING) {
                return tooManyCodes(pointer);
            }
        }
        Arrays.sort(sorted);
        int distinct = 0;
        for (int i = 0; i < sorted.length; i++) {
            if (i == 0 || sorted[i] != sorted[i - 1]) {
                sorted[distinct++] = sorted[i];
            }
        }
        fields.putCodes(id, sorted, distinct);
        return null;
    }

    /** The text's code, given now where it is new: taken back by the engine where the command is refused after all. */
    private int code(final String text) {
        final int known = codes.code(text);
        return known != Dictionary.MISSING || codes.size() >= Limits.CODES_MAX
            || codes.bytes() + 2L * text.length() > Limits.CODE_BYTES_MAX ? known : codes.intern(text);
    }

    private static CommandResult tooManyCodes(final String pointer) {
        return CommandResult.refused(ResultCode.LIMIT, pointer, "too many codes: max=" + Limits.CODES_MAX + ", bytes="
            + Limits.CODE_BYTES_MAX);
    }

    private CommandResult putNumber(final FieldsWriter fields, final int id, final ValueType type,
                                    final String pointer) {
        final long value = ValueParser.number(kind, number, kind == ValueKind.TEXT ? text() : "", type);
        if (value == ValueParser.REFUSED) {
            return refused(pointer, "no legal " + type + ": " + sent() + " was sent");
        }
        if (type == ValueType.BOOL) {
            fields.putBool(id, value != 0);
        } else {
            fields.putNumber(id, value);
        }
        return null;
    }

    /** What was sent, in words. */
    private String sent() {
        switch (kind) {
            case TEXT:
                final String text = text();
                return "the text \"" + (text.length() <= SENT_LENGTH_MAX ? text
                    : text.substring(0, SENT_LENGTH_MAX) + "...") + "\"";
            case TEXTS:
                return "an array of texts";
            case BOOL:
                return number != 0 ? "true" : "false";
            case INTEGER:
                return "the number " + number;
            case DECIMAL:
                return "the number " + Decimals.format(number);
            case DOUBLE:
                return "the number " + Double.longBitsToDouble(number);
            default:
                return "nothing";
        }
    }

    /** Puts the value as a free property, by the type it was sent with. */
    CommandResult putFree(final FieldsWriter fields, final int id, final String pointer) {
        switch (kind) {
            case TEXT:
                return putText(fields, id, pointer);
            case TEXTS:
                return putSet(fields, id, pointer);
            case BOOL:
                fields.putBool(id, number != 0);
                return null;
            case INTEGER:
            case DECIMAL:
                return putNumber(fields, id, ValueType.DECIMAL, pointer);
            default:
                return refused(pointer, "a number with at most " + Decimals.SCALE
                    + " decimals, a text, a boolean or an array of texts is expected");
        }
    }

    private static CommandResult refused(final String pointer, final String detail) {
        return CommandResult.refused(ResultCode.INVALID, pointer, detail);
    }
}
