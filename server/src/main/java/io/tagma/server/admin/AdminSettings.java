package io.tagma.server.admin;

/**
 * Limits of the HTTP face. Immutable.
 *
 * @param connectionsMax  open at once; one more is answered 503
 * @param eventLoops      threads
 * @param headLengthMax   of a request's line and of its header fields, in bytes each
 * @param bodyLengthMax   of a request's body that is not a stream
 * @param headTimeoutMs   from the opening of a connection, or its last answer, to a whole request head
 * @param bodyTimeoutMs   for a whole body; for the next piece of a stream
 * @param answerTimeoutMs for an answer
 * @param waitTimeoutMs   for an answer that waits for a job
 * @param writeTimeoutMs  for a peer that does not read
 * @param linesInFlight   of an ingest stream, read and not yet answered
 * @param bytesInFlight   of an ingest stream: its lines in flight, and its answers not yet taken by the peer
 * @param changesPauseMs  at least between two looks of a follower for new change events, which wake it
 */
record AdminSettings(int connectionsMax, int eventLoops, int headLengthMax, int bodyLengthMax, long headTimeoutMs,
                     long bodyTimeoutMs, long answerTimeoutMs, long waitTimeoutMs, long writeTimeoutMs,
                     int linesInFlight, int bytesInFlight, long changesPauseMs) {
    static final AdminSettings DEFAULT = new AdminSettings(1024, 2, 16 * 1024, 64 * 1024, 75_000, 30_000, 60_000,
        600_000, 60_000, 1024, 4 * 1024 * 1024, 5);

    AdminSettings {
        atLeast("connectionsMax", connectionsMax, 1);
        atLeast("eventLoops", eventLoops, 1);
        atLeast("headLengthMax", headLengthMax, 1024);
        atLeast("bodyLengthMax", bodyLengthMax, 1024);
        atLeast("headTimeoutMs", headTimeoutMs, 1);
        atLeast("bodyTimeoutMs", bodyTimeoutMs, 1);
        atLeast("answerTimeoutMs", answerTimeoutMs, 1);
        atLeast("waitTimeoutMs", waitTimeoutMs, answerTimeoutMs);
        atLeast("writeTimeoutMs", writeTimeoutMs, 1);
        atLeast("linesInFlight", linesInFlight, 1);
        atLeast("bytesInFlight", bytesInFlight, LineSplitter.LINE_LENGTH_MAX);
        atLeast("changesPauseMs", changesPauseMs, 1);
    }

    private static void atLeast(final String name, final long value, final long min) {
        if (value < min) {
            throw new IllegalArgumentException("setting out of range: " + name + "=" + value + ", min=" + min);
        }
    }
}
