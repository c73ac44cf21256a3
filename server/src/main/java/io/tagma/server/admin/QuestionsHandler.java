package io.tagma.server.admin;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tagma.engine.EngineView;
import io.tagma.engine.EngineView.Overlap;
import io.tagma.engine.EngineView.Preview;
import io.tagma.engine.EngineView.Sampled;
import io.tagma.engine.Query;
import io.tagma.engine.model.Refusal;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** Questions about definitions that change nothing: preview and overlap. Immutable: any event loop. */
final class QuestionsHandler {
    private static final int SAMPLE_MAX = 20;
    private static final int OVERLAP_MAX = 100;
    /** The segment that a preview is compared with. */
    private static final String SEGMENT = "segment";

    private final EnginePort port;

    QuestionsHandler(final EnginePort port) {
        this.port = port;
    }

    List<Route> routes() {
        return List.of(
            Route.post("/v1/segments:preview", this::preview),
            Route.post("/v1/segments:overlap", this::overlap));
    }

    private CompletableFuture<Answer.Whole> preview(final Request request) {
        final JsonBody body = JsonBody.of(request, "condition", "applyTo", "websites", "eventScope", "purpose",
            "confirmAll", SEGMENT);
        body.text("applyTo");
        body.texts("websites");
        body.text("eventScope");
        body.text("purpose");
        body.flag("confirmAll");
        final String segment = body.text(SEGMENT);
        final long startNs = System.nanoTime();
        return port.query(new PreviewQuery(body.without(SEGMENT), segment)).thenApplyAsync(outcome -> {
            final Preview preview = outcome.orRefused();
            final ObjectNode node = Json.object();
            node.put("count", preview.count());
            preview.sample().forEach(node.putArray("sample")::add);
            if (segment != null) {
                part(preview.entering(), node.putObject("entering"));
                part(preview.leaving(), node.putObject("leaving"));
                node.put("staying", preview.staying());
            }
            node.put("tookMs", TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - startNs));
            node.put("position", preview.position());
            return Answer.json(200, node);
        }, request.executor());
    }

    private static void part(final Sampled part, final ObjectNode node) {
        node.put("count", part.count());
        part.sample().forEach(node.putArray("sample")::add);
    }

    private CompletableFuture<Answer.Whole> overlap(final Request request) {
        final JsonBody body = JsonBody.of(request, "segments");
        body.require("segments");
        final List<String> segments = body.texts("segments");
        if (segments.isEmpty() || segments.size() > OVERLAP_MAX) {
            throw Problem.badShape("/segments", "out of range: min=1, max=" + OVERLAP_MAX);
        }
        return port.query(new OverlapQuery(segments)).thenApplyAsync(outcome -> {
            final Overlap overlap = outcome.orRefused();
            final ObjectNode node = Json.object();
            final ArrayNode each = node.putArray("segments");
            for (int i = 0; i < overlap.segments().size(); i++) {
                each.addObject().put("key", overlap.segments().get(i)).put("count", overlap.counts().get(i));
            }
            final ArrayNode pairs = node.putArray("pairs");
            for (final EngineView.Pair pair : overlap.pairs()) {
                pairs.addObject().put("a", pair.a()).put("b", pair.b()).put("intersection", pair.intersection())
                    .put("union", pair.union()).put("jaccard", pair.jaccard());
            }
            node.put("union", overlap.union());
            node.put("intersection", overlap.intersection());
            node.put("position", overlap.position());
            return Answer.json(200, node);
        }, request.executor());
    }

    /** Copies the members on the first step and counts on the others. The engine's thread. */
    private static final class OverlapQuery implements Query<Outcome<Overlap>> {
        private final List<String> segments;
        private Query<Overlap> counting;

        OverlapQuery(final List<String> segments) {
            this.segments = segments;
        }

        @Override
        public Outcome<Overlap> step(final EngineView view) {
            try {
                if (counting == null) {
                    counting = view.overlapInSteps(segments);
                }
            } catch (final Refusal refusal) {
                return new Outcome<>(null, refusal);
            }
            final Overlap overlap = counting.step(view);
            return overlap == null ? null : new Outcome<>(overlap, null);
        }
    }

    /** An answer or a refusal. */
    private record Outcome<T>(T answer, Refusal refusal) {
        T orRefused() {
            if (refusal != null) {
                throw Problem.refused(refusal.code(), refusal.pointer(), refusal.getMessage());
            }
            return answer;
        }
    }

    /** Compiles on the first step and counts on the others. The engine's thread. */
    private static final class PreviewQuery implements Query<Outcome<Preview>> {
        private final String definition;
        private final String segment;
        private Query<Preview> counting;

        PreviewQuery(final String definition, final String segment) {
            this.definition = definition;
            this.segment = segment;
        }

        @Override
        public Outcome<Preview> step(final EngineView view) {
            try {
                if (counting == null) {
                    counting = view.preview(definition, segment, SAMPLE_MAX);
                }
            } catch (final Refusal refusal) {
                return new Outcome<>(null, refusal);
            }
            final Preview preview = counting.step(view);
            return preview == null ? null : new Outcome<>(preview, null);
        }
    }
}
