package io.tagma.server;

import io.tagma.engine.log.CommandLog;
import io.tagma.engine.log.InMemoryLog;
import io.tagma.engine.log.StateMachine.SnapshotSource;
import io.tagma.server.admin.BackupStream;
import io.tagma.server.admin.BusyException;
import io.tagma.server.backup.BackupWriter;
import io.tagma.server.cluster.ClusterNode;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import org.agrona.CloseHelper;

/** Backups of a running server, one at a time. Thread-safe. */
final class Backups {
    private final CommandLog log;
    private final AtomicBoolean isUnderWay = new AtomicBoolean();

    Backups(final CommandLog log) {
        this.log = log;
    }

    /** Of a snapshot that is taken now, or of the newest where there is one and that will do. */
    CompletableFuture<BackupStream> open(final boolean isFresh) {
        if (!isUnderWay.compareAndSet(false, true)) {
            return CompletableFuture.failedFuture(new BusyException("a backup is under way"));
        }
        final CompletableFuture<BackupStream> opened = isFresh ? takeAndOpen()
            : CompletableFuture.supplyAsync(this::newest).thenCompose(source -> source == null ? takeAndOpen()
                : CompletableFuture.completedFuture(new Stream(source, isUnderWay)));
        return opened.whenComplete((stream, failure) -> {
            if (failure != null) {
                isUnderWay.set(false);
            }
        });
    }

    private CompletableFuture<BackupStream> takeAndOpen() {
        return log.requestSnapshot().thenApplyAsync(position -> {
            final SnapshotSource source = newest();
            if (source == null) {
                throw new IllegalStateException("the snapshot is not there: position=" + position);
            }
            return new Stream(source, isUnderWay);
        });
    }

    /** Null where there is none yet. */
    private SnapshotSource newest() {
        if (log instanceof ClusterNode node) {
            return node.openSnapshot();
        }
        return log instanceof InMemoryLog memory && !memory.snapshotFrames().isEmpty() ? memory.newestSnapshot() : null;
    }

    /** One backup. */
    private static final class Stream implements BackupStream {
        private final SnapshotSource source;
        private final BackupWriter writer;
        private final AtomicBoolean isUnderWay;
        private boolean isClosed;

        Stream(final SnapshotSource source, final AtomicBoolean isUnderWay) {
            this.source = source;
            this.isUnderWay = isUnderWay;
            writer = new BackupWriter(source);
        }

        @Override
        public String name() {
            return "tagma.backup";
        }

        @Override
        public byte[] next() {
            return writer.next();
        }

        @Override
        public void close() {
            if (isClosed) {
                return;
            }
            isClosed = true;
            isUnderWay.set(false);
            if (source instanceof AutoCloseable closeable) {
                CloseHelper.close(closeable);
            }
        }
    }
}
