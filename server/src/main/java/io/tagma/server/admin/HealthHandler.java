package io.tagma.server.admin;

import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/** Liveness, readiness, the node among its peers, and gauges in Prometheus's text format. Immutable: any event loop. */
final class HealthHandler {
    private static final String PROMETHEUS = "text/plain; version=0.0.4; charset=utf-8";

    private final EnginePort port;

    HealthHandler(final EnginePort port) {
        this.port = port;
    }

    List<Route> routes() {
        return List.of(
            Route.get("/livez", this::live),
            Route.get("/readyz", this::ready),
            Route.get("/v1/cluster", this::cluster),
            Route.get("/metrics", this::metrics));
    }

    private CompletableFuture<Answer.Whole> live(final Request request) {
        return CompletableFuture.completedFuture(Answer.json(200, Json.object().put("status", "live")));
    }

    private CompletableFuture<Answer.Whole> ready(final Request request) {
        if (!port.isReady()) {
            throw ReadyGate.notReady(port);
        }
        return CompletableFuture.completedFuture(Answer.json(200, Json.object().put("status", "ready")));
    }

    /** Also while it starts: peers that start ask each other. */
    private CompletableFuture<Answer.Whole> cluster(final Request request) {
        return CompletableFuture.completedFuture(Answer.json(200, port.cluster().json()));
    }

    private CompletableFuture<Answer.Whole> metrics(final Request request) {
        if (!port.isReady()) {
            return CompletableFuture.completedFuture(text("# TYPE tagma_ready gauge\ntagma_ready 0\n"));
        }
        return port.query(view -> {
            final Map<String, Object> info = new LinkedHashMap<>(view.info());
            info.put("position", view.position());
            info.put("clock_lag_ms", Math.max(view.now(), port.readAtMs()) - view.asOf());
            info.put("changes_next", view.changesNext());
            port.logInfo().forEach((name, value) -> info.put(name, value instanceof Boolean is ? is ? 1 : 0 : value));
            return info;
        }).thenApplyAsync(HealthHandler::render, request.executor());
    }

    private static Answer.Whole render(final Map<String, Object> info) {
        final StringBuilder out = new StringBuilder("# TYPE tagma_ready gauge\ntagma_ready 1\n");
        info.forEach((name, value) -> gauge("tagma_" + snake(name), value, out));
        return text(out.toString());
    }

    /** A number as a gauge, the numbers of a map each by its name; nothing else. */
    private static void gauge(final String name, final Object value, final StringBuilder out) {
        if (value instanceof Number number) {
            out.append("# TYPE ").append(name).append(" gauge\n").append(name).append(' ').append(number).append('\n');
        } else if (value instanceof Map<?, ?> map) {
            map.forEach((inner, each) -> gauge(name + "_" + snake(String.valueOf(inner)), each, out));
        }
    }

    private static String snake(final String name) {
        final StringBuilder out = new StringBuilder();
        for (int i = 0; i < name.length(); i++) {
            final char c = name.charAt(i);
            if (c >= 'A' && c <= 'Z') {
                out.append(i == 0 ? "" : "_").append((char) (c + 'a' - 'A'));
            } else {
                out.append(c >= 'a' && c <= 'z' || c >= '0' && c <= '9' ? c : '_');
            }
        }
        return out.toString();
    }

    private static Answer.Whole text(final String text) {
        return new Answer.Whole(200, PROMETHEUS, text.getBytes(StandardCharsets.UTF_8), Map.of());
    }
}
