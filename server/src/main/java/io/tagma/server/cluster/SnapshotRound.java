package io.tagma.server.cluster;

import io.aeron.cluster.ConsensusModule;
import io.aeron.cluster.RecordingLog;
import io.tagma.engine.log.StateMachine;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.agrona.DirectBuffer;

/**
 * A snapshot as the recording log knows it: two recordings of one position, the state machine's and the consensus
 * module's. Immutable.
 *
 * <pre>
 *   machine's recording:  marker BEGIN, sessions ..., marker END, the messages of the state machine ...
 *   module's recording:   marker BEGIN, sessions, timers ...,                                     marker END
 * </pre>
 *
 * @param machineId recording id, {@value #MISSING} where the recording log lacks it
 * @param takenAtMs epoch milliseconds
 */
record SnapshotRound(long position, long termId, long takenAtMs, long machineId, long moduleId) {
    /** No recording. */
    static final long MISSING = -1;

    private static final int MACHINE = 0;

    /** Those that the recording log has not struck, newest first. */
    static List<SnapshotRound> of(final RecordingLog log) {
        final List<SnapshotRound> rounds = new ArrayList<>();
        final List<RecordingLog.Entry> entries = log.entries();
        for (int i = entries.size() - 1; i >= 0; i--) {
            final RecordingLog.Entry entry = entries.get(i);
            if (isSnapshot(entry) && entry.serviceId == ConsensusModule.Configuration.SERVICE_ID) {
                rounds.add(new SnapshotRound(entry.logPosition, entry.leadershipTermId, entry.timestamp,
                    machineId(entries, entry), entry.recordingId));
            }
        }
        return rounds;
    }

    private static long machineId(final List<RecordingLog.Entry> entries, final RecordingLog.Entry module) {
        for (final RecordingLog.Entry entry : entries) {
            if (isSnapshot(entry) && entry.serviceId == MACHINE && entry.logPosition == module.logPosition
                && entry.leadershipTermId == module.leadershipTermId) {
                return entry.recordingId;
            }
        }
        return MISSING;
    }

    private static boolean isSnapshot(final RecordingLog.Entry entry) {
        return entry.isValid && entry.type == RecordingLog.ENTRY_TYPE_SNAPSHOT;
    }

    /** Whether both recordings are in the archive's catalogue. */
    boolean isIn(final Map<Long, Recording> recordings) {
        return recordings.containsKey(machineId) && recordings.containsKey(moduleId);
    }

    /** Bytes of the state machine's recording, so far as the catalogue knows where it ends. */
    long length(final Map<Long, Recording> recordings) {
        return recordings.get(machineId).length();
    }

    /** The state machine's messages. */
    MachineSnapshot open(final Path archiveDirectory, final Map<Long, Recording> recordings) {
        return new MachineSnapshot(reader(machineId, archiveDirectory, recordings));
    }

    /**
     * Reads both recordings to their ends.
     *
     * @throws RuntimeException where one is missing, damaged or not whole
     */
    void check(final Path archiveDirectory, final Map<Long, Recording> recordings, final StateMachine machine) {
        final Newest module = new Newest();
        try (RecordingReader reader = reader(moduleId, archiveDirectory, recordings)) {
            checkFirst(reader, module, moduleId);
            boolean isMore = true;
            while (isMore) {
                isMore = reader.read(module);
            }
        }
        if (module.marker == null || !module.marker.isEnd()) {
            throw new IllegalStateException("the snapshot has no end: recording=" + moduleId + ", position="
                + position);
        }
        try (RecordingReader reader = reader(machineId, archiveDirectory, recordings)) {
            checkFirst(reader, new Newest(), machineId);
        }
        try (MachineSnapshot snapshot = open(archiveDirectory, recordings)) {
            machine.check(snapshot);
        }
    }

    private RecordingReader reader(final long id, final Path archiveDirectory,
                                   final Map<Long, Recording> recordings) {
        final Recording recording = recordings.get(id);
        if (recording == null) {
            throw new IllegalStateException("the snapshot's recording is not in the archive: recording=" + id
                + ", position=" + position);
        }
        return new RecordingReader(archiveDirectory, recording);
    }

    private void checkFirst(final RecordingReader reader, final Newest first, final long id) {
        if (!reader.read(first) || first.marker == null || first.marker.position() != position
            || first.marker.termId() != termId) {
            throw new IllegalStateException("the recording is not of this snapshot: recording=" + id + ", position="
                + position + ", term=" + termId);
        }
    }

    /** What the newest message read is, where it is a marker. */
    private static final class Newest implements StateMachine.SnapshotSink {
        private SnapshotMarker marker;

        @Override
        public void write(final DirectBuffer buffer, final int offset, final int length) {
            marker = SnapshotMarker.of(buffer, offset, length);
        }
    }
}
