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

    /** 503, and why. */
    static Problem notReady(final EnginePort port) {
        return Problem.busy(ResultCode.BUSY, "the server is not ready: " + port.obstacle());
    }

    @Override
    public CompletableFuture<? extends Answer> handle(final Request request) {
        if (!port.isReady()) {
            throw notReady(port);
        }
        return behind.handle(request);
    }
}
