package io.tagma.engine.measure;

import io.tagma.engine.subject.EntryView;
import io.tagma.engine.subject.RecordView;
import io.tagma.engine.subject.Records;
import java.util.ArrayList;
import java.util.List;

/**
 * Takes the measures of records: from all records of a subject, always from scratch, so that what is taken back takes
 * itself back. Engine's thread.
 */
public final class RecordScan {
    private static final int ALL = Records.ORDERS | Records.OTHERS;

    private final Measures measures;
    private final Records.EntryCursor cursor;
    private final RecordContext context;
    private final WorkMeter work;
    private final List<Measure> candidates = new ArrayList<>();
    private long marks;
    private long recordsRead;

    /** Over all records. */
    public RecordScan(final Measures measures, final Records records, final RecordContext.ProductLookup products,
                      final WorkMeter work) {
        this.measures = measures;
        this.work = work;
        cursor = records.newCursor();
        context = new RecordContext(products, work);
    }

    /** Records read so far: a work counter. */
    public long recordsRead() {
        return recordsRead;
    }

    /** Leaves each measure once, where it stands first. */
    public void distinct(final List<Measure> list) {
        final long mark = ++marks;
        int kept = 0;
        for (int i = 0; i < list.size(); i++) {
            if (list.get(i).mark(mark)) {
                list.set(kept++, list.get(i));
            }
        }
        list.subList(kept, list.size()).clear();
    }

    /** Adds every measure that an entry's record or lines can touch at some time; some perhaps more than once. */
    public void collect(final EntryView touching, final SubjectScope scope, final List<Measure> touched) {
        final long mark = ++marks;
        begin(scope);
        touching.rewind();
        for (RecordView record = touching.head(); record != null; record = touching.nextLine()) {
            context.record(record);
            measures.recordIndex().collect(context, mark, touched);
        }
    }

    /** Earliest instant after {@code after} at which an entry can change a measure by time alone. */
    public long next(final EntryView of, final SubjectScope scope, final long after) {
        begin(scope);
        of.rewind();
        long next = TimeTest.NEVER;
        for (RecordView record = of.head(); record != null; record = of.nextLine()) {
            candidates(record);
            next = Math.min(next, next(record, candidates, after));
        }
        return next;
    }

    private void candidates(final RecordView record) {
        candidates.clear();
        context.record(record);
        measures.recordIndex().collect(context, ++marks, candidates);
        read(candidates.size());
    }

    private long next(final RecordView record, final List<Measure> of, final long after) {
        long next = TimeTest.NEVER;
        for (int i = 0; i < of.size(); i++) {
            next = Math.min(next, of.get(i).records().next(record, after, context.days()));
        }
        return next;
    }

    /** The same over all entries of the subject. */
    public long next(final SubjectScope scope, final long after) {
        long next = TimeTest.NEVER;
        cursor.open(scope.ordinal(), ALL);
        while (cursor.next()) {
            next = Math.min(next, next(cursor.entry(), scope, after));
        }
        return next;
    }

    /** The same over some measures only. */
    public long next(final SubjectScope scope, final List<Measure> wanted, final long after) {
        begin(scope);
        long next = TimeTest.NEVER;
        cursor.open(scope.ordinal(), entries(wanted));
        while (cursor.next()) {
            final EntryView entry = cursor.entry();
            for (RecordView record = entry.head(); record != null; record = entry.nextLine()) {
                read(wanted.size());
                next = Math.min(next, next(record, wanted, after));
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
        long next = TimeTest.NEVER;
        cursor.open(scope.ordinal(), ALL);
        while (cursor.next()) {
            final EntryView entry = cursor.entry();
            for (RecordView record = entry.head(); record != null; record = entry.nextLine()) {
                next = Math.min(next, collectDue(record, instant, due));
            }
        }
        distinct(due);
        return next;
    }

    private long collectDue(final RecordView record, final long instant, final List<Measure> found) {
        candidates(record);
        long next = TimeTest.NEVER;
        for (int i = 0; i < candidates.size(); i++) {
            final Measure measure = candidates.get(i);
            long mine = measure.records().next(record, instant - 1, context.days());
            if (mine == instant) {
                found.add(measure);
                mine = measure.records().next(record, instant, context.days());
            }
            next = Math.min(next, mine);
        }
        return next;
    }

    /** Takes some measures of the subject; {@code values[i]} becomes the value of the i-th. */
    public void take(final SubjectScope scope, final List<Measure> wanted, final long[] values) {
        begin(scope);
        int excluding = 0;
        for (int i = 0; i < wanted.size(); i++) {
            wanted.get(i).records().begin();
            excluding |= wanted.get(i).records().excludingEntries();
        }
        if (excluding != 0) {
            cursor.open(scope.ordinal(), excluding);
            while (cursor.next()) {
                final EntryView entry = cursor.entry();
                for (RecordView record = entry.head(); record != null; record = entry.nextLine()) {
                    exclude(record, wanted);
                }
            }
        }
        cursor.open(scope.ordinal(), entries(wanted));
        while (cursor.next()) {
            final EntryView entry = cursor.entry();
            for (RecordView record = entry.head(); record != null; record = entry.nextLine()) {
                add(record, wanted);
            }
        }
        for (int i = 0; i < wanted.size(); i++) {
            values[i] = wanted.get(i).records().value();
        }
    }

    private static int entries(final List<Measure> wanted) {
        int entries = 0;
        for (int i = 0; i < wanted.size(); i++) {
            entries |= wanted.get(i).records().entries();
        }
        return entries;
    }

    private void exclude(final RecordView record, final List<Measure> wanted) {
        read(wanted.size());
        context.record(record);
        for (int i = 0; i < wanted.size(); i++) {
            wanted.get(i).records().addExcluding(context);
        }
    }

    private void add(final RecordView record, final List<Measure> wanted) {
        read(wanted.size());
        context.record(record);
        for (int i = 0; i < wanted.size(); i++) {
            wanted.get(i).records().add(context);
        }
    }

    /** Takes one aggregate for a question. */
    public long take(final SubjectScope scope, final RecordMeasure records) {
        records.begin();
        begin(scope);
        cursor.open(scope.ordinal(), records.excludingEntries());
        while (cursor.next()) {
            final EntryView entry = cursor.entry();
            for (RecordView record = entry.head(); record != null; record = entry.nextLine()) {
                context.record(record);
                records.addExcluding(context);
            }
        }
        cursor.open(scope.ordinal(), records.entries());
        while (cursor.next()) {
            final EntryView entry = cursor.entry();
            for (RecordView record = entry.head(); record != null; record = entry.nextLine()) {
                work.recordRead(1);
                context.record(record);
                records.add(context);
            }
        }
        return records.value();
    }

    /** Earliest instant after {@code after} at which time can change one aggregate. */
    public long next(final SubjectScope scope, final RecordMeasure records, final long after) {
        begin(scope);
        long next = TimeTest.NEVER;
        cursor.open(scope.ordinal(), records.entries());
        while (cursor.next()) {
            final EntryView entry = cursor.entry();
            for (RecordView record = entry.head(); record != null; record = entry.nextLine()) {
                next = Math.min(next, records.next(record, after, context.days()));
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
