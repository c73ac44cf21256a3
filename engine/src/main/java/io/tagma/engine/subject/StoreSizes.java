package io.tagma.engine.subject;

/**
 * What the stores of a node are sized for: the logical limits that the engine admits by, and the average lengths behind
 * them. The stores reserve address space for this much, touch memory only as it fills, and can grow far beyond it, so
 * that a store is never full before the engine refuses.
 *
 * @param subjects             subjects at most
 * @param profileLengthAverage bytes of an average profile
 * @param records              records of all subjects at most
 * @param recordLengthAverage  bytes of an average record
 */
public record StoreSizes(long subjects, int profileLengthAverage, long records, int recordLengthAverage) {
    /** A test's: some thousand subjects. */
    public static final StoreSizes SMALL = new StoreSizes(100_000, 256, 1_000_000, 512);

    private static final long COUNT_MAX = 1L << 32;
    /** A page may be half dead, and a map's chunks are not filled to the last byte. */
    private static final int TIERS_RESERVE = 2;

    /** Refuses what no store could be sized for. */
    public StoreSizes {
        check("subjects", subjects, COUNT_MAX);
        check("profileLengthAverage", profileLengthAverage, Profiles.LENGTH_MAX);
        check("records", records, COUNT_MAX);
        check("recordLengthAverage", recordLengthAverage, RecordPages.LENGTH_MAX);
    }

    /** The same, never so few that the maps could be full before they hold so many bytes. */
    public static StoreSizes expecting(final long subjects, final long bytesMax) {
        final long tiers = (long)Blobs.BLOAT_MAX / TIERS_RESERVE;
        return new StoreSizes(Math.max(subjects, bytesMax / tiers / 256), 256,
            Math.max(3 * subjects, bytesMax / tiers / 512), 512);
    }

    /**
     * A server's, laid out for so many subjects with three pages of orders each. It holds far more, at a look-up more
     * for each time that is exceeded. Laid out far too large it is slow to fill: entries are scattered over all of it,
     * and the kernel clears a huge page (2 MB) for each first touch.
     */
    public static StoreSizes expecting(final long subjects) {
        return new StoreSizes(subjects, 256, 3 * subjects, 512);
    }

    private static void check(final String name, final long value, final long max) {
        if (value < 1 || value > max) {
            throw new IllegalArgumentException("store size out of range: " + name + "=" + value + ", min=1, max="
                + max);
        }
    }
}
