package io.tagma.server;

import io.tagma.engine.CommandResult;
import io.tagma.engine.EngineListener;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;

/** Who waits for which job. Waits from any thread; ends on the engine's thread. */
final class JobWaits implements EngineListener {
    private final ConcurrentHashMap<Long, CompletableFuture<Void>> waits = new ConcurrentHashMap<>();

    /** A future that the end of the job completes; whoever asks must then make sure that it has not ended before. */
    CompletableFuture<Void> future(final long job) {
        return waits.computeIfAbsent(job, id -> new CompletableFuture<>());
    }

    /** The job has ended. */
    void done(final long job) {
        final CompletableFuture<Void> future = waits.remove(job);
        if (future != null) {
            future.complete(null);
        }
    }

    /** Whether the job has ended cannot be told: everyone who waits hears of it, and may ask again. */
    void fail(final long job, final Throwable fault) {
        final CompletableFuture<Void> future = waits.remove(job);
        if (future != null) {
            future.completeExceptionally(fault);
        }
    }

    @Override
    public void onResult(final long clientId, final long sequence, final long position, final CommandResult result) {
        // Results are the lanes' business.
    }

    @Override
    public void onJobDone(final long job) {
        done(job);
    }

    @Override
    public void onChanges(final long nextSeq) {
        // Nobody here follows the changes.
    }
}
