package io.tagma.server.cluster;

import io.aeron.cluster.ClusterControl;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.BooleanSupplier;
import org.agrona.concurrent.status.AtomicCounter;

/**
 * Snapshots asked for by any thread, done one after the other: the cluster's toggle refuses while its last action goes
 * on, so the request is tried again at each {@link #poll}, which one thread calls.
 */
final class SnapshotToggle {
    private final ConcurrentLinkedQueue<CompletableFuture<Long>> waiting = new ConcurrentLinkedQueue<>();
    private final AtomicCounter toggle;
    private final AtomicCounter taken;
    private final EngineService service;
    private final Watchdog watchdog;
    private final BooleanSupplier hasBuffers;
    private CompletableFuture<Long> underWay;
    private long takenBefore;

    /**
     * Nothing is asked for yet.
     *
     * @param hasBuffers whether the driver has memory for a snapshot's buffers; those of the last linger for a moment
     */
    SnapshotToggle(final AtomicCounter toggle, final AtomicCounter taken, final EngineService service,
                   final Watchdog watchdog, final BooleanSupplier hasBuffers) {
        this.toggle = toggle;
        this.taken = taken;
        this.service = service;
        this.watchdog = watchdog;
        this.hasBuffers = hasBuffers;
    }

    CompletableFuture<Long> request() {
        final CompletableFuture<Long> request = new CompletableFuture<>();
        waiting.add(request);
        return request;
    }

    int poll() {
        if (watchdog.failure() != null) {
            refuse();
            return 0;
        }
        if (underWay != null) {
            if (taken.get() == takenBefore) {
                return 0;
            }
            underWay.complete(service.snapshotPosition());
            underWay = null;
            return 1;
        }
        if (waiting.isEmpty() || !hasBuffers.getAsBoolean()) {
            return 0;
        }
        takenBefore = taken.get();
        if (ClusterControl.ToggleState.SNAPSHOT.toggle(toggle)) {
            underWay = waiting.poll();
        }
        return 1;
    }

    /** Refuses what waits and what is under way; when nothing polls any more. */
    void refuse() {
        CompletableFuture<Long> request = underWay == null ? waiting.poll() : underWay;
        underWay = null;
        while (request != null) {
            request.completeExceptionally(new IllegalStateException("log has stopped", watchdog.failure()));
            request = waiting.poll();
        }
    }
}
