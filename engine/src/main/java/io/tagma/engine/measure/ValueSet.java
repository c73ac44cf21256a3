package io.tagma.engine.measure;

import java.util.Arrays;

/**
 * The values of a measure for which a predicate is true: disjoint closed intervals in ascending order. A missing value
 * is {@link #MISSING}, the smallest of all, so that it needs no case of its own. Immutable.
 */
public final class ValueSet {
    /** No value. */
    public static final long MISSING = Long.MIN_VALUE;
    /** The smallest value. */
    public static final long MIN = Long.MIN_VALUE + 1;
    /** The largest value. */
    public static final long MAX = Long.MAX_VALUE;
    /** No value at all. */
    public static final ValueSet NONE = new ValueSet(new long[0]);

    private final long[] bounds;

    private ValueSet(final long[] bounds) {
        this.bounds = bounds;
    }

    /** Just one value. */
    public static ValueSet point(final long value) {
        return new ValueSet(new long[]{value, value});
    }

    /** Both bounds included; empty where low is above high. */
    public static ValueSet range(final long low, final long high) {
        return low > high ? NONE : new ValueSet(new long[]{low, high});
    }

    /** Some values, in any order. */
    public static ValueSet points(final long... values) {
        final long[] sorted = values.clone();
        Arrays.sort(sorted);
        final long[] bounds = new long[sorted.length * 2];
        int n = 0;
        for (final long value : sorted) {
            if (n > 0 && bounds[n - 1] >= value - 1) {
                bounds[n - 1] = value;
            } else {
                bounds[n++] = value;
                bounds[n++] = value;
            }
        }
        return new ValueSet(Arrays.copyOf(bounds, n));
    }

    /** Every value but a missing one that is not in this set. */
    public ValueSet butNot() {
        final long[] rest = new long[bounds.length + 2];
        int n = 0;
        long low = MIN;
        boolean isOpen = true;
        for (int i = 0; i < bounds.length; i += 2) {
            if (bounds[i + 1] == MISSING) {
                continue;
            }
            if (bounds[i] > low) {
                rest[n++] = low;
                rest[n++] = bounds[i] - 1;
            }
            if (bounds[i + 1] == MAX) {
                isOpen = false;
                break;
            }
            low = bounds[i + 1] + 1;
        }
        if (isOpen) {
            rest[n++] = low;
            rest[n++] = MAX;
        }
        return new ValueSet(Arrays.copyOf(rest, n));
    }

    /** Whether the value (or {@link #MISSING}) is in the set. */
    public boolean contains(final long value) {
        final long[] b = bounds;
        if (b.length <= 8) {
            for (int i = 0; i < b.length; i += 2) {
                if (value < b[i]) {
                    return false;
                }
                if (value <= b[i + 1]) {
                    return true;
                }
            }
            return false;
        }
        int low = 0;
        int high = (b.length >> 1) - 1;
        while (low <= high) {
            final int middle = (low + high) >>> 1;
            if (value < b[middle << 1]) {
                high = middle - 1;
            } else if (value > b[(middle << 1) + 1]) {
                low = middle + 1;
            } else {
                return true;
            }
        }
        return false;
    }

    /** Number of intervals. */
    public int intervals() {
        return bounds.length >> 1;
    }

    /** Lower bound of an interval, included. */
    public long low(final int interval) {
        return bounds[interval << 1];
    }

    /** Upper bound of an interval, included. */
    public long high(final int interval) {
        return bounds[(interval << 1) + 1];
    }

    @Override
    public boolean equals(final Object other) {
        return other instanceof ValueSet set && Arrays.equals(bounds, set.bounds);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(bounds);
    }

    @Override
    public String toString() {
        return "ValueSet" + Arrays.toString(bounds);
    }
}
