package io.tagma.server.admin;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tagma.engine.EngineView;
import io.tagma.engine.model.Refusal;
import io.tagma.engine.protocol.Command;
import io.tagma.engine.protocol.DefinitionKind;
import io.tagma.server.magento.MagentoFault;
import io.tagma.server.magento.SegmentTranslator;
import io.tagma.server.magento.Translation;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;

/** One import: segment after segment, each wholly or not at all. One request's. */
final class MagentoSegmentsImport {
    private static final String REFUSED = "refused";

    private final EnginePort port;
    private final Executor executor;
    private final SegmentTranslator translator;
    private final SegmentKeys keys;
    private final boolean isDryRun;
    private final ArrayNode items = Json.object().putArray("items");
    private final List<Long> jobs = new ArrayList<>();

    MagentoSegmentsImport(final EnginePort port, final Executor executor, final SegmentTranslator translator,
                          final SegmentKeys keys, final boolean isDryRun) {
        this.port = port;
        this.executor = executor;
        this.translator = translator;
        this.keys = keys;
        this.isDryRun = isDryRun;
    }

    /** Imports the segment or the list; completes when the memberships of what was stored are visible. */
    CompletableFuture<ObjectNode> run(final JsonNode body) {
        CompletableFuture<Void> last = CompletableFuture.completedFuture(null);
        if (body.isArray()) {
            for (int i = 0; i < body.size(); i++) {
                final JsonNode segment = body.get(i);
                final String pointer = "/" + i;
                last = last.thenComposeAsync(done -> one(segment, pointer), executor);
            }
        } else {
            last = one(body, "");
        }
        return last.thenComposeAsync(done -> CompletableFuture.allOf(jobs.stream().map(port::jobDone)
            .toArray(CompletableFuture[]::new)), executor).thenApplyAsync(done -> answer(), executor);
    }

    private CompletableFuture<Void> one(final JsonNode segment, final String pointer) {
        final Translation translation = translator.translate(segment, pointer);
        final ObjectNode item = items.addObject();
        item.put("name", translation.name());
        if (translation.name() == null) {
            return refused(item.putNull("key"), translation.faults());
        }
        final String key = keys.next(translation.name());
        item.put("key", key);
        if (!translation.faults().isEmpty()) {
            return refused(item, translation.faults());
        }
        final String json = Json.text(translation.definition());
        if (!Keys.isWellFormed(json)) {
            return refused(item, List.of(new MagentoFault(pointer, "is no Unicode text: a surrogate stands alone")));
        }
        return isDryRun ? check(item, key, translation) : store(item, key, json, translation);
    }

    private CompletableFuture<Void> check(final ObjectNode item, final String key, final Translation translation) {
        final ObjectNode definition = translation.definition();
        final ObjectNode preview = Json.object();
        preview.set("condition", definition.get("condition"));
        preview.set("applyTo", definition.get("applyTo"));
        if (definition.has("websites")) {
            preview.set("websites", definition.get("websites"));
        }
        final String json = Json.text(preview);
        return port.query(view -> new Checked(refusal(view, json))).thenComposeAsync(checked -> {
            final CompletableFuture<Void> next = checked.refusal == null ? done(item, key)
                : refused(item, List.of(new MagentoFault(translation.origin(checked.refusal.pointer()),
                checked.refusal.getMessage())));
            item.set("condition", definition.get("condition"));
            return next;
        }, executor);
    }

    private static Refusal refusal(final EngineView view, final String json) {
        try {
            view.preview(json, 1);
            return null;
        } catch (final Refusal refusal) {
            return refusal;
        }
    }

    /** An answer that may be nothing: a query answers null only to be asked again. */
    private record Checked(Refusal refusal) {
    }

    private CompletableFuture<Void> store(final ObjectNode item, final String key, final String json,
                                          final Translation translation) {
        return port.submit(new Command.PutDefinition(DefinitionKind.SEGMENT, key, keys.version(key), json))
            .thenComposeAsync(result -> {
                if (result.isOk()) {
                    if (result.job() != 0) {
                        jobs.add(result.job());
                    }
                    return done(item, key);
                }
                final Problem problem = Problem.of(result);
                if (problem.status() >= 500) {
                    throw problem;
                }
                return refused(item, List.of(new MagentoFault(translation.origin(result.pointer()),
                    problem.getMessage())));
            }, executor);
    }

    private CompletableFuture<Void> done(final ObjectNode item, final String key) {
        item.put("status", keys.version(key) == 0 ? "created" : "replaced");
        item.putArray("errors");
        return CompletableFuture.completedFuture(null);
    }

    private static CompletableFuture<Void> refused(final ObjectNode item, final List<MagentoFault> faults) {
        item.put("status", REFUSED);
        final ArrayNode errors = item.putArray("errors");
        for (final MagentoFault fault : faults) {
            errors.addObject().put("pointer", fault.pointer()).put("detail", fault.detail());
        }
        return CompletableFuture.completedFuture(null);
    }

    private ObjectNode answer() {
        final ObjectNode answer = Json.object();
        answer.set("items", items);
        for (final String status : List.of("created", "replaced", REFUSED)) {
            int count = 0;
            for (final JsonNode item : items) {
                count += item.get("status").textValue().equals(status) ? 1 : 0;
            }
            answer.put(status, count);
        }
        return answer;
    }
}
