package io.tagma.server.backup;

import io.tagma.engine.log.StateMachine;
import io.tagma.engine.protocol.MessageHeaderDecoder;
import io.tagma.engine.protocol.SnapshotBeginDecoder;
import java.nio.ByteOrder;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/** Stands in for an engine that holds a backup's state: all it can do is write it as a snapshot. */
final class BackupMachine implements StateMachine {
    private static final int POSITION_OFFSET =
        MessageHeaderDecoder.ENCODED_LENGTH + SnapshotBeginDecoder.positionEncodingOffset();

    private final BackupFile backup;
    private final MessageHeaderDecoder header = new MessageHeaderDecoder();
    private final UnsafeBuffer copy = new UnsafeBuffer(new byte[BackupWriter.MESSAGE_LENGTH_MAX]);
    private boolean isWritten;

    BackupMachine(final BackupFile backup) {
        this.backup = backup;
    }

    @Override
    public void onMessage(final long position, final long timestampMs, final DirectBuffer buffer, final int offset,
                          final int length) {
        throw new IllegalStateException("no command is expected while a backup is restored: position=" + position);
    }

    /** Time stands still: the state has to be the backup's to the bit. */
    @Override
    public void onSlice(final long position, final long timestampMs) {
        if (position < 0) {
            throw new IllegalStateException("no position of a log: position=" + position);
        }
    }

    @Override
    public long nextSliceDelayMs() {
        return Long.MAX_VALUE;
    }

    @Override
    public int onIdle() {
        return 0;
    }

    @Override
    public void snapshot(final SnapshotSink sink) {
        if (isWritten) {
            throw new IllegalStateException("written once: stateHash=" + backup.summary().stateHashText());
        }
        isWritten = true;
        boolean isMore = true;
        while (isMore) {
            isMore = backup.read((buffer, offset, length) -> write(sink, buffer, offset, length));
        }
    }

    /** The position is the old log's; nothing of the new one is applied yet. No checksum covers it. */
    private void write(final SnapshotSink sink, final DirectBuffer buffer, final int offset, final int length) {
        if (header.wrap(buffer, offset).templateId() != SnapshotBeginDecoder.TEMPLATE_ID) {
            sink.write(buffer, offset, length);
            return;
        }
        copy.putBytes(0, buffer, offset, length);
        copy.putLong(POSITION_OFFSET, 0, ByteOrder.LITTLE_ENDIAN);
        sink.write(copy, 0, length);
    }

    @Override
    public void restore(final SnapshotSource source) {
        throw new IllegalStateException("a directory to restore into is empty: stateHash="
            + backup.summary().stateHashText());
    }

    @Override
    public long stateHash() {
        return backup.summary().stateHash();
    }
}
