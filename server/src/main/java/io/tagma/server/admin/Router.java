package io.tagma.server.admin;

import io.netty.handler.codec.http.HttpMethod;
import io.tagma.engine.protocol.ResultCode;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

/** Finds the route of a request. Immutable: any thread. */
final class Router {
    private final List<Route> routes;

    Router(final List<Route> routes) {
        this.routes = List.copyOf(routes);
    }

    /** A route with its path parameters. */
    record Match(Route route, Map<String, String> params) {
    }

    /** The route, GET's for HEAD; a {@link Problem} 404, 405 or 400 where there is none. */
    Match match(final HttpMethod method, final RequestTarget target) {
        final HttpMethod asked = HttpMethod.HEAD.equals(method) ? HttpMethod.GET : method;
        final List<Route> others = new ArrayList<>();
        for (final Route route : routes) {
            final Map<String, String> params = params(route.template(), target.segments());
            if (params == null) {
                continue;
            }
            if (!route.method().equals(asked)) {
                others.add(route);
                continue;
            }
            for (final String name : target.query().keySet()) {
                if (!route.query().contains(name)) {
                    throw Problem.badParameter(name, "unknown query parameter");
                }
            }
            return new Match(route, params);
        }
        if (others.isEmpty()) {
            throw Problem.of(404, ResultCode.NOT_FOUND, "no such resource");
        }
        throw new Problem(405, ResultCode.INVALID, "the resource does not know the method: method=" + method.name(),
            List.of(), Map.of(), Map.of("Allow", allowed(others)));
    }

    private static String allowed(final List<Route> routes) {
        final TreeSet<String> methods = new TreeSet<>();
        for (final Route route : routes) {
            methods.add(route.method().name());
            if (HttpMethod.GET.equals(route.method())) {
                methods.add(HttpMethod.HEAD.name());
            }
        }
        return String.join(", ", methods);
    }

    private static Map<String, String> params(final List<String> template, final List<String> segments) {
        if (template.size() != segments.size()) {
            return null;
        }
        Map<String, String> params = Map.of();
        for (int i = 0; i < template.size(); i++) {
            final String part = template.get(i);
            final String segment = segments.get(i);
            if (!part.startsWith("{")) {
                if (!part.equals(segment)) {
                    return null;
                }
            } else if (segment.isEmpty()) {
                return null;
            } else {
                params = params.isEmpty() ? new HashMap<>() : params;
                params.put(part.substring(1, part.length() - 1), segment);
            }
        }
        return params;
    }
}
