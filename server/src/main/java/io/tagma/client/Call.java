package io.tagma.client;

import io.tagma.engine.protocol.ResultCode;
import java.util.concurrent.CompletableFuture;

/**
 * Something a caller waits for. Made on the caller's thread, then the client's event loop's.
 *
 * @param <T> the answer
 */
abstract class Call<T> implements Comparable<Call<?>> {
    final CompletableFuture<T> future = new CompletableFuture<>();
    final long deadlineNs;
    /** What it takes of the client's window. */
    final int weight;

    Call(final long deadlineNs, final int weight) {
        this.deadlineNs = deadlineNs;
        this.weight = weight;
    }

    /** On the event loop: sets off. */
    abstract void start(TagmaClient client);

    /**
     * Its time is up.
     *
     * @param obstacle what keeps the client's commands from being taken, as the end of a sentence; or empty
     */
    void expire(final String obstacle) {
        fail(ResultCode.DEADLINE, "no answer in time" + obstacle);
    }

    final boolean isDone() {
        return future.isDone();
    }

    final void fail(final ResultCode code, final String detail) {
        future.completeExceptionally(new TagmaException(code, detail));
    }

    @Override
    public final int compareTo(final Call<?> other) {
        return Long.compare(deadlineNs - other.deadlineNs, 0);
    }
}
