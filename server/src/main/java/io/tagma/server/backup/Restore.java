package io.tagma.server.backup;

import io.tagma.engine.SnapshotCheck;
import io.tagma.engine.SnapshotSummary;
import io.tagma.server.cluster.ClusterConfig;
import io.tagma.server.cluster.ClusterNode;
import io.tagma.server.cluster.MachineSnapshot;
import io.tagma.server.cluster.RestoredDirectory;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/**
 * Builds a data directory whose newest snapshot is a backup's state, without an engine and its memory: a node of its
 * own writes the backup's messages as the snapshot of a log that holds nothing else.
 *
 * <p>The log of the new directory begins at position 0, and so do the positions of answers; everything else goes on
 * where the backup was taken: the clock, the numbers of changes, jobs and versions, the lanes with their sequences.
 */
public final class Restore {
    private Restore() {
    }

    /**
     * Builds, and checks what was built.
     *
     * @param directory empty, or not there yet
     * @return what the new snapshot says of itself; its state hash is the backup's
     * @throws IllegalStateException where the directory is not empty, or the log fails
     */
    public static SnapshotSummary into(final Path directory, final BackupFile backup) {
        final RestoredDirectory restored = RestoredDirectory.begin(directory, "stateHash="
            + backup.summary().stateHashText() + ", checksum=" + backup.checksum() + ", position="
            + backup.summary().position());
        write(restored.building(), backup);
        restored.complete();
        try (MachineSnapshot snapshot = ClusterNode.openSnapshot(directory)) {
            if (snapshot == null) {
                throw new IllegalStateException("the restored directory has no snapshot: directory=" + directory);
            }
            final SnapshotSummary summary = SnapshotCheck.check(snapshot);
            if (summary.stateHash() != backup.summary().stateHash()) {
                throw new IllegalStateException("the state restored is not the backup's: stateHash="
                    + summary.stateHashText() + ", expected=" + backup.summary().stateHashText());
            }
            return summary;
        }
    }

    private static void write(final Path directory, final BackupFile backup) {
        final CompletableFuture<Object> failed = new CompletableFuture<>();
        try (ClusterNode node = new ClusterNode(ClusterConfig.of(directory, failed::completeExceptionally),
            new BackupMachine(backup))) {
            node.start();
            CompletableFuture.anyOf(failed, node.requestSnapshot()).join();
        } catch (final CompletionException ex) {
            throw new IllegalStateException("the snapshot cannot be written", ex.getCause());
        }
    }
}
