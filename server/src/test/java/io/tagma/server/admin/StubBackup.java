package io.tagma.server.admin;

import java.util.Arrays;
import java.util.concurrent.atomic.AtomicBoolean;

/** A backup of so many slices of 100,000 bytes, each of its number. */
final class StubBackup implements BackupStream {
    static final int SLICE_LENGTH = 100_000;

    private final int count;
    private final AtomicBoolean isClosed;
    private int next;

    StubBackup(final int count, final AtomicBoolean isClosed) {
        this.count = count;
        this.isClosed = isClosed;
    }

    @Override
    public String name() {
        return "stub.backup";
    }

    @Override
    public byte[] next() {
        if (next == count) {
            return null;
        }
        final byte[] slice = new byte[SLICE_LENGTH];
        Arrays.fill(slice, (byte) next++);
        return slice;
    }

    @Override
    public void close() {
        isClosed.set(true);
    }
}
