package io.tagma.engine.segment;

import io.tagma.engine.measure.Calendar;
import io.tagma.engine.measure.LocalDays;
import io.tagma.engine.measure.Measure;
import io.tagma.engine.measure.MeasureColumns;
import io.tagma.engine.measure.MeasureSpec;
import io.tagma.engine.measure.Measures;
import io.tagma.engine.measure.RecordScan;
import io.tagma.engine.measure.SubjectScope;
import io.tagma.engine.measure.TimeTest;
import io.tagma.engine.measure.WorkMeter;
import io.tagma.engine.model.Cause;
import io.tagma.engine.model.Source;
import io.tagma.engine.model.WebsiteTable;
import io.tagma.engine.ordinals.Columns;
import io.tagma.engine.ordinals.OrdinalSet;
import io.tagma.engine.protocol.StateReader;
import io.tagma.engine.protocol.StateWriter;
import io.tagma.engine.subject.Dictionary;
import io.tagma.engine.subject.Epochs;
import io.tagma.engine.subject.FieldIds;
import io.tagma.engine.subject.FieldsView;
import io.tagma.engine.subject.FieldsWriter;
import io.tagma.engine.subject.KeyTable;
import io.tagma.engine.subject.OrderView;
import io.tagma.engine.subject.Ordinals;
import io.tagma.engine.subject.Products;
import io.tagma.engine.subject.Profiles;
import io.tagma.engine.subject.RecordPages;
import io.tagma.engine.subject.RecordView;
import io.tagma.engine.subject.StoreSizes;
import java.util.ArrayList;
import java.util.List;
import org.agrona.CloseHelper;
import org.agrona.DirectBuffer;
import org.agrona.ExpandableArrayBuffer;
import org.agrona.collections.Int2ObjectHashMap;
import org.agrona.collections.Long2LongHashMap;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * The subjects and what is kept of each: row, attributes, records, measures, memberships, next flip. Every change goes
 * the same way: the subject catches up with time and sweeps, its stores change, the touched measures are taken anew,
 * and one {@link RowUpdate} is committed. Engine's thread.
 */
public final class Subjects implements AutoCloseable {
    private static final MeasureSpec GROUP = new MeasureSpec.Group();
    private static final int PRODUCT_FIELD = FieldIds.named(Source.ORDER_ITEM, "product");

    private final Epochs epochs = new Epochs();
    private final RowStore rows = new RowStore(epochs);
    private final KeyTable keys;
    private final Columns members = new Columns();
    private final MeasureColumns columns = new MeasureColumns();
    private final PredicateIndex index = new PredicateIndex();
    private final Calendar calendar = new Calendar(rows::nextFlip);
    private final Ordinals ordinals = new Ordinals();
    private final Profiles profiles;
    private final RecordPages pages;
    private final Products products = new Products();
    private final Dictionary setCodes = new Dictionary();
    private final Dictionary freeNames = new Dictionary();
    private final FieldIds fieldIds = new FieldIds(freeNames);
    private final Measures measures = new Measures(setCodes, fieldIds, columns);
    private final Zones zones;
    private final ChangeStream changes;
    private final RowUpdate update;
    private final RecordScan scan;
    private final WorkMeter work = new WorkMeter();
    private final SubjectScope scope = new SubjectScope(work);
    private final Int2ObjectHashMap<OrdinalSet> groupMembers = new Int2ObjectHashMap<>();
    private final List<Sweep> sweeps = new ArrayList<>();
    private final List<SegmentPlan> plans = new ArrayList<>();

    private final UnsafeBuffer profile = new UnsafeBuffer(0, 0);
    private final UnsafeBuffer wrapped = new UnsafeBuffer(0, 0);
    private final ExpandableArrayBuffer scratch = new ExpandableArrayBuffer(4096);
    private final OrderView order = new OrderView();
    private final OrderView replaced = new OrderView();
    private final List<Measure> touched = new ArrayList<>();
    private final List<Integer> released = new ArrayList<>();
    private final Long2LongHashMap erasedAt = new Long2LongHashMap(0);
    private long erasures;
    private long[] values = new long[64];
    private long now;

    /** Nobody yet. {@code keySeed} scatters the key table and differs from node to node. */
    public Subjects(final WebsiteTable websites, final ChangeStream changes, final StoreSizes sizes,
                    final long keySeed) {
        this.changes = changes;
        zones = new Zones(websites);
        keys = new KeyTable(keySeed, rows, epochs);
        profiles = new Profiles(sizes);
        pages = new RecordPages(sizes);
        update = new RowUpdate(rows, members, columns, index, changes, work);
        scan = new RecordScan(measures, pages, this::wrapProduct, work);
    }

    /** Engine time: the instant of the command or slice under way. */
    public void now(final long instant) {
        now = instant;
    }

    /** Engine time. */
    public long now() {
        return now;
    }

    /** Rows, for readers and queries. */
    public RowStore rows() {
        return rows;
    }

    /** Keys, for readers. */
    public KeyTable keys() {
        return keys;
    }

    /** Members of slots. */
    public Columns members() {
        return members;
    }

    /** Who is due when. */
    public Calendar calendar() {
        return calendar;
    }

    /** Dense numbers of subjects. */
    public Ordinals ordinals() {
        return ordinals;
    }

    /** Attributes. */
    public Profiles profiles() {
        return profiles;
    }

    /** Orders. */
    public RecordPages pages() {
        return pages;
    }

    /** Products. */
    public Products products() {
        return products;
    }

    /** Codes of enumerations and sets. */
    public Dictionary setCodes() {
        return setCodes;
    }

    /** Names of free properties. */
    public Dictionary freeNames() {
        return freeNames;
    }

    /** Ids of fields. */
    public FieldIds fieldIds() {
        return fieldIds;
    }

    /** All measures in use. */
    public Measures measures() {
        return measures;
    }

    /** Reads records. */
    public RecordScan scan() {
        return scan;
    }

    /** Work units done so far. */
    public WorkMeter work() {
        return work;
    }

    PredicateIndex index() {
        return index;
    }

    RowUpdate update() {
        return update;
    }

    /** Predicates visited so far: a work counter. */
    public long predicatesVisited() {
        return index.visited();
    }

    /** Segments evaluated so far: a work counter. */
    public long segmentsEvaluated() {
        return update.evaluated();
    }

    Zones zones() {
        return zones;
    }

    /** Sweeps under way, oldest first. */
    public List<Sweep> sweeps() {
        return sweeps;
    }

    /** Plans whose membership is kept, by slot. */
    List<SegmentPlan> plans() {
        return plans;
    }

    /** Customers and visitors of a group; null where there are none. */
    public OrdinalSet groupMembers(final int group) {
        return groupMembers.get(group);
    }

    /** The ordinal of a key, or -1. */
    public int ordinal(final DirectBuffer key, final int offset, final int length) {
        return keys.get(key, offset, length);
    }

    /** The ordinal of a key, or -1. */
    public int ordinal(final byte[] key) {
        wrapped.wrap(key);
        return keys.get(wrapped, 0, key.length);
    }

    /** Local days as the subject sees them: of its home website, or as they were until a sweep reaches it. */
    LocalDays days(final int ordinal, final int website) {
        for (int i = 0; i < sweeps.size(); i++) {
            if (sweeps.get(i) instanceof ZoneSweep sweep && sweep.website() == website && sweep.isPending(ordinal)) {
                return zones.days(sweep.before());
            }
        }
        return zones.days(website);
    }

    /** Wraps the product that a record names, as the subject sees it; false where it is unknown or deleted. */
    public boolean wrapProduct(final RecordView record, final int ordinal, final FieldsView fields) {
        final int index = record.fields().find(PRODUCT_FIELD);
        if (index < 0 || record.source() != Source.ORDER_ITEM) {
            return false;
        }
        final int product = products.id(record.fields().text(index));
        return product != Products.MISSING && Products.wrap(productFields(product, ordinal), wrapped, fields);
    }

    /** The product as the subject sees it. */
    private byte[] productFields(final int product, final int ordinal) {
        for (int i = 0; i < sweeps.size(); i++) {
            if (sweeps.get(i) instanceof ProductSweep sweep && sweep.product() == product
                && sweep.isPending(ordinal)) {
                return sweep.before();
            }
        }
        return products.fields(product);
    }

    // ---- creation ----------------------------------------------------------------------------------------------

    /** A new subject; it is in no segment until {@link #completeCreation}. */
    public int create(final byte[] key, final int kind, final int group, final int website) {
        final int ordinal = ordinals.allocate();
        for (int i = 0; i < sweeps.size(); i++) {
            sweeps.get(i).done().add(ordinal);
        }
        update.create(ordinal, key, kind, group, website);
        joinGroup(group, ordinal);
        return ordinal;
    }

    /** Stores the attributes of the subject just created, evaluates it and makes it visible. */
    public void completeCreation(final FieldsWriter attributes, final Cause cause) {
        final int ordinal = update.ordinal();
        final int length = attributes.write(scratch, 0);
        profiles.put(ordinal, scratch, 0, length);
        scope(ordinal, now);
        for (final Measure measure : measures.ofSubject()) {
            if (measure.isBuilt(ordinal)) {
                update.fill(measure, scope.value(measure));
            }
        }
        for (final Measure measure : measures.ofRecords()) {
            if (measure.isBuilt(ordinal)) {
                update.fill(measure, measure.defaultValue());
            }
        }
        for (int i = 0; i < plans.size(); i++) {
            update.evaluate(plans.get(i));
        }
        update.nextFlip(nextOfAttributes(ordinal, now));
        update.groupEvent(true, now, now, cause);
        update.commit(now, now, cause);
        wrapped.wrap(update.copyKey());
        keys.put(wrapped, 0, wrapped.capacity(), ordinal);
        schedule();
    }

    /** Puts a subject of a snapshot back: its row as it was, everything derived taken anew. */
    private void restore(final int ordinal, final byte[] key, final int kind, final int group, final int website,
                 final long nextFlip, final int[] slots, final int slotCount) {
        wrapped.wrap(key);
        rows.publish(ordinal, wrapped, 0, key.length, kind, group, website, nextFlip, slots, slotCount);
        keys.put(wrapped, 0, key.length, ordinal);
        joinGroup(group, ordinal);
        for (int i = 0; i < slotCount; i++) {
            members.flip(slots[i], ordinal, true);
        }
        final RecordPages.RecordCursor cursor = pages.cursor(ordinal);
        while (cursor.next()) {
            hold(order.wrap(cursor.buffer(), cursor.offset()), ordinal);
        }
    }

    /** Takes the measures of a restored subject as they were at its last evaluation. */
    private void restoreMeasures(final int ordinal) {
        update.open(ordinal);
        scope(ordinal, Math.min(now, update.nextFlip() == TimeTest.NEVER ? now : update.nextFlip() - 1));
        fillSubject(measures.ofSubject(), ordinal);
        touched.clear();
        for (final Measure measure : measures.ofRecords()) {
            if (measure.isBuilt(ordinal)) {
                touched.add(measure);
            }
        }
        fillRecords(touched);
    }

    private void fillSubject(final List<Measure> wanted, final int ordinal) {
        for (int i = 0; i < wanted.size(); i++) {
            final Measure measure = wanted.get(i);
            if (measure.isBuilt(ordinal)) {
                update.fill(measure, scope.value(measure));
            }
        }
    }

    private void fillRecords(final List<Measure> wanted) {
        take(wanted);
        for (int i = 0; i < wanted.size(); i++) {
            update.fill(wanted.get(i), values[i]);
        }
    }

    private void take(final List<Measure> wanted) {
        if (values.length < wanted.size()) {
            values = new long[wanted.size() * 2];
        }
        if (!wanted.isEmpty()) {
            scan.take(scope, wanted, values);
        }
    }

    private void setRecords(final List<Measure> wanted) {
        take(wanted);
        for (int i = 0; i < wanted.size(); i++) {
            update.set(wanted.get(i), values[i]);
        }
    }

    private void joinGroup(final int group, final int ordinal) {
        OrdinalSet set = groupMembers.get(group);
        if (set == null) {
            set = new OrdinalSet();
            groupMembers.put(group, set);
        }
        set.add(ordinal);
    }

    private void leaveGroup(final int group, final int ordinal) {
        final OrdinalSet set = groupMembers.get(group);
        set.remove(ordinal);
        if (set.isEmpty()) {
            groupMembers.remove(group);
        }
    }

    // ---- the subject under evaluation --------------------------------------------------------------------------

    /** Points the scope at the subject of the update, as of an instant. */
    SubjectScope scope(final int ordinal, final long instant) {
        scope.set(ordinal, update.copyKey(), update.kind(), update.group(), update.website(), instant,
            days(ordinal, update.website()));
        work.profileRead();
        scope.profile(profile, 0, Math.max(0, profiles.get(ordinal, profile)));
        return scope;
    }

    /** Points a scope at any subject, for a question. */
    public SubjectScope scopeOf(final int ordinal, final SubjectScope target, final UnsafeBuffer buffer) {
        final byte[] key = new byte[rows.keyLength(ordinal)];
        wrapped.wrap(key);
        rows.copyKey(ordinal, wrapped, 0);
        target.set(ordinal, key, rows.kind(ordinal), rows.customerGroup(ordinal), rows.website(ordinal), now,
            days(ordinal, rows.website(ordinal)));
        work.profileRead();
        final int length = profiles.get(ordinal, buffer);
        target.profile(buffer, 0, Math.max(0, length));
        return target;
    }

    private void schedule() {
        schedule(update.ordinal());
    }

    private void nextFlipAtMost(final long instant) {
        if (instant < update.nextFlip()) {
            update.nextFlip(instant);
        }
    }

    private long nextOfAttributes(final int ordinal, final long after) {
        long next = TimeTest.NEVER;
        final List<Measure> timed = measures.timed();
        for (int i = 0; i < timed.size(); i++) {
            if (timed.get(i).isBuilt(ordinal)) {
                next = Math.min(next, scope.next(timed.get(i).spec(), after));
            }
        }
        return next;
    }

    // ---- time --------------------------------------------------------------------------------------------------

    /**
     * Brings a subject up to now: its overdue flips, each at its instant, and the sweeps that have not reached it, in
     * the order of their instants.
     */
    public void catchUp(final int ordinal) {
        boolean isChanged = false;
        for (int i = 0; i < sweeps.size(); i++) {
            if (sweeps.get(i).isPending(ordinal)) {
                isChanged |= visit(sweeps.get(i), ordinal);
            }
        }
        if (isChanged | flipUntil(ordinal, now)) {
            schedule(ordinal);
        }
    }

    /** The turn of a subject in the oldest sweep, which is pending for it. */
    void visitFirstSweep(final int ordinal) {
        if (visit(sweeps.get(0), ordinal)) {
            schedule(ordinal);
        }
    }

    private boolean visit(final Sweep sweep, final int ordinal) {
        final boolean isChanged = flipUntil(ordinal, sweep.instant());
        final boolean isCovered = sweep.covers(ordinal);
        sweep.done().add(ordinal);
        if (isCovered) {
            sweep.visit(ordinal);
        }
        return isChanged | isCovered;
    }

    private boolean flipUntil(final int ordinal, final long instant) {
        final boolean isDue = rows.nextFlip(ordinal) <= instant;
        while (rows.nextFlip(ordinal) <= instant) {
            flip(ordinal, rows.nextFlip(ordinal));
        }
        return isDue;
    }

    private void schedule(final int ordinal) {
        final long next = rows.nextFlip(ordinal);
        if (next != TimeTest.NEVER) {
            calendar.schedule(ordinal, next);
        }
    }

    private Sweep pendingSweep(final int ordinal) {
        for (int i = 0; i < sweeps.size(); i++) {
            final Sweep sweep = sweeps.get(i);
            if (sweep.isPending(ordinal)) {
                return sweep;
            }
        }
        return null;
    }

    /** Time changes what it changes at exactly this instant. */
    private void flip(final int ordinal, final long instant) {
        update.open(ordinal);
        scope(ordinal, instant);
        long next = TimeTest.NEVER;
        final List<Measure> timed = measures.timed();
        for (int i = 0; i < timed.size(); i++) {
            final Measure measure = timed.get(i);
            if (measure.isBuilt(ordinal)) {
                long mine = scope.next(measure.spec(), instant - 1);
                if (mine == instant) {
                    update.set(measure, scope.value(measure));
                    mine = scope.next(measure.spec(), instant);
                }
                next = Math.min(next, mine);
            }
        }
        touched.clear();
        next = Math.min(next, scan.collectDue(scope, instant, touched));
        setRecords(touched);
        update.nextFlip(next);
        update.commit(instant, now, Cause.TIME);
    }

    /** Runs overdue flips in order of (instant, ordinal), up to so much work, the last one's beyond; returns it. */
    public int runDue(final int workMax) {
        return calendar.poll(now, workMax, (instant, ordinal) -> {
            final long before = work.units();
            if (rows.exists(ordinal) && rows.nextFlip(ordinal) == instant) {
                final Sweep sweep = pendingSweep(ordinal);
                if (sweep != null && sweep.instant() < instant) {
                    catchUp(ordinal);
                } else {
                    flip(ordinal, instant);
                    schedule(ordinal);
                }
            }
            return (int)(work.units() - before);
        });
    }

    // ---- commands ----------------------------------------------------------------------------------------------

    /** What a command wants of the attributes: the merged list, and which ids differ. */
    public void changeProfile(final int ordinal, final FieldsWriter merged, final int[] changed,
                              final int changedCount, final int newGroup, final int newWebsite, final Cause cause) {
        update.open(ordinal);
        if (changedCount > 0) {
            profiles.put(ordinal, scratch, 0, merged.write(scratch, 0));
        }
        if (newGroup != update.group()) {
            leaveGroup(update.group(), ordinal);
            joinGroup(newGroup, ordinal);
            update.group(newGroup, now, now, Cause.ASSIGN);
        }
        if (newWebsite != update.website()) {
            update.website(newWebsite);
            takeAll(ordinal);
            update.commit(now, now, cause);
            schedule();
            return;
        }
        scope(ordinal, now);
        long next = TimeTest.NEVER;
        for (int i = 0; i < changedCount; i++) {
            final List<Measure> ofAttribute = measures.ofAttribute(changed[i]);
            for (int m = 0; ofAttribute != null && m < ofAttribute.size(); m++) {
                final Measure measure = ofAttribute.get(m);
                if (measure.isBuilt(ordinal)) {
                    update.set(measure, scope.value(measure));
                    next = Math.min(next, scope.next(measure.spec(), now));
                }
            }
        }
        setGroup(ordinal);
        nextFlipAtMost(next);
        update.commit(now, now, cause);
        schedule();
    }

    private void setGroup(final int ordinal) {
        final Measure group = measures.get(GROUP);
        if (group != null && group.isBuilt(ordinal)) {
            update.set(group, update.group());
        }
    }

    /** Takes every measure anew. */
    private void takeAll(final int ordinal) {
        scope(ordinal, now);
        final List<Measure> ofSubject = measures.ofSubject();
        for (int i = 0; i < ofSubject.size(); i++) {
            if (ofSubject.get(i).isBuilt(ordinal)) {
                update.set(ofSubject.get(i), scope.value(ofSubject.get(i)));
            }
        }
        touched.clear();
        for (final Measure measure : measures.ofRecords()) {
            if (measure.isBuilt(ordinal)) {
                touched.add(measure);
            }
        }
        setRecords(touched);
        update.nextFlip(Math.min(nextOfAttributes(ordinal, now), scan.next(scope, now)));
    }

    /** Moves a subject to a group; cause also of the segments that follow. */
    void moveToGroup(final int ordinal, final int newGroup, final long effectiveAt, final Cause cause) {
        update.open(ordinal);
        leaveGroup(update.group(), ordinal);
        joinGroup(newGroup, ordinal);
        update.group(newGroup, effectiveAt, now, cause);
        setGroup(ordinal);
        update.commit(effectiveAt, now, cause);
    }

    /** Assigns a group by command. */
    public void assignGroup(final int ordinal, final int newGroup) {
        if (rows.customerGroup(ordinal) != newGroup) {
            moveToGroup(ordinal, newGroup, now, Cause.ASSIGN);
        }
    }

    /** How many orders and lines the subject would have with this order instead of the one of the same id. */
    public boolean hasRoomFor(final int ordinal, final byte[] orderId, final int itemCount, final int recordsMax) {
        if (ordinal < 0) {
            return itemCount <= recordsMax;
        }
        int orders = 1;
        int items = itemCount;
        final RecordPages.RecordCursor cursor = pages.cursor(ordinal);
        while (cursor.next()) {
            order.wrap(cursor.buffer(), cursor.offset());
            if (!order.hasId(orderId)) {
                orders++;
                items += order.itemCount();
            }
        }
        return orders <= recordsMax && items <= recordsMax;
    }

    /** Adds an encoded order, instead of the one of the same id where there is one. */
    public void putOrder(final int ordinal, final byte[] orderId, final DirectBuffer encoded, final int length) {
        changeOrder(ordinal, orderId, encoded, length);
    }

    /** Takes an order back; false where there is none with this id. */
    public boolean removeOrder(final int ordinal, final byte[] orderId) {
        return changeOrder(ordinal, orderId, null, 0);
    }

    private boolean changeOrder(final int ordinal, final byte[] orderId, final DirectBuffer encoded,
                                final int length) {
        update.open(ordinal);
        scope(ordinal, now);
        touched.clear();
        released.clear();
        final long mark = scan.nextMark();
        boolean isFound = false;
        final RecordPages.RecordCursor cursor = pages.cursor(ordinal);
        while (cursor.next()) {
            replaced.wrap(cursor.buffer(), cursor.offset());
            if (replaced.hasId(orderId)) {
                scan.collect(replaced, scope, mark, touched);
                collectProducts(replaced);
                cursor.remove();
                isFound = true;
                break;
            }
        }
        if (encoded == null && !isFound) {
            return false;
        }
        if (encoded != null) {
            pages.append(ordinal, encoded, 0, length);
            order.wrap(encoded, 0);
            scan.collect(order, scope, mark, touched);
            hold(order, ordinal);
        }
        releaseProducts(ordinal);
        setRecords(touched);
        if (encoded != null) {
            nextFlipAtMost(scan.next(order.wrap(encoded, 0), scope, now));
        }
        update.commit(now, now, Cause.EVENT);
        schedule();
        return true;
    }

    private void hold(final OrderView of, final int ordinal) {
        of.rewind();
        for (RecordView item = of.nextItem(); item != null; item = of.nextItem()) {
            final int index = item.fields().find(PRODUCT_FIELD);
            if (index >= 0) {
                products.hold(products.intern(item.fields().text(index)), ordinal);
            }
        }
    }

    private void collectProducts(final OrderView of) {
        of.rewind();
        for (RecordView item = of.nextItem(); item != null; item = of.nextItem()) {
            final int index = item.fields().find(PRODUCT_FIELD);
            if (index >= 0) {
                released.add(products.id(item.fields().text(index)));
            }
        }
    }

    private void releaseProducts(final int ordinal) {
        if (released.isEmpty()) {
            return;
        }
        final RecordPages.RecordCursor cursor = pages.cursor(ordinal);
        while (cursor.next()) {
            replaced.wrap(cursor.buffer(), cursor.offset());
            for (RecordView item = replaced.nextItem(); item != null; item = replaced.nextItem()) {
                final int index = item.fields().find(PRODUCT_FIELD);
                if (index >= 0) {
                    final Integer stillHeld = products.id(item.fields().text(index));
                    released.removeIf(stillHeld::equals);
                }
            }
        }
        for (int i = 0; i < released.size(); i++) {
            products.release(released.get(i), ordinal);
        }
    }

    /** A product the subject holds has changed at an instant: takes the measures that read products anew. */
    void retakeProducts(final int ordinal, final long instant) {
        retake(ordinal, instant, Cause.PRODUCT, false);
    }

    /** The zone of the subject's home has changed at an instant: takes every measure anew. */
    void retakeAll(final int ordinal, final long instant) {
        retake(ordinal, instant, Cause.DEFINITION, true);
    }

    private void retake(final int ordinal, final long instant, final Cause cause, final boolean isAll) {
        update.open(ordinal);
        if (isAll) {
            takeAllAt(ordinal, instant);
        } else {
            scope(ordinal, instant);
            touched.clear();
            for (final Measure measure : measures.ofRecords()) {
                if (measure.isBuilt(ordinal) && measure.records().usesProduct()) {
                    touched.add(measure);
                }
            }
            setRecords(touched);
            nextFlipAtMost(scan.next(scope, touched, instant));
        }
        update.commit(instant, now, cause);
    }

    private void takeAllAt(final int ordinal, final long instant) {
        final long present = now;
        now = instant;
        takeAll(ordinal);
        now = present;
    }

    /** Fills new measures and plans of one subject during a build; silent. */
    void build(final int ordinal, final List<Measure> ofSubject, final List<Measure> ofRecords,
              final List<SegmentPlan> building) {
        catchUp(ordinal);
        update.open(ordinal);
        if (!ofSubject.isEmpty() || !ofRecords.isEmpty()) {
            scope(ordinal, now);
            fillSubject(ofSubject, ordinal);
            long next = TimeTest.NEVER;
            for (int i = 0; i < ofSubject.size(); i++) {
                next = Math.min(next, scope.next(ofSubject.get(i).spec(), now));
            }
            if (!ofRecords.isEmpty()) {
                fillRecords(ofRecords);
                next = Math.min(next, scan.next(scope, ofRecords, now));
            }
            nextFlipAtMost(next);
        }
        for (int i = 0; i < building.size(); i++) {
            update.evaluate(building.get(i));
        }
        update.commit(now, now, Cause.DEFINITION);
        schedule();
    }

    /** Erases a subject: it leaves everything, and its key is free. */
    public void erase(final int ordinal) {
        update.open(ordinal);
        for (int i = update.slotCount() - 1; i >= 0; i--) {
            members.flip(update.slot(i), ordinal, false);
        }
        for (int i = 0; i < plans.size(); i++) {
            if (plans.get(i).isLive() && update.has(plans.get(i).slot())) {
                update.tell(plans.get(i), false, now, now, Cause.ERASE);
            }
        }
        update.groupEvent(false, now, now, Cause.ERASE);
        leaveGroup(update.group(), ordinal);
        released.clear();
        final RecordPages.RecordCursor cursor = pages.cursor(ordinal);
        while (cursor.next()) {
            collectProducts(order.wrap(cursor.buffer(), cursor.offset()));
        }
        pages.removeAll(ordinal);
        for (int i = 0; i < released.size(); i++) {
            products.release(released.get(i), ordinal);
        }
        profiles.remove(ordinal);
        wrapped.wrap(update.copyKey());
        keys.remove(wrapped, 0, wrapped.capacity());
        rows.clear(ordinal);
        ordinals.free(ordinal);
        erasedAt.put(ordinal, ++erasures);
    }

    /** Number of erasures so far in this process. */
    public long erasures() {
        return erasures;
    }

    /** Number of the last erasure that freed the ordinal, or 0: who copied ordinals before it must not use it. */
    public long erasedAt(final int ordinal) {
        return erasedAt.get(ordinal);
    }

    /** Whether any measure reads products. */
    public boolean hasProductMeasures() {
        for (final Measure measure : measures.ofRecords()) {
            if (measure.records().usesProduct()) {
                return true;
            }
        }
        return false;
    }

    // ---- snapshots ---------------------------------------------------------------------------------------------

    /** Writes every subject with attributes and orders, by ordinal, then the calendar. */
    public void write(final StateWriter writer) {
        ordinals.write(writer);
        for (int ordinal = 0; ordinal < ordinals.highWater(); ordinal++) {
            if (rows.exists(ordinal)) {
                writer.putInt(ordinal);
                write(ordinal, writer);
            }
        }
        writer.putInt(-1);
        CalendarState.write(calendar, writer);
    }

    private void write(final int ordinal, final StateWriter writer) {
        update.open(ordinal);
        writer.putBlob(update.copyKey());
        writer.putByte(update.kind());
        writer.putInt(update.group());
        writer.putInt(update.website());
        writer.putLong(update.nextFlip());
        writer.putInt(update.slotCount());
        for (int i = 0; i < update.slotCount(); i++) {
            writer.putInt(update.slot(i));
        }
        final int length = Math.max(0, profiles.get(ordinal, profile));
        writer.putBlob(profile, 0, length);
        final List<byte[]> orders = new ArrayList<>();
        final RecordPages.RecordCursor cursor = pages.cursor(ordinal);
        while (cursor.next()) {
            final byte[] encoded = new byte[cursor.length()];
            cursor.buffer().getBytes(cursor.offset(), encoded);
            orders.add(encoded);
        }
        orders.sort(OrderView::compareById);
        writer.putInt(orders.size());
        orders.forEach(writer::putBlob);
    }

    /** Reads every subject; to be called when definitions, products and sweeps are there. */
    public void read(final StateReader reader) {
        ordinals.read(reader);
        for (int ordinal = reader.getInt(); ordinal >= 0; ordinal = reader.getInt()) {
            read(ordinal, reader);
        }
        CalendarState.read(calendar, reader);
    }

    private void read(final int ordinal, final StateReader reader) {
        final byte[] key = reader.getBlob();
        final int kind = reader.getByte();
        final int group = reader.getInt();
        final int website = reader.getInt();
        final long nextFlip = reader.getLong();
        final int[] slotsRead = new int[reader.getInt()];
        for (int i = 0; i < slotsRead.length; i++) {
            slotsRead[i] = reader.getInt();
        }
        final byte[] attributes = reader.getBlob();
        if (attributes.length > 0) {
            wrapped.wrap(attributes);
            profiles.put(ordinal, wrapped, 0, attributes.length);
        }
        final int orders = reader.getInt();
        for (int i = 0; i < orders; i++) {
            final byte[] encoded = reader.getBlob();
            wrapped.wrap(encoded);
            pages.append(ordinal, wrapped, 0, encoded.length);
        }
        restore(ordinal, key, kind, group, website, nextFlip, slotsRead, slotsRead.length);
        restoreMeasures(ordinal);
    }

    /** Frees what no reader can hold any more. */
    public void reclaim() {
        rows.reclaim();
        keys.reclaim();
    }

    @Override
    public void close() {
        CloseHelper.closeAll(columns, pages, profiles, keys, rows);
    }
}
