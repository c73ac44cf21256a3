package io.tagma.engine.subject;

import java.util.Arrays;
import org.agrona.DirectBuffer;
import org.agrona.ExpandableArrayBuffer;
import org.agrona.MutableDirectBuffer;

/**
 * Collects fields in any order and writes them as {@link FieldsView} reads them; a field put again replaces the first.
 * Reusable; engine's thread.
 */
public final class FieldsWriter {
    private final ExpandableArrayBuffer scratch = new ExpandableArrayBuffer(4096);
    private int[] ids = new int[32];
    private int[] offsets = new int[32];
    private int[] lengths = new int[32];
    private int count;
    private int used;

    /** Forgets all fields. */
    public FieldsWriter clear() {
        count = 0;
        used = 0;
        return this;
    }

    /** A number, or the code of an enumeration. */
    public void putNumber(final int id, final long value) {
        putLong(id, FieldsView.NUMBER, value);
    }

    /** A boolean. */
    public void putBool(final int id, final boolean value) {
        putLong(id, FieldsView.BOOL, value ? 1 : 0);
    }

    private void putLong(final int id, final byte tag, final long value) {
        final int at = used;
        scratch.putByte(at, tag);
        scratch.putLong(at + 1, value);
        add(id, at, 9);
    }

    /** A text as sent and folded, UTF-8; stored once where both are the same bytes. */
    public void putText(final int id, final byte[] raw, final int rawLength, final byte[] folded,
                        final int foldedLength) {
        final boolean same = Arrays.equals(raw, 0, rawLength, folded, 0, foldedLength);
        final int at = used;
        scratch.putByte(at, FieldsView.TEXT);
        scratch.putShort(at + 1, (short)rawLength);
        scratch.putShort(at + 3, (short)(same ? FieldsView.FOLDED_AS_RAW : foldedLength));
        scratch.putBytes(at + 5, raw, 0, rawLength);
        if (!same) {
            scratch.putBytes(at + 5 + rawLength, folded, 0, foldedLength);
        }
        add(id, at, 5 + rawLength + (same ? 0 : foldedLength));
    }

    /** A set of codes, ascending, without repetition. */
    public void putCodes(final int id, final int[] codes, final int codeCount) {
        final int at = used;
        scratch.putByte(at, FieldsView.CODES);
        scratch.putShort(at + 1, (short)codeCount);
        for (int i = 0; i < codeCount; i++) {
            scratch.putInt(at + 3 + 4 * i, codes[i]);
        }
        add(id, at, 3 + 4 * codeCount);
    }

    /** A field copied as it is. */
    public void putCopy(final FieldsView fields, final int index) {
        final int length = fields.fieldLength(index) - 2;
        final int at = used;
        scratch.putBytes(at, fields.buffer(), fields.fieldOffset(index) + 2, length);
        add(fields.id(index), at, length);
    }

    /** A field copied under another id. */
    public void putCopy(final int id, final FieldsView fields, final int index) {
        final int length = fields.fieldLength(index) - 2;
        final int at = used;
        scratch.putBytes(at, fields.buffer(), fields.fieldOffset(index) + 2, length);
        add(id, at, length);
    }

    /** Whether the field was put. */
    public boolean has(final int id) {
        return indexOf(id) >= 0;
    }

    /** The number put under an id. */
    public long number(final int id) {
        return scratch.getLong(offsets[indexOf(id)] + 1);
    }

    /** Takes a field out. */
    public void remove(final int id) {
        final int index = indexOf(id);
        if (index >= 0) {
            System.arraycopy(ids, index + 1, ids, index, count - index - 1);
            System.arraycopy(offsets, index + 1, offsets, index, count - index - 1);
            System.arraycopy(lengths, index + 1, lengths, index, count - index - 1);
            count--;
        }
    }

    private int indexOf(final int id) {
        for (int i = 0; i < count; i++) {
            if (ids[i] == id) {
                return i;
            }
        }
        return -1;
    }

    private void add(final int id, final int at, final int length) {
        used = at + length;
        // Fields are mostly put in order: a profile's copy is, so that copying it does not cost its square.
        int index = count > 0 && ids[count - 1] < id ? count : 0;
        while (index < count && ids[index] < id) {
            index++;
        }
        if (index == count || ids[index] != id) {
            if (count == ids.length) {
                ids = Arrays.copyOf(ids, count * 2);
                offsets = Arrays.copyOf(offsets, count * 2);
                lengths = Arrays.copyOf(lengths, count * 2);
            }
            System.arraycopy(ids, index, ids, index + 1, count - index);
            System.arraycopy(offsets, index, offsets, index + 1, count - index);
            System.arraycopy(lengths, index, lengths, index + 1, count - index);
            count++;
        }
        ids[index] = id;
        offsets[index] = at;
        lengths[index] = length;
    }

    /** Number of fields. */
    public int count() {
        return count;
    }

    /** Bytes that {@link #write} will write. */
    public int length() {
        int length = 2;
        for (int i = 0; i < count; i++) {
            length += 2 + lengths[i];
        }
        return length;
    }

    /** Writes the list and returns its length in bytes. */
    public int write(final MutableDirectBuffer destination, final int offset) {
        destination.putShort(offset, (short)count);
        int at = offset + 2;
        for (int i = 0; i < count; i++) {
            destination.putShort(at, (short)ids[i]);
            destination.putBytes(at + 2, (DirectBuffer)scratch, offsets[i], lengths[i]);
            at += 2 + lengths[i];
        }
        return at - offset;
    }
}
