package io.tagma.server.net;

import io.tagma.engine.protocol.ResultCode;
import java.util.ArrayList;
import java.util.List;

/** A batch of commands that is answered once all of them are. Belongs to an event loop. */
final class PendingBatch {
    final long correlationId;
    final List<Failure> failures = new ArrayList<>(0);
    int remaining;
    int applied;
    long position;

    PendingBatch(final long correlationId, final int count) {
        this.correlationId = correlationId;
        remaining = count;
    }

    void applied(final long atPosition) {
        remaining--;
        applied++;
        position = Math.max(position, atPosition);
    }

    void failed(final int index, final ResultCode code, final String pointer, final String detail) {
        remaining--;
        failures.add(new Failure(index, code, pointer, detail));
    }

    boolean isComplete() {
        return remaining == 0;
    }

    /** A command of the batch that was refused or not taken. */
    record Failure(int index, ResultCode code, String pointer, String detail) {
    }
}
