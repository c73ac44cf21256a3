package io.tagma.engine.measure;

import io.tagma.engine.model.Source;
import io.tagma.engine.subject.OrderView;
import io.tagma.engine.subject.RecordPages;
import io.tagma.engine.subject.RecordView;
import java.util.ArrayList;
import java.util.List;

/**
 * Takes the measures of records: from all records of a subject, always from scratch, so that what is taken back takes
 * itself back. Engine's thread.
 */
public final class RecordScan {
    private final Measures measures;
    private final RecordPages pages;
    private final RecordContext context;
    private final WorkMeter work;
    private final OrderView order = new OrderView();
    private final List<Measure> candidates = new ArrayList<>();
    private long marks;
    private long recordsRead;

    /** Over all records. */
    public RecordScan(final Measures measures, final RecordPages pages, final RecordContext.ProductLookup products,
                      final WorkMeter work) {
        this.measures = measures;
        this.pages = pages;
        this.work = work;
        context = new RecordContext(products, work);
    }

    /** Records read so far: a work counter. */
    public long recordsRead() {
        return recordsRead;
    }

    /** A fresh mark for collecting measures once each. */
    public long nextMark() {
        return ++marks;
    }

    /** Adds every measure that an order or its lines can touch at some time. */
    public void collect(final OrderView touching, final SubjectScope scope, final long mark,
                        final List<Measure> touched) {
        begin(scope);
        touching.rewind();
        context.record(touching.order());
        measures.recordIndex().collect(context, mark, touched);
        for (RecordView item = touching.nextItem(); item != null; item = touching.nextItem()) {
            context.record(item);
            measures.recordIndex().collect(context, mark, touched);
        }
    }

    /** Earliest instant after {@code after} at which an order or its lines can change a measure by time alone. */
    public long next(final OrderView of, final SubjectScope scope, final long after) {
        begin(scope);
        of.rewind();
        long next = next(of.order(), after);
        for (RecordView item = of.nextItem(); item != null; item = of.nextItem()) {
            next = Math.min(next, next(item, after));
        }
        return next;
    }

    private long next(final RecordView record, final long after) {
        candidates(record);
        long next = TimeTest.NEVER;
        for (int i = 0; i < candidates.size(); i++) {
            next = Math.min(next, candidates.get(i).records().next(record.t(), after, context.days()));
        }
        return next;
    }

    private void candidates(final RecordView record) {
        candidates.clear();
        context.record(record);
        measures.recordIndex().collect(context, nextMark(), candidates);
        read(candidates.size());
    }

    /** The same over all records of the subject. */
    public long next(final SubjectScope scope, final long after) {
        long next = TimeTest.NEVER;
        final RecordPages.RecordCursor cursor = pages.cursor(scope.ordinal());
        while (cursor.next()) {
            next = Math.min(next, next(order.wrap(cursor.buffer(), cursor.offset()), scope, after));
        }
        return next;
    }

    /** The same over some measures only. */
    public long next(final SubjectScope scope, final List<Measure> wanted, final long after) {
        begin(scope);
        long next = TimeTest.NEVER;
        final RecordPages.RecordCursor cursor = pages.cursor(scope.ordinal());
        while (cursor.next()) {
            order.wrap(cursor.buffer(), cursor.offset());
            next = Math.min(next, next(order.order(), wanted, after));
            for (RecordView item = order.nextItem(); item != null; item = order.nextItem()) {
                next = Math.min(next, next(item, wanted, after));
            }
        }
        return next;
    }

    private long next(final RecordView record, final List<Measure> wanted, final long after) {
        read(wanted.size());
        long next = TimeTest.NEVER;
        for (int i = 0; i < wanted.size(); i++) {
            final RecordMeasure records = wanted.get(i).records();
            if (records.source() == record.source()) {
                next = Math.min(next, records.next(record.t(), after, context.days()));
            }
        }
        return next;
    }

    /**
     * Adds the measures that time changes at exactly the instant, and returns the earliest instant after it at which
     * time can change any.
     */
    public long collectDue(final SubjectScope scope, final long instant, final List<Measure> due) {
        begin(scope);
        final List<Measure> found = new ArrayList<>();
        long next = TimeTest.NEVER;
        final RecordPages.RecordCursor cursor = pages.cursor(scope.ordinal());
        while (cursor.next()) {
            order.wrap(cursor.buffer(), cursor.offset());
            next = Math.min(next, collectDue(order.order(), instant, found));
            for (RecordView item = order.nextItem(); item != null; item = order.nextItem()) {
                next = Math.min(next, collectDue(item, instant, found));
            }
        }
        final long mark = nextMark();
        for (int i = 0; i < found.size(); i++) {
            if (found.get(i).mark(mark)) {
                due.add(found.get(i));
            }
        }
        return next;
    }

    private long collectDue(final RecordView record, final long instant, final List<Measure> found) {
        candidates(record);
        long next = TimeTest.NEVER;
        for (int i = 0; i < candidates.size(); i++) {
            final Measure measure = candidates.get(i);
            long mine = measure.records().next(record.t(), instant - 1, context.days());
            if (mine == instant) {
                found.add(measure);
                mine = measure.records().next(record.t(), instant, context.days());
            }
            next = Math.min(next, mine);
        }
        return next;
    }

    /** Takes some measures of the subject; {@code values[i]} becomes the value of the i-th. */
    public void take(final SubjectScope scope, final List<Measure> wanted, final long[] values) {
        boolean hasOrders = false;
        boolean hasItems = false;
        for (int i = 0; i < wanted.size(); i++) {
            final RecordMeasure records = wanted.get(i).records();
            records.begin();
            hasOrders |= records.source() == Source.ORDER;
            hasItems |= records.source() == Source.ORDER_ITEM;
        }
        begin(scope);
        final RecordPages.RecordCursor cursor = pages.cursor(scope.ordinal());
        while (cursor.next()) {
            order.wrap(cursor.buffer(), cursor.offset());
            if (hasOrders) {
                add(order.order(), wanted);
            }
            if (hasItems) {
                for (RecordView item = order.nextItem(); item != null; item = order.nextItem()) {
                    add(item, wanted);
                }
            }
        }
        for (int i = 0; i < wanted.size(); i++) {
            values[i] = wanted.get(i).records().value();
        }
    }

    private void add(final RecordView record, final List<Measure> wanted) {
        read(wanted.size());
        context.record(record);
        for (int i = 0; i < wanted.size(); i++) {
            final RecordMeasure records = wanted.get(i).records();
            if (records.source() == record.source()) {
                records.add(context);
            }
        }
    }

    /** Takes one aggregate for a question. */
    public long take(final SubjectScope scope, final RecordMeasure records) {
        records.begin();
        begin(scope);
        final RecordPages.RecordCursor cursor = pages.cursor(scope.ordinal());
        while (cursor.next()) {
            order.wrap(cursor.buffer(), cursor.offset());
            if (records.source() == Source.ORDER) {
                context.record(order.order());
                records.add(context);
                continue;
            }
            for (RecordView item = order.nextItem(); item != null; item = order.nextItem()) {
                context.record(item);
                records.add(context);
            }
        }
        return records.value();
    }

    /** Earliest instant after {@code after} at which time can change one aggregate. */
    public long next(final SubjectScope scope, final RecordMeasure records, final long after) {
        begin(scope);
        long next = TimeTest.NEVER;
        final RecordPages.RecordCursor cursor = pages.cursor(scope.ordinal());
        while (cursor.next()) {
            order.wrap(cursor.buffer(), cursor.offset());
            if (records.source() == Source.ORDER) {
                next = Math.min(next, records.next(order.order().t(), after, context.days()));
                continue;
            }
            for (RecordView item = order.nextItem(); item != null; item = order.nextItem()) {
                next = Math.min(next, records.next(item.t(), after, context.days()));
            }
        }
        return next;
    }

    private void read(final int shownTo) {
        recordsRead++;
        work.recordRead(shownTo);
    }

    private void begin(final SubjectScope scope) {
        context.begin(scope.ordinal(), scope.now(), scope.days());
    }
}
