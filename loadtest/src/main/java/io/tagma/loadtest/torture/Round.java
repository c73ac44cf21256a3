package io.tagma.loadtest.torture;

/**
 * What a round measured. Immutable.
 *
 * @param fault        what was done, in words
 * @param acknowledged writes in it
 * @param perSecond    of them, gaps included
 * @param unknown      writes without an outcome in time
 * @param resumeMs     from the fault to the first write acknowledged after the longest gap of all writers together,
 *                     before a leader that was killed is started again; {@link #WENT_ON} where writes need not stop
 * @param gapMs        the longest time without an acknowledged write, from the fault on
 * @param ownGapMs     the longest gap that one writer had
 * @param backMs       from the start of the last process, or the end of its pause, until it was back
 * @param p999Us       of look-ups from the fault until the node was back, microseconds from the intended send
 * @param maxUs        the longest of them
 * @param ownP999Us    of look-ups at a position
 * @param lookups      how many there were
 * @param failures     look-ups without an answer
 * @param stale        look-ups at a position that named another node
 */
record Round(Scenario scenario, int number, String fault, long acknowledged, long perSecond, long unknown,
             long resumeMs, long gapMs, long ownGapMs, long backMs, long p999Us, long maxUs, long ownP999Us,
             long lookups, long failures, long stale) {
    /** Writes need not stop for such a fault. */
    static final long WENT_ON = -1;
}
