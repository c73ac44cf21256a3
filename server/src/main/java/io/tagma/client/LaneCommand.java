package io.tagma.client;

import io.tagma.engine.protocol.ResultCode;

/** A command on its way through the client's lane. Belongs to the client's event loop. */
abstract class LaneCommand {
    /** The command, header and body; of a segment's definition: its JSON. */
    final byte[] bytes;
    /** 0 until it is sent for the first time. */
    long sequence;
    boolean isResolved;
    /** To be sent again. */
    boolean isDue;
    /** A copy of it may be in the log without an answer. */
    boolean isAmbiguous;
    /** Never in a batch: the batch it was in was refused whole. */
    boolean isAlone;

    /** The frame it was last sent in: what an earlier one says of it not having been taken is out of date. */
    Object latest;

    LaneCommand(final byte[] bytes, final boolean isAlone) {
        this.bytes = bytes;
        this.isAlone = isAlone;
    }

    /** Whether nobody waits for it any more. */
    abstract boolean isAbandoned();

    /** The engine's answer. */
    abstract void onResult(UpdateResult result);

    /** No answer can be had. */
    abstract void onFailure(ResultCode code, String detail);

    /** Null, or the key of the segment that {@link #bytes} define. */
    byte[] segmentKey() {
        return null;
    }

    /** Whether its answer waits for a job, however long that takes. */
    boolean isWaiting() {
        return false;
    }
}
