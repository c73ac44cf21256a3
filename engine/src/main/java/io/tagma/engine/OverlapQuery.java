package io.tagma.engine;

import io.tagma.engine.EngineView.Overlap;
import io.tagma.engine.EngineView.Pair;
import io.tagma.engine.ordinals.OrdinalSet;
import java.util.ArrayList;
import java.util.List;

/** Counts over copies of the members as they were when it was asked, pair by pair. Engine's thread. */
final class OverlapQuery implements Query<Overlap> {
    private final List<String> keys;
    private final List<OrdinalSet> sets;
    private final long position;
    private final List<Long> counts = new ArrayList<>();
    private final List<Pair> pairs = new ArrayList<>();
    private final OrdinalSet union = new OrdinalSet();
    private final OrdinalSet intersection;
    private int first;
    private int second;

    OverlapQuery(final List<String> keys, final List<OrdinalSet> sets, final long position) {
        this.keys = keys;
        this.sets = sets;
        this.position = position;
        intersection = sets.isEmpty() ? new OrdinalSet() : sets.get(0).copy();
    }

    @Override
    public Overlap step(final EngineView view) {
        for (long work = 0; first < sets.size(); ) {
            if (work >= Limits.QUERY_WORK_MAX) {
                return null;
            }
            work += counts.size() < sets.size() ? count() : pair();
        }
        return new Overlap(keys, counts, pairs, union.cardinality(), intersection.cardinality(), position);
    }

    private long count() {
        final OrdinalSet set = sets.get(counts.size());
        counts.add((long)set.cardinality());
        union.or(set);
        intersection.and(set);
        second = 1;
        return work(set) + work(union);
    }

    private long pair() {
        if (second == sets.size()) {
            first++;
            second = first + 1;
            return 1;
        }
        final long shared = OrdinalSet.intersectionCardinality(sets.get(first), sets.get(second));
        final long either = counts.get(first) + counts.get(second) - shared;
        pairs.add(new Pair(keys.get(first), keys.get(second), shared, either,
            either == 0 ? 0.0 : (double)shared / either));
        return work(sets.get(first)) + work(sets.get(second++));
    }

    /** Sets are gone through by words of 64 bits, some nanoseconds each. */
    private static long work(final OrdinalSet set) {
        return 8 + (set.memoryBytes() >> 6);
    }
}
