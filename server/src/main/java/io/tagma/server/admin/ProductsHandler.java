package io.tagma.server.admin;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tagma.engine.protocol.NamedValue;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** Products, to be read. Immutable: any event loop. */
final class ProductsHandler {
    private final EnginePort port;

    ProductsHandler(final EnginePort port) {
        this.port = port;
    }

    List<Route> routes() {
        return List.of(Route.get("/v1/products/{key}", this::read));
    }

    private CompletableFuture<Answer.Whole> read(final Request request) {
        final String key = request.param("key");
        return port.query(view -> Optional.ofNullable(view.product(key))).thenApplyAsync(fields -> {
            if (fields.isEmpty()) {
                throw Problem.notFound("product", key);
            }
            return Answer.json(200, render(key, fields.get()));
        }, request.executor());
    }

    private static ObjectNode render(final String key, final List<NamedValue> fields) {
        final ObjectNode node = Json.object();
        node.put("key", key);
        RecordJson.nest(fields, node);
        return node;
    }
}
