package io.tagma.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.tagma.server.cluster.Durability;
import io.tagma.server.cluster.SnapshotSchedule;
import io.tagma.server.net.Await;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RetentionTest {
    @TempDir
    private Path directory;

    @Test
    void shouldTakeSnapshotsByTheScheduleThatTheConfigurationSays() {
        final Retention often = new Retention(new SnapshotSchedule(SnapshotSchedule.LOG_LENGTH_MIN, 0,
            TimeUnit.SECONDS.toNanos(1)), Duration.ofMinutes(10));
        try (TagmaServer server = TagmaServer.start(new ServerConfig("127.0.0.1", 0, 0, directory, null, 0, 10_000, 0,
            null, null, Durability.FLUSHED, often), RetentionTest::failed)) {
            final AdminClient admin = new AdminClient(server.adminPort());
            admin.put("/v1/attributes/points", "{'type':'INT'}").expect(201);

            Await.until("a snapshot that nobody asked for",
                () -> admin.get("/v1/info").json().at("/snapshot/count").intValue() > 0);
            assertThat(admin.get("/v1/info").json().at("/snapshot/position").longValue()).isPositive();
        }
    }

    private static void failed(final Throwable failure) {
        throw new AssertionError("the log has failed", failure);
    }
}
