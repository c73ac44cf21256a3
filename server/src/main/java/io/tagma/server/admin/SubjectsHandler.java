package io.tagma.server.admin;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tagma.engine.EngineView;
import io.tagma.engine.EngineView.EntryExport;
import io.tagma.engine.EngineView.Explanation;
import io.tagma.engine.EngineView.LineExport;
import io.tagma.engine.EngineView.Node;
import io.tagma.engine.EngineView.SubjectExport;
import io.tagma.engine.EngineView.SubjectSegments;
import io.tagma.engine.Query;
import io.tagma.engine.protocol.Command;
import io.tagma.engine.model.Source;
import io.tagma.engine.protocol.SubjectKind;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** What is held about a subject, its segments, and why. Immutable: any event loop. */
final class SubjectsHandler {
    private final EnginePort port;
    private final Definitions definitions;

    SubjectsHandler(final EnginePort port) {
        this.port = port;
        this.definitions = new Definitions(port);
    }

    List<Route> routes() {
        return List.of(
            Route.get("/v1/subjects/{key}", this::read),
            Route.delete("/v1/subjects/{key}", this::erase),
            Route.get("/v1/subjects/{key}/segments", this::segments, "website"),
            Route.get("/v1/subjects/{key}/explain", this::explain, "segment"));
    }

    private CompletableFuture<Answer.Whole> read(final Request request) {
        final String key = key(request);
        return port.query(new ExportSteps(key)).thenApplyAsync(subject ->
            Answer.json(200, render(subject.orElseThrow(() -> Problem.notFound("subject", key)))),
            request.executor());
    }

    private CompletableFuture<Answer.Whole> erase(final Request request) {
        return port.submit(new Command.SubjectDelete(key(request), null))
            .thenComposeAsync(result -> definitions.finished(result, true), request.executor())
            .thenApply(result -> Answer.empty(204, Map.of()));
    }

    private CompletableFuture<Answer.Whole> segments(final Request request) {
        final String key = key(request);
        final String website = request.query("website");
        return port.query(view -> lookup(view, key, website, port.readAtMs())).thenApplyAsync(found -> {
            final SubjectSegments subject = found.orElseThrow(() -> Problem.notFound("website", website));
            final ObjectNode node = Json.object();
            node.put("key", subject.key());
            node.put("known", subject.isKnown());
            node.put("kind", kind(subject.kind()));
            node.put("group", subject.group());
            final ArrayNode segments = node.putArray("segments");
            subject.segments().forEach(name -> segments.addObject().put("id", name.id()).put("key", name.key()));
            node.put("varyHash", String.format(Locale.ROOT, "%016x", subject.varyHash()));
            node.put("epoch", subject.epoch());
            node.put("asOf", subject.asOf());
            node.put("stale", subject.isStale());
            return Answer.json(200, node);
        }, request.executor());
    }

    private static Optional<SubjectSegments> lookup(final EngineView view, final String key, final String website,
                                                    final long readAtMs) {
        if (website != null && WebsitesHandler.find(view, website) == null) {
            return Optional.empty();
        }
        return Optional.ofNullable(view.segmentsOf(key, website, readAtMs));
    }

    private CompletableFuture<Answer.Whole> explain(final Request request) {
        final String key = key(request);
        final String segment = request.required("segment");
        return port.query(new ExplainSteps(key, segment))
            .thenApplyAsync(explained -> {
                if (explained.explanation == null) {
                    throw explained.isSegmentKnown ? Problem.notFound("subject", key)
                        : Problem.notFound("segment", segment);
                }
                return Answer.json(200, render(explained.explanation));
            }, request.executor());
    }

    /** Copies the subject on the first step and tells it on the others. The engine's thread. */
    private static final class ExportSteps implements Query<Optional<SubjectExport>> {
        private final String key;
        private Query<SubjectExport> steps;

        ExportSteps(final String key) {
            this.key = key;
        }

        @Override
        public Optional<SubjectExport> step(final EngineView view) {
            if (steps == null) {
                steps = view.subjectInSteps(key);
                if (steps == null) {
                    return Optional.empty();
                }
            }
            final SubjectExport subject = steps.step(view);
            return subject == null ? null : Optional.of(subject);
        }
    }

    /** Copies the subject on the first step and explains it on the others. The engine's thread. */
    private static final class ExplainSteps implements Query<Explained> {
        private final String key;
        private final String segment;
        private Query<Explanation> steps;

        ExplainSteps(final String key, final String segment) {
            this.key = key;
            this.segment = segment;
        }

        @Override
        public Explained step(final EngineView view) {
            if (steps == null) {
                steps = view.explainInSteps(key, segment);
                if (steps == null) {
                    return new Explained(null, view.segment(segment) != null);
                }
            }
            final Explanation explanation = steps.step(view);
            return explanation == null ? null : new Explained(explanation, true);
        }
    }

    private record Explained(Explanation explanation, boolean isSegmentKnown) {
    }

    private static String key(final Request request) {
        final String key = request.param("key");
        final String fault = Keys.fault(key, Keys.SUBJECT_LENGTH_MAX);
        if (fault != null) {
            throw Problem.badShape("/key", fault);
        }
        return key;
    }

    private static String kind(final SubjectKind kind) {
        return kind == null ? null : kind.name().toLowerCase(Locale.ROOT);
    }

    private static ObjectNode render(final SubjectExport subject) {
        final ObjectNode node = Json.object();
        node.put("key", subject.key());
        node.put("kind", kind(subject.kind()));
        node.put("website", subject.website());
        node.put("group", subject.group());
        node.set("attributes", RecordJson.flat(subject.attributes()));
        final ObjectNode consents = node.putObject("consents");
        subject.consents().forEach(consents::put);
        final ArrayNode aliases = node.putArray("aliases");
        subject.aliases().forEach(aliases::add);
        render(subject, Source.ADDRESS, node.putArray("addresses"));
        render(subject, Source.CART, node.putArray("carts"));
        render(subject, Source.WISHLIST_ITEM, node.putArray("wishlist"));
        render(subject, Source.ORDER, node.putArray("orders"));
        render(subject, Source.VIEW, node.putArray("views"));
        render(subject, Source.EVENT, node.putArray("events"));
        return node;
    }

    /**
     * Records in order of time: they are held as they came, also late. Orders of one instant go by their ids, because a
     * node that began with a snapshot holds them so: all nodes give the same answer.
     */
    private static void render(final SubjectExport subject, final Source source, final ArrayNode into) {
        final List<EntryExport> entries = new ArrayList<>(subject.entries(source));
        if (source.isTimed()) {
            final Comparator<EntryExport> byTime = Comparator.comparingLong(EntryExport::t);
            entries.sort(source == Source.ORDER ? byTime.thenComparing(EntryExport::id) : byTime);
        }
        for (final EntryExport entry : entries) {
            final ObjectNode one = into.addObject();
            if (source == Source.ORDER) {
                one.put("id", entry.id());
            } else if (source == Source.EVENT) {
                one.put("name", entry.id());
            }
            if (source.isTimed()) {
                one.put("t", entry.t());
            }
            RecordJson.nest(entry.fields(), one);
            if (source.line() != null) {
                final ArrayNode items = one.putArray("items");
                for (final LineExport item : entry.lines()) {
                    final ObjectNode line = items.addObject();
                    line.put("t", item.t());
                    RecordJson.nest(item.fields(), line);
                }
            }
        }
    }

    private static ObjectNode render(final Explanation explanation) {
        final ObjectNode node = Json.object();
        node.put("key", explanation.key());
        node.put("segment", explanation.segment());
        node.put("version", explanation.version());
        node.put("member", explanation.isMember());
        node.put("sentence", explanation.sentence());
        node.put("universe", explanation.universe());
        final ArrayNode parts = node.putArray("parts");
        explanation.parts().forEach(part -> parts.add(render(part)));
        node.set("tree", explanation.tree() == null ? null : render(explanation.tree()));
        node.put("nextFlip", explanation.nextFlip());
        node.put("flipsIn", flipsIn(explanation.nextFlip(), explanation.asOf()));
        node.put("zone", explanation.zone());
        node.put("asOf", explanation.asOf());
        node.put("position", explanation.position());
        return node;
    }

    private static ObjectNode render(final Node tree) {
        final ObjectNode node = Json.object();
        node.put("what", tree.what());
        if (tree.condition() != null) {
            node.set("condition", Json.tree(tree.condition()));
        }
        node.put("verdict", tree.verdict());
        node.put("actual", tree.actual());
        node.put("nextFlip", tree.nextFlip());
        node.put("sentence", tree.sentence());
        final ArrayNode children = node.putArray("children");
        tree.children().forEach(child -> children.add(render(child)));
        return node;
    }

    /** The two largest units of a time ahead: {@code 3 d 4 h}. */
    private static String flipsIn(final Long instant, final long asOf) {
        if (instant == null) {
            return null;
        }
        final String[] units = {"d", "h", "m", "s"};
        final long[] lengths = {86_400, 3_600, 60, 1};
        long seconds = Math.max(0, (instant - asOf + 999) / 1000);
        final StringBuilder text = new StringBuilder();
        int shown = 0;
        for (int i = 0; i < lengths.length && shown < 2; i++) {
            final long amount = seconds / lengths[i];
            seconds %= lengths[i];
            if (amount > 0 || shown > 0 || i == lengths.length - 1) {
                text.append(shown == 0 ? "" : " ").append(amount).append(' ').append(units[i]);
                shown++;
            }
        }
        return text.toString();
    }
}
