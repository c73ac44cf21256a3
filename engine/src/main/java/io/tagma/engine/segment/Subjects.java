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
import io.tagma.engine.model.WebsiteTable;
import io.tagma.engine.ordinals.Columns;
import io.tagma.engine.ordinals.OrdinalSet;
import io.tagma.engine.protocol.SubjectKind;
import io.tagma.engine.subject.Dictionary;
import io.tagma.engine.subject.Epochs;
import io.tagma.engine.subject.FieldIds;
import io.tagma.engine.subject.FieldsView;
import io.tagma.engine.subject.KeyTable;
import io.tagma.engine.subject.Ordinals;
import io.tagma.engine.subject.ProductHolds;
import io.tagma.engine.subject.Products;
import io.tagma.engine.subject.Profiles;
import io.tagma.engine.subject.RecordView;
import io.tagma.engine.subject.Records;
import io.tagma.engine.subject.StoreSizes;
import java.util.ArrayList;
import java.util.List;
import org.agrona.CloseHelper;
import org.agrona.DirectBuffer;
import org.agrona.collections.Int2ObjectHashMap;
import org.agrona.collections.Long2LongHashMap;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * The subjects and what is kept of each: row, attributes, records, measures, memberships, next flip. Every change goes
 * the same way: the subject catches up with time and sweeps ({@link CatchUp}), its stores change
 * ({@link SubjectChange}), the touched measures are taken anew, and one {@link RowUpdate} is committed. Engine's
 * thread.
 */
public final class Subjects implements AutoCloseable {
    private static final MeasureSpec GROUP = new MeasureSpec.Group();

    private final Epochs epochs = new Epochs();
    private final RowStore rows = new RowStore(epochs);
    private final KeyTable keys;
    private final Columns members = new Columns();
    private final MeasureColumns columns = new MeasureColumns();
    private final PredicateIndex index = new PredicateIndex();
    private final Calendar calendar = new Calendar(rows::nextFlip);
    private final Ordinals ordinals = new Ordinals();
    private final Profiles profiles;
    private final Records records;
    private final Records.EntryCursor cursor;
    private final Products products = new Products();
    private final Dictionary setCodes = new Dictionary();
    private final Dictionary freeNames = new Dictionary();
    private final Dictionary purposes = new Dictionary();
    private final FieldIds fieldIds = new FieldIds(freeNames, purposes);
    private final AttributeUse attributeUse = new AttributeUse();
    private final Aliases aliases = new Aliases();
    private final MeasureColumns lastNamed = new MeasureColumns();
    private final ProductHolds holds;
    private final Measures measures = new Measures(setCodes, fieldIds, columns);
    private final Zones zones;
    private final ChangeStream changes;
    private final RowUpdate update;
    private final RecordScan scan;
    private final SubjectChange change;
    private final CatchUp catchUp;
    private final WorkMeter work = new WorkMeter();
    private final SubjectScope scope = new SubjectScope(work);
    private final Int2ObjectHashMap<OrdinalSet> groupMembers = new Int2ObjectHashMap<>();
    private final List<Sweep> sweeps = new ArrayList<>();
    private final List<SegmentPlan> plans = new ArrayList<>();

    private final UnsafeBuffer profile = new UnsafeBuffer(0, 0);
    private final UnsafeBuffer wrapped = new UnsafeBuffer(0, 0);
    private final FieldsView profileFields = new FieldsView();
    private final List<Measure> touched = new ArrayList<>();
    private final Long2LongHashMap erasedAt = new Long2LongHashMap(0);
    private long erasures;
    private long[] values = new long[64];
    private long visitorTtlMs = Long.MAX_VALUE;
    private long now;

    /** Nobody yet. {@code keySeed} scatters the key table and differs from node to node. */
    public Subjects(final WebsiteTable websites, final ChangeStream changes, final StoreSizes sizes,
                    final long keySeed) {
        this.changes = changes;
        zones = new Zones(websites);
        keys = new KeyTable(keySeed, rows, epochs);
        profiles = new Profiles(sizes);
        records = new Records(sizes);
        cursor = records.newCursor();
        holds = new ProductHolds(products, records);
        lastNamed.open(0, 0);
        update = new RowUpdate(rows, members, columns, index, changes, work);
        scan = new RecordScan(measures, records, this::wrapProduct, work);
        change = new SubjectChange(this, update, scan, records, holds);
        catchUp = new CatchUp(this, update, scan);
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

    /** Orders, carts, views and the like. */
    public Records records() {
        return records;
    }

    /** How many subjects have a value of each attribute. */
    public AttributeUse attributeUse() {
        return attributeUse;
    }

    /** Consents' purposes. */
    public Dictionary purposes() {
        return purposes;
    }

    /** Time and sweeps. */
    public CatchUp catchUp() {
        return catchUp;
    }

    /** The change of one subject by a command. */
    public SubjectChange change() {
        return change;
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

    /** Plans whose membership is kept, the oldest first. */
    List<SegmentPlan> plans() {
        return plans;
    }

    /** Customers and visitors of a group; null where there are none. */
    public OrdinalSet groupMembers(final int group) {
        return groupMembers.get(group);
    }

    /** The subject of a key, also of an alias, or -1. */
    public int ordinal(final byte[] key) {
        final int own = ownOrdinal(key);
        return own >= 0 && rows.isAlias(own) ? rows.aliasOf(own) : own;
    }

    /** The ordinal of a key, which may be that of an alias itself, or -1. */
    int ownOrdinal(final byte[] key) {
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
        final String key = FieldIds.product(record);
        final int product = key == null ? Products.MISSING : products.id(key);
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

    /** An ordinal for a new subject, which sees what all sweeps have done. */
    int allocate() {
        final int ordinal = ordinals.allocate();
        for (int i = 0; i < sweeps.size(); i++) {
            sweeps.get(i).done().add(ordinal);
        }
        return ordinal;
    }

    /** Lets readers find the subject of the update by its key. */
    void publishKey(final int ordinal) {
        wrapped.wrap(update.copyKey());
        keys.put(wrapped, 0, wrapped.capacity(), ordinal);
    }

    /** All plans will be evaluated. */
    void evaluateAll() {
        for (int i = 0; i < plans.size(); i++) {
            update.evaluate(plans.get(i));
        }
    }

    void fillSubject(final List<Measure> wanted, final int ordinal) {
        for (int i = 0; i < wanted.size(); i++) {
            final Measure measure = wanted.get(i);
            if (measure.isBuilt(ordinal)) {
                update.fill(measure, scope.value(measure));
            }
        }
    }

    void fillRecords(final List<Measure> wanted) {
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

    void setRecords(final List<Measure> wanted) {
        take(wanted);
        for (int i = 0; i < wanted.size(); i++) {
            update.set(wanted.get(i), values[i]);
        }
    }

    void joinGroup(final int group, final int ordinal) {
        OrdinalSet set = groupMembers.get(group);
        if (set == null) {
            set = new OrdinalSet();
            groupMembers.put(group, set);
        }
        set.add(ordinal);
    }

    void leaveGroup(final int group, final int ordinal) {
        final OrdinalSet set = groupMembers.get(group);
        set.remove(ordinal);
        if (set.isEmpty()) {
            groupMembers.remove(group);
        }
    }

    // ---- the subject under evaluation --------------------------------------------------------------------------

    /** Points the scope at the subject of the update, as of an instant; its attributes are not read. */
    SubjectScope scopeOfRecords(final int ordinal, final long instant) {
        return scope.set(ordinal, update.copyKey(), update.kind(), update.group(), update.website(), instant,
            days(ordinal, update.website()));
    }

    /** Points the scope at the subject of the update with its attributes, as of an instant. */
    SubjectScope scope(final int ordinal, final long instant) {
        scopeOfRecords(ordinal, instant);
        work.profileRead();
        scope.profile(profile, 0, Math.max(0, profiles.get(ordinal, profile)));
        return scope;
    }

    /** Points a scope at any subject, for a question. */
    public SubjectScope scopeOf(final int ordinal, final SubjectScope target, final UnsafeBuffer buffer) {
        target.set(ordinal, rows.key(ordinal), rows.kind(ordinal), rows.customerGroup(ordinal),
            rows.website(ordinal), now, days(ordinal, rows.website(ordinal)));
        work.profileRead();
        final int length = profiles.get(ordinal, buffer);
        target.profile(buffer, 0, Math.max(0, length));
        return target;
    }

    void schedule(final int ordinal) {
        final long next = rows.nextFlip(ordinal);
        if (next != TimeTest.NEVER) {
            calendar.schedule(ordinal, next);
        }
    }

    void nextFlipAtMost(final long instant) {
        if (instant < update.nextFlip()) {
            update.nextFlip(instant);
        }
    }

    long nextOfAttributes(final int ordinal, final long after) {
        long next = TimeTest.NEVER;
        final List<Measure> timed = measures.timed();
        for (int i = 0; i < timed.size(); i++) {
            if (timed.get(i).isBuilt(ordinal)) {
                next = Math.min(next, scope.next(timed.get(i).spec(), after));
            }
        }
        return next;
    }

    /** Takes every measure of the subject of the update anew, as of an instant. */
    void takeAll(final int ordinal, final long instant) {
        scope(ordinal, instant);
        final List<Measure> ofSubject = measures.ofSubject();
        for (int i = 0; i < ofSubject.size(); i++) {
            if (ofSubject.get(i).isBuilt(ordinal)) {
                update.set(ofSubject.get(i), scope.value(ofSubject.get(i)));
            }
        }
        touched.clear();
        final List<Measure> ofRecords = measures.ofRecords();
        for (int i = 0; i < ofRecords.size(); i++) {
            if (ofRecords.get(i).isBuilt(ordinal)) {
                touched.add(ofRecords.get(i));
            }
        }
        setRecords(touched);
        update.nextFlip(Math.min(Math.min(nextOfAttributes(ordinal, instant), scan.next(scope, instant)),
            expiry(ordinal)));
    }

    /** Moves a subject to a group; cause also of the segments that follow. */
    void moveToGroup(final int ordinal, final int newGroup, final long effectiveAt, final Cause cause) {
        update.open(ordinal);
        leaveGroup(update.group(), ordinal);
        joinGroup(newGroup, ordinal);
        update.group(newGroup, effectiveAt, now, cause);
        final Measure group = measures.get(GROUP);
        if (group != null && group.isBuilt(ordinal)) {
            update.set(group, update.group());
        }
        update.commit(effectiveAt, now, cause);
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
            takeAll(ordinal, instant);
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

    /** Fills new measures and plans of one subject during a build; silent. */
    void build(final int ordinal, final List<Measure> ofSubject, final List<Measure> ofRecords,
              final List<SegmentPlan> building) {
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
        schedule(ordinal);
    }

    /** Erases a subject at an instant: it leaves everything, and its key and those of its aliases are free. */
    public void erase(final int ordinal, final long effectiveAt, final Cause cause) {
        leaveAll(ordinal, effectiveAt, cause);
        for (int alias = aliases.last(ordinal); alias >= 0; alias = aliases.last(ordinal)) {
            cut(alias);
        }
        wrapped.wrap(update.copyKey());
        keys.remove(wrapped, 0, wrapped.capacity());
        forget(ordinal);
    }

    private void forget(final int ordinal) {
        rows.clear(ordinal);
        ordinals.free(ordinal);
        erasedAt.put(ordinal, ++erasures);
    }

    /** A subject leaves every segment and its group, and its attributes and records are gone; its row stays. */
    private void leaveAll(final int ordinal, final long effectiveAt, final Cause cause) {
        update.open(ordinal);
        for (int i = update.slotCount() - 1; i >= 0; i--) {
            members.flip(update.slot(i), ordinal, false);
        }
        for (int i = 0; i < plans.size(); i++) {
            if (plans.get(i).isTold(ordinal) && update.has(plans.get(i).slot())) {
                update.tell(plans.get(i), false, effectiveAt, now, cause);
            }
        }
        update.groupEvent(false, effectiveAt, now, cause);
        leaveGroup(update.group(), ordinal);
        holds.begin();
        cursor.open(ordinal, Records.WITH_PRODUCTS);
        while (cursor.next()) {
            holds.release(cursor.entry());
        }
        records.removeAll(ordinal);
        holds.end(ordinal);
        if (profiles.get(ordinal, profile) > 0) {
            attributeUse.countAll(profileFields.wrap(profile, 0), -1);
        }
        profiles.remove(ordinal);
    }

    // ---- visitors ----------------------------------------------------------------------------------------------

    /** Visitors expire so long after the last line that named them; {@link Long#MAX_VALUE}: never. */
    public void visitorTtlMs(final long ttl) {
        visitorTtlMs = ttl;
    }

    /** How long visitors live without a line. */
    public long visitorTtlMs() {
        return visitorTtlMs;
    }

    /** A line has named the subject of the update. */
    void named(final int ordinal) {
        if (update.kind() == SubjectKind.VISITOR.value()) {
            lastNamed.set(0, ordinal, now);
        }
    }

    /** When the subject of the update expires; {@link TimeTest#NEVER} for customers. */
    long expiry(final int ordinal) {
        return expiry(ordinal, update.kind());
    }

    /** When a subject expires unless a line names it; {@link TimeTest#NEVER} for customers. */
    public long expiryOf(final int ordinal) {
        return expiry(ordinal, rows.kind(ordinal));
    }

    private long expiry(final int ordinal, final int kind) {
        return kind == SubjectKind.VISITOR.value() ? TimeTest.later(lastNamed.get(0, ordinal), visitorTtlMs)
            : TimeTest.NEVER;
    }

    void restoreLastNamed(final int ordinal, final long instant) {
        lastNamed.set(0, ordinal, instant);
    }

    void restoreProfile(final int ordinal, final DirectBuffer bytes, final int length) {
        profiles.put(ordinal, bytes, 0, length);
        if (length > 0) {
            attributeUse.countAll(profileFields.wrap(bytes, 0), 1);
        }
    }

    ProductHolds holds() {
        return holds;
    }

    /** When the last line named the visitor. */
    long lastNamed(final int ordinal) {
        return lastNamed.get(0, ordinal);
    }

    /** Whether the key, which may be one that nobody has, is an alias of a customer. */
    public boolean isAlias(final byte[] key) {
        final int ordinal = ownOrdinal(key);
        return ordinal >= 0 && rows.isAlias(ordinal);
    }

    /** Aliases of customers. */
    public Aliases aliases() {
        return aliases;
    }

    /**
     * The visitor's key becomes an alias of the customer: the visitor itself, if there is one, leaves everything. An
     * alias of another customer changes in one store, so that nobody meets an unknown key between.
     */
    void alias(final byte[] visitor, final int customer) {
        int ordinal = ownOrdinal(visitor);
        if (ordinal >= 0 && rows.isAlias(ordinal)) {
            aliases.remove(ordinal, rows.aliasOf(ordinal));
        } else if (ordinal >= 0) {
            leaveAll(ordinal, now, Cause.MERGE);
            erasedAt.put(ordinal, ++erasures);
        } else {
            ordinal = allocate();
        }
        putAlias(ordinal, visitor, customer);
        wrapped.wrap(visitor);
        keys.put(wrapped, 0, visitor.length, ordinal);
    }

    void putAlias(final int ordinal, final byte[] visitor, final int customer) {
        wrapped.wrap(visitor);
        rows.publishAlias(ordinal, wrapped, 0, visitor.length, customer);
        aliases.add(ordinal, customer);
    }

    /** The key of an alias is free again; does nothing where it is none. */
    public void cut(final byte[] visitor) {
        final int ordinal = ownOrdinal(visitor);
        if (ordinal >= 0 && rows.isAlias(ordinal)) {
            cut(ordinal);
        }
    }

    private void cut(final int alias) {
        final byte[] key = rows.key(alias);
        aliases.remove(alias, rows.aliasOf(alias));
        wrapped.wrap(key);
        keys.remove(wrapped, 0, key.length);
        forget(alias);
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

    /** Frees what no reader can hold any more. */
    public void reclaim() {
        rows.reclaim();
        keys.reclaim();
    }

    @Override
    public void close() {
        CloseHelper.closeAll(columns, lastNamed, records, profiles, keys, rows);
    }
}
