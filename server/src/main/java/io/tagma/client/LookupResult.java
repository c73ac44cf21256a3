package io.tagma.client;

import java.util.Arrays;

/**
 * A subject's group and segments. The array belongs to the caller.
 *
 * @param varyHash equal for equal sets of cache-relevant segments
 * @param epoch    of the definitions
 * @param asOf     epoch milliseconds the answer is right for
 * @param position log position that had been applied
 * @param isKnown  false: the answer is an unknown visitor's
 * @param isStale  a flip of this subject is overdue by more than a second
 */
public record LookupResult(int customerGroup, int[] segments, long varyHash, int epoch, long asOf, long position,
                           boolean isKnown, boolean isStale) {
    /** Whether the segment is among them. */
    public boolean hasSegment(final int id) {
        for (final int segment : segments) {
            if (segment == id) {
                return true;
            }
        }
        return false;
    }

    @Override
    public boolean equals(final Object other) {
        return other instanceof LookupResult that && customerGroup == that.customerGroup
            && Arrays.equals(segments, that.segments) && varyHash == that.varyHash && epoch == that.epoch
            && asOf == that.asOf && position == that.position && isKnown == that.isKnown && isStale == that.isStale;
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(segments) * 31 + Long.hashCode(varyHash);
    }

    @Override
    public String toString() {
        return "LookupResult[customerGroup=" + customerGroup + ", segments=" + Arrays.toString(segments)
            + ", isKnown=" + isKnown + ", isStale=" + isStale + ", epoch=" + epoch + ", asOf=" + asOf
            + ", position=" + position + "]";
    }
}
