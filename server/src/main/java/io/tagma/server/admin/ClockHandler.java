package io.tagma.server.admin;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tagma.engine.EngineView;
import io.tagma.engine.protocol.Command;
import io.tagma.engine.protocol.ResultCode;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** The engine's time; a manual clock is moved on here. Immutable: any event loop. */
final class ClockHandler {
    private final EnginePort port;
    private final Definitions definitions;

    ClockHandler(final EnginePort port) {
        this.port = port;
        this.definitions = new Definitions(port);
    }

    List<Route> routes() {
        return List.of(Route.get("/v1/clock", this::read), Route.put("/v1/clock", this::advance));
    }

    private CompletableFuture<Answer.Whole> read(final Request request) {
        return port.query(ClockHandler::render).thenApplyAsync(node -> Answer.json(200, node), request.executor());
    }

    private CompletableFuture<Answer.Whole> advance(final Request request) {
        final JsonBody body = JsonBody.of(request, "now");
        body.require("now");
        final long now = instant(body.node("now"));
        return port.query(EngineView::isManualClock).thenComposeAsync(isManual -> {
            if (!isManual) {
                throw Problem.of(409, ResultCode.CONFLICT, "the server's clock is not manual: it runs in real time");
            }
            return port.submit(new Command.ClockAdvance(now));
        }, request.executor())
            .thenComposeAsync(result -> definitions.finished(result, true), request.executor())
            .thenComposeAsync(done -> read(request), request.executor());
    }

    private static long instant(final JsonNode node) {
        Long instant = null;
        if (node.isIntegralNumber() && node.canConvertToLong()) {
            instant = node.longValue();
        } else if (node.isTextual()) {
            instant = Instants.parse(node.textValue());
        }
        if (instant == null) {
            throw Problem.badShape("/now", "must be epoch milliseconds, or ISO-8601 with an offset");
        }
        return instant;
    }

    private static ObjectNode render(final EngineView view) {
        final ObjectNode node = Json.object();
        node.put("now", view.now());
        node.put("asOf", view.asOf());
        node.put("manual", view.isManualClock());
        return node;
    }
}
