package io.tagma.loadtest.torture;

import java.util.Locale;

/** What is done to which nodes. */
enum Scenario {
    /** One node is killed at any moment, also while it takes a snapshot, and started again. */
    KILL_ONE(1, 20),
    /** The leader of three is killed, and started again once the others go on. */
    LEADER_KILL(3, 10),
    /** A process stands still for seconds, the leader's or another one's. */
    PAUSE(3, 5),
    /** Each in its turn is stopped in good order and started again, as for a new version. */
    ROLLING_RESTART(3, 2),
    /** A follower is killed and comes back with an empty disk. */
    WIPE(3, 3);

    private final int nodes;
    private final int rounds;

    Scenario(final int nodes, final int rounds) {
        this.nodes = nodes;
        this.rounds = rounds;
    }

    /** How many nodes it needs. */
    int nodes() {
        return nodes;
    }

    /** How many rounds it has where nobody says otherwise. */
    int rounds() {
        return rounds;
    }

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
