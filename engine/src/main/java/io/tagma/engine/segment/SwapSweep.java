package io.tagma.engine.segment;

import io.tagma.engine.model.Cause;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.ObjLongConsumer;

/**
 * New versions of some segments took the place of the old ones (either may be absent), all at one instant: tells who
 * entered and who left, and cleans the old slots out of the rows, of each subject in one row. An old version is
 * evaluated for the subjects that the sweep has not reached, so that flips from before that instant are told.
 */
final class SwapSweep extends Sweep {
    private final Subjects subjects;
    private final List<Part> parts;
    private final Consumer<Version> gone;

    /**
     * A version as its changes are told, and where they stand in rows. Its plan is null where a build was given up: its
     * rows are cleaned silently.
     */
    record Version(SegmentPlan plan, int slot, int segmentId, int version, String key) {
        static Version of(final SegmentPlan plan) {
            return plan == null ? null
                : new Version(plan, plan.slot(), plan.segmentId(), plan.version(), plan.definition().key());
        }

        /** The same without its plan. */
        Version givenUp() {
            return new Version(null, slot, segmentId, version, key);
        }
    }

    /** One segment's swap and the job that asked for it; 0 where nobody waits. */
    record Part(long job, Version before, Version after) {
        String about() {
            return (after == null ? before : after).key();
        }
    }

    /** {@code gone} hears of every old version at the end, when no row has its slot any more. */
    SwapSweep(final long instant, final Subjects subjects, final List<Part> parts,
              final Consumer<Version> gone) {
        super(instant);
        this.subjects = subjects;
        this.parts = new ArrayList<>(parts);
        this.gone = gone;
        parts.forEach(this::prepare);
    }

    private void prepare(final Part part) {
        if (part.before() != null && part.before().plan() != null) {
            part.before().plan().leaving(this);
        }
        if (part.after() != null) {
            part.after().plan().live(this);
        }
    }

    /** Whether nobody has been visited, so that more can happen at the same instant. */
    boolean isFresh() {
        return watermark() == 0 && done().isEmpty();
    }

    /** Whether segments that were switched off or deleted are all it is about. */
    boolean isOnlyLeaving() {
        for (final Part part : parts) {
            if (part.after() != null || part.before().plan() == null) {
                return false;
            }
        }
        return true;
    }

    void add(final Part part) {
        assert isFresh() : "begun: watermark=" + watermark();
        parts.add(part);
        prepare(part);
    }

    List<Part> parts() {
        return parts;
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
    boolean isOverMembers() {
        return true;
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
            final boolean was = part.before() != null && leave(update, ordinal, part.before());
            final boolean is = part.after() != null && update.has(part.after().slot())
                && part.after().plan().isTold(ordinal);
            if (was != is) {
                final Version told = is ? part.after() : part.before();
                update.tell(told.slot(), told.segmentId(), told.version(), is, instant(), subjects.now(),
                    Cause.DEFINITION);
            }
        }
        update.commit(instant(), subjects.now(), Cause.DEFINITION);
    }

    /** Takes an old version out of the row; whether the subject was a member as told so far. */
    private static boolean leave(final RowUpdate update, final int ordinal, final Version before) {
        if (!update.has(before.slot())) {
            return false;
        }
        update.change(before.slot(), false);
        return before.plan() != null && before.plan().isLive() && before.plan().isOpen(ordinal);
    }

    @Override
    void end() {
        for (final Part part : parts) {
            if (part.after() != null) {
                part.after().plan().reached(this);
            }
            if (part.before() != null) {
                gone.accept(part.before());
            }
        }
    }
}
