package io.tagma.server.admin;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tagma.engine.ApplicationVersion;
import java.util.List;

/**
 * How a node stands among its peers, as {@code GET /v1/cluster} tells people and peers. Immutable.
 *
 * @param node     its id
 * @param nodes    how many there are
 * @param leader   id of the leader; -1 where none is known
 * @param term     newest term of leadership that it has seen begin; -1 before the first
 * @param position log position that is applied here
 * @param isReady  whether it has recovered and answers
 * @param hasLog   whether its directory holds anything of the log
 * @param logStart where its log begins, 0 where nothing was purged
 * @param newest   application version that its software knows
 * @param peers    the other nodes as this one hears of them
 */
public record ClusterView(int node, int nodes, int leader, long term, long position, boolean isReady, boolean hasLog,
                          long logStart, int newest, List<PeerView> peers) {
    /** A node that is alone, and ready. */
    public static ClusterView alone(final long position) {
        return new ClusterView(0, 1, 0, 0, position, true, true, 0, ApplicationVersion.NEWEST, List.of());
    }

    /**
     * Another node.
     *
     * @param address  of its binary protocol
     * @param isHeard  whether it has answered lately
     * @param position newest applied position that it told
     */
    public record PeerView(int node, String address, boolean isHeard, long position) {
    }

    /** From a peer's answer; what concerns its own peers is left out. */
    public static ClusterView parse(final String json) {
        try {
            final JsonNode tree = Json.parse(json);
            if (tree == null || !tree.has("node") || !tree.has("hasLog")) {
                throw new IllegalArgumentException("not the answer of a node: length=" + json.length());
            }
            return new ClusterView(tree.path("node").intValue(), tree.path("nodes").intValue(),
                tree.path("leader").asInt(-1), tree.path("term").asLong(-1), tree.path("position").longValue(),
                tree.path("ready").booleanValue(), tree.path("hasLog").booleanValue(),
                tree.path("logStart").longValue(), tree.path("applicationVersionKnown").asInt(ApplicationVersion.FIRST),
                List.of());
        } catch (final JsonProcessingException malformed) {
            throw new IllegalArgumentException("not the answer of a node: length=" + json.length(), malformed);
        }
    }

    ObjectNode json() {
        final ObjectNode out = Json.object().put("node", node).put("nodes", nodes)
            .put("role", leader == node ? "LEADER" : leader < 0 ? "NONE" : "FOLLOWER");
        if (leader < 0) {
            out.putNull("leader");
        } else {
            out.put("leader", leader);
        }
        out.put("term", term).put("position", position).put("ready", isReady).put("hasLog", hasLog)
            .put("logStart", logStart).put("applicationVersionKnown", newest);
        final ArrayNode others = out.putArray("peers");
        for (final PeerView peer : peers) {
            others.addObject().put("node", peer.node).put("address", peer.address).put("heard", peer.isHeard)
                .put("position", peer.position);
        }
        return out;
    }
}
