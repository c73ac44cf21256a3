package io.tagma.loadtest.torture;

import java.util.List;
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
    WIPE(3, 3),
    /** A follower is killed and comes back when the others have purged what it lacks. */
    AWAY(3, 1, "subjectsExpected: 20000", "peerGrace: PT15S"),
    /** One node with many subjects and segments is killed after a snapshot, and started on it. */
    SNAPSHOT(1, 1, "manualClock: '" + Population.NOW + "'");

    private final int nodes;
    private final int rounds;
    private final List<String> configuration;

    Scenario(final int nodes, final int rounds) {
        this(nodes, rounds, "subjectsExpected: 20000");
    }

    Scenario(final int nodes, final int rounds, final String... configuration) {
        this.nodes = nodes;
        this.rounds = rounds;
        this.configuration = List.of(configuration);
    }

    /** How many nodes it needs. */
    int nodes() {
        return nodes;
    }

    /** How many rounds it has where nobody says otherwise. */
    int rounds() {
        return rounds;
    }

    /** Lines of the configuration of its nodes, beside those that every node has. */
    List<String> configuration() {
        return configuration;
    }

    /** Whether the other one may go on with the nodes of this. */
    boolean sharesNodesWith(final Scenario other) {
        return nodes == other.nodes && configuration.equals(other.configuration);
    }

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
