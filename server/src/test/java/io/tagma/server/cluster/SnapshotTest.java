package io.tagma.server.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.tagma.engine.log.StateMachine;
import io.tagma.engine.segment.LookupReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Snapshots of a real engine by a real node. */
class SnapshotTest {
    private static final int SUBJECTS = 10_000;
    private static final int LOOKUPS = 2_000;

    @TempDir
    private Path directory;

    @Test
    void shouldRestoreTheSameStateWhenTenThousandSubjectsComeFromASnapshot() {
        final SnapshotRoundTrip trip = SnapshotRoundTrip.run(directory, SUBJECTS, 10);

        assertThat(trip.subjects()).isEqualTo(SUBJECTS);
        assertThat(trip.restored()).isEqualTo(trip.before());
        assertThat(trip.written().stateHash()).isEqualTo(trip.before());
        assertThat(trip.figures().count()).isEqualTo(1);
        assertThat(trip.figures().length()).as("bytes of the recording").isGreaterThan(trip.written().length())
            .isLessThan(trip.written().length() * 11 / 10 + 4_096).isEqualTo(trip.found().length());
        assertThat(trip.figures().position()).isGreaterThanOrEqualTo(trip.written().position());
        assertThat(trip.figures().lastStallNs()).isPositive().isEqualTo(trip.figures().maxStallNs());
    }

    @Test
    void shouldAnswerLookupsWhileASnapshotIsWritten() throws Exception {
        final Holding holding = new Holding();
        try (EngineNode node = new EngineNode(directory, 1_000, 1, holding::around)) {
            node.begin(3);
            node.put(0, 1_000);
            try (LookupReader reader = node.engine().newReader()) {
                final CompletableFuture<Long> snapshot = node.node().requestSnapshot();
                Await.until(() -> holding.isHeld, () -> "the snapshot is being written");
                final byte[] key = "customer-2".getBytes(StandardCharsets.UTF_8);
                final UnsafeBuffer buffer = new UnsafeBuffer(key);
                int found = 0;
                for (int i = 0; i < LOOKUPS; i++) {
                    reader.begin();
                    found += reader.lookup(buffer, 0, key.length, 0) && reader.count() == 3 ? 1 : 0;
                    reader.end();
                }
                assertThat(holding.isHeld).as("between the snapshot's beginning and its end").isTrue();
                assertThat(snapshot).isNotDone();
                assertThat(found).isEqualTo(LOOKUPS);
                holding.isReleased = true;
                assertThat(snapshot.get()).isPositive();
            }
            node.put(1_000, 1_001);
            node.stop();
        }
    }

    /** Holds a snapshot up in the middle until it is released. */
    private static final class Holding {
        private volatile boolean isHeld;
        private volatile boolean isReleased;

        StateMachine around(final StateMachine machine) {
            return new DelegatingMachine(machine) {
                @Override
                public void snapshot(final SnapshotSink sink) {
                    super.snapshot((buffer, offset, length) -> hold(sink, buffer, offset, length));
                }
            };
        }

        private void hold(final StateMachine.SnapshotSink sink, final DirectBuffer buffer, final int offset,
                          final int length) {
            sink.write(buffer, offset, length);
            isHeld = true;
            Await.until(() -> isReleased, () -> "release");
            isHeld = false;
        }
    }
}
