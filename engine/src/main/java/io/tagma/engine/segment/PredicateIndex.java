package io.tagma.engine.segment;

import io.tagma.engine.measure.Measure;
import io.tagma.engine.measure.ValueSet;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.agrona.collections.Int2ObjectHashMap;
import org.agrona.collections.Long2ObjectHashMap;

/**
 * Finds the predicates whose truth a change of a measure's value flips, without looking at any other: per measure the
 * sorted thresholds of its ranges, each with the predicates that flip there, and the predicates that name a value under
 * that value. A change that crosses no threshold visits no predicate. Engine's thread.
 *
 * <p>Sorted thresholds with posting lists as in PS-Tree (PVLDB 2018); equality by hash as in every
 * publish/subscribe matcher since.
 */
final class PredicateIndex {
    /** A set of at most so many single values is found by value, a larger one by its bounds. */
    private static final int POINTS_MAX = 256;

    private final Map<Measure, Map<ValueSet, Predicate>> predicates = new HashMap<>();
    private final Int2ObjectHashMap<OfMeasure> byMeasure = new Int2ObjectHashMap<>();
    private long marks;
    private long visited;

    /** The predicates of one measure, arranged; arranged anew at the first change after a definition. */
    private static final class OfMeasure {
        final List<Predicate> all = new ArrayList<>();
        boolean isArranged;
        long[] thresholds;
        Predicate[][] atThreshold;
        Long2ObjectHashMap<List<Predicate>> atValue;
    }

    /** The shared predicate, made now where it is new. */
    Predicate acquire(final Measure measure, final ValueSet values) {
        final Map<ValueSet, Predicate> ofMeasure = predicates.computeIfAbsent(measure, m -> new HashMap<>());
        Predicate predicate = ofMeasure.get(values);
        if (predicate == null) {
            predicate = new Predicate(measure, values);
            ofMeasure.put(values, predicate);
            final OfMeasure arranged = byMeasure.computeIfAbsent(measure.id(), id -> new OfMeasure());
            arranged.all.add(predicate);
            arranged.isArranged = false;
        }
        return predicate;
    }

    /** Forgets a predicate that no plan refers to. */
    void release(final Predicate predicate) {
        if (predicate.planCount() > 0) {
            return;
        }
        final Map<ValueSet, Predicate> ofMeasure = predicates.get(predicate.measure());
        ofMeasure.remove(predicate.values());
        final OfMeasure arranged = byMeasure.get(predicate.measure().id());
        arranged.all.remove(predicate);
        arranged.isArranged = false;
        if (ofMeasure.isEmpty()) {
            predicates.remove(predicate.measure());
            byMeasure.remove(predicate.measure().id());
        }
    }

    /** Predicates looked at so far: a work counter. */
    long visited() {
        return visited;
    }

    /** Adds every predicate of the measure that is true of one value and false of the other. */
    void flips(final Measure measure, final long before, final long after, final List<Predicate> flipped) {
        final OfMeasure index = byMeasure.get(measure.id());
        if (index == null || before == after) {
            return;
        }
        if (!index.isArranged) {
            arrange(index);
        }
        final long mark = ++marks;
        final long low = Math.min(before, after);
        final long high = Math.max(before, after);
        final long[] thresholds = index.thresholds;
        for (int i = firstAbove(thresholds, low); i < thresholds.length && thresholds[i] <= high; i++) {
            for (final Predicate predicate : index.atThreshold[i]) {
                visit(predicate, before, after, mark, flipped);
            }
        }
        visitValue(index.atValue.get(before), before, after, mark, flipped);
        visitValue(index.atValue.get(after), before, after, mark, flipped);
    }

    private void visitValue(final List<Predicate> named, final long before, final long after, final long mark,
                            final List<Predicate> flipped) {
        if (named != null) {
            for (int i = 0; i < named.size(); i++) {
                visit(named.get(i), before, after, mark, flipped);
            }
        }
    }

    private void visit(final Predicate predicate, final long before, final long after, final long mark,
                       final List<Predicate> flipped) {
        if (predicate.mark(mark)) {
            visited++;
            if (predicate.values().contains(before) != predicate.values().contains(after)) {
                flipped.add(predicate);
            }
        }
    }

    private static int firstAbove(final long[] thresholds, final long value) {
        final int found = Arrays.binarySearch(thresholds, value);
        return found >= 0 ? found + 1 : -found - 1;
    }

    private static void arrange(final OfMeasure index) {
        final Map<Long, List<Predicate>> atThreshold = new HashMap<>();
        index.atValue = new Long2ObjectHashMap<>();
        for (final Predicate predicate : index.all) {
            arrange(predicate, atThreshold, index.atValue);
        }
        index.thresholds = atThreshold.keySet().stream().mapToLong(Long::longValue).sorted().toArray();
        index.atThreshold = new Predicate[index.thresholds.length][];
        for (int i = 0; i < index.thresholds.length; i++) {
            index.atThreshold[i] = atThreshold.get(index.thresholds[i]).toArray(Predicate[]::new);
        }
        index.isArranged = true;
    }

    private static void arrange(final Predicate predicate, final Map<Long, List<Predicate>> atThreshold,
                                final Long2ObjectHashMap<List<Predicate>> atValue) {
        final ValueSet values = predicate.values();
        if (isPoints(values)) {
            points(values, predicate, atValue);
            return;
        }
        final ValueSet others = values.butNot();
        if (isPoints(others)) {
            points(others, predicate, atValue);
            if (!values.contains(ValueSet.MISSING)) {
                threshold(ValueSet.MIN, predicate, atThreshold);
            }
            return;
        }
        for (int i = 0; i < values.intervals(); i++) {
            if (values.low(i) != ValueSet.MISSING) {
                threshold(values.low(i), predicate, atThreshold);
            }
            if (values.high(i) != ValueSet.MAX) {
                threshold(values.high(i) + 1, predicate, atThreshold);
            }
        }
    }

    private static boolean isPoints(final ValueSet values) {
        long points = 0;
        for (int i = 0; i < values.intervals(); i++) {
            final long width = values.high(i) - values.low(i);
            if (width < 0 || width >= POINTS_MAX) {
                return false;
            }
            points += width + 1;
        }
        return points <= POINTS_MAX;
    }

    private static void points(final ValueSet values, final Predicate predicate,
                               final Long2ObjectHashMap<List<Predicate>> atValue) {
        for (int i = 0; i < values.intervals(); i++) {
            for (long value = values.low(i); ; value++) {
                atValue.computeIfAbsent(value, v -> new ArrayList<>(1)).add(predicate);
                if (value == values.high(i)) {
                    break;
                }
            }
        }
    }

    private static void threshold(final long value, final Predicate predicate,
                                  final Map<Long, List<Predicate>> atThreshold) {
        atThreshold.computeIfAbsent(value, v -> new ArrayList<>(1)).add(predicate);
    }
}
