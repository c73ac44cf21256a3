package io.tagma.server.cluster;

import io.aeron.cluster.client.AeronCluster;
import io.aeron.cluster.codecs.AdminResponseCode;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.agrona.concurrent.status.AtomicCounter;

/**
 * Snapshots asked for by any thread, done one after the other: the leader is asked through the session, and refuses
 * while its last action goes on, so that the request is tried again until this node has taken its part of one. All but
 * {@link #request} is the ingress agent's.
 */
final class SnapshotRequests {
    /** Each halts the engine once. */
    private static final int WAITING_MAX = 8;
    private static final long RETRY_INTERVAL_NS = TimeUnit.MILLISECONDS.toNanos(20);
    /** A request whose leader died before it answered. */
    private static final long ANSWER_TIMEOUT_NS = TimeUnit.SECONDS.toNanos(5);

    private final ConcurrentLinkedQueue<CompletableFuture<Long>> waiting = new ConcurrentLinkedQueue<>();
    private final AtomicCounter taken;
    private final EngineService service;
    private final Watchdog watchdog;
    private final BooleanSupplier hasBuffers;
    private CompletableFuture<Long> underWay;
    private boolean isAccepted;
    private long takenBefore;
    private long termId;
    private long askDueNs;
    private long correlationId;

    /**
     * Nothing is asked for yet.
     *
     * @param hasBuffers whether the driver has memory for a snapshot's buffers; those of the last linger for a moment
     */
    SnapshotRequests(final AtomicCounter taken, final EngineService service, final Watchdog watchdog,
                     final BooleanSupplier hasBuffers) {
        this.taken = taken;
        this.service = service;
        this.watchdog = watchdog;
        this.hasBuffers = hasBuffers;
    }

    CompletableFuture<Long> request() {
        final CompletableFuture<Long> request = new CompletableFuture<>();
        if (waiting.size() >= WAITING_MAX) {
            request.completeExceptionally(new RejectedExecutionException("too many snapshots are asked for: max="
                + WAITING_MAX));
        } else {
            waiting.add(request);
        }
        return request;
    }

    int poll(final AeronCluster session, final long nowNs) {
        if (watchdog.failure() != null) {
            refuse();
            return 0;
        }
        if (underWay == null) {
            if (waiting.isEmpty() || !hasBuffers.getAsBoolean()) {
                return 0;
            }
            underWay = waiting.poll();
            takenBefore = taken.get();
            isAccepted = false;
            askDueNs = nowNs;
        }
        if (isAccepted && taken.get() != takenBefore) {
            underWay.complete(service.snapshotPosition());
            underWay = null;
            return 1;
        }
        if (isAccepted && termId == service.term().id() || nowNs - askDueNs < 0) {
            return 0;
        }
        takenBefore = taken.get();
        isAccepted = false;
        termId = service.term().id();
        askDueNs = nowNs + (session.sendAdminRequestToTakeASnapshot(++correlationId) ? ANSWER_TIMEOUT_NS
            : RETRY_INTERVAL_NS);
        return 1;
    }

    /** The leader's answer to a request. */
    void onAnswer(final long answered, final AdminResponseCode code, final String message, final long nowNs) {
        if (underWay == null || answered != correlationId) {
            return;
        }
        if (code == AdminResponseCode.OK) {
            isAccepted = true;
        } else if (code == AdminResponseCode.ERROR) {
            askDueNs = nowNs + RETRY_INTERVAL_NS;
        } else {
            underWay.completeExceptionally(new IllegalStateException("the leader refuses: code=" + code + ", message="
                + message));
            underWay = null;
        }
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
