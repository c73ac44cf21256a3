package io.tagma.server.net;

/** A command that was taken, and whom its result is for. Pooled by its event loop. */
final class PendingCommand {
    Lane lane;
    long correlationId;
    /** Null for a single command. */
    PendingBatch batch;
    /** Within the batch. */
    int index;
    /** Answered only when the job it started has ended; all are but a definition that does not ask for it. */
    boolean waitsForJob;

    PendingCommand set(final Lane ofLane, final long correlation, final PendingBatch ofBatch, final int atIndex,
                       final boolean waits) {
        lane = ofLane;
        correlationId = correlation;
        batch = ofBatch;
        index = atIndex;
        waitsForJob = waits;
        return this;
    }
}
