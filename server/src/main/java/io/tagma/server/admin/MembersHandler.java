package io.tagma.server.admin;

import io.tagma.engine.EngineView.MembersExport;
import io.tagma.engine.Query;
import io.tagma.engine.protocol.ResultCode;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** Members of segments and groups, and all subjects with their ordinals, as streams. Immutable: any event loop. */
final class MembersHandler {
    private static final String CSV = "text/csv";
    private static final String ROARING = "application/octet-stream";

    private final EnginePort port;

    MembersHandler(final EnginePort port) {
        this.port = port;
    }

    List<Route> routes() {
        return List.of(
            Route.get("/v1/segments/{key}/members", this::ofSegment, "format", "limit"),
            Route.get("/v1/groups/{id}/members", this::ofGroup, "format", "limit"),
            Route.get("/v1/ordinals", this::ordinals, "format", "limit"));
    }

    private CompletableFuture<? extends Answer> ofSegment(final Request request) {
        final String key = request.param("key");
        final String format = format(request, true);
        if (format.equals(ROARING)) {
            return port.query(view -> Optional.ofNullable(view.membersRoaring(key))).thenApplyAsync(bytes ->
                new Answer.Whole(200, ROARING, bytes.orElseThrow(() -> Problem.notFound("segment", key)), Map.of()),
                request.executor());
        }
        return stream(request, format, view -> Optional.ofNullable(view.members(key)), "segment", key, false);
    }

    private CompletableFuture<? extends Answer> ofGroup(final Request request) {
        final int id = GroupsHandler.id(request);
        return stream(request, format(request, false), view -> GroupsHandler.find(view, id) == null
            ? Optional.empty() : Optional.of(view.groupMembers(id)), "group", Integer.toString(id), false);
    }

    private CompletableFuture<? extends Answer> ordinals(final Request request) {
        return stream(request, format(request, false), view -> Optional.of(view.subjects()), "", "", true);
    }

    private CompletableFuture<Answer.Streamed> stream(final Request request, final String contentType,
                                                      final Query<Optional<MembersExport>> query, final String what,
                                                      final String name, final boolean withOrdinals) {
        final long limit = request.number("limit", 0, Long.MAX_VALUE, Long.MAX_VALUE);
        return port.query(query).thenApplyAsync(found -> {
            final MembersExport export = found.orElseThrow(() -> Problem.notFound(what, name));
            return new Answer.Streamed(200, contentType, new MemberSlices(port, request.executor(), export,
                contentType.equals(CSV), withOrdinals, limit), Map.of());
        }, request.executor());
    }

    private static String format(final Request request, final boolean isRoaringKnown) {
        final String asked = request.query("format");
        final String accept = request.headers().get("Accept");
        final String contentType;
        if (asked == null) {
            contentType = MediaTypes.isAccepted(accept, Json.NDJSON) || MediaTypes.isAccepted(accept, Json.JSON)
                ? Json.NDJSON : MediaTypes.isAccepted(accept, CSV) ? CSV : notAcceptable();
        } else {
            contentType = switch (asked) {
                case "ndjson" -> Json.NDJSON;
                case "csv" -> CSV;
                case "roaring" -> isRoaringKnown ? ROARING : null;
                default -> null;
            };
        }
        if (contentType == null) {
            throw Problem.badParameter("format", "must be ndjson" + (isRoaringKnown ? ", csv or roaring" : " or csv"));
        }
        if (contentType.equals(ROARING) && request.query("limit") != null) {
            throw Problem.badParameter("limit", "the roaring format is the whole set");
        }
        return contentType;
    }

    private static String notAcceptable() {
        throw Problem.of(406, ResultCode.UNSUPPORTED,
            "available are application/x-ndjson and text/csv");
    }
}
