package io.tagma.engine.segment;

import io.tagma.engine.measure.Measure;
import io.tagma.engine.measure.MeasureColumns;
import io.tagma.engine.measure.TimeTest;
import io.tagma.engine.measure.WorkMeter;
import io.tagma.engine.model.Cause;
import io.tagma.engine.ordinals.Columns;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * The change of one subject: measures are set, the predicates that flip lead to the segments that may, and one new row
 * is published, with the columns and the change events beside it. Reusable; engine's thread.
 */
final class RowUpdate implements Expression.Values {
    private static final int KEY_LENGTH_MAX = 64;
    static final Comparator<SegmentPlan> BY_DEPTH =
        Comparator.comparingInt(SegmentPlan::depth).thenComparingInt(SegmentPlan::slot);

    private final RowStore rows;
    private final Columns members;
    private final MeasureColumns measures;
    private final PredicateIndex index;
    private final ChangeStream changes;
    private final WorkMeter work;

    private final byte[] keyBytes = new byte[KEY_LENGTH_MAX];
    private final UnsafeBuffer key = new UnsafeBuffer(keyBytes);
    private final List<Predicate> flipped = new ArrayList<>();
    private final List<SegmentPlan> affected = new ArrayList<>();
    private int keyLength;
    private int ordinal;
    private int kind;
    private int group;
    private int website;
    private long nextFlip;
    private int[] slots = new int[64];
    private int slotCount;
    private boolean isChanged;
    private long marks;
    private long evaluated;

    RowUpdate(final RowStore rows, final Columns members, final MeasureColumns measures, final PredicateIndex index,
              final ChangeStream changes, final WorkMeter work) {
        this.rows = rows;
        this.members = members;
        this.measures = measures;
        this.index = index;
        this.changes = changes;
        this.work = work;
    }

    /** Starts from the subject's present row. */
    void open(final int subject) {
        begin(subject);
        kind = rows.kind(subject);
        group = rows.customerGroup(subject);
        website = rows.website(subject);
        nextFlip = rows.nextFlip(subject);
        keyLength = rows.keyLength(subject);
        rows.copyKey(subject, key, 0);
        slotCount = rows.count(subject);
        if (slots.length < slotCount) {
            slots = new int[slotCount * 2];
        }
        rows.copySlots(subject, slots);
    }

    /** Starts a new subject. */
    void create(final int subject, final byte[] newKey, final int newKind, final int newGroup, final int newWebsite) {
        begin(subject);
        kind = newKind;
        group = newGroup;
        website = newWebsite;
        nextFlip = TimeTest.NEVER;
        keyLength = newKey.length;
        key.putBytes(0, newKey);
        slotCount = 0;
        isChanged = true;
    }

    private void begin(final int subject) {
        ordinal = subject;
        affected.clear();
        marks++;
        isChanged = false;
    }

    int ordinal() {
        return ordinal;
    }

    int kind() {
        return kind;
    }

    int group() {
        return group;
    }

    int website() {
        return website;
    }

    long nextFlip() {
        return nextFlip;
    }

    byte[] copyKey() {
        return Arrays.copyOf(keyBytes, keyLength);
    }

    /** Segments evaluated so far: a work counter. */
    long evaluated() {
        return evaluated;
    }

    /** Moves the subject to a group, with its two change events. */
    void group(final int newGroup, final long effectiveAt, final long processedAt, final Cause cause) {
        changes.append(key, 0, keyLength, true, group, 0, false, effectiveAt, processedAt, cause, 0);
        changes.append(key, 0, keyLength, true, newGroup, 0, true, effectiveAt, processedAt, cause, 0);
        group = newGroup;
        isChanged = true;
    }

    /** The subject enters its first group, or leaves its last. */
    void groupEvent(final boolean isEnter, final long effectiveAt, final long processedAt, final Cause cause) {
        changes.append(key, 0, keyLength, true, group, 0, isEnter, effectiveAt, processedAt, cause, 0);
    }

    void website(final int newWebsite) {
        website = newWebsite;
        isChanged = true;
    }

    void nextFlip(final long instant) {
        isChanged |= nextFlip != instant;
        nextFlip = instant;
    }

    /** A measure has a new value: its flipped predicates' segments will be evaluated. */
    void set(final Measure measure, final long value) {
        work.looked(1);
        final long before = measures.get(measure.id(), ordinal);
        if (before == value) {
            return;
        }
        measures.set(measure.id(), ordinal, value);
        flipped.clear();
        index.flips(measure, before, value, flipped);
        for (int i = 0; i < flipped.size(); i++) {
            // Plans that are not built here are not charged: whether their predicates flip depends on codes that a
            // restored column has and one that was never filled again has not.
            final Predicate predicate = flipped.get(i);
            for (int p = 0; p < predicate.planCount(); p++) {
                final SegmentPlan plan = predicate.plan(p);
                if (plan.isBuilt(ordinal)) {
                    work.looked(1);
                    evaluate(plan);
                }
            }
        }
    }

    /** A measure's value is known for the first time: evaluates nothing. */
    void fill(final Measure measure, final long value) {
        work.looked(1);
        measures.set(measure.id(), ordinal, value);
    }

    /** The plan will be evaluated. */
    void evaluate(final SegmentPlan plan) {
        if (plan.isBuilt(ordinal) && plan.mark(marks)) {
            affected.add(plan);
        }
    }

    @Override
    public long value(final Predicate predicate) {
        return measures.get(predicate.measure().id(), ordinal);
    }

    /** The plan's validity begins for the subject: members are told whether they were in the row before or not. */
    void open(final SegmentPlan plan) {
        plan.markFresh(marks);
        evaluate(plan);
        follow(plan);
    }

    /** What depends on the plan will be evaluated, whatever becomes of it. */
    void follow(final SegmentPlan plan) {
        for (int i = 0; i < plan.dependents().size(); i++) {
            work.looked(1);
            evaluate(plan.dependents().get(i));
        }
    }

    @Override
    public boolean isMember(final SegmentPlan plan) {
        return !plan.isGone() && plan.isOpen(ordinal) && has(plan.slot());
    }

    /**
     * Evaluates, what is referred to before what refers to it, publishes, and tells. Plans that the subject does not
     * see change the row silently.
     */
    void commit(final long effectiveAt, final long processedAt, final Cause cause) {
        affected.sort(BY_DEPTH);
        for (int i = 0; i < affected.size(); i++) {
            final SegmentPlan plan = affected.get(i);
            evaluated++;
            work.looked(plan.weight());
            final boolean isMember = plan.expression().test(this);
            final boolean was = has(plan.slot());
            if (isMember != was) {
                change(plan.slot(), isMember);
                evaluateDependents(plan, i + 1);
            }
            if (isMember != (was && !plan.isFresh(marks)) && plan.isTold(ordinal)) {
                tell(plan, isMember, effectiveAt, processedAt, cause);
            }
        }
        affected.clear();
        if (isChanged) {
            work.rowWritten(slotCount);
            rows.publish(ordinal, key, 0, keyLength, kind, group, website, nextFlip, slots, slotCount);
        }
    }

    /** Puts the plans that refer to one whose member has changed where their turn is: from that place on. */
    private void evaluateDependents(final SegmentPlan plan, final int from) {
        final List<SegmentPlan> dependents = plan.dependents();
        for (int d = 0; d < dependents.size(); d++) {
            final SegmentPlan dependent = dependents.get(d);
            work.looked(1);
            if (dependent.isBuilt(ordinal) && dependent.mark(marks)) {
                int at = affected.size();
                while (at > from && BY_DEPTH.compare(affected.get(at - 1), dependent) > 0) {
                    at--;
                }
                affected.add(at, dependent);
            }
        }
    }

    /** A change event of a segment. */
    void tell(final SegmentPlan plan, final boolean isEnter, final long effectiveAt, final long processedAt,
              final Cause cause) {
        tell(plan.slot(), plan.segmentId(), plan.version(), isEnter, effectiveAt, processedAt, cause);
    }

    /** A change event of a segment whose plan may be gone. */
    void tell(final int slot, final int segmentId, final int version, final boolean isEnter, final long effectiveAt,
              final long processedAt, final Cause cause) {
        changes.append(key, 0, keyLength, false, slot, segmentId, isEnter, effectiveAt, processedAt, cause, version);
    }

    boolean has(final int slot) {
        return Arrays.binarySearch(slots, 0, slotCount, slot) >= 0;
    }

    /** Puts the slot into the row or takes it out, and the subject into its column or out. */
    void change(final int slot, final boolean isMember) {
        final int found = Arrays.binarySearch(slots, 0, slotCount, slot);
        if (isMember) {
            final int at = -found - 1;
            if (slotCount == slots.length) {
                slots = Arrays.copyOf(slots, slotCount * 2);
            }
            System.arraycopy(slots, at, slots, at + 1, slotCount - at);
            slots[at] = slot;
            slotCount++;
        } else {
            System.arraycopy(slots, found + 1, slots, found, slotCount - found - 1);
            slotCount--;
        }
        members.flip(slot, ordinal, isMember);
        isChanged = true;
    }

    int slotCount() {
        return slotCount;
    }

    int slot(final int i) {
        return slots[i];
    }
}
