package io.tagma.server;

import io.tagma.server.cluster.ClusterConfig;
import java.util.ArrayList;
import java.util.List;

/**
 * Which node of a cluster a server is. Immutable.
 *
 * @param node  its id, an index of the peers
 * @param peers all nodes in the order of their ids, this one included; the same on every node
 */
record Membership(int node, List<Peer> peers) {
    /** How far behind its base port a node's log listens. */
    static final int LOG_PORT = 10;

    private static final int BASE_PORT_MIN = 1_024;
    private static final int BASE_PORT_MAX = 65_536 - LOG_PORT - ClusterConfig.PORT_COUNT;

    /**
     * A node as the others know it.
     *
     * @param basePort the binary protocol's; HTTP is two behind it, the log {@value Membership#LOG_PORT}
     */
    record Peer(String host, int basePort) {
        Peer {
            if (host == null || host.isBlank()) {
                throw new IllegalArgumentException("a peer needs an address: peer=" + host);
            }
            if (basePort < BASE_PORT_MIN || basePort > BASE_PORT_MAX) {
                throw new IllegalArgumentException("out of range " + BASE_PORT_MIN + "-" + BASE_PORT_MAX
                    + ": peer=" + host + ", basePort=" + basePort);
            }
        }

        int adminPort() {
            return basePort + ServerConfig.ADMIN_PORT - ServerConfig.PORT;
        }

        /** Where its binary protocol is. */
        String address() {
            return host + ':' + basePort;
        }
    }

    Membership {
        peers = List.copyOf(peers);
        if (node < 0 || node >= peers.size()) {
            throw new IllegalArgumentException("no peer has this id: node=" + node + ", peers=" + peers.size()
                + " (ids count from 0)");
        }
        ClusterConfig.checked(members(peers));
    }

    /**
     * From texts like {@code 10.0.0.2} or {@code 10.0.0.2:7070}.
     *
     * @param basePort of those that name none
     */
    static Membership of(final int node, final List<String> peers, final int basePort) {
        final List<Peer> all = new ArrayList<>();
        for (final String peer : peers) {
            final int colon = peer.lastIndexOf(':');
            try {
                all.add(colon < 0 ? new Peer(peer.trim(), basePort)
                    : new Peer(peer.substring(0, colon).trim(), Integer.parseInt(peer.substring(colon + 1).trim())));
            } catch (final NumberFormatException noPort) {
                throw new IllegalArgumentException("not HOST or HOST:BASE_PORT: peer=" + peer, noPort);
            }
        }
        return new Membership(node, all);
    }

    Peer self() {
        return peers.get(node);
    }

    List<ClusterConfig.Member> members() {
        return members(peers);
    }

    private static List<ClusterConfig.Member> members(final List<Peer> peers) {
        return peers.stream().map(peer -> new ClusterConfig.Member(peer.host, peer.basePort + LOG_PORT)).toList();
    }
}
