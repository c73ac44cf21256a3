package io.tagma.loadtest.linear;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.URI;

/**
 * What a node says of itself on its status page. Immutable.
 *
 * @param leader -1 for none
 * @param term   -1 before the first
 */
record NodeState(int node, int leader, long term, boolean isReady) {
    private static final int TIMEOUT_MS = 500;
    private static final ObjectMapper JSON = new ObjectMapper();

    /** Asks; null where there is no answer. */
    static NodeState ask(final int adminPort) {
        try {
            final HttpURLConnection asking = (HttpURLConnection)
                URI.create("http://127.0.0.1:" + adminPort + "/v1/cluster").toURL().openConnection();
            asking.setConnectTimeout(TIMEOUT_MS);
            asking.setReadTimeout(TIMEOUT_MS);
            final JsonNode said;
            try {
                said = JSON.readTree(asking.getInputStream());
            } finally {
                asking.disconnect();
            }
            return new NodeState(said.path("node").asInt(), said.path("leader").asInt(-1),
                said.path("term").asLong(-1), said.path("ready").asBoolean());
        } catch (final IOException unreachable) {
            return null;
        }
    }
}
