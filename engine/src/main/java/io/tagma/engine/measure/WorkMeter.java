package io.tagma.engine.measure;

/**
 * Work units done so far: what bounds a slice, so that updates pass. A unit is some tens of nanoseconds; the weights
 * below are rough, but never of time, so that every replica ends a slice at the same subject. Engine's thread.
 */
public final class WorkMeter {
    private static final int PROFILE = 16;
    private static final int RECORD = 4;
    private static final int ROW = 8;
    private static final int SLOTS_SHIFT = 3;
    private static final int PATTERN_STEPS_SHIFT = 7;

    private long units;

    /** Units so far; monotonic. Only differences mean anything, and they depend on nothing done before. */
    public long units() {
        return units;
    }

    /** So many values, predicates or sets were looked at. */
    public void looked(final int count) {
        units += count;
    }

    /** A subject's attributes were fetched from their map. */
    public void profileRead() {
        units += PROFILE;
    }

    /** A record was shown to so many measures. */
    public void recordRead(final int measures) {
        units += RECORD + measures;
    }

    /** A row with so many slots was written. */
    public void rowWritten(final int slots) {
        units += ROW + (slots >> SLOTS_SHIFT);
    }

    /** A pattern took at most so many steps: instructions times bytes. */
    void patternSteps(final long steps) {
        units += 1 + (steps >> PATTERN_STEPS_SHIFT);
    }
}
