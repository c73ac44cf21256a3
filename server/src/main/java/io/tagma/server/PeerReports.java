package io.tagma.server;

import io.tagma.server.admin.ClusterView;
import io.tagma.server.cluster.PeerReport;
import io.tagma.server.cluster.Peers;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Asks the other nodes where they stand, over HTTP, which answers while a node starts. Blocks. */
final class PeerReports implements Peers {
    private static final Duration TIMEOUT = Duration.ofSeconds(1);
    private static final Duration SNAPSHOT_TIMEOUT = Duration.ofMinutes(10);

    private final Membership membership;
    private final PeerBoard board;
    private final HttpClient http = HttpClient.newBuilder().connectTimeout(TIMEOUT).build();

    PeerReports(final Membership membership, final PeerBoard board) {
        this.membership = membership;
        this.board = board;
    }

    @Override
    public List<PeerReport> reports() {
        final List<PeerReport> reports = new ArrayList<>();
        for (int node = 0; node < membership.peers().size(); node++) {
            if (node != membership.node()) {
                reports.add(report(node, membership.peers().get(node)));
            }
        }
        return reports;
    }

    @Override
    public boolean requestSnapshot(final int memberId) {
        try {
            return http.send(HttpRequest.newBuilder(uri(membership.peers().get(memberId), "/v1/snapshot"))
                .timeout(SNAPSHOT_TIMEOUT).POST(HttpRequest.BodyPublishers.noBody()).build(),
                HttpResponse.BodyHandlers.discarding()).statusCode() == 200;
        } catch (final IOException unreachable) {
            return false;
        } catch (final InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while a snapshot was asked for", interrupted);
        }
    }

    @Override
    public long lowestLivePosition() {
        return board.lowestLivePosition();
    }

    /** Which peers cannot follow an application version, or cannot be asked; empty where all can. Blocks. */
    String without(final int version) {
        final StringBuilder text = new StringBuilder();
        for (final PeerReport peer : reports()) {
            if (!peer.isHeard() || peer.applicationVersionKnown() < version) {
                text.append(text.length() == 0 ? "" : "; ").append("node=").append(peer.memberId())
                    .append(peer.isHeard() ? ", known=" + peer.applicationVersionKnown() : ", unreachable");
            }
        }
        return text.toString();
    }

    private static URI uri(final Membership.Peer peer, final String path) {
        return URI.create("http://" + peer.host() + ':' + peer.adminPort() + path);
    }

    private PeerReport report(final int node, final Membership.Peer peer) {
        try {
            final HttpResponse<String> answer = http.send(HttpRequest.newBuilder(uri(peer, "/v1/cluster"))
                .timeout(TIMEOUT).build(), HttpResponse.BodyHandlers.ofString());
            if (answer.statusCode() != 200) {
                return PeerReport.silent(node);
            }
            final ClusterView view = ClusterView.parse(answer.body());
            if (view.node() != node || view.nodes() != membership.peers().size()) {
                throw new IllegalStateException("a peer is configured otherwise: peer=" + peer.address() + ", node="
                    + view.node() + ", expected=" + node + ", nodes=" + view.nodes() + ", expected="
                    + membership.peers().size());
            }
            return new PeerReport(node, true, view.hasLog(), view.isReady() && view.leader() == node,
                view.position(), view.logStart(), view.newest());
        } catch (final IOException | IllegalArgumentException unreachable) {
            return PeerReport.silent(node);
        } catch (final InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while the peers were asked", interrupted);
        }
    }
}
