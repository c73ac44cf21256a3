package io.tagma.server.admin;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tagma.engine.EngineView;
import io.tagma.engine.protocol.Command;
import io.tagma.engine.protocol.ResultCode;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * The rules by which the log is applied; raised here once all nodes know the new ones, because a node that does not
 * stops. Immutable: any event loop.
 */
final class ApplicationVersionHandler {
    private final EnginePort port;
    private final Definitions definitions;

    ApplicationVersionHandler(final EnginePort port) {
        this.port = port;
        definitions = new Definitions(port);
    }

    List<Route> routes() {
        return List.of(Route.get("/v1/application-version", this::read),
            Route.put("/v1/application-version", this::raise));
    }

    private CompletableFuture<Answer.Whole> read(final Request request) {
        return port.query(ApplicationVersionHandler::render)
            .thenApplyAsync(node -> Answer.json(200, node), request.executor());
    }

    private CompletableFuture<Answer.Whole> raise(final Request request) {
        final JsonBody body = JsonBody.of(request, "version");
        body.require("version");
        final long version = body.whole("version");
        return port.query(EngineView::applicationVersionKnown).thenComposeAsync(known -> {
            if (version < 1 || version > known) {
                throw Problem.refused(ResultCode.INVALID, "/version",
                    "this node does not know the version: version=" + version + ", known=" + known);
            }
            return port.submit(new Command.SetApplicationVersion((int)version));
        }, request.executor())
            .thenComposeAsync(result -> definitions.finished(result, true), request.executor())
            .thenComposeAsync(done -> read(request), request.executor());
    }

    private static ObjectNode render(final EngineView view) {
        final ObjectNode node = Json.object();
        node.put("version", view.applicationVersion());
        node.put("known", view.applicationVersionKnown());
        return node;
    }
}
