package io.tagma.client;

import java.util.Arrays;

/**
 * A quantile of the last {@link #WINDOW} to twice as many values. Counts in buckets whose width grows with the value,
 * sixteen to a power of two, so that the answer is at most 1/16 above the true one, as HdrHistogram (Gil Tene) and
 * DDSketch (Masson, Rim, Lee: VLDB 2019) do; old values leave with the older of two windows. Not for several threads.
 */
final class RollingQuantile {
    /** Values of one of the two windows. */
    static final int WINDOW = 1_024;
    /** Fewer values say nothing. */
    static final int COUNT_MIN = 100;
    /** There are too few values. */
    static final long UNKNOWN = -1;

    private static final int SUB_BITS = 4;
    private static final int SUBS = 1 << SUB_BITS;
    private static final int BITS_MAX = 41;
    private static final long VALUE_MAX = (1L << BITS_MAX) - 1;
    private static final int BUCKETS = (BITS_MAX - SUB_BITS + 1) * SUBS;
    private static final int VALUES_PER_ANSWER = 64;

    private final double quantile;
    private int[] filling = new int[BUCKETS];
    private int[] full = new int[BUCKETS];
    private int fillingCount;
    private int fullCount;
    private int unread;
    private long answer = UNKNOWN;

    /** @param quantile between 0 and 1 */
    RollingQuantile(final double quantile) {
        this.quantile = quantile;
    }

    void record(final long value) {
        if (fillingCount == WINDOW) {
            final int[] oldest = full;
            full = filling;
            fullCount = fillingCount;
            Arrays.fill(oldest, 0);
            filling = oldest;
            fillingCount = 0;
        }
        filling[bucket(value)]++;
        fillingCount++;
        if (++unread == VALUES_PER_ANSWER) {
            answer = read();
        }
    }

    /** Not below the quantile, or {@link #UNKNOWN}; at most 64 values behind. */
    long value() {
        return answer;
    }

    private long read() {
        unread = 0;
        final int count = fillingCount + fullCount;
        if (count < COUNT_MIN) {
            return UNKNOWN;
        }
        final int rank = (int)Math.ceil(quantile * count);
        int seen = 0;
        int bucket = -1;
        while (seen < rank) {
            bucket++;
            seen += filling[bucket] + full[bucket];
        }
        return highest(bucket);
    }

    private static int bucket(final long value) {
        final long limited = Math.max(0, Math.min(VALUE_MAX, value));
        if (limited < SUBS) {
            return (int)limited;
        }
        final int exponent = Long.SIZE - 1 - Long.numberOfLeadingZeros(limited);
        return (exponent - SUB_BITS + 1) * SUBS + (int)(limited >>> (exponent - SUB_BITS)) - SUBS;
    }

    private static long highest(final int bucket) {
        if (bucket < SUBS) {
            return bucket;
        }
        final int shift = bucket / SUBS - 1;
        return ((long)(SUBS + bucket % SUBS + 1) << shift) - 1;
    }
}
