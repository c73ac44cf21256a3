package io.tagma.engine.subject;

import io.tagma.engine.model.Source;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * The entries of every subject in two stores: orders, and what else a subject does or has (addresses, carts, wishes,
 * views, events), so that neither is read for the other. Engine's thread.
 */
public final class Records implements AutoCloseable {
    /** Selects orders. */
    public static final int ORDERS = bit(Source.ORDER);
    /** Selects all but orders. */
    public static final int OTHERS = bit(Source.ADDRESS) | bit(Source.CART) | bit(Source.WISHLIST_ITEM)
        | bit(Source.VIEW) | bit(Source.EVENT);
    /** Selects entries whose records or lines name products. */
    public static final int WITH_PRODUCTS =
        ORDERS | bit(Source.CART) | bit(Source.WISHLIST_ITEM) | bit(Source.VIEW);

    private final RecordPages orders;
    private final RecordPages others;

    /** Stores sized so. */
    public Records(final StoreSizes sizes) {
        orders = new RecordPages(sizes);
        others = new RecordPages(sizes);
    }

    /** The bit that selects entries which hold records of the source. */
    public static int bit(final Source source) {
        return 1 << source.head().ordinal();
    }

    /** Adds an entry behind the subject's others. The buffer must not be memory of these stores. */
    public void append(final int ordinal, final DirectBuffer buffer, final int offset, final int length) {
        (EntryView.source(buffer, offset) == Source.ORDER ? orders : others).append(ordinal, buffer, offset, length);
    }

    /** Whether the subject may have more records of a source, or lines of it, than so many: false is certain. */
    public boolean mayHaveMore(final int ordinal, final Source source, final int count) {
        final RecordPages pages = source.head() == Source.ORDER ? orders : others;
        return pages.bytes(ordinal) / RecordView.LENGTH_MIN > count;
    }

    /** A cursor of the caller's own. */
    public EntryCursor newCursor() {
        return new EntryCursor(this);
    }

    /** Removes all of a subject. */
    public void removeAll(final int ordinal) {
        orders.removeAll(ordinal);
        others.removeAll(ordinal);
    }

    /** Orders of all subjects. */
    public long orderCount() {
        return orders.entries();
    }

    /** Entries of all subjects that are no orders. */
    public long otherCount() {
        return others.entries();
    }

    /** Bytes of all entries. */
    public long bytes() {
        return orders.bytes() + others.bytes();
    }

    /** Entries copied because others were removed, since the start: a work counter. */
    public long recordsCopied() {
        return orders.recordsCopied() + others.recordsCopied();
    }

    @Override
    public void close() {
        others.close();
        orders.close();
    }

    /**
     * Goes through the entries of one subject that are selected, in the order in which they came, orders first. Good
     * while only it changes that subject's entries.
     */
    public static final class EntryCursor {
        private final RecordPages.RecordCursor inOrders;
        private final RecordPages.RecordCursor inOthers;
        private final EntryView entry = new EntryView();
        private RecordPages.RecordCursor cursor;
        private int ordinal;
        private int sources;

        private EntryCursor(final Records records) {
            inOrders = records.orders.newCursor();
            inOthers = records.others.newCursor();
        }

        /** Before the subject's first entry among the sources, a union of bits. */
        public EntryCursor open(final int subject, final int selected) {
            ordinal = subject;
            sources = selected;
            cursor = (selected & ORDERS) != 0 ? inOrders.open(subject) : inOthers.open(subject);
            return this;
        }

        /** Moves on; false at the end. */
        public boolean next() {
            while (true) {
                while (cursor.next()) {
                    if ((sources & bit(EntryView.source(cursor.buffer(), cursor.offset()))) != 0) {
                        entry.wrap(cursor.buffer(), cursor.offset());
                        return true;
                    }
                }
                if (cursor == inOthers || (sources & OTHERS) == 0) {
                    return false;
                }
                cursor = inOthers.open(ordinal);
            }
        }

        /** The entry, valid until the cursor moves or the stores change. */
        public EntryView entry() {
            return entry;
        }

        /** Where the entry lies. */
        public UnsafeBuffer buffer() {
            return cursor.buffer();
        }

        /** Of the entry's first byte. */
        public int offset() {
            return cursor.offset();
        }

        /** The entry's bytes. */
        public int length() {
            return cursor.length();
        }

        /** A copy of the entry's bytes. */
        public byte[] copy() {
            final byte[] bytes = new byte[cursor.length()];
            cursor.buffer().getBytes(cursor.offset(), bytes);
            return bytes;
        }

        /** Removes the entry; {@link #next} goes on behind it, and must be called until it is false. */
        public void remove() {
            cursor.remove();
        }
    }
}
