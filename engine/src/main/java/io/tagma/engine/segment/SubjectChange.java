package io.tagma.engine.segment;

import io.tagma.engine.measure.Measure;
import io.tagma.engine.measure.MeasureSpec;
import io.tagma.engine.measure.RecordScan;
import io.tagma.engine.measure.SubjectScope;
import io.tagma.engine.measure.TimeTest;
import io.tagma.engine.model.Cause;
import io.tagma.engine.model.Source;
import io.tagma.engine.subject.EntryView;
import io.tagma.engine.subject.EntryWriter;
import io.tagma.engine.subject.FieldsView;
import io.tagma.engine.subject.FieldsWriter;
import io.tagma.engine.subject.ProductHolds;
import io.tagma.engine.subject.Records;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.agrona.ExpandableArrayBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * What one command changes of one subject: attributes, group, home, records, in any combination. {@link #open} or
 * {@link #create} begins, {@link #commit} takes the touched measures anew and publishes one row, so that nobody sees a
 * state between. Reusable; engine's thread.
 */
public final class SubjectChange {
    private static final MeasureSpec GROUP = new MeasureSpec.Group();

    private final Subjects subjects;
    private final RowUpdate update;
    private final RecordScan scan;
    private final Records records;
    private final ProductHolds holds;
    private final Records.EntryCursor cursor;
    private final ExpandableArrayBuffer scratch = new ExpandableArrayBuffer(4096);
    private final EntryView appended = new EntryView();
    private final UnsafeBuffer bytes = new UnsafeBuffer(0, 0);
    private final List<Measure> touched = new ArrayList<>();
    private int[] attributes = new int[32];
    private long[] times = new long[256];
    private int attributeCount;
    private boolean isNew;
    private boolean isHomeChanged;
    private boolean isGroupChanged;
    private SubjectScope ofRecords;
    private long nextOfRecords;
    private int ordinal;

    SubjectChange(final Subjects subjects, final RowUpdate update, final RecordScan scan, final Records records,
                  final ProductHolds holds) {
        this.subjects = subjects;
        this.update = update;
        this.scan = scan;
        this.records = records;
        this.holds = holds;
        cursor = records.newCursor();
    }

    /** Begins the change of a subject that has caught up. */
    public SubjectChange open(final int subject) {
        update.open(subject);
        begin(subject, false);
        return this;
    }

    /** Begins a new subject; nobody finds it before {@link #commit}. */
    public SubjectChange create(final byte[] key, final int kind, final int group, final int website) {
        final int subject = subjects.allocate();
        update.create(subject, key, kind, group, website);
        subjects.joinGroup(group, subject);
        begin(subject, true);
        return this;
    }

    private void begin(final int subject, final boolean isBorn) {
        ordinal = subject;
        isNew = isBorn;
        isHomeChanged = false;
        isGroupChanged = false;
        attributeCount = 0;
        touched.clear();
        holds.begin();
        nextOfRecords = TimeTest.NEVER;
        subjects.named(subject);
        ofRecords = subjects.scopeOfRecords(subject, subjects.now());
    }

    /** The subject. */
    public int ordinal() {
        return ordinal;
    }

    // ---- the subject itself ------------------------------------------------------------------------------------

    /** The subject's attributes and consents become these; the named ones may differ from before. */
    public void attributes(final FieldsView before, final FieldsWriter fields, final int[] named,
                           final int namedCount) {
        subjects.attributeUse().count(before, fields, named, namedCount);
        subjects.profiles().put(ordinal, scratch, 0, fields.write(scratch, 0));
        attributes = attributes.length < namedCount ? Arrays.copyOf(named, namedCount) : attributes;
        System.arraycopy(named, 0, attributes, 0, namedCount);
        attributeCount = namedCount;
    }

    /** The subject is in another group, or the same. */
    public void group(final int group, final long effectiveAt, final Cause cause) {
        if (group != update.group()) {
            subjects.leaveGroup(update.group(), ordinal);
            subjects.joinGroup(group, ordinal);
            update.group(group, effectiveAt, subjects.now(), cause);
            isGroupChanged = true;
        }
    }

    /** The subject's home is another website, or the same. */
    public void home(final int website) {
        if (website != update.website()) {
            update.website(website);
            isHomeChanged = true;
        }
    }

    // ---- its records -------------------------------------------------------------------------------------------

    /** Adds an entry behind the subject's others. */
    public void append(final EntryWriter entry) {
        records.append(ordinal, entry.buffer(), 0, entry.length());
        appended.wrap(entry.buffer(), 0);
        added(appended);
    }

    /** Adds a copy of an entry. */
    public void append(final byte[] entry) {
        bytes.wrap(entry);
        records.append(ordinal, bytes, 0, entry.length);
        added(appended.wrap(bytes, 0));
    }

    private void added(final EntryView entry) {
        scan.collect(entry, ofRecords, touched);
        nextOfRecords = Math.min(nextOfRecords, scan.next(entry, ofRecords, subjects.now()));
        holds.hold(entry, ordinal);
    }

    /** Removes the entry of that source and id; false where there is none. */
    public boolean remove(final Source source, final byte[] id) {
        boolean isFound = false;
        cursor.open(ordinal, Records.bit(source));
        while (cursor.next()) {
            if (!isFound && cursor.entry().hasId(id)) {
                remove();
                isFound = true;
            }
        }
        return isFound;
    }

    /** Removes all entries of some sources, a union of {@link Records} bits. */
    public void removeAll(final int sources) {
        cursor.open(ordinal, sources);
        while (cursor.next()) {
            remove();
        }
    }

    private void remove() {
        scan.collect(cursor.entry(), ofRecords, touched);
        holds.release(cursor.entry());
        cursor.remove();
    }

    /** Keeps the newest of a ring: of one source and id, by t, and of equal t those that came later. */
    public void trim(final Source source, final byte[] id, final int max) {
        keepNewest(source, id, max);
    }

    /** Keeps the newest of a source in the same way, whatever their ids. */
    public void trim(final Source source, final int max) {
        keepNewest(source, null, max);
    }

    private void keepNewest(final Source source, final byte[] id, final int max) {
        int count = 0;
        cursor.open(ordinal, Records.bit(source));
        while (cursor.next()) {
            if (id == null || cursor.entry().hasId(id)) {
                times = count < times.length ? times : Arrays.copyOf(times, count * 2);
                times[count++] = cursor.entry().head().t();
            }
        }
        if (count > max) {
            removeOldest(source, id, count, count - max);
        }
    }

    private void removeOldest(final Source source, final byte[] id, final int count, final int surplus) {
        Arrays.sort(times, 0, count);
        final long newestThatGoes = times[surplus - 1];
        int goingOfThat = 1;
        while (goingOfThat < surplus && times[surplus - 1 - goingOfThat] == newestThatGoes) {
            goingOfThat++;
        }
        cursor.open(ordinal, Records.bit(source));
        while (cursor.next()) {
            final long t = cursor.entry().head().t();
            final boolean isOfRing = id == null || cursor.entry().hasId(id);
            if (isOfRing && (t < newestThatGoes || t == newestThatGoes && goingOfThat-- > 0)) {
                remove();
            }
        }
    }

    // ---- the end -----------------------------------------------------------------------------------------------

    /** Publishes the change, effective now. */
    public void commit(final Cause cause) {
        holds.end(ordinal);
        scan.distinct(touched);
        if (isNew) {
            completeCreation(cause);
            return;
        }
        final long now = subjects.now();
        if (isHomeChanged) {
            subjects.takeAll(ordinal, now);
        } else {
            takeTouched(now);
        }
        update.commit(now, now, cause);
        subjects.schedule(ordinal);
    }

    private void takeTouched(final long now) {
        final SubjectScope scope = subjects.scope(ordinal, now);
        long next = nextOfRecords;
        for (int i = 0; i < attributeCount; i++) {
            final List<Measure> ofAttribute = subjects.measures().ofAttribute(attributes[i]);
            for (int m = 0; ofAttribute != null && m < ofAttribute.size(); m++) {
                final Measure measure = ofAttribute.get(m);
                if (measure.isBuilt(ordinal)) {
                    update.set(measure, scope.value(measure));
                    next = Math.min(next, scope.next(measure.spec(), now));
                }
            }
        }
        if (isGroupChanged) {
            setGroup();
        }
        subjects.setRecords(touched);
        subjects.nextFlipAtMost(Math.min(next, subjects.expiry(ordinal)));
    }

    private void setGroup() {
        final Measure group = subjects.measures().get(GROUP);
        if (group != null && group.isBuilt(ordinal)) {
            update.set(group, update.group());
        }
    }

    private void completeCreation(final Cause cause) {
        if (attributeCount == 0) {
            subjects.profiles().put(ordinal, scratch, 0, 0);
        }
        final long now = subjects.now();
        final SubjectScope scope = subjects.scope(ordinal, now);
        subjects.fillSubject(subjects.measures().ofSubject(), ordinal);
        final List<Measure> ofRecords = subjects.measures().ofRecords();
        for (int i = 0; i < ofRecords.size(); i++) {
            if (ofRecords.get(i).isBuilt(ordinal)) {
                update.fill(ofRecords.get(i), ofRecords.get(i).defaultValue());
            }
        }
        subjects.fillRecords(touched);
        subjects.evaluateAll();
        update.nextFlip(Math.min(Math.min(subjects.nextOfAttributes(ordinal, now), nextOfRecords),
            subjects.expiry(ordinal)));
        update.groupEvent(true, now, now, cause);
        update.commit(now, now, cause);
        subjects.publishKey(ordinal);
        subjects.schedule(ordinal);
    }
}
