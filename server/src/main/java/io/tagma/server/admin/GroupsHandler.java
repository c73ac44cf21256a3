package io.tagma.server.admin;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tagma.engine.EngineView;
import io.tagma.engine.model.CustomerGroup;
import io.tagma.engine.protocol.DefinitionKind;
import io.tagma.engine.protocol.ResultCode;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/** Customer groups. Immutable: any event loop. */
final class GroupsHandler {
    private static final int ID_MAX = 65_534;

    private final EnginePort port;
    private final Definitions definitions;

    GroupsHandler(final EnginePort port) {
        this.port = port;
        this.definitions = new Definitions(port);
    }

    List<Route> routes() {
        return List.of(
            Route.get("/v1/groups", this::list, Paging.QUERY),
            Route.post("/v1/groups", this::create),
            Route.get("/v1/groups/{id}", this::read),
            Route.put("/v1/groups/{id}", this::put),
            Route.delete("/v1/groups/{id}", this::delete));
    }

    /** A group with the number of its customers. */
    private record Counted(CustomerGroup group, long count) {
    }

    private CompletableFuture<Answer.Whole> list(final Request request) {
        final Paging paging = Paging.of(request);
        return port.query(view -> {
            final List<Counted> all = new ArrayList<>();
            for (final CustomerGroup group : view.groups()) {
                all.add(new Counted(group, view.groupCount(group.id())));
            }
            return all;
        }).thenApplyAsync(all -> paging.page(all, each -> each.group.id(), GroupsHandler::render), request.executor());
    }

    private CompletableFuture<Answer.Whole> read(final Request request) {
        return answer(request, id(request), 200, Map.of());
    }

    private CompletableFuture<Answer.Whole> create(final Request request) {
        final JsonBody body = body(request);
        body.require("code");
        final Long id = body.whole("id");
        if (id != null && (id < 0 || id > ID_MAX)) {
            throw Problem.badShape("/id", "out of range: min=0, max=" + ID_MAX);
        }
        return definitions.create(request, DefinitionKind.GROUP, id == null ? "" : Long.toString(id),
            body.without("id")).handleAsync((written, failure) -> {
                if (failure != null) {
                    throw asConflict(ProblemJson.of(failure));
                }
                final int given = (int) written.result().value();
                return answer(request, given, 201, Map.of("Location", "/v1/groups/" + given));
            }, request.executor()).thenCompose(answer -> answer);
    }

    private CompletableFuture<Answer.Whole> put(final Request request) {
        final int id = id(request);
        final JsonBody body = body(request);
        final Long named = body.whole("id");
        if (named != null && named != id) {
            throw Problem.badShape("/id", "differs from the path: path=" + id + ", id=" + named);
        }
        body.require("code");
        return definitions.put(request, DefinitionKind.GROUP, Integer.toString(id), body.without("id"),
            view -> version(view, id), true, false)
            .thenComposeAsync(written -> answer(request, id, written.status(), Map.of()), request.executor());
    }

    private CompletableFuture<Answer.Whole> delete(final Request request) {
        final int id = id(request);
        return definitions.delete(request, DefinitionKind.GROUP, Integer.toString(id), view -> version(view, id),
            false);
    }

    private CompletableFuture<Answer.Whole> answer(final Request request, final int id, final int status,
                                                   final Map<String, String> headers) {
        return port.query(view -> new Counted(find(view, id), view.groupCount(id))).thenApplyAsync(counted -> {
            if (counted.group == null) {
                throw Problem.notFound("group", Integer.toString(id));
            }
            final Map<String, String> all = new HashMap<>(headers);
            all.putAll(Preconditions.etag(counted.group.version()));
            return Answer.json(status, render(counted), all);
        }, request.executor());
    }

    private static Problem asConflict(final Problem problem) {
        return problem.code() == ResultCode.PRECONDITION_FAILED
            ? Problem.refused(ResultCode.CONFLICT, "/id", "there is a group with that id") : problem;
    }

    private static JsonBody body(final Request request) {
        final JsonBody body = JsonBody.of(request, "id", "code", "taxClassId", "excludedWebsites");
        body.text("code");
        body.whole("taxClassId");
        body.texts("excludedWebsites");
        return body;
    }

    /** The id in the path; what is no number is no group. */
    static int id(final Request request) {
        final String text = request.param("id");
        if (text.length() <= 5 && text.chars().allMatch(c -> c >= '0' && c <= '9')
            && Integer.parseInt(text) <= ID_MAX) {
            return Integer.parseInt(text);
        }
        throw Problem.notFound("group", text);
    }

    static CustomerGroup find(final EngineView view, final int id) {
        for (final CustomerGroup group : view.groups()) {
            if (group.id() == id) {
                return group;
            }
        }
        return null;
    }

    private static int version(final EngineView view, final int id) {
        final CustomerGroup group = find(view, id);
        return group == null ? 0 : group.version();
    }

    private static ObjectNode render(final Counted counted) {
        final CustomerGroup group = counted.group;
        final ObjectNode node = Json.object();
        node.put("id", group.id());
        node.put("code", group.code());
        node.put("taxClassId", group.taxClassId());
        group.excludedWebsites().forEach(node.putArray("excludedWebsites")::add);
        node.put("system", group.system());
        node.put("version", group.version());
        node.put("count", counted.count);
        return node;
    }
}
