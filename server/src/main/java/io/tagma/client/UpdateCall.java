package io.tagma.client;

import io.tagma.engine.protocol.ResultCode;

/** A command that a caller waits for by itself, or a segment's definition. */
final class UpdateCall extends Call<UpdateResult> {
    private final byte[] bytes;
    private final byte[] segmentKey;
    private final boolean isWaiting;

    /**
     * @param bytes      a command, or a definition's JSON where there is a segment's key
     * @param segmentKey or null
     * @param isWaiting  answered only when the definition's job is done
     */
    UpdateCall(final long deadlineNs, final byte[] bytes, final byte[] segmentKey, final boolean isWaiting) {
        super(deadlineNs, 1);
        this.bytes = bytes;
        this.segmentKey = segmentKey;
        this.isWaiting = isWaiting;
    }

    @Override
    void start(final TagmaClient client) {
        client.lane().add(new Single());
    }

    private final class Single extends LaneCommand {
        Single() {
            super(UpdateCall.this.bytes, true);
        }

        @Override
        boolean isAbandoned() {
            return isDone();
        }

        @Override
        void onResult(final UpdateResult result) {
            future.complete(result);
        }

        @Override
        void onFailure(final ResultCode code, final String detail) {
            fail(code, detail);
        }

        @Override
        byte[] segmentKey() {
            return segmentKey;
        }

        @Override
        boolean isWaiting() {
            return isWaiting;
        }
    }
}
