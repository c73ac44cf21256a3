package io.tagma.loadtest.linear;

import io.tagma.loadtest.nodes.Await;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.function.Consumer;

/** Does faults to a cluster, one after the other, and waits until it has recovered from each. One thread's. */
final class Nemesis {
    private static final int DOWN_MIN_MS = 300;
    private static final int DOWN_MAX_MS = 3_500;
    private static final int FAVOUR_MS = 700;

    private final LocalCluster cluster;
    private final Course course;
    private final SplittableRandom random;
    private final int calmMs;
    private final Consumer<String> log;
    private final Map<Fault, Integer> done = new EnumMap<>(Fault.class);

    /** @param log gets a line of each fault */
    Nemesis(final LocalCluster cluster, final Course course, final SplittableRandom random, final int calmMs,
            final Consumer<String> log) {
        this.cluster = cluster;
        this.course = course;
        this.random = random;
        this.calmMs = calmMs;
        this.log = log;
    }

    /** How often a fault was done. */
    int done(final Fault fault) {
        return done.getOrDefault(fault, 0);
    }

    /** Does the faults in their order, each after a while of calm. */
    void run(final List<Fault> faults) {
        for (final Fault fault : faults) {
            Await.pass(calmMs);
            run(fault);
        }
        Await.pass(calmMs);
    }

    private void run(final Fault fault) {
        final int leader = cluster.awaitAll();
        final int victim = fault.isOfLeader() ? leader
            : (leader + 1 + random.nextInt(cluster.count() - 1)) % cluster.count();
        final NodeProcess node = cluster.node(victim);
        final int downMs = random.nextInt(DOWN_MIN_MS, DOWN_MAX_MS);
        final long beginNs = course.nowNs();
        if (fault.isKill()) {
            node.kill();
        } else {
            node.halt();
        }
        if (fault.isOfLeader()) {
            course.leaderLost();
        }
        Await.pass(downMs);
        if (fault.isKill()) {
            node.process().start();
        } else {
            node.go();
            course.favour(victim);
        }
        final int leaderAfter = cluster.awaitAll();
        node.isUp();
        course.favour(victim);
        Await.pass(FAVOUR_MS);
        course.favourNone();
        done.merge(fault, 1, Integer::sum);
        log.accept(fault + ": node " + victim + " for " + downMs + " ms, all well after "
            + (course.nowNs() - beginNs) / 1_000_000 + " ms, leader " + leader + " -> " + leaderAfter);
    }
}
