package io.tagma.server.admin;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tagma.engine.EngineView.JobStatus;
import java.lang.management.ManagementFactory;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/** Jobs under way, snapshots, and what the server is made of. Immutable: any event loop. */
final class OperationsHandler {
    private final EnginePort port;
    private final Streams streams;

    OperationsHandler(final EnginePort port, final Streams streams) {
        this.port = port;
        this.streams = streams;
    }

    List<Route> routes() {
        return List.of(
            Route.get("/v1/builds", this::builds),
            Route.post("/v1/snapshot", this::snapshot),
            Route.get("/v1/info", this::info));
    }

    private CompletableFuture<Answer.Whole> builds(final Request request) {
        return port.query(view -> List.copyOf(view.jobs())).thenApplyAsync(jobs -> {
            final ObjectNode node = Json.object();
            final ArrayNode items = node.putArray("items");
            for (final JobStatus job : jobs) {
                items.addObject().put("job", job.job() == 0 ? null : (Long)job.job()).put("kind", job.kind())
                    .put("of", job.subjectOfWork())
                    .put("fraction", job.fraction());
            }
            for (final Streams.Progress stream : streams.all()) {
                items.addObject().putNull("job").put("kind", "STREAM").put("of", stream.name())
                    .put("fraction", stream.fraction()).put("lines", stream.lines()).put("applied", stream.applied())
                    .put("failed", stream.failed());
            }
            node.putNull("next");
            return Answer.json(200, node);
        }, request.executor());
    }

    private CompletableFuture<Answer.Whole> snapshot(final Request request) {
        if (request.body().length > 0) {
            JsonBody.of(request);
        }
        return port.snapshot().thenApplyAsync(position -> Answer.json(200, Json.object().put("position", position)),
            request.executor());
    }

    private CompletableFuture<Answer.Whole> info(final Request request) {
        return port.query(view -> new LinkedHashMap<>(view.info())).thenApplyAsync(info -> {
            final Map<String, Object> all = new LinkedHashMap<>();
            all.put("name", "tagma");
            final String version = OperationsHandler.class.getPackage().getImplementationVersion();
            all.put("version", version == null ? "development" : version);
            all.put("java", Runtime.version().toString());
            all.put("uptimeMs", ManagementFactory.getRuntimeMXBean().getUptime());
            all.putAll(info);
            all.putAll(port.logInfo());
            return Answer.json(200, Json.node(all));
        }, request.executor());
    }
}
