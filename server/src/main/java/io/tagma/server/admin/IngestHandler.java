package io.tagma.server.admin;

import java.util.List;
import java.util.concurrent.CompletableFuture;

/** The stream of operations. Immutable: any event loop. */
final class IngestHandler {
    private final EnginePort port;
    private final AdminSettings settings;
    private final Streams streams;

    IngestHandler(final EnginePort port, final AdminSettings settings, final Streams streams) {
        this.port = port;
        this.settings = settings;
        this.streams = streams;
    }

    List<Route> routes() {
        return List.of(Route.lines("/v1/ingest", this::ingest, "dryRun"));
    }

    private CompletableFuture<Answer.Duplex> ingest(final Request request) {
        final StreamTerms terms = StreamTerms.of(request, null);
        return CompletableFuture.completedFuture(new Answer.Duplex(
            new IngestSession(port, settings, terms, streams, () -> begin(terms.isDryRun()))));
    }

    private CompletableFuture<Intake> begin(final boolean isDryRun) {
        final LineSource source = new JsonLines(new IngestParser()::parse);
        return isDryRun ? port.query(DryRunCheck::new).thenApply(check -> new Intake(source, null, check))
            : CompletableFuture.completedFuture(new Intake(source, null, null));
    }
}
