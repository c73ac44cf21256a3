package io.tagma.engine.segment;

import io.tagma.engine.measure.Measure;
import io.tagma.engine.measure.ValueSet;
import java.util.Arrays;

/** A measure and the values for which it is true; shared by every segment that asks the same. Engine's thread. */
final class Predicate {
    private final Measure measure;
    private final ValueSet values;
    private SegmentPlan[] plans = new SegmentPlan[2];
    private int planCount;
    private long mark;

    Predicate(final Measure measure, final ValueSet values) {
        this.measure = measure;
        this.values = values;
    }

    Measure measure() {
        return measure;
    }

    ValueSet values() {
        return values;
    }

    int planCount() {
        return planCount;
    }

    SegmentPlan plan(final int index) {
        return plans[index];
    }

    void add(final SegmentPlan plan) {
        if (planCount == plans.length) {
            plans = Arrays.copyOf(plans, planCount * 2);
        }
        plans[planCount++] = plan;
    }

    void remove(final SegmentPlan plan) {
        for (int i = 0; i < planCount; i++) {
            if (plans[i] == plan) {
                System.arraycopy(plans, i + 1, plans, i, planCount - i - 1);
                plans[--planCount] = null;
                return;
            }
        }
        throw new IllegalStateException("the plan is not of this predicate: slot=" + plan.slot());
    }

    boolean mark(final long newMark) {
        if (mark == newMark) {
            return false;
        }
        mark = newMark;
        return true;
    }
}
