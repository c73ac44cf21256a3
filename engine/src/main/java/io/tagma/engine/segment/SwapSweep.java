package io.tagma.engine.segment;

import io.tagma.engine.model.Cause;

/**
 * A segment's new version took the place of the old one (either may be absent): tells who entered and who left, and
 * cleans the old slot out of the rows.
 */
final class SwapSweep extends Sweep {
    private final Subjects subjects;
    private final SegmentPlan before;
    private final SegmentPlan after;
    private final boolean isSilent;

    SwapSweep(final long job, final long instant, final Subjects subjects, final SegmentPlan before,
              final SegmentPlan after, final boolean isSilent) {
        super(job, instant);
        this.subjects = subjects;
        this.before = before;
        this.after = after;
        this.isSilent = isSilent;
    }

    /** Whether it only cleans up after a build that was given up. */
    boolean isSilent() {
        return isSilent;
    }

    SegmentPlan before() {
        return before;
    }

    SegmentPlan after() {
        return after;
    }

    @Override
    String about() {
        return (after == null ? before : after).definition().key();
    }

    @Override
    Kind kind() {
        return Kind.SWAP;
    }

    @Override
    int next(final int from) {
        final int old = before == null ? -1 : subjects.members().members(before.slot()).next(from);
        final int young = after == null ? -1 : subjects.members().members(after.slot()).next(from);
        return old < 0 ? young : young < 0 ? old : Math.min(old, young);
    }

    @Override
    boolean covers(final int ordinal) {
        return subjects.rows().exists(ordinal)
            && (before != null && subjects.rows().has(ordinal, before.slot())
            || after != null && subjects.rows().has(ordinal, after.slot()));
    }

    @Override
    void visit(final int ordinal) {
        final RowUpdate update = subjects.update();
        update.open(ordinal);
        final boolean was = before != null && update.has(before.slot());
        final boolean is = after != null && update.has(after.slot());
        if (was) {
            update.change(before.slot(), false);
        }
        if (was != is && !isSilent) {
            update.tell(is ? after : before, is, instant(), subjects.now(), Cause.DEFINITION);
        }
        update.commit(instant(), subjects.now(), Cause.DEFINITION);
    }

    @Override
    void end() {
        if (before != null) {
            subjects.members().close(before.slot());
        }
    }
}
