package io.tagma.engine.segment;

import io.tagma.engine.measure.Measure;
import io.tagma.engine.measure.RecordScan;
import io.tagma.engine.measure.SubjectScope;
import io.tagma.engine.measure.TimeTest;
import io.tagma.engine.measure.WorkMeter;
import io.tagma.engine.model.Cause;
import java.util.ArrayList;
import java.util.List;

/**
 * Brings subjects up to now: flips that are overdue, each at its instant, and sweeps that have not come to them, in the
 * order of their instants. Engine's thread.
 */
public final class CatchUp {
    private final Subjects subjects;
    private final RowUpdate update;
    private final RecordScan scan;
    private final RowStore rows;
    private final List<Measure> due = new ArrayList<>();

    CatchUp(final Subjects subjects, final RowUpdate update, final RecordScan scan) {
        this.subjects = subjects;
        this.update = update;
        this.scan = scan;
        rows = subjects.rows();
    }

    /** Brings a subject up to now; false where it has expired on the way. */
    public boolean run(final int ordinal) {
        return run(ordinal, subjects.now());
    }

    private boolean run(final int ordinal, final long until) {
        final List<Sweep> sweeps = subjects.sweeps();
        boolean isChanged = false;
        for (int i = 0; i < sweeps.size() && rows.exists(ordinal); i++) {
            if (sweeps.get(i).isPending(ordinal)) {
                isChanged |= visit(sweeps.get(i), ordinal);
            }
        }
        if (isChanged | flipUntil(ordinal, until)) {
            subjects.schedule(ordinal);
        }
        return rows.exists(ordinal);
    }

    /** The turn of a subject in the oldest sweep, which is pending for it. */
    void visitFirstSweep(final int ordinal) {
        if (visit(subjects.sweeps().get(0), ordinal)) {
            subjects.schedule(ordinal);
        }
    }

    private boolean visit(final Sweep sweep, final int ordinal) {
        boolean isChanged = flipUntil(ordinal, sweep.lastFlip());
        if (rows.exists(ordinal) && subjects.expiryOf(ordinal) == sweep.instant()) {
            isChanged |= flipUntil(ordinal, sweep.instant());
        }
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

    /**
     * Runs overdue flips up to an instant in order of (instant, ordinal), up to so much work, the last one's beyond;
     * returns it.
     */
    public int runDue(final long until, final int workMax) {
        final WorkMeter work = subjects.work();
        return subjects.calendar().poll(until, workMax, (instant, ordinal) -> {
            final long before = work.units();
            if (rows.exists(ordinal) && rows.nextFlip(ordinal) == instant) {
                final Sweep sweep = pendingSweep(ordinal);
                if (sweep != null && sweep.lastFlip() < instant) {
                    run(ordinal, until);
                } else {
                    flip(ordinal, instant);
                    subjects.schedule(ordinal);
                }
            }
            return (int)(work.units() - before);
        });
    }

    private Sweep pendingSweep(final int ordinal) {
        final List<Sweep> sweeps = subjects.sweeps();
        for (int i = 0; i < sweeps.size(); i++) {
            if (sweeps.get(i).isPending(ordinal)) {
                return sweeps.get(i);
            }
        }
        return null;
    }

    /** Time changes what it changes at exactly this instant. */
    private void flip(final int ordinal, final long instant) {
        update.open(ordinal);
        if (subjects.expiry(ordinal) <= instant) {
            subjects.erase(ordinal, instant, Cause.EXPIRE);
            return;
        }
        take(ordinal, instant);
        update.commit(instant, subjects.now(), Cause.TIME);
    }

    /** Takes anew what time changes of the subject of the update at exactly this instant, its next flip. */
    void take(final int ordinal, final long instant) {
        final SubjectScope scope = subjects.scope(ordinal, instant);
        long next = TimeTest.NEVER;
        final List<Measure> timed = subjects.measures().timed();
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
        due.clear();
        next = Math.min(next, scan.collectDue(scope, instant, due));
        subjects.setRecords(due);
        update.nextFlip(Math.min(next, subjects.expiry(ordinal)));
    }
}
