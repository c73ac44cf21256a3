package io.tagma.server.admin;

import io.tagma.engine.protocol.ResultCode;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/** The change stream, as lines or as server-sent events. Immutable: any event loop. */
final class ChangesHandler {
    private static final String EVENT_STREAM = "text/event-stream";

    private final EnginePort port;
    private final AdminSettings settings;

    ChangesHandler(final EnginePort port, final AdminSettings settings) {
        this.port = port;
        this.settings = settings;
    }

    List<Route> routes() {
        return List.of(Route.get("/v1/changes", this::stream, "from", "limit"));
    }

    /** The numbers of the oldest event and of the next. */
    private record Range(long floor, long next) {
    }

    private CompletableFuture<Answer.Streamed> stream(final Request request) {
        final boolean isEvents = isEvents(request);
        final long limit = request.number("limit", 1, Long.MAX_VALUE, Long.MAX_VALUE);
        final long from = from(request);
        return port.query(view -> new Range(view.changesFloor(), view.changesNext())).thenApplyAsync(range -> {
            final long first = from < 0 ? range.floor : from;
            if (first < range.floor) {
                throw gone(range.floor);
            }
            if (first > range.next) {
                throw Problem.badParameter("from", "beyond the next event: next=" + range.next);
            }
            return new Answer.Streamed(200, isEvents ? EVENT_STREAM : Json.NDJSON,
                new ChangeSlices(port, request.executor(), settings.changesPauseMs(), isEvents, first, limit),
                Map.of());
        }, request.executor());
    }

    static Problem gone(final long floor) {
        return new Problem(410, ResultCode.NOT_FOUND, "the event is no longer kept: oldest=" + floor, List.of(),
            Map.of("oldest", floor), Map.of());
    }

    private static boolean isEvents(final Request request) {
        final String accept = request.headers().get("Accept");
        if (accept == null) {
            return false;
        }
        if (accept.contains(EVENT_STREAM)) {
            return true;
        }
        if (MediaTypes.isAccepted(accept, Json.NDJSON) || MediaTypes.isAccepted(accept, Json.JSON)) {
            return false;
        }
        throw Problem.of(406, ResultCode.UNSUPPORTED, "available are application/x-ndjson and text/event-stream");
    }

    /** -1: from the oldest that is kept. An event source that comes back says the last one that it has. */
    private static long from(final Request request) {
        final String last = request.headers().get("Last-Event-ID");
        if (request.query("from") == null && last != null && last.matches("[0-9]{1,18}")) {
            return Long.parseLong(last) + 1;
        }
        return request.number("from", 0, Long.MAX_VALUE, -1);
    }
}
