package io.tagma.server.admin;

import java.util.List;
import java.util.concurrent.CompletableFuture;

/** The stream of operations. Immutable: any event loop. */
final class IngestHandler {
    private final EnginePort port;
    private final AdminSettings settings;

    IngestHandler(final EnginePort port, final AdminSettings settings) {
        this.port = port;
        this.settings = settings;
    }

    List<Route> routes() {
        return List.of(Route.lines("/v1/ingest", this::ingest, "dryRun"));
    }

    private CompletableFuture<Answer.Duplex> ingest(final Request request) {
        final boolean isGzip = "gzip".equalsIgnoreCase(request.headers().get("Content-Encoding"));
        return CompletableFuture.completedFuture(new Answer.Duplex(
            new IngestSession(port, settings, isGzip, request.flag("dryRun"))));
    }
}
