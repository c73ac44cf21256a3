package io.tagma.engine.subject;

import java.nio.charset.StandardCharsets;
import org.agrona.DirectBuffer;

/**
 * A list of typed fields in place: the attributes of a profile, the fields of a record or of a product. Ids ascend.
 * A reusable flyweight for the engine's thread.
 *
 * <pre>
 *   | u16 count | field ... |
 *   field:  | u16 id | u8 tag | payload |
 *     NUMBER, BOOL   i64
 *     TEXT           u16 raw length | u16 folded length, 0xFFFF: as raw | raw | folded        UTF-8
 *     CODES          u16 count | i32 ...                                                      ascending
 * </pre>
 */
public final class FieldsView {
    /** Tag of numbers, whatever their type, and of codes of an enumeration. */
    public static final byte NUMBER = 1;
    /** Tag of booleans, 0 or 1. */
    public static final byte BOOL = 2;
    /** Tag of texts. */
    public static final byte TEXT = 3;
    /** Tag of sets of codes. */
    public static final byte CODES = 4;

    static final int FOLDED_AS_RAW = 0xFFFF;

    private DirectBuffer buffer;
    private int count;
    private int end;
    private int[] ids = new int[16];
    private int[] positions = new int[16];

    /** Wraps the list that starts at the offset. */
    public FieldsView wrap(final DirectBuffer source, final int offset) {
        buffer = source;
        count = source.getShort(offset) & 0xFFFF;
        if (count > ids.length) {
            ids = new int[count * 2];
            positions = new int[count * 2];
        }
        int at = offset + 2;
        for (int i = 0; i < count; i++) {
            ids[i] = source.getShort(at) & 0xFFFF;
            at += 2;
            positions[i] = at;
            at += 1 + payloadLength(source, at);
        }
        end = at;
        return this;
    }

    /** Wraps no fields. */
    public FieldsView wrapEmpty() {
        count = 0;
        return this;
    }

    private static int payloadLength(final DirectBuffer source, final int at) {
        final byte tag = source.getByte(at);
        switch (tag) {
            case NUMBER:
            case BOOL:
                return 8;
            case TEXT:
                final int raw = source.getShort(at + 1) & 0xFFFF;
                final int folded = source.getShort(at + 3) & 0xFFFF;
                return 4 + raw + (folded == FOLDED_AS_RAW ? 0 : folded);
            case CODES:
                return 2 + 4 * (source.getShort(at + 1) & 0xFFFF);
            default:
                throw new IllegalStateException("unknown tag of a field: tag=" + tag);
        }
    }

    /** The memory under it. */
    public DirectBuffer buffer() {
        return buffer;
    }

    /** First byte behind the list. */
    public int end() {
        return end;
    }

    /** Number of fields. */
    public int count() {
        return count;
    }

    /** Index of the field with the id, or -1. */
    public int find(final int id) {
        for (int i = 0; i < count; i++) {
            if (ids[i] == id) {
                return i;
            }
        }
        return -1;
    }

    /** Id of a field. */
    public int id(final int index) {
        return ids[index];
    }

    /** Tag of a field. */
    public byte tag(final int index) {
        return buffer.getByte(positions[index]);
    }

    /** Value of a NUMBER or BOOL. */
    public long number(final int index) {
        return buffer.getLong(positions[index] + 1);
    }

    /** Where a TEXT as sent begins. */
    public int rawOffset(final int index) {
        return positions[index] + 5;
    }

    /** Length of a TEXT as sent, in bytes. */
    public int rawLength(final int index) {
        return buffer.getShort(positions[index] + 1) & 0xFFFF;
    }

    /** Where a TEXT folded begins. */
    public int foldedOffset(final int index) {
        return isFoldedAsRaw(index) ? rawOffset(index) : rawOffset(index) + rawLength(index);
    }

    /** Length of a TEXT folded, in bytes. */
    public int foldedLength(final int index) {
        return isFoldedAsRaw(index) ? rawLength(index) : buffer.getShort(positions[index] + 3) & 0xFFFF;
    }

    /** Whether the folded form is the text as sent. */
    public boolean isFoldedAsRaw(final int index) {
        return (buffer.getShort(positions[index] + 3) & 0xFFFF) == FOLDED_AS_RAW;
    }

    /** A TEXT as sent, as a string. */
    public String text(final int index) {
        return string(rawOffset(index), rawLength(index));
    }

    /** A TEXT folded, as a string. */
    public String folded(final int index) {
        return string(foldedOffset(index), foldedLength(index));
    }

    private String string(final int offset, final int length) {
        final byte[] bytes = new byte[length];
        buffer.getBytes(offset, bytes);
        return new String(bytes, StandardCharsets.UTF_8);
    }

    /** Number of codes of a CODES. */
    public int codeCount(final int index) {
        return buffer.getShort(positions[index] + 1) & 0xFFFF;
    }

    /** A code of a CODES. */
    public int code(final int index, final int i) {
        return buffer.getInt(positions[index] + 3 + 4 * i);
    }

    /** Where a field begins, id included. */
    int fieldOffset(final int index) {
        return positions[index] - 2;
    }

    /** Bytes of a field, id included. */
    int fieldLength(final int index) {
        return 3 + payloadLength(buffer, positions[index]);
    }
}
