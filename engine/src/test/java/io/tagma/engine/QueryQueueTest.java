package io.tagma.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import org.junit.jupiter.api.Test;

class QueryQueueTest {
    private final QueryQueue queue = new QueryQueue(null);

    @Test
    void shouldFailTheQueryOnlyWhenAnErrorIsThrown() {
        final CompletableFuture<Integer> faulty = queue.submit(view -> {
            throw new AssertionError("of a query");
        });
        final CompletableFuture<Integer> next = queue.submit(view -> 7);

        assertThat(queue.work() + queue.work()).isEqualTo(2);

        assertThat(faulty).isCompletedExceptionally();
        assertThat(next).isCompletedWithValue(7);
    }

    @Test
    void shouldFailTheQueryAndStopTheThreadWhenTheMachineFails() {
        final CompletableFuture<Integer> faulty = queue.submit(view -> {
            throw new OutOfMemoryError("of a query");
        });

        assertThatThrownBy(queue::work).isInstanceOf(OutOfMemoryError.class);
        assertThat(faulty).isCompletedExceptionally();
    }

    @Test
    void shouldCompleteEveryQueryWhenClosed() {
        final CompletableFuture<Integer> waiting = queue.submit(view -> 7);
        queue.close();

        assertThat(waiting).isCompletedExceptionally();
        assertThat(queue.submit(view -> 7)).failsWithin(java.time.Duration.ZERO).withThrowableOfType(
            java.util.concurrent.ExecutionException.class).withCauseInstanceOf(RejectedExecutionException.class);
    }
}
