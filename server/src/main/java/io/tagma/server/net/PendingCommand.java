package io.tagma.server.net;

import io.tagma.engine.CommandResult;
import io.tagma.engine.protocol.ResultCode;

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

    /** Why the edge refused it; null where it did not. */
    CommandResult refusal;

    PendingCommand set(final Lane ofLane, final long correlation, final PendingBatch ofBatch, final int atIndex,
                       final boolean waits) {
        lane = ofLane;
        correlationId = correlation;
        batch = ofBatch;
        index = atIndex;
        waitsForJob = waits;
        refusal = null;
        return this;
    }

    /** The engine knows only that there was no command; a sequence that had one before is answered with its result. */
    CommandResult answer(final CommandResult ofEngine) {
        return refusal != null && ofEngine.code() == ResultCode.MALFORMED ? refusal : ofEngine;
    }
}
