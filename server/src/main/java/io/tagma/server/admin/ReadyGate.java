package io.tagma.server.admin;

import io.tagma.engine.protocol.ResultCode;
import java.util.concurrent.CompletableFuture;

/** Answers 503 until the engine has recovered. Immutable: any event loop. */
final class ReadyGate implements Route.Handler {
    private final EnginePort port;
    private final Route.Handler behind;

    ReadyGate(final EnginePort port, final Route.Handler behind) {
        this.port = port;
        this.behind = behind;
    }

    /** The route, with this gate in front of its handler. */
    Route guard(final Route route) {
        return new Route(route.method(), route.template(), route.query(), route.body(), route.isWaiting(), this);
    }

    @Override
    public CompletableFuture<? extends Answer> handle(final Request request) {
        if (!port.isReady()) {
            throw Problem.busy(ResultCode.BUSY, "the server is not ready yet");
        }
        return behind.handle(request);
    }
}
