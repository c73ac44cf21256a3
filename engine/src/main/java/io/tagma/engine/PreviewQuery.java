package io.tagma.engine;

import io.tagma.engine.EngineView.Preview;
import io.tagma.engine.EngineView.Sampled;
import io.tagma.engine.measure.SubjectScope;
import io.tagma.engine.segment.SegmentEntry;
import io.tagma.engine.segment.SegmentPlan;
import io.tagma.engine.segment.Subjects;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntFunction;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Counts who an unsaved definition would have, walking through all subjects in steps. Each subject is judged once, at
 * one moment, by the definition and by its membership of the segment compared with: the parts always add up, and
 * commands between two steps are seen by the subjects that are still to come. Where the segment compared with is
 * edited meanwhile, the walk begins anew. Engine's thread.
 */
final class PreviewQuery implements Query<Preview> {
    /** Edits of the segment compared with after which the walk is not begun anew: what answers then is taken. */
    private static final int RESTARTS_MAX = 8;

    private final EngineState state;
    private final Subjects subjects;
    private final Question question;
    private final SegmentEntry compared;
    private final IntFunction<String> keys;
    private final int sampleMax;
    private final SubjectScope scope;
    private final UnsafeBuffer profile = new UnsafeBuffer(0, 0);
    private SegmentPlan plan;
    private int restarts;
    private int next;
    private Part all;
    private Part entering;
    private Part leaving;
    private long staying;

    /** A number of subjects and the first of them. */
    private final class Part {
        private final List<String> sample = new ArrayList<>();
        private long count;

        void add(final int ordinal) {
            count++;
            if (sample.size() < sampleMax) {
                sample.add(keys.apply(ordinal));
            }
        }

        Sampled sampled() {
            return new Sampled(count, List.copyOf(sample));
        }
    }

    /** {@code compared}: null where the definition is compared with nothing. */
    PreviewQuery(final EngineState state, final Question question, final SegmentEntry compared, final int sampleMax,
                 final IntFunction<String> keys) {
        this.state = state;
        subjects = state.subjects();
        this.question = question;
        this.compared = compared;
        this.sampleMax = sampleMax;
        this.keys = keys;
        scope = new SubjectScope(subjects.work());
        begin();
    }

    private void begin() {
        plan = compared == null ? null : compared.shown();
        next = 0;
        all = new Part();
        entering = new Part();
        leaving = new Part();
        staying = 0;
    }

    @Override
    public Preview step(final EngineView view) {
        if (compared != null && compared.shown() != plan) {
            if (restarts < RESTARTS_MAX) {
                restarts++;
                begin();
            } else {
                plan = compared.shown();
            }
        }
        final long until = subjects.work().units() + Limits.QUERY_WORK_MAX;
        for (; next < subjects.ordinals().highWater() && subjects.work().units() < until; next++) {
            subjects.work().looked(1);
            if (subjects.rows().exists(next)) {
                judge(next);
            }
        }
        if (next < subjects.ordinals().highWater()) {
            return null;
        }
        return new Preview(all.count, List.copyOf(all.sample), compared == null ? null : entering.sampled(),
            compared == null ? null : leaving.sampled(), staying, view.position());
    }

    private void judge(final int ordinal) {
        subjects.scopeOf(ordinal, scope, profile);
        scope.now(state.asOf(ordinal));
        final boolean wouldBe = question.isMember(scope);
        final boolean is = plan != null && subjects.rows().has(ordinal, plan.slot());
        if (wouldBe) {
            all.add(ordinal);
        }
        if (wouldBe && is) {
            staying++;
        } else if (wouldBe) {
            entering.add(ordinal);
        } else if (is) {
            leaving.add(ordinal);
        }
    }
}
