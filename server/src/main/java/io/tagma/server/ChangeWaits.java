package io.tagma.server;

import io.tagma.engine.CommandResult;
import io.tagma.engine.EngineListener;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;

/** Who waits for the next change event. Waits from any thread; ends on the engine's thread, or at once. */
final class ChangeWaits implements EngineListener {
    private final Set<CompletableFuture<Void>> waits = ConcurrentHashMap.newKeySet();
    private volatile long next;

    /** A future that completes once the event with that number is there; cancel it where nobody waits any more. */
    CompletableFuture<Void> future(final long seq) {
        final CompletableFuture<Void> future = new CompletableFuture<>();
        waits.add(future);
        future.whenComplete((done, fault) -> waits.remove(future));
        // Looked at after the wait is known: an event between the two is told by one or the other.
        if (next > seq) {
            future.complete(null);
        }
        return future;
    }

    /** How many wait. */
    int count() {
        return waits.size();
    }

    @Override
    public void onResult(final long clientId, final long sequence, final long position, final CommandResult result) {
        // Results are the lanes' business.
    }

    @Override
    public void onJobDone(final long job) {
        // Jobs are others' business.
    }

    /** All waits are for the next event: whoever asked for a later number asks again. */
    @Override
    public void onChanges(final long nextSeq) {
        next = nextSeq;
        if (!waits.isEmpty()) {
            waits.forEach(wait -> wait.complete(null));
        }
    }
}
