package io.tagma.engine.segment;

import io.tagma.engine.condition.SegmentDefinition;
import java.util.List;

/** A version of a segment as the engine keeps it: a slot, its compiled condition, how far it is built. */
public final class SegmentPlan {
    /** Kept for every subject. */
    public static final int COMPLETE = Integer.MAX_VALUE;

    private final int slot;
    private final long job;
    private final int segmentId;
    private int version;
    private SegmentDefinition definition;
    private Expression expression;
    private List<Predicate> predicates;
    private int builtBelow;
    private boolean isLive;
    private boolean isSlotRecycled;
    private Sweep leaving;
    private long mark;

    SegmentPlan(final int slot, final int segmentId, final int version, final SegmentDefinition definition,
                final long job) {
        this.slot = slot;
        this.job = job;
        this.segmentId = segmentId;
        this.version = version;
        this.definition = definition;
    }

    void compiled(final Expression compiledExpression, final List<Predicate> leaves) {
        expression = compiledExpression;
        predicates = leaves;
    }

    /** Its column and its place in rows. */
    public int slot() {
        return slot;
    }

    /** The segment's public id. */
    public int segmentId() {
        return segmentId;
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

    /** The job that builds it. */
    public long job() {
        return job;
    }

    Expression expression() {
        return expression;
    }

    List<Predicate> predicates() {
        return predicates;
    }

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

    /** Whether its changes are told; look-ups and counts show it unless it {@link #isLeaving}. */
    public boolean isLive() {
        return isLive;
    }

    void isLive(final boolean live) {
        isLive = live;
    }

    /** Whether it is hidden already: kept for the subjects that the sweep has not reached yet. */
    boolean isLeaving() {
        return leaving != null;
    }

    void leaving(final Sweep sweep) {
        leaving = sweep;
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
}
