package io.tagma.server.cluster;

import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;

/**
 * How a node of the log is to run. Immutable.
 *
 * @param dataDirectory where log and snapshots live; one process at a time
 * @param memberId      which of the members it is, an index
 * @param members       all members in the order of their ids, this one included; the same on every node
 * @param durability    what an acknowledgement promises
 * @param onFailure     called once, on a thread of its own, when the log has failed for good: end the process
 */
public record ClusterConfig(Path dataDirectory, int memberId, List<Member> members, Durability durability,
                            Consumer<Throwable> onFailure) {
    /** UDP ports that a member takes from its base port on: ingress, consensus, log, catch-up, archive. */
    public static final int PORT_COUNT = 5;
    private static final int MEMBERS_MAX = 9;
    private static final int BASE_PORT_MIN = 1_024;
    private static final int BASE_PORT_MAX = 65_536 - PORT_COUNT;

    /**
     * Where a member's log listens.
     *
     * @param host     address or name by which the others reach it, and on which it listens
     * @param basePort first of {@value #PORT_COUNT} consecutive UDP ports; 0 leaves the choice to the operating system,
     *                 where the member is alone
     */
    public record Member(String host, int basePort) {
        /** Checks every value. */
        public Member {
            if (host == null || host.isBlank()) {
                throw new IllegalArgumentException("a member needs an address: host=" + host);
            }
            if (basePort != 0 && (basePort < BASE_PORT_MIN || basePort > BASE_PORT_MAX)) {
                throw new IllegalArgumentException("out of range 0, " + BASE_PORT_MIN + "-" + BASE_PORT_MAX
                    + ": basePort=" + basePort);
            }
        }

        /** The endpoint with an index below {@value #PORT_COUNT}. */
        String endpoint(final int index) {
            return host + ':' + (basePort == 0 ? 0 : basePort + index);
        }
    }

    /** Checks every value. */
    public ClusterConfig {
        Objects.requireNonNull(dataDirectory, "dataDirectory");
        Objects.requireNonNull(durability, "durability");
        Objects.requireNonNull(onFailure, "onFailure");
        members = checked(members);
        if (memberId < 0 || memberId >= members.size()) {
            throw new IllegalArgumentException("out of range 0-" + (members.size() - 1) + ": memberId=" + memberId);
        }
    }

    /** A copy of what can be the members of a cluster. */
    public static List<Member> checked(final List<Member> members) {
        if (members.isEmpty() || members.size() > MEMBERS_MAX || members.size() % 2 == 0) {
            throw new IllegalArgumentException("an odd number of members up to " + MEMBERS_MAX
                + " is needed, so that more than half agree: members=" + members.size());
        }
        for (int i = 0; i < members.size(); i++) {
            if (members.size() > 1 && members.get(i).basePort == 0) {
                throw new IllegalArgumentException("members of a cluster need ports of their own: memberId=" + i);
            }
            if (members.indexOf(members.get(i)) != i) {
                throw new IllegalArgumentException("two members cannot share an address: memberId="
                    + members.indexOf(members.get(i)) + ", memberId=" + i);
            }
        }
        return List.copyOf(members);
    }

    /** One node on the loopback address, flushed before the acknowledgement, on ports that the system chooses. */
    public static ClusterConfig of(final Path dataDirectory, final Consumer<Throwable> onFailure) {
        return new ClusterConfig(dataDirectory, 0, List.of(new Member("127.0.0.1", 0)), Durability.FLUSHED, onFailure);
    }

    /** The same with another promise. */
    public ClusterConfig with(final Durability promise) {
        return new ClusterConfig(dataDirectory, memberId, members, promise, onFailure);
    }

    /** Whether there are no others. */
    public boolean isAlone() {
        return members.size() == 1;
    }

    Member self() {
        return members.get(memberId);
    }

    /** All members as the consensus module wants to hear it. */
    String clusterMembers() {
        final StringBuilder text = new StringBuilder();
        for (int id = 0; id < members.size(); id++) {
            text.append(id == 0 ? "" : "|").append(id);
            for (int port = 0; port < PORT_COUNT; port++) {
                text.append(',').append(members.get(id).endpoint(port));
            }
        }
        return text.toString();
    }

    /** Where the other members agree with each other. */
    String peersConsensusEndpoints() {
        final StringBuilder text = new StringBuilder();
        for (int id = 0; id < members.size(); id++) {
            if (id != memberId) {
                text.append(text.length() == 0 ? "" : ",")
                    .append(members.get(id).endpoint(NodeContexts.CONSENSUS_PORT));
            }
        }
        return text.toString();
    }

    /** Where a member takes commands, as a client of the cluster wants to hear it; all members for -1. */
    String ingressEndpoints(final int id) {
        final StringBuilder text = new StringBuilder();
        for (int member = 0; member < members.size(); member++) {
            if (id < 0 || id == member) {
                text.append(text.length() == 0 ? "" : ",").append(member).append('=')
                    .append(members.get(member).endpoint(0));
            }
        }
        return text.toString();
    }
}
