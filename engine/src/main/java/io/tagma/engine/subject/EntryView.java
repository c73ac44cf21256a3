package io.tagma.engine.subject;

import io.tagma.engine.model.Source;
import java.util.Arrays;
import org.agrona.DirectBuffer;

/**
 * An entry of a subject's {@link Records} in place: a record and, of an order or a cart, its lines. A reusable
 * flyweight for the engine's thread. The id tells an order, a cart (its website), a wish (its product), and the ring of
 * an event (its name's code); others have none.
 *
 * <pre>   | u8 source | u16 id length | id | record (RecordView) | u16 line count | lines (RecordView) ... |   </pre>
 */
public final class EntryView {
    static final int ID = 3;

    private static final Source[] SOURCES = Source.values();

    private final RecordView head = new RecordView();
    private final RecordView line = new RecordView();
    private DirectBuffer buffer;
    private int idOffset;
    private int idLength;
    private int lineCount;
    private int linesOffset;
    private int nextLine;
    private int nextOffset;

    /** Wraps the entry that starts at the offset. */
    public EntryView wrap(final DirectBuffer source, final int start) {
        buffer = source;
        idLength = source.getShort(start + 1) & 0xFFFF;
        idOffset = start + ID;
        head.wrap(source(source, start), source, idOffset + idLength, idOffset, idLength);
        lineCount = source.getShort(head.end()) & 0xFFFF;
        linesOffset = head.end() + 2;
        rewind();
        return this;
    }

    /** The source of the entry's head, without wrapping it. */
    static Source source(final DirectBuffer buffer, final int start) {
        return SOURCES[buffer.getByte(start)];
    }

    /** Back before the first line. */
    public void rewind() {
        nextLine = 0;
        nextOffset = linesOffset;
    }

    /** The record itself. */
    public RecordView head() {
        return head;
    }

    /** Number of lines. */
    public int lineCount() {
        return lineCount;
    }

    /** The next line, valid until the next call; null behind the last. */
    public RecordView nextLine() {
        if (nextLine == lineCount) {
            return null;
        }
        nextLine++;
        line.wrap(head.source().line(), buffer, nextOffset, idOffset, idLength);
        nextOffset = line.end();
        return line;
    }

    /** Whether the entry has this id. */
    public boolean hasId(final byte[] id) {
        if (id.length != idLength) {
            return false;
        }
        for (int i = 0; i < idLength; i++) {
            if (buffer.getByte(idOffset + i) != id[i]) {
                return false;
            }
        }
        return true;
    }

    /** A copy of the id. */
    public byte[] id() {
        final byte[] bytes = new byte[idLength];
        buffer.getBytes(idOffset, bytes);
        return bytes;
    }

    @Override
    public String toString() {
        return "EntryView{source=" + head.source() + ", t=" + head.t() + ", lines=" + lineCount + '}';
    }

    /** Canonical order of encoded entries of one source: by the bytes of their ids. */
    public static int compareById(final byte[] a, final byte[] b) {
        final int lengthA = (a[1] & 0xFF) | (a[2] & 0xFF) << 8;
        final int lengthB = (b[1] & 0xFF) | (b[2] & 0xFF) << 8;
        return Arrays.compareUnsigned(a, ID, ID + lengthA, b, ID, ID + lengthB);
    }
}
