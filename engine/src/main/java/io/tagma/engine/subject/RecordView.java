package io.tagma.engine.subject;

import io.tagma.engine.model.Source;
import org.agrona.DirectBuffer;

/**
 * A record in place: its instant and fields, and its entry's id, which a line shares. A reusable flyweight for the
 * engine's thread.
 *
 * <pre>   | i64 t | fields (FieldsView) |   </pre>
 */
public final class RecordView {
    /** Bytes of a record without fields. */
    static final int LENGTH_MIN = 10;

    private final FieldsView fields = new FieldsView();
    private Source source;
    private long t;
    private DirectBuffer buffer;
    private int idOffset;
    private int idLength;

    RecordView wrap(final Source source, final DirectBuffer buffer, final int offset, final int idOffset,
                    final int idLength) {
        this.source = source;
        this.buffer = buffer;
        this.idOffset = idOffset;
        this.idLength = idLength;
        t = buffer.getLong(offset);
        fields.wrap(buffer, offset + 8);
        return this;
    }

    int end() {
        return fields.end();
    }

    /** Which collection it belongs to. */
    public Source source() {
        return source;
    }

    /** Its instant, epoch milliseconds. */
    public long t() {
        return t;
    }

    /** Its fields. */
    public FieldsView fields() {
        return fields;
    }

    /** Code of an event's name. */
    public int eventName() {
        return buffer.getInt(idOffset);
    }

    /** Where the memory of the entry's id is. */
    public DirectBuffer idBuffer() {
        return buffer;
    }

    /** Where the entry's id begins. */
    public int idOffset() {
        return idOffset;
    }

    /** Bytes of the entry's id. */
    public int idLength() {
        return idLength;
    }
}
