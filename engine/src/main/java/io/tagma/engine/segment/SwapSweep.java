package io.tagma.engine.segment;

import io.tagma.engine.model.Cause;
import java.util.List;
import java.util.function.ObjLongConsumer;

/**
 * New versions of some segments took the place of the old ones (either may be absent), all at one instant: tells who
 * entered and who left, and cleans the old slots out of the rows, of each subject in one row.
 */
final class SwapSweep extends Sweep {
    private final Subjects subjects;
    private final List<Part> parts;
    private final boolean isSilent;

    /** One segment's swap and the job that asked for it; 0 where nobody waits. */
    record Part(long job, SegmentPlan before, SegmentPlan after) {
        String about() {
            return (after == null ? before : after).definition().key();
        }
    }

    SwapSweep(final long instant, final Subjects subjects, final List<Part> parts, final boolean isSilent) {
        super(0, instant);
        this.subjects = subjects;
        this.parts = parts;
        this.isSilent = isSilent;
    }

    /** Whether it only cleans up after a build that was given up. */
    boolean isSilent() {
        return isSilent;
    }

    List<Part> parts() {
        return parts;
    }

    @Override
    String about() {
        return parts.get(0).about();
    }

    @Override
    void jobs(final ObjLongConsumer<String> consumer) {
        for (final Part part : parts) {
            if (part.job() != 0) {
                consumer.accept(part.about(), part.job());
            }
        }
    }

    @Override
    Kind kind() {
        return Kind.SWAP;
    }

    @Override
    int next(final int from) {
        int next = -1;
        for (int i = 0; i < parts.size(); i++) {
            final Part part = parts.get(i);
            next = earlier(next, next(part.before(), from));
            next = earlier(next, next(part.after(), from));
        }
        return next;
    }

    private int next(final SegmentPlan plan, final int from) {
        return plan == null ? -1 : subjects.members().members(plan.slot()).next(from);
    }

    private static int earlier(final int a, final int b) {
        return a < 0 ? b : b < 0 ? a : Math.min(a, b);
    }

    @Override
    int searchWork() {
        return parts.size();
    }

    @Override
    boolean covers(final int ordinal) {
        for (int i = 0; i < parts.size(); i++) {
            if (covers(ordinal, parts.get(i))) {
                return true;
            }
        }
        return false;
    }

    /** Whether one segment's swap concerns the subject. */
    boolean covers(final int ordinal, final Part part) {
        return has(ordinal, part.before()) || has(ordinal, part.after());
    }

    private boolean has(final int ordinal, final SegmentPlan plan) {
        return plan != null && subjects.rows().has(ordinal, plan.slot());
    }

    @Override
    void visit(final int ordinal) {
        final RowUpdate update = subjects.update();
        update.open(ordinal);
        subjects.work().looked(parts.size());
        for (int i = 0; i < parts.size(); i++) {
            final Part part = parts.get(i);
            final boolean was = part.before() != null && update.has(part.before().slot());
            final boolean is = part.after() != null && update.has(part.after().slot());
            if (was) {
                update.change(part.before().slot(), false);
            }
            if (was != is && !isSilent) {
                update.tell(is ? part.after() : part.before(), is, instant(), subjects.now(), Cause.DEFINITION);
            }
        }
        update.commit(instant(), subjects.now(), Cause.DEFINITION);
    }

    @Override
    void end() {
        for (final Part part : parts) {
            if (part.before() != null) {
                subjects.members().close(part.before().slot());
            }
        }
    }
}
