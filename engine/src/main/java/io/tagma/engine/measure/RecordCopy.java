package io.tagma.engine.measure;

import io.tagma.engine.subject.EntryView;
import io.tagma.engine.subject.FieldsView;
import io.tagma.engine.subject.RecordView;
import io.tagma.engine.subject.Records;
import java.util.ArrayList;
import java.util.List;
import org.agrona.ExpandableArrayBuffer;
import org.agrona.collections.IntArrayList;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * One subject's records as they were at one moment, with the products they name: for a question that is asked in
 * several steps, between which commands pass. Engine's thread.
 */
public final class RecordCopy {
    private final ExpandableArrayBuffer bytes = new ExpandableArrayBuffer();
    private final IntArrayList starts = new IntArrayList();
    private final List<byte[]> productOfRecord;
    private final UnsafeBuffer productBuffer = new UnsafeBuffer(0, 0);
    private final EntryView entry = new EntryView();
    private final RecordContext context;
    private final WorkMeter work;
    private int visited;

    /**
     * Copies them now.
     *
     * @param products how the subject sees the products that its records name; null where nobody will ask for them
     */
    public RecordCopy(final Records records, final int ordinal, final RecordContext.ProductLookup products,
                      final WorkMeter work) {
        this.work = work;
        context = new RecordContext((record, subject, fields) -> wrapProduct(fields), work);
        productOfRecord = products == null ? null : new ArrayList<>();
        final FieldsView product = new FieldsView();
        final Records.EntryCursor cursor = records.newCursor().open(ordinal, Records.ORDERS | Records.OTHERS);
        int end = 0;
        while (cursor.next()) {
            bytes.putBytes(end, cursor.buffer(), cursor.offset(), cursor.length());
            starts.addInt(end);
            end += cursor.length();
            final EntryView each = cursor.entry();
            for (RecordView record = each.head(); record != null && products != null; record = each.nextLine()) {
                // A product's fields are replaced, never changed: the array stays as it is now.
                productOfRecord.add(products.wrap(record, ordinal, product) ? product.buffer().byteArray() : null);
            }
        }
    }

    private boolean wrapProduct(final FieldsView fields) {
        final byte[] product = productOfRecord == null ? null : productOfRecord.get(visited);
        if (product == null) {
            return false;
        }
        productBuffer.wrap(product);
        fields.wrap(productBuffer, 0);
        return true;
    }

    /** Number of entries. */
    public int entryCount() {
        return starts.size();
    }

    /** An entry in place, valid until the next call. */
    public EntryView entry(final int index) {
        return entry.wrap(bytes, starts.getInt(index));
    }

    /** Takes an aggregate at the scope's instant. */
    public long take(final SubjectScope scope, final RecordMeasure records) {
        records.begin();
        context.begin(scope.ordinal(), scope.now(), scope.days());
        if (records.excludingEntries() != 0) {
            show(records, true);
        }
        show(records, false);
        return records.value();
    }

    private void show(final RecordMeasure records, final boolean isExcluding) {
        visited = 0;
        for (int i = 0; i < starts.size(); i++) {
            entry(i);
            for (RecordView record = entry.head(); record != null; record = entry.nextLine()) {
                work.recordRead(1);
                context.record(record);
                if (isExcluding) {
                    records.addExcluding(context);
                } else {
                    records.add(context);
                }
                visited++;
            }
        }
    }

    /** Earliest instant after {@code after} at which time can change an aggregate. */
    public long next(final SubjectScope scope, final RecordMeasure records, final long after) {
        long next = TimeTest.NEVER;
        for (int i = 0; i < starts.size(); i++) {
            entry(i);
            for (RecordView record = entry.head(); record != null; record = entry.nextLine()) {
                work.looked(1);
                next = Math.min(next, records.next(record, after, scope.days()));
            }
        }
        return next;
    }
}
