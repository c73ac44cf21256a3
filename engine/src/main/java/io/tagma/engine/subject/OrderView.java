package io.tagma.engine.subject;

import io.tagma.engine.model.Source;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.agrona.DirectBuffer;

/**
 * An order with its lines in place, as {@link RecordPages} keep it. A reusable flyweight for the engine's thread.
 *
 * <pre>   | u16 id length | id | order (RecordView) | u16 line count | lines (RecordView) ... |   </pre>
 */
public final class OrderView {
    private final RecordView order = new RecordView();
    private final RecordView item = new RecordView();
    private DirectBuffer buffer;
    private int offset;
    private int idLength;
    private int itemCount;
    private int itemsOffset;
    private int nextItem;
    private int nextOffset;

    /** Wraps the order that starts at the offset. */
    public OrderView wrap(final DirectBuffer source, final int start) {
        buffer = source;
        offset = start;
        idLength = source.getShort(start) & 0xFFFF;
        order.wrap(Source.ORDER, source, start + 2 + idLength, start + 2, idLength);
        itemCount = source.getShort(order.end()) & 0xFFFF;
        itemsOffset = order.end() + 2;
        rewind();
        return this;
    }

    /** Back before the first line. */
    public void rewind() {
        nextItem = 0;
        nextOffset = itemsOffset;
    }

    /** The order itself. */
    public RecordView order() {
        return order;
    }

    /** Number of lines. */
    public int itemCount() {
        return itemCount;
    }

    /** The next line, valid until the next call; null behind the last. */
    public RecordView nextItem() {
        if (nextItem == itemCount) {
            return null;
        }
        nextItem++;
        item.wrap(Source.ORDER_ITEM, buffer, nextOffset, offset + 2, idLength);
        nextOffset = item.end();
        return item;
    }

    /** Whether the order has this id. */
    public boolean hasId(final byte[] id) {
        if (id.length != idLength) {
            return false;
        }
        for (int i = 0; i < idLength; i++) {
            if (buffer.getByte(offset + 2 + i) != id[i]) {
                return false;
            }
        }
        return true;
    }

    /** The order's id. */
    public String id() {
        final byte[] bytes = new byte[idLength];
        buffer.getBytes(offset + 2, bytes);
        return new String(bytes, StandardCharsets.UTF_8);
    }

    @Override
    public String toString() {
        return "OrderView{id=" + id() + ", t=" + order.t() + ", items=" + itemCount + '}';
    }

    /** Canonical order of encoded orders: by the bytes of their ids. */
    public static int compareById(final byte[] a, final byte[] b) {
        final int lengthA = (a[0] & 0xFF) | (a[1] & 0xFF) << 8;
        final int lengthB = (b[0] & 0xFF) | (b[1] & 0xFF) << 8;
        return Arrays.compareUnsigned(a, 2, 2 + lengthA, b, 2, 2 + lengthB);
    }
}
