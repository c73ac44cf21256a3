package io.tagma.engine.segment;

import io.tagma.engine.condition.SegmentDefinition;
import java.util.ArrayList;
import java.util.List;

/**
 * A version of a segment as the engine keeps it: a slot, its compiled condition, how far it is built, and what of it
 * the subjects see. What changes for all of them at one instant (a swap, the beginning and the end of validity) is seen
 * by each from the visit of that change's sweep on.
 */
public final class SegmentPlan {
    /** Kept for every subject. */
    public static final int COMPLETE = Integer.MAX_VALUE;

    private final int slot;
    private final SegmentEntry entry;
    private int version;
    private SegmentDefinition definition;
    private Expression expression;
    private List<Predicate> predicates;
    private List<SegmentPlan> references;
    private final List<SegmentPlan> dependents = new ArrayList<>();
    private int depth;
    private int builtBelow;
    private boolean isLive;
    private boolean isOpen;
    private boolean isShown;
    private boolean isGone;
    private boolean isSlotRecycled;
    private Sweep entering;
    private TurnSweep opening;
    private Sweep leaving;
    private long mark;
    private long freshMark;

    SegmentPlan(final int slot, final SegmentEntry entry, final int version, final SegmentDefinition definition) {
        this.slot = slot;
        this.entry = entry;
        this.version = version;
        this.definition = definition;
    }

    /** Plans referred to may be null: those that will never have members again. */
    void compiled(final Expression compiledExpression, final List<Predicate> leaves,
                  final List<SegmentPlan> referredTo) {
        expression = compiledExpression;
        predicates = leaves;
        references = referredTo;
        for (final SegmentPlan reference : referredTo) {
            depth = reference == null ? depth : Math.max(depth, reference.depth + 1);
        }
    }

    /** Its column and its place in rows. */
    public int slot() {
        return slot;
    }

    SegmentEntry entry() {
        return entry;
    }

    /** The segment's public id. */
    public int segmentId() {
        return entry.id();
    }

    /** The definition's version. */
    public int version() {
        return version;
    }

    /** What was asked. */
    public SegmentDefinition definition() {
        return definition;
    }

    /** A newer version that changes no membership. */
    void definition(final SegmentDefinition newDefinition, final int newVersion) {
        definition = newDefinition;
        version = newVersion;
    }

    Expression expression() {
        return expression;
    }

    List<Predicate> predicates() {
        return predicates;
    }

    /** Work units of an evaluation. */
    int weight() {
        return predicates.size() + references.size();
    }

    // ---- references --------------------------------------------------------------------------------------------

    /** Plans whose members it asks for, in the order of its condition; null for those that were none then. */
    List<SegmentPlan> references() {
        return references;
    }

    /** Plans that ask for its members, the oldest first. */
    List<SegmentPlan> dependents() {
        return dependents;
    }

    /** More than that of every plan it refers to: within one change, membership settles in this order. */
    int depth() {
        return depth;
    }

    void restoreDepth(final int restored) {
        depth = restored;
    }

    /** Whether no row has its slot any more, which may be another plan's by now. */
    boolean isGone() {
        return isGone;
    }

    void gone() {
        isGone = true;
    }

    // ---- what is built -----------------------------------------------------------------------------------------

    /** Whether the subject's membership is kept. */
    public boolean isBuilt(final int ordinal) {
        return ordinal < builtBelow && (leaving == null || leaving.isPending(ordinal));
    }

    /** First ordinal whose membership is not kept yet. */
    public int builtBelow() {
        return builtBelow;
    }

    /** Moves the border. */
    public void builtBelow(final int ordinal) {
        builtBelow = ordinal;
    }

    // ---- what is seen ------------------------------------------------------------------------------------------

    /** Whether it was swapped in. */
    boolean isLive() {
        return isLive;
    }

    void live(final Sweep sweep) {
        isLive = true;
        entering = sweep;
    }

    /** Whether its validity has begun. */
    boolean isOpen() {
        return isOpen;
    }

    /** Whether its validity has begun as the subject sees it. */
    boolean isOpen(final int ordinal) {
        return isOpen && (opening == null || !opening.isPending(ordinal));
    }

    /** Its validity begins; the sweep, null where nobody is a member yet, tells the members. */
    void open(final TurnSweep sweep) {
        isOpen = true;
        opening = sweep;
    }

    /** The sweep that tells of its beginning; null where that is over or there is none. */
    TurnSweep opening() {
        return opening;
    }

    /** Whether the subject's changes are told: it is swapped in, valid and not on its way out, as the subject sees. */
    boolean isTold(final int ordinal) {
        return isLive && isOpen(ordinal) && (entering == null || !entering.isPending(ordinal))
            && (leaving == null || leaving.isPending(ordinal));
    }

    /** Whether it is on its way out: kept for the subjects that the sweep has not reached yet. */
    boolean isLeaving() {
        return leaving != null;
    }

    void leaving(final Sweep sweep) {
        leaving = sweep;
    }

    /** The sweep has reached everybody. */
    void reached(final Sweep sweep) {
        entering = entering == sweep ? null : entering;
        opening = opening == sweep ? null : opening;
    }

    /** What a snapshot says of it; the sweeps come later. */
    void restore(final boolean live, final boolean open) {
        isLive = live;
        isOpen = open;
    }

    /** Whether look-ups show it. */
    boolean isShown() {
        return isShown;
    }

    void isShown(final boolean shown) {
        isShown = shown;
    }

    /** Whether its slot was another plan's before, in this process. */
    boolean isSlotRecycled() {
        return isSlotRecycled;
    }

    void isSlotRecycled(final boolean recycled) {
        isSlotRecycled = recycled;
    }

    boolean mark(final long newMark) {
        if (mark == newMark) {
            return false;
        }
        mark = newMark;
        return true;
    }

    /** In the change of that mark its members are told whether they were before or not. */
    void markFresh(final long newMark) {
        freshMark = newMark;
    }

    boolean isFresh(final long presentMark) {
        return freshMark == presentMark;
    }
}
