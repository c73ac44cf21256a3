package io.tagma.server.cluster;

import io.tagma.engine.SnapshotSummary;
import java.nio.file.Path;

/**
 * A state of any size, through a real node's snapshot into another engine.
 *
 * @param written  what the snapshot says of itself on the disk
 * @param before   state hash of the engine that wrote it
 * @param restored state hash of the engine that was restored from it, with another seed of keys
 * @param subjects of the engine that was restored
 * @param figures  what the snapshot cost, by the node that took it
 * @param found    the same snapshot, by the node that started from it
 */
public record SnapshotRoundTrip(SnapshotSummary written, long before, long restored, long subjects,
                                SnapshotFigures figures, SnapshotFigures found) {
    /** Runs it in an empty directory. */
    public static SnapshotRoundTrip run(final Path directory, final int subjects, final int segments) {
        final SnapshotSummary written;
        final SnapshotFigures figures;
        final long before;
        try (EngineNode node = new EngineNode(directory, subjects, 1)) {
            node.begin(segments);
            node.put(0, subjects);
            written = node.snapshot();
            figures = node.node().snapshotFigures();
            before = node.stop();
        }
        try (EngineNode node = new EngineNode(directory, subjects, 2)) {
            final long restoredSubjects = node.subjects();
            final SnapshotFigures found = node.node().snapshotFigures();
            return new SnapshotRoundTrip(written, before, node.stop(), restoredSubjects, figures, found);
        }
    }
}
