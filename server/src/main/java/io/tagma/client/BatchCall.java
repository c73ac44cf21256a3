package io.tagma.client;

import io.tagma.engine.protocol.ResultCode;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** Many commands that a caller waits for together. */
final class BatchCall extends Call<BatchResult> {
    private final List<LaneCommand> commands;
    private final List<BatchResult.Failure> failures = new ArrayList<>(0);
    private int remaining;
    private int applied;
    private long position;

    BatchCall(final long deadlineNs, final List<byte[]> encoded) {
        super(deadlineNs, encoded.size());
        remaining = encoded.size();
        commands = new ArrayList<>(remaining);
        for (int i = 0; i < encoded.size(); i++) {
            commands.add(new Member(i, encoded.get(i)));
        }
    }

    @Override
    void start(final TagmaClient client) {
        for (final LaneCommand command : commands) {
            client.lane().add(command);
        }
    }

    private void settle() {
        if (--remaining == 0) {
            failures.sort(Comparator.comparingInt(BatchResult.Failure::index));
            future.complete(new BatchResult(position, applied, failures));
        }
    }

    private final class Member extends LaneCommand {
        private final int index;

        Member(final int index, final byte[] bytes) {
            super(bytes, false);
            this.index = index;
        }

        @Override
        boolean isAbandoned() {
            return isDone();
        }

        @Override
        void onResult(final UpdateResult result) {
            position = Math.max(position, result.position());
            if (result.isApplied()) {
                applied++;
            } else {
                failures.add(new BatchResult.Failure(index, result.code(), result.pointer(), result.detail()));
            }
            settle();
        }

        @Override
        void onFailure(final ResultCode code, final String detail) {
            failures.add(new BatchResult.Failure(index, code, "", detail));
            settle();
        }
    }
}
