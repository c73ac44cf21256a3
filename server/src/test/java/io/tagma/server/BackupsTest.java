package io.tagma.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tagma.engine.Engine;
import io.tagma.engine.EngineListener;
import io.tagma.engine.EngineOptions;
import io.tagma.engine.log.InMemoryLog;
import io.tagma.engine.subject.StoreSizes;
import io.tagma.server.admin.BackupStream;
import io.tagma.server.admin.BusyException;
import io.tagma.server.backup.BackupWriter;
import io.tagma.server.net.Await;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** No thread works on the engine's queue but the test's own. */
class BackupsTest {
    private final Engine engine = new Engine(new EngineOptions(1, StoreSizes.expecting(100)), EngineListener.NONE);
    private final InMemoryLog log = new InMemoryLog(engine, () -> 1_000);
    private final Backups backups = new Backups(log);

    @AfterEach
    void close() {
        log.close();
        engine.close();
    }

    @Test
    void shouldRefuseASecondBackupUntilTheFirstIsClosed() {
        final BackupStream first = open(true);
        assertThat(backups.open(true)).failsWithin(Duration.ofSeconds(10)).withThrowableThat()
            .withCauseInstanceOf(BusyException.class);
        assertThat(first.next()).isNotEmpty();
        assertThat(first.next()).isNull();
        first.close();
        open(true).close();
    }

    @Test
    void shouldTakeASnapshotWhenThereIsNoneToReuse() {
        open(false).close();
        assertThat(log.snapshotFrames()).isNotEmpty();
    }

    @Test
    void shouldBeOpenForAnotherWhenTheSnapshotFails() {
        final CompletableFuture<BackupStream> failing = backups.open(true);
        log.close();
        assertThatThrownBy(failing::join).hasRootCauseInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> backups.open(true).join()).hasRootCauseInstanceOf(IllegalStateException.class);
    }

    @Test
    void shouldWriteNoTrailerWhenTheSnapshotBreaksOff() {
        final BackupWriter writer = new BackupWriter(consumer -> false);
        assertThatThrownBy(writer::next).isInstanceOf(IllegalStateException.class).hasMessageContaining("breaks off");
    }

    private BackupStream open(final boolean isFresh) {
        final CompletableFuture<BackupStream> opened = backups.open(isFresh);
        Await.until("opened", () -> {
            log.doWork();
            return opened.isDone();
        });
        return opened.join();
    }
}
