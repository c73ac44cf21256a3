package io.tagma.server.admin;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tagma.engine.EngineView;
import io.tagma.engine.model.Attribute;
import io.tagma.engine.protocol.DefinitionKind;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.regex.Pattern;

/** Declared attributes. They have no version, hence no ETag. Immutable: any event loop. */
final class AttributesHandler {
    private static final Pattern KEY = Pattern.compile("[A-Za-z0-9_.-]{1,64}");

    private final EnginePort port;
    private final Definitions definitions;

    AttributesHandler(final EnginePort port) {
        this.port = port;
        this.definitions = new Definitions(port);
    }

    List<Route> routes() {
        return List.of(
            Route.get("/v1/attributes", this::list, Paging.QUERY),
            Route.get("/v1/attributes/{key}", this::read),
            Route.put("/v1/attributes/{key}", this::put));
    }

    private CompletableFuture<Answer.Whole> list(final Request request) {
        final Paging paging = Paging.of(request);
        return port.query(view -> List.copyOf(view.attributes()))
            .thenApplyAsync(all -> paging.page(all, Attribute::id, AttributesHandler::render), request.executor());
    }

    private CompletableFuture<Answer.Whole> read(final Request request) {
        return answer(request, request.param("key"), 200);
    }

    private CompletableFuture<Answer.Whole> put(final Request request) {
        final String key = request.param("key");
        if (!KEY.matcher(key).matches()) {
            throw Problem.badShape("/key", "an attribute's key is 1-64 of A-Z a-z 0-9 _ . -");
        }
        final JsonBody body = JsonBody.of(request, "key", "type", "pii", "sensitive", "visitorAllowed");
        final String named = body.text("key");
        if (named != null && !named.equals(key)) {
            throw Problem.badShape("/key", "differs from the path");
        }
        body.require("type");
        body.text("type");
        body.flag("pii");
        body.flag("sensitive");
        body.flag("visitorAllowed");
        return definitions.put(request, DefinitionKind.ATTRIBUTE, key, body.without("key"),
            view -> find(view, key) == null ? 0 : 1, true, false)
            .thenComposeAsync(written -> answer(request, key, written.status()), request.executor());
    }

    private CompletableFuture<Answer.Whole> answer(final Request request, final String key, final int status) {
        return port.query(view -> new Found(find(view, key))).thenApplyAsync(found -> {
            if (found.attribute == null) {
                throw Problem.notFound("attribute", key);
            }
            return Answer.json(status, render(found.attribute));
        }, request.executor());
    }

    /** An answer that may be nothing: a query answers null only to be asked again. */
    private record Found(Attribute attribute) {
    }

    private static Attribute find(final EngineView view, final String key) {
        for (final Attribute attribute : view.attributes()) {
            if (attribute.key().equals(key)) {
                return attribute;
            }
        }
        return null;
    }

    private static ObjectNode render(final Attribute attribute) {
        final ObjectNode node = Json.object();
        node.put("key", attribute.key());
        node.put("type", attribute.type().name());
        node.put("pii", attribute.pii());
        node.put("sensitive", attribute.sensitive());
        node.put("visitorAllowed", attribute.visitorAllowed());
        return node;
    }
}
