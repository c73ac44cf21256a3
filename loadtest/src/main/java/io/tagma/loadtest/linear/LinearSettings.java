package io.tagma.loadtest.linear;

import java.nio.file.Path;
import java.util.List;

/**
 * How histories are to be made. Immutable, validated.
 *
 * @param directory     where the nodes keep their data and what they print; empty or absent
 * @param seed          of all choices and of the loss; what threads and processes make of their time differs
 * @param nodes         of the cluster, an odd number
 * @param clients       that ask at once
 * @param keys          that are written and read at any time
 * @param rounds        how often all faults are done, in an order of their own each time
 * @param faults        of a round
 * @param calmMs        without a fault before each
 * @param operationsMin of a round, which goes on after its faults until there are so many
 * @param lossRate      of the packets between nodes, 0 to 0.5
 */
public record LinearSettings(Path directory, long seed, int nodes, int clients, int keys, int rounds,
                             List<Fault> faults, int calmMs, int operationsMin, double lossRate) {
    private static final int NODES_MAX = 9;
    private static final int CLIENTS_MAX = 64;
    private static final int KEYS_MAX = 100;
    private static final int ROUNDS_MAX = 100_000;
    private static final int CALM_MAX_MS = 60_000;
    private static final int OPERATIONS_MAX = 1_000_000;
    private static final double LOSS_MAX = 0.5;

    /** Checks every value. */
    public LinearSettings {
        faults = List.copyOf(faults);
        inRange("nodes", nodes, NODES_MAX);
        inRange("clients", clients, CLIENTS_MAX);
        inRange("keys", keys, KEYS_MAX);
        inRange("rounds", rounds, ROUNDS_MAX);
        inRange("calmMs", calmMs, CALM_MAX_MS);
        inRange("operationsMin", operationsMin, OPERATIONS_MAX);
        if (nodes % 2 == 0) {
            throw new IllegalArgumentException("an odd number of nodes is needed: nodes=" + nodes);
        }
        if (!(lossRate >= 0 && lossRate <= LOSS_MAX)) {
            throw new IllegalArgumentException("out of range 0-" + LOSS_MAX + ": lossRate=" + lossRate);
        }
        if (nodes == 1 && (faults.contains(Fault.KILL_FOLLOWER) || faults.contains(Fault.PAUSE_FOLLOWER))) {
            throw new IllegalArgumentException("a node that is alone has no followers: faults=" + faults);
        }
    }

    private static void inRange(final String name, final int value, final int max) {
        if (value < 1 || value > max) {
            throw new IllegalArgumentException("out of range 1-" + max + ": " + name + "=" + value);
        }
    }
}
