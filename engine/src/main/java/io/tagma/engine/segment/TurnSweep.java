package io.tagma.engine.segment;

import io.tagma.engine.model.Cause;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.ObjLongConsumer;

/**
 * The validity of some segments began, and that of others ended, at one instant: tells their members, and evaluates
 * anew what refers to them. What the subject's own time does at that instant is one change with it. A plan whose
 * validity ended is evaluated for the subjects that the sweep has not reached, so that flips from before are told.
 */
final class TurnSweep extends Sweep {
    private final Subjects subjects;
    private final List<SegmentPlan> opening;
    private final List<SegmentPlan> closing;
    private final Consumer<SegmentPlan> gone;

    /** {@code gone} hears at the end of every plan whose validity ended: no row has its slot any more. */
    TurnSweep(final long instant, final Subjects subjects, final List<SegmentPlan> opening,
              final List<SegmentPlan> closing, final Consumer<SegmentPlan> gone) {
        super(instant);
        this.subjects = subjects;
        this.opening = new ArrayList<>(opening);
        this.closing = List.copyOf(closing);
        this.gone = gone;
        opening.forEach(plan -> plan.open(this));
        closing.forEach(plan -> plan.leaving(this));
    }

    List<SegmentPlan> opening() {
        return Collections.unmodifiableList(opening);
    }

    List<SegmentPlan> closing() {
        return closing;
    }

    /** The plan, whose validity has begun, is built no further: nobody is told that it began. */
    void giveUp(final SegmentPlan plan) {
        opening.remove(plan);
    }

    /** Whether other segments refer to any of its own. */
    boolean hasDependents() {
        return hasDependents(opening) || hasDependents(closing);
    }

    private static boolean hasDependents(final List<SegmentPlan> plans) {
        for (int i = 0; i < plans.size(); i++) {
            if (!plans.get(i).dependents().isEmpty()) {
                return true;
            }
        }
        return false;
    }

    /** Nobody asked for it: it belongs to no job. */
    @Override
    void jobs(final ObjLongConsumer<String> consumer) {
        // Time goes on by itself.
    }

    /** What time does to the subject at the same instant is one change with it. */
    @Override
    long lastFlip() {
        return instant() - 1;
    }

    @Override
    Kind kind() {
        return Kind.TURN;
    }

    @Override
    boolean isOverMembers() {
        return true;
    }

    @Override
    int next(final int from) {
        return earlier(next(opening, from), next(closing, from));
    }

    private int next(final List<SegmentPlan> plans, final int from) {
        int next = -1;
        for (int i = 0; i < plans.size(); i++) {
            next = earlier(next, subjects.members().members(plans.get(i).slot()).next(from));
        }
        return next;
    }

    @Override
    int searchWork() {
        return 1 + opening.size() + closing.size();
    }

    @Override
    boolean covers(final int ordinal) {
        return hasAny(opening, ordinal) || hasAny(closing, ordinal);
    }

    private boolean hasAny(final List<SegmentPlan> plans, final int ordinal) {
        for (int i = 0; i < plans.size(); i++) {
            if (subjects.rows().has(ordinal, plans.get(i).slot())) {
                return true;
            }
        }
        return false;
    }

    @Override
    void visit(final int ordinal) {
        final RowUpdate update = subjects.update();
        update.open(ordinal);
        if (update.nextFlip() == instant()) {
            subjects.catchUp().take(ordinal, instant());
        }
        subjects.work().looked(opening.size() + closing.size());
        for (int i = 0; i < closing.size(); i++) {
            final SegmentPlan plan = closing.get(i);
            if (update.has(plan.slot())) {
                update.change(plan.slot(), false);
                if (plan.isLive() && plan.isOpen(ordinal)) {
                    update.tell(plan, false, instant(), subjects.now(), Cause.TIME);
                }
            }
            update.follow(plan);
        }
        for (int i = 0; i < opening.size(); i++) {
            update.open(opening.get(i));
        }
        update.commit(instant(), subjects.now(), Cause.TIME);
    }

    @Override
    void end() {
        opening.forEach(plan -> plan.reached(this));
        closing.forEach(gone);
    }
}
