package io.tagma.server.cluster;

import io.aeron.cluster.ConsensusModule;
import io.aeron.cluster.RecordingLog;
import io.aeron.cluster.codecs.MessageHeaderDecoder;
import io.aeron.cluster.codecs.SnapshotMark;
import io.aeron.cluster.codecs.SnapshotMarkerDecoder;
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

    /** Bytes of both recordings, so far as the catalogue knows where they end. */
    long length(final Map<Long, Recording> recordings) {
        return recordings.get(machineId).length() + recordings.get(moduleId).length();
    }

    /** The state machine's messages. */
    MachineSnapshot open(final Path archiveDirectory, final Map<Long, Recording> recordings) {
        final Recording recording = recordings.get(machineId);
        if (recording == null) {
            throw new IllegalStateException("the snapshot's recording is not in the archive: recording=" + machineId
                + ", position=" + position);
        }
        return new MachineSnapshot(new RecordingReader(archiveDirectory, recording));
    }

    /**
     * Reads both recordings to their ends.
     *
     * @throws RuntimeException where one is missing, damaged or not whole
     */
    void check(final Path archiveDirectory, final Map<Long, Recording> recordings, final StateMachine machine) {
        for (final long id : new long[] {moduleId, machineId}) {
            final Recording recording = recordings.get(id);
            if (recording == null) {
                throw new IllegalStateException("the snapshot's recording is not in the archive: recording=" + id
                    + ", position=" + position);
            }
            if (!SnapshotMarker.isOf(this, recording, archiveDirectory)) {
                throw new IllegalStateException("the recording is not of this snapshot: recording=" + id
                    + ", position=" + position + ", term=" + termId);
            }
        }
        final Recording module = recordings.get(moduleId);
        final Last last = new Last();
        try (RecordingReader reader = new RecordingReader(archiveDirectory, module)) {
            boolean isMore = true;
            while (isMore) {
                isMore = reader.read(last);
            }
        }
        if (!last.isEnd) {
            throw new IllegalStateException("the snapshot has no end: recording=" + moduleId + ", position="
                + position);
        }
        try (MachineSnapshot snapshot = open(archiveDirectory, recordings)) {
            machine.check(snapshot);
        }
    }

    /** Whether the message ends a snapshot of the cluster's own. */
    static boolean isEnd(final DirectBuffer buffer, final int offset, final int length) {
        if (length < MessageHeaderDecoder.ENCODED_LENGTH + SnapshotMarkerDecoder.BLOCK_LENGTH) {
            return false;
        }
        final MessageHeaderDecoder header = new MessageHeaderDecoder().wrap(buffer, offset);
        return header.schemaId() == MessageHeaderDecoder.SCHEMA_ID
            && header.templateId() == SnapshotMarkerDecoder.TEMPLATE_ID
            && new SnapshotMarkerDecoder().wrapAndApplyHeader(buffer, offset, header).mark() == SnapshotMark.END;
    }

    /** Whether the last message ends a snapshot. */
    private static final class Last implements StateMachine.SnapshotSink {
        private boolean isEnd;

        @Override
        public void write(final DirectBuffer buffer, final int offset, final int length) {
            isEnd = isEnd(buffer, offset, length);
        }
    }
}
