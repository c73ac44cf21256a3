package io.tagma.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tagma.client.ClientSettings;
import io.tagma.client.PingResult;
import io.tagma.client.TagmaClient;
import io.tagma.engine.log.CommandLog;
import io.tagma.engine.log.InMemoryLog;
import io.tagma.server.net.Await;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.agrona.DirectBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A server between the opening of its ports and the end of the replay. */
class StartingTest {
    @TempDir
    private Path directory;

    /** A log whose start takes as long as the test wants. */
    private static final class SlowLog implements CommandLog {
        private final CommandLog log;
        private final CountDownLatch replayed;

        SlowLog(final CommandLog log, final CountDownLatch replayed) {
            this.log = log;
            this.replayed = replayed;
        }

        @Override
        public void start() {
            try {
                replayed.await();
            } catch (final InterruptedException interrupted) {
                throw new IllegalStateException(interrupted);
            }
            log.start();
        }

        @Override
        public long offer(final DirectBuffer logEntry, final int offset, final int length) {
            return log.offer(logEntry, offset, length);
        }

        @Override
        public CompletableFuture<Long> requestSnapshot() {
            return log.requestSnapshot();
        }

        @Override
        public int entryLengthMax() {
            return log.entryLengthMax();
        }

        @Override
        public Throwable failure() {
            return log.failure();
        }

        @Override
        public void close() {
            log.close();
        }
    }

    @Test
    void shouldSayThatItLivesAndIsNotReadyWhileTheLogIsReplayed() throws IOException {
        final CountDownLatch replayed = new CountDownLatch(1);
        final TagmaServer server = new TagmaServer(config(0, 0, null),
            engine -> new SlowLog(new InMemoryLog(engine, System::currentTimeMillis), replayed),
            System::currentTimeMillis);
        final CompletableFuture<Void> running = CompletableFuture.runAsync(server::run);
        try {
            Await.until("the ports are open", () -> server.adminPort() != 0);
            final AdminClient admin = new AdminClient(server.adminPort());
            admin.get("/livez").expect(200);
            for (final String target : new String[] {"/readyz", "/v1/segments", "/v1/info", "/v1/changes"}) {
                final AdminClient.Reply reply = admin.get(target).expect(503);
                assertThat(reply.json().get("detail").textValue())
                    .isEqualTo("the server is not ready: it is starting");
                assertThat(reply.header("Retry-After")).isEqualTo("1");
            }
            admin.put("/v1/segments/s", "{'condition':{'attr':'email','op':'isSet'}}").expect(503);
            admin.post("/v1/ingest", "{'op':'subject.delete','key':'42'}").expect(503);
            assertThat(admin.get("/metrics").expect(200).text()).contains("tagma_ready 0");
            assertThat(whatABinaryClientIsTold(server.port())).contains("the server is starting: connect again later");

            try (TagmaClient client = TagmaClient.connect(ClientSettings.of("127.0.0.1:" + server.port())
                .withTimeout(Duration.ofSeconds(30)))) {
                final CompletableFuture<PingResult> early = client.ping();
                assertThat(running).isNotDone();
                replayed.countDown();
                running.join();
                assertThat(early.join()).isNotNull();
            }
            admin.get("/readyz").expect(200);
            admin.get("/v1/segments").expect(200);
        } finally {
            replayed.countDown();
            server.close();
        }
    }

    /** All that comes until the server ends the connection; a Hello has been sent. */
    private static String whatABinaryClientIsTold(final int port) throws IOException {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            socket.setSoTimeout(20_000);
            socket.getOutputStream().write(new byte[] {20, 0, 0, 0, 10, 0, 1, 0});
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
        }
    }

    @Test
    void shouldFindATakenPortBeforeItTouchesTheLog() throws IOException {
        final Path data = directory.resolve("data");
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            for (final boolean isAdmin : new boolean[] {false, true}) {
                final ServerConfig config = config(isAdmin ? 0 : taken.getLocalPort(),
                    isAdmin ? taken.getLocalPort() : 0, data);
                assertThatThrownBy(() -> TagmaServer.start(config, StartingTest::failed))
                    .hasMessageContaining("cannot listen").hasMessageContaining("port=" + taken.getLocalPort());
                assertThat(data).doesNotExist();
            }
        }
    }

    private static ServerConfig config(final int port, final int adminPort, final Path data) {
        return new ServerConfig("127.0.0.1", port, adminPort, data, null, 0, 1_000);
    }

    private static void failed(final Throwable failure) {
        throw new AssertionError("the log has failed", failure);
    }
}
