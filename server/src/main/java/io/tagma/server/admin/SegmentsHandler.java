package io.tagma.server.admin;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tagma.engine.CommandResult;
import io.tagma.engine.EngineView;
import io.tagma.engine.EngineView.SegmentStatus;
import io.tagma.engine.protocol.DefinitionKind;
import io.tagma.engine.protocol.ResultCode;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.regex.Pattern;

/** Segments: definitions, their state and count. Immutable: any event loop. */
final class SegmentsHandler {
    private static final Pattern KEY = Pattern.compile("[a-z0-9][a-z0-9._-]{0,63}");

    private final EnginePort port;
    private final Definitions definitions;

    SegmentsHandler(final EnginePort port) {
        this.port = port;
        this.definitions = new Definitions(port);
    }

    List<Route> routes() {
        return List.of(
            Route.get("/v1/segments", this::list, Paging.QUERY),
            Route.get("/v1/segments/{key}", this::read),
            Route.put("/v1/segments/{key}", this::put, "wait", "force"),
            Route.delete("/v1/segments/{key}", this::delete, "force"),
            Route.get("/v1/segments/{key}/count", this::count));
    }

    private CompletableFuture<Answer.Whole> list(final Request request) {
        final Paging paging = Paging.of(request);
        return port.query(view -> List.copyOf(view.segments()))
            .thenApplyAsync(all -> paging.page(all, SegmentStatus::id, SegmentsHandler::definition),
                request.executor());
    }

    private CompletableFuture<Answer.Whole> read(final Request request) {
        return find(request).thenApplyAsync(segment -> Answer.json(200, definition(segment),
            Preconditions.etag(segment.version())), request.executor());
    }

    private CompletableFuture<Answer.Whole> count(final Request request) {
        return find(request).thenApplyAsync(segment -> {
            final ObjectNode node = Json.object();
            node.put("count", segment.count());
            node.put("version", segment.version());
            return Answer.json(200, node);
        }, request.executor());
    }

    private CompletableFuture<Answer.Whole> put(final Request request) {
        final String key = request.param("key");
        if (!KEY.matcher(key).matches()) {
            throw Problem.badShape("/key", "a segment's key is 1-64 of a-z 0-9 . _ -, first a letter or digit");
        }
        final boolean isWaiting = request.flag("wait");
        final String json = checked(request, key).without("key");
        return definitions.put(request, DefinitionKind.SEGMENT, key, json, view -> version(view, key), isWaiting,
            request.flag("force"))
            .thenComposeAsync(written -> port.query(view -> Optional.ofNullable(view.segment(key)))
                .thenApplyAsync(found -> answer(key, written, found.orElse(null)), request.executor()),
                request.executor());
    }

    /**
     * The state of the version that was written. Where another has taken its place meanwhile, its own state is gone
     * and the other's (and its tag) would be a lie.
     */
    private static Answer.Whole answer(final String key, final Definitions.Written written,
                                       final SegmentStatus segment) {
        final CommandResult result = written.result();
        final int version = result.definitionVersion();
        if (segment == null || segment.id() != result.value()) {
            throw replaced(version, "deleted with its segment: key=" + key, Map.of("version", version));
        }
        if (segment.version() != version) {
            throw replaced(version, "superseded by version " + segment.version() + ": key=" + key,
                Map.of("version", version, "supersededBy", segment.version()));
        }
        return Answer.json(written.status(), state(segment), Preconditions.etag(version));
    }

    private static Problem replaced(final int version, final String by, final Map<String, Object> members) {
        return new Problem(409, ResultCode.CONFLICT, "version " + version + " was accepted, then " + by, List.of(),
            members, Map.of());
    }

    private CompletableFuture<Answer.Whole> delete(final Request request) {
        final String key = request.param("key");
        return definitions.delete(request, DefinitionKind.SEGMENT, key, view -> version(view, key),
            request.flag("force"));
    }

    private CompletableFuture<SegmentStatus> find(final Request request) {
        final String key = request.param("key");
        return port.query(view -> Optional.ofNullable(view.segment(key)))
            .thenApply(found -> found.orElseThrow(() -> Problem.notFound("segment", key)));
    }

    /** The shape of everything but the condition, whose faults are the engine's to find. */
    private static JsonBody checked(final Request request, final String key) {
        final JsonBody body = JsonBody.of(request, "key", "name", "description", "status", "websites", "eventScope",
            "applyTo", "purpose", "validFrom", "validTo", "cacheRelevant", "confirmAll", "owner", "tags",
            "condition");
        final String named = body.text("key");
        if (named != null && !named.equals(key)) {
            throw Problem.badShape("/key", "differs from the path");
        }
        for (final String text : List.of("name", "description", "status", "eventScope", "applyTo", "purpose",
            "owner")) {
            body.text(text);
        }
        body.texts("websites");
        body.texts("tags");
        body.flag("cacheRelevant");
        body.flag("confirmAll");
        return body;
    }

    private static int version(final EngineView view, final String key) {
        final SegmentStatus segment = view.segment(key);
        return segment == null ? 0 : segment.version();
    }

    private static ObjectNode definition(final SegmentStatus segment) {
        final ObjectNode node = Json.object();
        node.put("id", segment.id());
        node.put("key", segment.definition().key());
        node.setAll((ObjectNode) Json.tree(segment.definition().json()));
        node.setAll(state(segment));
        return node;
    }

    private static ObjectNode state(final SegmentStatus segment) {
        final ObjectNode node = Json.object();
        node.put("id", segment.id());
        node.put("key", segment.definition().key());
        node.put("version", segment.version());
        node.put("status", segment.definition().status().name());
        node.put("state", segment.isReady() ? "ready" : "building");
        node.put("builtFraction", segment.builtFraction());
        node.put("count", segment.count());
        return node;
    }
}
