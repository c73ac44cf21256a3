package io.tagma.engine.measure;

import io.tagma.engine.model.Source;
import io.tagma.engine.subject.FieldsView;
import io.tagma.engine.subject.OrderView;
import io.tagma.engine.subject.RecordPages;
import io.tagma.engine.subject.RecordView;
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
    private final List<byte[]> productOfItem;
    private final UnsafeBuffer productBuffer = new UnsafeBuffer(0, 0);
    private final OrderView order = new OrderView();
    private final RecordContext context;
    private final WorkMeter work;
    private int item;

    /**
     * Copies them now.
     *
     * @param products how the subject sees the products that its records name; null where nobody will ask for them
     */
    public RecordCopy(final RecordPages pages, final int ordinal, final RecordContext.ProductLookup products,
                      final WorkMeter work) {
        this.work = work;
        context = new RecordContext((record, subject, fields) -> wrapProduct(fields), work);
        productOfItem = products == null ? null : new ArrayList<>();
        final FieldsView product = new FieldsView();
        final RecordPages.RecordCursor cursor = pages.cursor(ordinal);
        int end = 0;
        while (cursor.next()) {
            bytes.putBytes(end, cursor.buffer(), cursor.offset(), cursor.length());
            starts.addInt(end);
            end += cursor.length();
            if (products == null) {
                continue;
            }
            order.wrap(cursor.buffer(), cursor.offset());
            for (RecordView each = order.nextItem(); each != null; each = order.nextItem()) {
                // A product's fields are replaced, never changed: the array stays as it is now.
                productOfItem.add(products.wrap(each, ordinal, product) ? product.buffer().byteArray() : null);
            }
        }
    }

    private boolean wrapProduct(final FieldsView fields) {
        final byte[] product = productOfItem == null || context.record().source() != Source.ORDER_ITEM ? null
            : productOfItem.get(item);
        if (product == null) {
            return false;
        }
        productBuffer.wrap(product);
        fields.wrap(productBuffer, 0);
        return true;
    }

    /** Number of orders. */
    public int orderCount() {
        return starts.size();
    }

    /** An order in place, valid until the next call. */
    public OrderView order(final int index) {
        return order.wrap(bytes, starts.getInt(index));
    }

    /** Takes an aggregate at the scope's instant. */
    public long take(final SubjectScope scope, final RecordMeasure records) {
        records.begin();
        context.begin(scope.ordinal(), scope.now(), scope.days());
        item = 0;
        for (int i = 0; i < starts.size(); i++) {
            order(i);
            if (records.source() == Source.ORDER) {
                add(order.order(), records);
                continue;
            }
            for (RecordView each = order.nextItem(); each != null; each = order.nextItem()) {
                add(each, records);
                item++;
            }
        }
        return records.value();
    }

    private void add(final RecordView record, final RecordMeasure records) {
        work.recordRead(1);
        context.record(record);
        records.add(context);
    }

    /** Earliest instant after {@code after} at which time can change an aggregate. */
    public long next(final SubjectScope scope, final RecordMeasure records, final long after) {
        long next = TimeTest.NEVER;
        for (int i = 0; i < starts.size(); i++) {
            order(i);
            if (records.source() == Source.ORDER) {
                next = Math.min(next, next(order.order(), scope, records, after));
                continue;
            }
            for (RecordView each = order.nextItem(); each != null; each = order.nextItem()) {
                next = Math.min(next, next(each, scope, records, after));
            }
        }
        return next;
    }

    private long next(final RecordView record, final SubjectScope scope, final RecordMeasure records,
                      final long after) {
        work.looked(1);
        return records.next(record.t(), after, scope.days());
    }
}
