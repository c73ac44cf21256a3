package io.tagma.engine.segment;

/**
 * The hash of a set of numbers: the XOR of the mixed members, so that equal sets hash equal in any order, and a member
 * more or less is one XOR. Mixing is the finaliser of SplitMix64 (Steele, Lea, Flood 2014).
 */
public final class SetHash {
    private SetHash() {
    }

    /** A member's part. */
    public static long mix(final int member) {
        long z = (member & 0xFFFF_FFFFL) * 0x9E37_79B9_7F4A_7C15L + 0x9E37_79B9_7F4A_7C15L;
        z = (z ^ z >>> 30) * 0xBF58_476D_1CE4_E5B9L;
        z = (z ^ z >>> 27) * 0x94D0_49BB_1331_11EBL;
        return z ^ z >>> 31;
    }
}
