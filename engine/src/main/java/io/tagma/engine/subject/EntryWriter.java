package io.tagma.engine.subject;

import io.tagma.engine.model.Source;
import org.agrona.DirectBuffer;
import org.agrona.ExpandableArrayBuffer;

/** Writes an entry as {@link EntryView} reads it. Reusable; engine's thread. */
public final class EntryWriter {
    private final ExpandableArrayBuffer buffer = new ExpandableArrayBuffer(8192);
    private int countOffset;
    private int lineCount;
    private int length;

    /** Begins an entry with its record. */
    public EntryWriter begin(final Source source, final byte[] id, final long t, final FieldsWriter fields) {
        buffer.putByte(0, (byte)source.ordinal());
        buffer.putShort(1, (short)id.length);
        buffer.putBytes(EntryView.ID, id);
        length = EntryView.ID + id.length;
        put(t, fields);
        countOffset = length;
        length += 2;
        lineCount = 0;
        buffer.putShort(countOffset, (short)0);
        return this;
    }

    /** Adds a line. */
    public void line(final long t, final FieldsWriter fields) {
        put(t, fields);
        lineCount++;
        buffer.putShort(countOffset, (short)lineCount);
    }

    private void put(final long t, final FieldsWriter fields) {
        buffer.putLong(length, t);
        length += 8;
        length += fields.write(buffer, length);
    }

    /** Gives a number among the record's fields, read from this writer's buffer, another value. */
    public void overwrite(final RecordView head, final int field, final long value) {
        buffer.putLong(head.fields().numberOffset(head.fields().find(field)), value);
    }

    /** Where the entry lies, from 0 on. */
    public DirectBuffer buffer() {
        return buffer;
    }

    /** Bytes so far. */
    public int length() {
        return length;
    }

    /** Lines so far. */
    public int lineCount() {
        return lineCount;
    }
}
