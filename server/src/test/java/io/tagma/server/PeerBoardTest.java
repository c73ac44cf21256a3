package io.tagma.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.tagma.server.net.Await;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class PeerBoardTest {
    private static final long MINUTE_NS = TimeUnit.MINUTES.toNanos(1);

    private final AtomicLong nowNs = new AtomicLong(1_000);

    @Test
    void shouldTakeAPeerThatWasNotHeardYetForOneThatNeedsEverythingAndForgetItInTime() {
        final Membership membership = Membership.of(0, FreePorts.peers(3), ServerConfig.PORT);
        try (PeerBoard board = new PeerBoard(membership, nowNs::get, Retention.USUAL.peerGrace())) {
            assertThat(board.lowestLivePosition()).isZero();
            nowNs.addAndGet(9 * MINUTE_NS);
            assertThat(board.lowestLivePosition()).isZero();
            nowNs.addAndGet(2 * MINUTE_NS);
            assertThat(board.lowestLivePosition()).isEqualTo(Long.MAX_VALUE);
            assertThat(board.nodeWith(0)).isEmpty();
        }
    }

    @Test
    void shouldHoldNothingBackForAPeerThatIsAwayForLongerThanItsGrace() {
        final Membership membership = Membership.of(0, FreePorts.peers(3), ServerConfig.PORT);
        try (PeerBoard board = new PeerBoard(membership, nowNs::get, Duration.ofSeconds(5))) {
            nowNs.addAndGet(TimeUnit.SECONDS.toNanos(5) - 1);
            assertThat(board.lowestLivePosition()).isZero();
            nowNs.addAndGet(1);
            assertThat(board.lowestLivePosition()).isEqualTo(Long.MAX_VALUE);
        }
    }

    @Test
    void shouldNameThePeerThatHasAPositionWhileItIsHeard() {
        final ServerConfig config = new ServerConfig("127.0.0.1", 0, 0, null, null, 0, 1_000);
        try (TagmaServer peer = TagmaServer.start(config, failure -> { })) {
            new AdminClient(peer.adminPort()).ingest("{'op':'subject.upsert','key':'42'}");
            final String address = "127.0.0.1:" + peer.port();
            final Membership membership = Membership.of(0, List.of("127.0.0.1:1024", address, "127.0.0.1:1044"),
                ServerConfig.PORT);
            try (PeerBoard board = new PeerBoard(membership, nowNs::get, Retention.USUAL.peerGrace())) {
                board.start();
                Await.until("the peer is heard", () -> board.nodeWith(1).equals(address));
                assertThat(board.nodeWith(Long.MAX_VALUE)).isEmpty();
                assertThat(board.lowestLivePosition()).as("the third was not heard").isZero();
                nowNs.addAndGet(11 * MINUTE_NS);
                Await.until("it is heard again", () -> board.nodeWith(1).equals(address));
                assertThat(board.lowestLivePosition()).isBetween(1L, Long.MAX_VALUE - 1);
            }
        }
    }
}
