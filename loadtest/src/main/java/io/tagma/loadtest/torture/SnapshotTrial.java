package io.tagma.loadtest.torture;

import com.fasterxml.jackson.databind.JsonNode;
import io.tagma.client.ClientSettings;
import io.tagma.client.TagmaClient;
import io.tagma.loadtest.load.OpenLoop;
import io.tagma.loadtest.load.Traffic;
import io.tagma.loadtest.nodes.Await;
import io.tagma.server.backup.BackupFile;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.HdrHistogram.Histogram;

/**
 * A state of many subjects and segments in a real process: a snapshot of it while look-ups go on, SIGKILL, and the
 * start on that snapshot. The clock is manual, so that the state stands still when no command comes and what was before
 * can be held against what is after, to the byte. One thread.
 */
final class SnapshotTrial {
    private static final Duration PATIENCE = Duration.ofMinutes(30);
    private static final Duration LOOKUP_TIMEOUT = Duration.ofSeconds(60);
    private static final int LOOKUPS_MAX = 60_000;
    /** So that time has turned many subjects before, and the calendar is not as it was filled. */
    private static final Duration PASSED = Duration.ofHours(36);
    private static final int HEAP_MB = 1_024;
    private static final int SUBJECTS_PER_HEAP_MB = 250;
    private static final double PERCENTILE = 99.9;

    private final TortureSettings settings;
    private final Violations violations;
    private final long seed;

    SnapshotTrial(final TortureSettings settings, final Violations violations, final long seed) {
        this.settings = settings;
        this.violations = violations;
        this.seed = seed;
    }

    /** Runs it on a node in an empty directory. */
    Restoration run(final int number, final Path directory) {
        final List<String> lines = new ArrayList<>(Scenario.SNAPSHOT.configuration());
        lines.add("subjectsExpected: " + settings.subjects());
        try (Stage stage = new Stage(directory, 1, HEAP_MB + settings.subjects() / SUBJECTS_PER_HEAP_MB, lines)) {
            stage.start();
            final NodeProcess node = stage.nodes().get(0);
            final Restoration restoration = run(number, node, stage.root());
            violations.check();
            if (!settings.isKept()) {
                stage.clear();
            }
            return restoration;
        }
    }

    private Restoration run(final int number, final NodeProcess node, final Path root) {
        final long commands;
        final long loadMs;
        try (TagmaClient client = connect(node, PATIENCE)) {
            final Loader loader = new Loader(client, new Population(seed));
            loader.define(settings.segments());
            final long loadNs = System.nanoTime();
            commands = loader.load(settings.subjects());
            loadMs = sinceMs(loadNs);
        }
        node.http().put("/v1/clock", "{\"now\":\"" + Population.NOW.plus(PASSED) + "\"}");
        final Probe before = probe(node);
        if (before.counts().size() != settings.segments() || before.memberships() < settings.subjects()) {
            throw new TortureException("a state that proves nothing: segments=" + before.counts().size()
                + ", memberships=" + before.memberships());
        }

        final Watched watched = watch(node);
        final JsonNode figures = snapshot(node);
        final Path image = root.resolve("before.backup");
        node.http().backup(image, false);

        node.process().kill();
        final long startNs = System.nanoTime();
        node.process().start();
        node.awaitBack(figures.path("position").longValue(), PATIENCE);
        final long readyMs = sinceMs(startNs);
        final long begunWith = snapshot(node).path("position").asLong(-1);
        if (begunWith != figures.path("position").longValue()) {
            violations.add("not started on the snapshot: position=" + figures.path("position") + ", startedOn="
                + begunWith);
        }
        before.compare(probe(node), violations);
        compareImages(node, image, root.resolve("after.backup"));
        return new Restoration(number, settings.subjects(), settings.segments(), commands, loadMs,
            before.memberships(), figures.path("bytes").longValue(), watched.takenMs,
            figures.path("lastStallMs").doubleValue(), us(watched.quiet, PERCENTILE), us(watched.during, PERCENTILE),
            us(watched.during, 100), watched.during.getTotalCount(), watched.failures, readyMs, before.rows().size(),
            stateHash(image));
    }

    private Probe probe(final NodeProcess node) {
        try (TagmaClient client = connect(node, PATIENCE)) {
            return Probe.of(node.http(), client, settings.subjects(), seed);
        }
    }

    private record Watched(Histogram quiet, Histogram during, long failures, long takenMs) {
    }

    /** Takes a snapshot while look-ups go on at a steady rate. */
    private Watched watch(final NodeProcess node) {
        final SplittableRandom random = new SplittableRandom(seed);
        try (TagmaClient client = connect(node, LOOKUP_TIMEOUT)) {
            final OpenLoop lookups = new OpenLoop(settings.lookups(), LOOKUPS_MAX,
                () -> client.lookup(Population.key(random.nextInt(settings.subjects()))));
            final Histogram quiet;
            final long failuresBefore;
            final long takenMs;
            try (Traffic traffic = new Traffic(List.of(lookups))) {
                traffic.start();
                // Once to get warm, once to measure.
                Await.pass(2L * settings.warmUpMs());
                lookups.latencies();
                Await.pass(2L * settings.warmUpMs());
                quiet = lookups.latencies().copy();
                failuresBefore = lookups.failures();
                final long startNs = System.nanoTime();
                final int status = node.http().snapshot().join();
                takenMs = sinceMs(startNs);
                if (status != 200) {
                    throw new TortureException("no snapshot: status=" + status + ", log=" + node.process().said());
                }
            }
            Await.until(() -> "all look-ups are answered", () -> client.inFlight() == 0);
            return new Watched(quiet, lookups.latencies().copy(), lookups.failures() - failuresBefore, takenMs);
        }
    }

    /** What the node says of its newest snapshot. */
    private static JsonNode snapshot(final NodeProcess node) {
        return NodeHttp.json(node.http().read("/v1/info")).path("snapshot");
    }

    /** Takes another snapshot of what was restored, and holds it against the one it was restored from. */
    private void compareImages(final NodeProcess node, final Path before, final Path after) {
        node.http().backup(after, true);
        try (StateBytes was = new StateBytes(before); StateBytes is = new StateBytes(after)) {
            final String difference = StateDifference.of(was::next, is::next);
            if (difference != null) {
                violations.add("another state after the start: " + difference + ", before=" + stateHash(before)
                    + ", after=" + stateHash(after));
            }
        }
    }

    private static String stateHash(final Path image) {
        try (BackupFile backup = new BackupFile(image)) {
            return backup.summary().stateHashText();
        }
    }

    private static TagmaClient connect(final NodeProcess node, final Duration timeout) {
        return TagmaClient.connect(ClientSettings.of(node.address()).withTimeout(timeout));
    }

    private static long us(final Histogram latencies, final double percentile) {
        return latencies.getTotalCount() == 0 ? 0 : latencies.getValueAtPercentile(percentile) / 1_000;
    }

    private static long sinceMs(final long ns) {
        return (System.nanoTime() - ns) / 1_000_000;
    }
}
