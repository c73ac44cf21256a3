package io.tagma.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.tagma.client.ClientSettings;
import io.tagma.client.TagmaClient;
import io.tagma.engine.protocol.Command;
import io.tagma.server.cluster.ClusterConfig;
import io.tagma.server.cluster.ClusterNode;
import io.tagma.server.cluster.Peers;
import io.tagma.server.cluster.SnapshotSchedule;
import io.tagma.server.net.Await;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A whole server on a disk whose free space the test tells. */
class NoSpaceTest {
    private static final long PLENTY = 1L << 40;
    private static final long LITTLE = 50L << 20;

    @TempDir
    private Path directory;

    private final AtomicLong free = new AtomicLong(PLENTY);

    @Test
    void shouldAnswerLookUpsAndRefuseWritesUntilThereIsRoom() {
        try (TagmaServer server = server()) {
            server.run();
            final AdminClient admin = new AdminClient(server.adminPort());
            admin.ingest("{'op':'subject.upsert','key':'a','group':1}");
            try (TagmaClient client = client(server, 300)) {
                client.lookup("a").join();
                free.set(LITTLE);
                Await.until("the guard has looked", () -> !admin.get("/v1/info").json().get("writable").asBoolean());

                assertThat(admin.get("/v1/info").json().get("diskFreeBytes").longValue()).isEqualTo(LITTLE);
                assertThat(admin.delete("/v1/subjects/a").expect(507).json().get("code").textValue())
                    .isEqualTo("NO_SPACE");
                admin.put("/v1/segments/s", "{'condition':{'attr':'email','op':'isSet'}}").expect(507);
                assertThat(admin.post("/v1/snapshot", "").expect(507).json().get("detail").textValue())
                    .contains("no room for a snapshot");
                final List<JsonNode> lines = admin.post("/v1/ingest", "{'op':'subject.delete','key':'a'}\n"
                    + "{'op':'subject.delete','key':'b'}").expect(200).lines();
                assertThat(lines.get(0).get("error").get("code").textValue()).isEqualTo("NO_SPACE");
                assertThat(lines.get(2).get("failed").intValue()).isEqualTo(2);
                assertThatThrownBy(() -> client.update(delete("a")).join()).hasMessageContaining("NO_SPACE");
                assertThat(client.lookup("a").join()).isNotNull();
                admin.get("/v1/subjects/a").expect(200);
            }
            try (TagmaClient client = client(server, 20_000)) {
                final var update = client.update(delete("a"));
                free.set(PLENTY);
                assertThat(update.join().isApplied()).isTrue();
            }
            admin.get("/v1/subjects/a").expect(404);
            admin.post("/v1/snapshot", "").expect(200);
        }
    }

    @Test
    void shouldStartWithWhatItHasAndRefuseWritesWhenThereIsLittleRoom() {
        try (TagmaServer server = server()) {
            server.run();
            new AdminClient(server.adminPort()).ingest("{'op':'subject.upsert','key':'a','group':1}");
        }
        free.set(LITTLE);
        try (TagmaServer server = server()) {
            server.run();
            final AdminClient admin = new AdminClient(server.adminPort());
            admin.get("/readyz").expect(200);
            admin.get("/v1/subjects/a").expect(200);
            admin.delete("/v1/subjects/a").expect(507);
            free.set(PLENTY);
            Await.until("there is room", () -> admin.delete("/v1/subjects/a").status() != 507);
            admin.get("/v1/subjects/a").expect(404);
        }
    }

    @Test
    void shouldNotBeginANewLogWhenThereIsLittleRoom() {
        free.set(LITTLE);
        try (TagmaServer server = server()) {
            assertThatThrownBy(server::run).hasMessageContaining("no room for a new log")
                .hasMessageContaining("diskFreeBytes=" + LITTLE);
        }
    }

    private TagmaServer server() {
        return new TagmaServer(new ServerConfig("127.0.0.1", 0, 0, directory, null, 0, 1_000),
            engine -> new ClusterNode(ClusterConfig.of(directory, failure -> { }), engine, SnapshotSchedule.USUAL,
                Peers.NONE, disk -> free.get()),
            System::currentTimeMillis);
    }

    private static TagmaClient client(final TagmaServer server, final int timeoutMs) {
        return TagmaClient.connect(ClientSettings.of("127.0.0.1:" + server.port())
            .withTimeout(Duration.ofMillis(timeoutMs)));
    }

    private static Command delete(final String key) {
        return new Command.SubjectDelete(key, null);
    }
}
