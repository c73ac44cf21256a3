package io.tagma.server.backup;

import io.tagma.engine.SnapshotRebase;
import io.tagma.engine.log.StateMachine;
import org.agrona.DirectBuffer;

/** Stands in for an engine that holds a backup's state: all it can do is write it as a snapshot. */
final class BackupMachine implements StateMachine {
    private final BackupFile backup;
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
        // The position is the old log's; nothing of the new one is applied yet.
        final SnapshotSink rebased = new SnapshotRebase(sink);
        boolean isMore = true;
        while (isMore) {
            isMore = backup.read(rebased);
        }
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
