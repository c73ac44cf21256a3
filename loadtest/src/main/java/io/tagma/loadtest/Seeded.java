package io.tagma.loadtest;

import java.util.List;

/**
 * The seeded function of a key that stands for what TPC-H lacks: SplitMix64's finaliser over the key and the number of
 * the trait, so that every trait of every key is the same on every machine and in every run. Stateless.
 */
final class Seeded {
    private static final long GOLDEN = 0x9E3779B97F4A7C15L;
    private static final long TRAIT = 0xD1B54A32D192ED03L;

    private Seeded() {
    }

    /** Sixty-four mixed bits. */
    static long bits(final long key, final int trait) {
        long z = key * GOLDEN + trait * TRAIT;
        z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
        z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
        return z ^ (z >>> 31);
    }

    /** A number from 0 inclusive to bound exclusive. */
    static long below(final long key, final int trait, final long bound) {
        return (bits(key, trait) >>> 1) % bound;
    }

    /** One of the list. */
    static String pick(final long key, final int trait, final List<String> from) {
        return from.get((int) below(key, trait, from.size()));
    }
}
