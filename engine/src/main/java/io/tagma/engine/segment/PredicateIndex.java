package io.tagma.engine.segment;

import io.tagma.engine.measure.Measure;
import io.tagma.engine.measure.ValueSet;
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

    /** The predicates of one measure where they flip; kept in order as definitions come and go. */
    private static final class OfMeasure {
        private final Long2ObjectHashMap<Predicate[]> atValue = new Long2ObjectHashMap<>();
        private long[] thresholds = new long[4];
        private Predicate[][] atThreshold = new Predicate[4][];
        private int thresholdCount;
    }

    /** The shared predicate, made now where it is new. */
    Predicate acquire(final Measure measure, final ValueSet values) {
        final Map<ValueSet, Predicate> ofMeasure = predicates.computeIfAbsent(measure, m -> new HashMap<>());
        Predicate predicate = ofMeasure.get(values);
        if (predicate == null) {
            predicate = new Predicate(measure, values);
            ofMeasure.put(values, predicate);
            arrange(predicate, byMeasure.computeIfAbsent(measure.id(), id -> new OfMeasure()), true);
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
        arrange(predicate, byMeasure.get(predicate.measure().id()), false);
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
        final long mark = ++marks;
        final long low = Math.min(before, after);
        final long high = Math.max(before, after);
        final long[] thresholds = index.thresholds;
        for (int i = firstAbove(index, low); i < index.thresholdCount && thresholds[i] <= high; i++) {
            for (final Predicate predicate : index.atThreshold[i]) {
                visit(predicate, before, after, mark, flipped);
            }
        }
        visitValue(index.atValue.get(before), before, after, mark, flipped);
        visitValue(index.atValue.get(after), before, after, mark, flipped);
    }

    private void visitValue(final Predicate[] named, final long before, final long after, final long mark,
                            final List<Predicate> flipped) {
        if (named != null) {
            for (final Predicate predicate : named) {
                visit(predicate, before, after, mark, flipped);
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

    private static int find(final OfMeasure index, final long threshold) {
        return Arrays.binarySearch(index.thresholds, 0, index.thresholdCount, threshold);
    }

    private static int firstAbove(final OfMeasure index, final long value) {
        final int found = find(index, value);
        return found >= 0 ? found + 1 : -found - 1;
    }

    /** Puts a predicate where it flips, or takes it from there: a few moves in arrays, however many others are. */
    private static void arrange(final Predicate predicate, final OfMeasure index, final boolean isNew) {
        final ValueSet values = predicate.values();
        if (isPoints(values)) {
            points(values, predicate, index, isNew);
            return;
        }
        final ValueSet others = values.butNot();
        if (isPoints(others)) {
            points(others, predicate, index, isNew);
            if (!values.contains(ValueSet.MISSING)) {
                threshold(ValueSet.MIN, predicate, index, isNew);
            }
            return;
        }
        for (int i = 0; i < values.intervals(); i++) {
            if (values.low(i) != ValueSet.MISSING) {
                threshold(values.low(i), predicate, index, isNew);
            }
            if (values.high(i) != ValueSet.MAX) {
                threshold(values.high(i) + 1, predicate, index, isNew);
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

    private static void points(final ValueSet values, final Predicate predicate, final OfMeasure index,
                               final boolean isNew) {
        for (int i = 0; i < values.intervals(); i++) {
            for (long value = values.low(i); ; value++) {
                final Predicate[] there = index.atValue.get(value);
                final Predicate[] then = isNew ? with(there, predicate) : without(there, predicate);
                if (then == null) {
                    index.atValue.remove(value);
                } else {
                    index.atValue.put(value, then);
                }
                if (value == values.high(i)) {
                    break;
                }
            }
        }
    }

    private static void threshold(final long value, final Predicate predicate, final OfMeasure index,
                                  final boolean isNew) {
        final int found = find(index, value);
        if (found < 0) {
            insert(index, -found - 1, value, predicate);
            return;
        }
        final Predicate[] there = index.atThreshold[found];
        index.atThreshold[found] = isNew ? with(there, predicate) : without(there, predicate);
        if (index.atThreshold[found] == null) {
            final int behind = --index.thresholdCount - found;
            System.arraycopy(index.thresholds, found + 1, index.thresholds, found, behind);
            System.arraycopy(index.atThreshold, found + 1, index.atThreshold, found, behind);
            index.atThreshold[index.thresholdCount] = null;
        }
    }

    private static void insert(final OfMeasure index, final int at, final long value, final Predicate predicate) {
        if (index.thresholdCount == index.thresholds.length) {
            index.thresholds = Arrays.copyOf(index.thresholds, index.thresholdCount * 2);
            index.atThreshold = Arrays.copyOf(index.atThreshold, index.thresholdCount * 2);
        }
        final int behind = index.thresholdCount++ - at;
        System.arraycopy(index.thresholds, at, index.thresholds, at + 1, behind);
        System.arraycopy(index.atThreshold, at, index.atThreshold, at + 1, behind);
        index.thresholds[at] = value;
        index.atThreshold[at] = new Predicate[] {predicate};
    }

    private static Predicate[] with(final Predicate[] there, final Predicate predicate) {
        if (there == null) {
            return new Predicate[] {predicate};
        }
        final Predicate[] then = Arrays.copyOf(there, there.length + 1);
        then[there.length] = predicate;
        return then;
    }

    /** In the same order; null where nothing is left. */
    private static Predicate[] without(final Predicate[] there, final Predicate predicate) {
        final int at = Arrays.asList(there).indexOf(predicate);
        if (at < 0) {
            throw new IllegalStateException("the predicate is not there: measure=" + predicate.measure().id());
        }
        if (there.length == 1) {
            return null;
        }
        final Predicate[] then = Arrays.copyOf(there, there.length - 1);
        System.arraycopy(there, at + 1, then, at, then.length - at);
        return then;
    }
}
