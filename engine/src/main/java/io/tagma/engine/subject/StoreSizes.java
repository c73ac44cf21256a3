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
    /** A server's: 20 million subjects with 10 orders each. */
    public static final StoreSizes DEFAULT = new StoreSizes(20_000_000, 256, 200_000_000, 512);
    /** A test's: some thousand subjects. */
    public static final StoreSizes SMALL = new StoreSizes(100_000, 256, 1_000_000, 512);

    private static final long COUNT_MAX = 1L << 32;

    /** Refuses what no store could be sized for. */
    public StoreSizes {
        check("subjects", subjects, COUNT_MAX);
        check("profileLengthAverage", profileLengthAverage, Profiles.LENGTH_MAX);
        check("records", records, COUNT_MAX);
        check("recordLengthAverage", recordLengthAverage, RecordPages.LENGTH_MAX);
    }

    private static void check(final String name, final long value, final long max) {
        if (value < 1 || value > max) {
            throw new IllegalArgumentException("store size out of range: " + name + "=" + value + ", min=1, max="
                + max);
        }
    }
}
