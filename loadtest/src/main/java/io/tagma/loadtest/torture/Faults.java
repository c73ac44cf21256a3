package io.tagma.loadtest.torture;

import com.fasterxml.jackson.databind.JsonNode;
import io.tagma.loadtest.nodes.Await;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;

/** Does the nodes harm while the load goes on, and returns once all are back. One thread. */
final class Faults {
    private static final int SNAPSHOT_KILL_MAX_MS = 300;
    private static final int AWAY_MAX_MS = 3_000;
    private static final int PAUSE_MIN_MS = 2_000;
    private static final int MS = 1_000;
    private static final Duration PURGE_PATIENCE = Duration.ofMinutes(30);
    private static final long SNAPSHOT_PAUSE_MS = 5_000;

    private final TortureSettings settings;
    private final List<NodeProcess> nodes;
    private final Load load;
    private final SplittableRandom random;

    /**
     * What was done.
     *
     * @param fault    in words
     * @param backMs   how long the last node took to be back
     * @param resumeMs from the fault to the end of the longest time without an acknowledged write, before a leader that
     *                 was killed is started again; {@link Round#WENT_ON} where writes need not stop
     */
    record Done(String fault, long backMs, long resumeMs) {
    }

    Faults(final TortureSettings settings, final List<NodeProcess> nodes, final Load load, final long seed) {
        this.settings = settings;
        this.nodes = nodes;
        this.load = load;
        random = new SplittableRandom(seed);
    }

    Done inject(final Scenario scenario) {
        return switch (scenario) {
            case KILL_ONE -> killOne();
            case LEADER_KILL -> killLeader();
            case PAUSE -> pause();
            case ROLLING_RESTART -> restartAll();
            case WIPE -> wipe();
            case AWAY -> away();
            default -> throw new IllegalStateException("no such scenario: scenario=" + scenario);
        };
    }

    private Done killOne() {
        final NodeProcess node = nodes.get(0);
        final String when = maybeInSnapshot(node);
        final long atNs = mark();
        node.process().kill();
        final long backMs = start(node);
        return new Done("SIGKILL" + when, backMs, resumedMs(atNs));
    }

    private Done killLeader() {
        final NodeProcess leader = leader();
        final String when = maybeInSnapshot(leader);
        final long atNs = mark();
        leader.process().kill();
        leader();
        load.awaitAnswers(System.nanoTime());
        final long resumeMs = resumedMs(atNs);
        Await.pass(random.nextInt(AWAY_MAX_MS));
        return new Done("SIGKILL of the leader, node " + leader.id() + when, start(leader), resumeMs);
    }

    private Done pause() {
        final NodeProcess leader = leader();
        final boolean isLeader = random.nextBoolean();
        final NodeProcess node = isLeader ? leader : follower(leader);
        final int ms = PAUSE_MIN_MS + random.nextInt(settings.pauseMaxS() * MS - PAUSE_MIN_MS + 1);
        final long atNs = mark();
        node.process().pause();
        Await.pass(ms);
        node.process().resume();
        final long resumedNs = System.nanoTime();
        node.awaitBack(load.position());
        final long backMs = sinceMs(resumedNs);
        load.awaitAnswers(resumedNs);
        return new Done("SIGSTOP of " + (isLeader ? "the leader" : "a follower") + ", node " + node.id() + ", for "
            + ms + " ms", backMs, isLeader ? resumedMs(atNs) : Round.WENT_ON);
    }

    private Done restartAll() {
        final List<Integer> leaders = new ArrayList<>();
        mark();
        long worstMs = 0;
        for (final NodeProcess node : nodes) {
            leaders.add(leader().id());
            node.process().terminate();
            worstMs = Math.max(worstMs, start(node));
        }
        return new Done("SIGTERM of each in its turn, leaders " + leaders, worstMs, Round.WENT_ON);
    }

    private Done wipe() {
        final NodeProcess node = follower(leader());
        mark();
        node.process().kill();
        node.process().wipe();
        Await.pass(random.nextInt(AWAY_MAX_MS));
        return new Done("SIGKILL of a follower, node " + node.id() + ", its directory deleted", start(node),
            Round.WENT_ON);
    }

    private Done away() {
        final NodeProcess node = follower(leader());
        final long atNs = mark();
        node.process().kill();
        load.awaitAnswers(System.nanoTime());
        // What the leader had appended when the follower died is committed by now: that is all it can have.
        Await.pass(MS);
        final long end = position(leader());
        final List<NodeProcess> others = nodes.stream().filter(other -> other != node).toList();
        Await.until(() -> "the log is purged past the end of node " + node.id() + ": end=" + end + ", logStarts="
            + others.stream().map(Faults::logStart).toList(), PURGE_PATIENCE, () -> {
                Await.pass(SNAPSHOT_PAUSE_MS);
                leader().http().snapshot().join();
                return others.stream().allMatch(other -> logStart(other) > end);
            });
        final long awayMs = sinceMs(atNs);
        final long backMs = start(node);
        final long start = logStart(node);
        if (start <= end) {
            throw new TortureException("node " + node.id() + " is back with its old log: end=" + end + ", logStart="
                + start);
        }
        return new Done("SIGKILL of a follower, node " + node.id() + ", at position " + end + ", away for " + awayMs
            + " ms, until the others' logs began at " + others.stream().map(Faults::logStart).toList(), backMs,
            Round.WENT_ON);
    }

    /** Where its log begins by its own word; 0 where it does not answer. */
    private static long logStart(final NodeProcess node) {
        final JsonNode status = node.http().status();
        return status == null ? 0 : status.path("logStart").longValue();
    }

    /** What it has applied by its own word, once it answers. */
    private static long position(final NodeProcess node) {
        final long[] position = {0};
        Await.until(() -> "node " + node.id() + " tells its position", () -> {
            final JsonNode status = node.http().status();
            position[0] = status == null ? 0 : status.path("position").longValue();
            return position[0] > 0;
        });
        return position[0];
    }

    /** Milliseconds from then to the end of the longest gap of all writers together. */
    private long resumedMs(final long atNs) {
        return Math.max(0, (load.clock().longest().toNs() - atNs) / 1_000_000);
    }

    private long mark() {
        load.mark();
        return System.nanoTime();
    }

    /** Starts a node and waits until it is back and writes go on; milliseconds that it took to be back. */
    private long start(final NodeProcess node) {
        final long startNs = System.nanoTime();
        node.process().start();
        node.awaitBack(load.position());
        final long backMs = sinceMs(startNs);
        load.awaitAnswers(System.nanoTime());
        return backMs;
    }

    /** In every other round the kill hits a snapshot that is being taken. */
    private String maybeInSnapshot(final NodeProcess node) {
        if (random.nextBoolean()) {
            return "";
        }
        final CompletableFuture<Integer> snapshot = node.http().snapshot();
        Await.pass(random.nextInt(SNAPSHOT_KILL_MAX_MS));
        return snapshot.isDone() ? " after a snapshot" : " in a snapshot";
    }

    /** The node that leads by its own word. */
    private NodeProcess leader() {
        final NodeProcess[] found = new NodeProcess[1];
        Await.until(() -> "a node leads", () -> {
            for (final NodeProcess node : nodes) {
                final JsonNode status = node.http().status();
                if (status != null && status.path("ready").booleanValue()
                    && status.path("leader").asInt(-1) == node.id()) {
                    found[0] = node;
                }
            }
            return found[0] != null;
        });
        return found[0];
    }

    private NodeProcess follower(final NodeProcess leader) {
        return nodes.get((leader.id() + 1 + random.nextInt(nodes.size() - 1)) % nodes.size());
    }

    private static long sinceMs(final long ns) {
        return (System.nanoTime() - ns) / 1_000_000;
    }
}
