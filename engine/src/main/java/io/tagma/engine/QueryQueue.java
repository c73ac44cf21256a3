package io.tagma.engine;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import org.agrona.concurrent.ManyToOneConcurrentArrayQueue;

/** Queries on their way to the engine's thread: taken from any thread, answered in slices, in turn. */
final class QueryQueue {
    private final EngineView view;
    private final ManyToOneConcurrentArrayQueue<Pending<?>> queue =
        new ManyToOneConcurrentArrayQueue<>(Limits.QUERIES_MAX);
    private Pending<?> current;
    private volatile boolean isClosed;

    private record Pending<T>(Query<T> query, CompletableFuture<T> future) {
        boolean step(final EngineView view) {
            try {
                final T answer = query.step(view);
                if (answer == null) {
                    return false;
                }
                future.complete(answer);
            } catch (final VirtualMachineError fault) {
                future.completeExceptionally(fault);
                throw fault;
            } catch (final RuntimeException | Error fault) {
                future.completeExceptionally(fault);
            }
            return true;
        }
    }

    QueryQueue(final EngineView view) {
        this.view = view;
    }

    EngineView view() {
        return view;
    }

    <T> CompletableFuture<T> submit(final Query<T> query) {
        final CompletableFuture<T> future = new CompletableFuture<>();
        final boolean isTaken = queue.offer(new Pending<>(query, future));
        // Looked at after the offer: where close() has emptied the queue before it, nobody else will complete this.
        if (isClosed || !isTaken) {
            future.completeExceptionally(new RejectedExecutionException(
                isClosed ? "the engine is closed" : "too many queries wait: max=" + Limits.QUERIES_MAX));
        }
        return future;
    }

    /** One step of one query; 0 where none waits. A long one lets the others pass after each step. */
    int work() {
        final Pending<?> next = queue.poll();
        if (next != null && current != null) {
            if (!next.step(view) && !queue.offer(next)) {
                next.future().completeExceptionally(new RejectedExecutionException("too many queries wait"));
            }
        } else if (next != null) {
            current = next;
        }
        if (current == null) {
            return 0;
        }
        if (current.step(view)) {
            current = null;
        }
        return 1;
    }

    void close() {
        isClosed = true;
        for (Pending<?> each = queue.poll(); each != null; each = queue.poll()) {
            each.future().completeExceptionally(new RejectedExecutionException("the engine is closed"));
        }
        if (current != null) {
            current.future().completeExceptionally(new RejectedExecutionException("the engine is closed"));
        }
    }
}
