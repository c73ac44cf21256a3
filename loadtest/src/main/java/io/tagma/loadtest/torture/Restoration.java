package io.tagma.loadtest.torture;

/**
 * What a snapshot of a large state and the start on it measured. Immutable.
 *
 * @param commands    that made the state
 * @param loadMs      in which they were applied
 * @param memberships of all segments together
 * @param bytes       of the snapshot
 * @param takenMs     from asking for it until it was complete
 * @param stallMs     that the engine's thread was held up, by the node's own word
 * @param quietUs     p99.9 of look-ups before it, microseconds from the intended send
 * @param p999Us      of look-ups while it was taken
 * @param maxUs       the longest of them
 * @param lookups     how many there were
 * @param failures    look-ups without an answer
 * @param readyMs     from the start of the process until it was ready
 * @param rows        that were compared
 * @param stateHash   of the snapshot: the engine refuses to start on it with another one
 */
record Restoration(int number, int subjects, int segments, long commands, long loadMs, long memberships, long bytes,
                   long takenMs, double stallMs, long quietUs, long p999Us, long maxUs, long lookups, long failures,
                   long readyMs, int rows, String stateHash) {
    long perSecond() {
        return commands * 1_000 / Math.max(1, loadMs);
    }
}
