package io.tagma.server.admin;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import io.tagma.engine.EngineView;
import io.tagma.engine.EngineView.SegmentStatus;
import io.tagma.engine.condition.JsonFault;
import io.tagma.engine.model.Attribute;
import io.tagma.engine.model.ValueType;
import io.tagma.server.magento.SegmentTranslator;
import io.tagma.server.magento.Shop;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/** Segments as Magento writes them, one or a list. Immutable: any event loop. */
final class MagentoSegmentsHandler {
    private final EnginePort port;

    MagentoSegmentsHandler(final EnginePort port) {
        this.port = port;
    }

    List<Route> routes() {
        return List.of(Route.post("/v1/import/magento-segments", this::run, "dryRun", "confirmAll"));
    }

    private CompletableFuture<Answer.Whole> run(final Request request) {
        final boolean isDryRun = request.flag("dryRun");
        final boolean isEveryoneConfirmed = request.flag("confirmAll");
        final JsonNode body = body(request);
        return port.query(MagentoSegmentsHandler::present).thenComposeAsync(present -> new MagentoSegmentsImport(port,
            request.executor(), new SegmentTranslator(present.shop, isEveryoneConfirmed),
            new SegmentKeys(present.segments), isDryRun).run(body), request.executor())
            .thenApplyAsync(answer -> Answer.json(200, answer), request.executor());
    }

    private static JsonNode body(final Request request) {
        final JsonNode tree;
        try {
            tree = Json.parse(request.text());
        } catch (final JsonProcessingException notJson) {
            throw Problem.malformed("the body is not JSON " + JsonFault.of(notJson));
        }
        if (tree == null || !tree.isObject() && !tree.isArray()) {
            throw Problem.badShape("", "the body must be a segment or a list of segments");
        }
        return tree;
    }

    /** A copy of what a translation must know; the engine's thread. */
    private static Present present(final EngineView view) {
        final Map<String, ValueType> attributes = new HashMap<>();
        for (final Attribute attribute : view.attributes()) {
            attributes.put(attribute.key(), attribute.type());
        }
        final List<SegmentKeys.Known> segments = new ArrayList<>();
        for (final SegmentStatus segment : view.segments()) {
            segments.add(new SegmentKeys.Known(segment.definition().key(), segment.definition().name(),
                segment.version()));
        }
        return new Present(new Shop(attributes, view.websites()), segments);
    }

    private record Present(Shop shop, List<SegmentKeys.Known> segments) {
    }
}
