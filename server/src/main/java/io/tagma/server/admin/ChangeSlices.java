package io.tagma.server.admin;

import io.tagma.engine.EngineView;
import io.tagma.engine.EngineView.Change;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;

/**
 * Change events from a number on. Without a limit it goes on until the peer goes; with one it ends there, or where no
 * further event is there yet. Belongs to the connection's event loop.
 */
final class ChangeSlices implements Answer.Slices {
    private static final int EVENTS_PER_SLICE = 512;
    private static final long SIGN_OF_LIFE_MS = 15_000;
    private static final byte[] NOTHING = new byte[0];

    private final EnginePort port;
    private final Executor executor;
    private final Executor later;
    private final boolean isEvents;
    private final boolean isEndless;
    private long next;
    private long left;
    private CompletableFuture<Void> waiting;
    private boolean isClosed;

    ChangeSlices(final EnginePort port, final Executor executor, final long pauseMs, final boolean isEvents,
                 final long from, final long limit) {
        this.port = port;
        this.executor = executor;
        this.later = CompletableFuture.delayedExecutor(pauseMs, TimeUnit.MILLISECONDS, executor);
        this.isEvents = isEvents;
        this.isEndless = limit == Long.MAX_VALUE;
        this.next = from;
        this.left = limit;
    }

    /** Events, or why there are none. */
    private record Batch(long floor, List<Change> changes) {
    }

    @Override
    public CompletableFuture<byte[]> next() {
        if (isClosed || left == 0) {
            return CompletableFuture.completedFuture(null);
        }
        return port.query(this::read).handleAsync(this::slice, executor).thenCompose(slice -> slice);
    }

    @Override
    public void close() {
        isClosed = true;
        if (waiting != null) {
            waiting.cancel(false);
        }
    }

    @Override
    public boolean isEndless() {
        return isEndless;
    }

    private Batch read(final EngineView view) {
        final long floor = view.changesFloor();
        return new Batch(floor, next < floor || next >= view.changesNext() ? List.of()
            : List.copyOf(view.changes(next, (int) Math.min(left, EVENTS_PER_SLICE))));
    }

    private CompletableFuture<byte[]> slice(final Batch batch, final Throwable failure) {
        if (failure != null) {
            if (ProblemJson.of(failure).status() == 503 && !isClosed) {
                return pause();
            }
            return CompletableFuture.failedFuture(failure);
        }
        if (next < batch.floor) {
            left = 0;
            final byte[] gone = Json.bytes(ProblemJson.document(ChangesHandler.gone(batch.floor)));
            return CompletableFuture.completedFuture(isEvents
                ? bytes("event: gone\ndata: " + new String(gone, StandardCharsets.UTF_8) + "\n\n")
                : bytes("{\"error\":" + new String(gone, StandardCharsets.UTF_8) + "}\n"));
        }
        if (!batch.changes.isEmpty()) {
            return CompletableFuture.completedFuture(bytes(render(batch.changes)));
        }
        return isEndless && !isClosed ? sleep() : CompletableFuture.completedFuture(null);
    }

    /** Until the next event is there, and a little longer: a follower must not ask for each event by itself. */
    private CompletableFuture<byte[]> sleep() {
        final byte[] silence = isEvents ? bytes(":\n\n") : NOTHING;
        waiting = port.change(next);
        return waiting.thenApply(there -> NOTHING).completeOnTimeout(silence, SIGN_OF_LIFE_MS, TimeUnit.MILLISECONDS)
            .thenApplyAsync(slice -> {
                waiting.cancel(false);
                return slice;
            }, later);
    }

    private CompletableFuture<byte[]> pause() {
        return CompletableFuture.supplyAsync(() -> NOTHING, later);
    }

    private String render(final List<Change> changes) {
        final StringBuilder out = new StringBuilder(changes.size() * 200);
        for (final Change change : changes) {
            if (isEvents) {
                out.append("id: ").append(change.seq()).append("\ndata: ");
            }
            line(change, out);
            out.append(isEvents ? "\n\n" : "\n");
        }
        next = changes.get(changes.size() - 1).seq() + 1;
        left -= isEndless ? 0 : changes.size();
        return out.toString();
    }

    private static void line(final Change change, final StringBuilder out) {
        out.append("{\"seq\":").append(change.seq()).append(",\"subject\":");
        Json.quote(change.subject(), out);
        if (change.segment() == null) {
            out.append(",\"target\":\"group\",\"group\":").append(change.group());
        } else {
            out.append(",\"target\":\"segment\",\"segment\":");
            Json.quote(change.segment(), out);
            out.append(",\"segmentId\":").append(change.segmentId());
        }
        out.append(",\"change\":\"").append(change.isEnter() ? "ENTER" : "EXIT")
            .append("\",\"effectiveAt\":").append(change.effectiveAt())
            .append(",\"processedAt\":").append(change.processedAt())
            .append(",\"cause\":\"").append(change.cause().name())
            .append("\",\"definitionVersion\":").append(change.definitionVersion()).append('}');
    }

    private static byte[] bytes(final String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
