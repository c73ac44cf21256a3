package io.tagma.server.admin;

import io.netty.handler.codec.http.HttpMethod;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;

/**
 * A resource's method. Immutable.
 *
 * @param template path segments; {@code {name}} stands for any non-empty one
 * @param query    names of query parameters it knows
 * @param isWaiting whether the answer may wait for a job
 */
record Route(HttpMethod method, List<String> template, Set<String> query, Body body, boolean isWaiting,
             Handler handler) {

    /** What a request may carry. */
    enum Body {
        /** Nothing; what comes is dropped. */
        NONE,
        /** One JSON document. */
        JSON,
        /** A stream of lines of JSON. */
        LINES,
        /** A stream of rows of CSV. */
        ROWS;

        boolean isStream() {
            return this == LINES || this == ROWS;
        }
    }

    /** Answers a request, on an event loop, never blocking; throws {@link Problem} or lets the future fail with it. */
    @FunctionalInterface
    interface Handler {
        CompletableFuture<? extends Answer> handle(Request request);
    }

    static Route get(final String path, final Handler handler, final String... query) {
        return new Route(HttpMethod.GET, template(path), Set.of(query), Body.NONE, false, handler);
    }

    /** Whose answer may wait. */
    static Route getWaiting(final String path, final Handler handler, final String... query) {
        return new Route(HttpMethod.GET, template(path), Set.of(query), Body.NONE, true, handler);
    }

    static Route post(final String path, final Handler handler, final String... query) {
        return new Route(HttpMethod.POST, template(path), Set.of(query), Body.JSON, true, handler);
    }

    static Route put(final String path, final Handler handler, final String... query) {
        return new Route(HttpMethod.PUT, template(path), Set.of(query), Body.JSON, true, handler);
    }

    static Route delete(final String path, final Handler handler, final String... query) {
        return new Route(HttpMethod.DELETE, template(path), Set.of(query), Body.NONE, true, handler);
    }

    static Route lines(final String path, final Handler handler, final String... query) {
        return new Route(HttpMethod.POST, template(path), Set.of(query), Body.LINES, false, handler);
    }

    static Route rows(final String path, final Handler handler, final String... query) {
        return new Route(HttpMethod.POST, template(path), Set.of(query), Body.ROWS, false, handler);
    }

    private static List<String> template(final String path) {
        return List.of(path.substring(1).split("/"));
    }
}
