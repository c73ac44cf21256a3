package io.tagma.engine.subject;

import org.agrona.collections.IntHashSet;

/**
 * Keeps {@link Products#holders} right while the records of a subject change: a product is held as long as one record
 * names it. Engine's thread.
 */
public final class ProductHolds {
    private final Products products;
    private final Records.EntryCursor cursor;
    private final IntHashSet released = new IntHashSet();

    /** Over a node's products and records. */
    public ProductHolds(final Products products, final Records records) {
        this.products = products;
        cursor = records.newCursor();
    }

    /** Begins with a subject. */
    public void begin() {
        released.clear();
    }

    /** An entry is there. */
    public void hold(final EntryView entry, final int ordinal) {
        entry.rewind();
        for (RecordView record = entry.head(); record != null; record = entry.nextLine()) {
            final String key = FieldIds.product(record);
            if (key != null) {
                products.hold(products.intern(key), ordinal);
            }
        }
    }

    /** An entry is about to go. */
    public void release(final EntryView entry) {
        entry.rewind();
        for (RecordView record = entry.head(); record != null; record = entry.nextLine()) {
            final String key = FieldIds.product(record);
            if (key != null) {
                released.add(products.id(key));
            }
        }
    }

    /** All entries of the subject are as they shall be: releases what none of them names. */
    public void end(final int ordinal) {
        if (released.isEmpty()) {
            return;
        }
        cursor.open(ordinal, Records.WITH_PRODUCTS);
        while (cursor.next() && !released.isEmpty()) {
            final EntryView entry = cursor.entry();
            for (RecordView record = entry.head(); record != null; record = entry.nextLine()) {
                final String key = FieldIds.product(record);
                if (key != null) {
                    released.remove(products.id(key));
                }
            }
        }
        final IntHashSet.IntIterator each = released.iterator();
        while (each.hasNext()) {
            products.release(each.nextValue(), ordinal);
        }
        released.clear();
    }
}
