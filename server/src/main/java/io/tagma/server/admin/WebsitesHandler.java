package io.tagma.server.admin;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tagma.engine.EngineView;
import io.tagma.engine.model.Website;
import io.tagma.engine.protocol.DefinitionKind;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** Websites. Immutable: any event loop. */
final class WebsitesHandler {
    private final EnginePort port;
    private final Definitions definitions;

    WebsitesHandler(final EnginePort port) {
        this.port = port;
        this.definitions = new Definitions(port);
    }

    List<Route> routes() {
        return List.of(
            Route.get("/v1/websites", this::list, Paging.QUERY),
            Route.get("/v1/websites/{code}", this::read),
            Route.put("/v1/websites/{code}", this::put));
    }

    private CompletableFuture<Answer.Whole> list(final Request request) {
        final Paging paging = Paging.of(request);
        return port.query(view -> List.copyOf(view.websites()))
            .thenApplyAsync(all -> paging.page(all, Website::id, WebsitesHandler::render), request.executor());
    }

    private CompletableFuture<Answer.Whole> read(final Request request) {
        return answer(request, request.param("code"), 200);
    }

    private CompletableFuture<Answer.Whole> put(final Request request) {
        final String code = request.param("code");
        final JsonBody body = JsonBody.of(request, "id", "code", "zone", "currency", "defaultGroupId");
        final String named = body.text("code");
        if (named != null && !named.equals(code)) {
            throw Problem.badShape("/code", "differs from the path");
        }
        body.whole("id");
        body.text("zone");
        body.text("currency");
        body.whole("defaultGroupId");
        return definitions.put(request, DefinitionKind.WEBSITE, code, body.without("code"),
            view -> version(view, code), true, false)
            .thenComposeAsync(written -> answer(request, code, written.status()), request.executor());
    }

    private CompletableFuture<Answer.Whole> answer(final Request request, final String code, final int status) {
        return port.query(view -> new Found(find(view, code))).thenApplyAsync(found -> {
            if (found.website == null) {
                throw Problem.notFound("website", code);
            }
            return Answer.json(status, render(found.website), Preconditions.etag(found.website.version()));
        }, request.executor());
    }

    private record Found(Website website) {
    }

    static Website find(final EngineView view, final String code) {
        for (final Website website : view.websites()) {
            if (website.code().equals(code)) {
                return website;
            }
        }
        return null;
    }

    private static int version(final EngineView view, final String code) {
        final Website website = find(view, code);
        return website == null ? 0 : website.version();
    }

    private static ObjectNode render(final Website website) {
        final ObjectNode node = Json.object();
        node.put("id", website.id());
        node.put("code", website.code());
        node.put("zone", website.zone().getId());
        node.put("currency", website.currency());
        node.put("defaultGroupId", website.defaultGroupId());
        node.put("version", website.version());
        return node;
    }
}
