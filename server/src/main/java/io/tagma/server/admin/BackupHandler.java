package io.tagma.server.admin;

import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/** The whole state as one file. Immutable: any event loop. */
final class BackupHandler {
    private static final String BYTES = "application/octet-stream";

    private final EnginePort port;

    BackupHandler(final EnginePort port) {
        this.port = port;
    }

    List<Route> routes() {
        return List.of(Route.getWaiting("/v1/backup", this::backup, "fresh"));
    }

    private CompletableFuture<Answer.Streamed> backup(final Request request) {
        final boolean isFresh = request.query("fresh") == null || request.flag("fresh");
        return port.backup(isFresh).thenApply(stream -> new Answer.Streamed(200, BYTES, new BackupSlices(stream),
            Map.of("Content-Disposition", "attachment; filename=\"" + stream.name() + "\"")));
    }
}
