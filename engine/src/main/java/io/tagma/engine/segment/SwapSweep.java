package io.tagma.engine.segment;

import io.tagma.engine.model.Cause;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.ObjLongConsumer;

/**
 * New versions of some segments took the place of the old ones (either may be absent), all at one instant: tells who
 * entered and who left, and cleans the old slots out of the rows, of each subject in one row. Where a segment was
 * paused, archived or deleted, its plan is evaluated for the subjects that the sweep has not reached, so that flips
 * from before that instant are told.
 */
final class SwapSweep extends Sweep {
    private final Subjects subjects;
    private final List<Part> parts;
    private final boolean isSilent;
    private final Consumer<Version> gone;

    /** A version as its changes are told, and where they stand in rows; its plan may be gone by then. */
    record Version(int slot, int segmentId, int version, String key) {
        static Version of(final SegmentPlan plan) {
            return plan == null ? null
                : new Version(plan.slot(), plan.segmentId(), plan.version(), plan.definition().key());
        }
    }

    /** One segment's swap and the job that asked for it; 0 where nobody waits. */
    record Part(long job, Version before, Version after) {
        String about() {
            return (after == null ? before : after).key();
        }
    }

    /** {@code gone} hears of every old version at the end, when no row has its slot any more. */
    SwapSweep(final long instant, final Subjects subjects, final List<Part> parts, final boolean isSilent,
              final Consumer<Version> gone) {
        super(instant);
        this.subjects = subjects;
        this.parts = new ArrayList<>(parts);
        this.isSilent = isSilent;
        this.gone = gone;
    }

    /** Whether nobody has been visited, so that more can happen at the same instant. */
    boolean isFresh() {
        return watermark() == 0 && done().isEmpty();
    }

    void add(final Part part) {
        assert isFresh() : "begun: watermark=" + watermark();
        parts.add(part);
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

    private int next(final Version version, final int from) {
        return version == null ? -1 : subjects.members().members(version.slot()).next(from);
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

    private boolean has(final int ordinal, final Version version) {
        return version != null && subjects.rows().has(ordinal, version.slot());
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
                final Version told = is ? part.after() : part.before();
                update.tell(told.slot(), told.segmentId(), told.version(), is, instant(), subjects.now(),
                    Cause.DEFINITION);
            }
        }
        update.commit(instant(), subjects.now(), Cause.DEFINITION);
    }

    @Override
    void end() {
        for (final Part part : parts) {
            if (part.before() != null) {
                gone.accept(part.before());
            }
        }
    }
}
