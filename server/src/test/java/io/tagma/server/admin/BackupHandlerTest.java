package io.tagma.server.admin;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.http.HttpResponse;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class BackupHandlerTest {
    private final AdminFixture face = new AdminFixture();

    @AfterEach
    void close() {
        face.close();
    }

    @Test
    void shouldStreamABackupAndCloseIt() {
        final HttpResponse<String> answer = face.get("/v1/backup");

        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.headers().firstValue("Content-Type")).hasValue("application/octet-stream");
        assertThat(answer.headers().firstValue("Content-Disposition"))
            .hasValue("attachment; filename=\"stub.backup\"");
        assertThat(answer.body()).hasSize(3 * StubBackup.SLICE_LENGTH).startsWith("\0\0").endsWith("\2\2");
        AdminFixture.await(face.port.isBackupClosed::get);
        assertThat(face.get("/v1/backup?fresh=true").body()).hasSize(3 * StubBackup.SLICE_LENGTH);
        assertThat(face.get("/v1/backup?fresh=false").body()).hasSize(StubBackup.SLICE_LENGTH);
        assertThat(face.get("/v1/backup?fresh=perhaps").statusCode()).isEqualTo(400);
    }

    @Test
    void shouldReadNoFurtherThanThePeerAndCloseWhenItLeaves() throws IOException {
        face.port.backupSlices = Integer.MAX_VALUE;
        try (RawHttp raw = face.raw()) {
            raw.send("GET /v1/backup HTTP/1.1\r\nHost: x\r\n\r\n").readUntil("\r\n\r\n");
            AdminFixture.await(() -> face.port.backup.read() > 3);
            assertThat(face.port.isBackupClosed).isFalse();
        }
        AdminFixture.await(face.port.isBackupClosed::get);
        assertThat(face.port.backup.read()).isLessThan(Integer.MAX_VALUE);
    }

    @Test
    void shouldBreakOffWhenTheSnapshotIsDamaged() {
        face.port.backupSlices = -1;

        assertThatThrownBy(() -> face.get("/v1/backup")).isInstanceOf(UncheckedIOException.class);
        AdminFixture.await(face.port.isBackupClosed::get);
    }

    @Test
    void shouldAnswerNothingButTheHeadWhenOnlyThatIsAskedFor() {
        assertThat(face.call("HEAD", "/v1/backup", null).statusCode()).isEqualTo(200);
        AdminFixture.await(face.port.isBackupClosed::get);
    }

    @Test
    void shouldTellWhatSnapshotsCost() {
        assertThat(face.json(face.get("/v1/info"), 200).get("snapshot").get("lastStallMs").asDouble()).isEqualTo(1.5);
        assertThat(face.get("/metrics").body()).contains("# TYPE tagma_snapshot_last_stall_ms gauge\n"
            + "tagma_snapshot_last_stall_ms 1.5\n", "tagma_snapshot_count 2\n");
    }
}
