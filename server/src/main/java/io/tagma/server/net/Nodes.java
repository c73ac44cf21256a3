package io.tagma.server.net;

/** The other nodes of the cluster, as far as an answer may name one. Called by event loops: it must never block. */
@FunctionalInterface
public interface Nodes {
    /** Knows none. */
    Nodes NONE = position -> "";

    /** The {@code host:port} of another node's binary port that has applied the position, or empty. */
    String nodeWith(long position);
}
