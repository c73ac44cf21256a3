package io.tagma.server.admin;

import java.util.Arrays;
import java.util.concurrent.atomic.AtomicBoolean;

/** A backup of so many slices of 100,000 bytes, each of its number; -1 fails after the first. */
final class StubBackup implements BackupStream {
    static final int SLICE_LENGTH = 100_000;

    private final int count;
    private final AtomicBoolean isClosed;
    private volatile int next;

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
        if (count < 0 && next == 1) {
            throw new IllegalStateException("a section of the snapshot is damaged");
        }
        final byte[] slice = new byte[SLICE_LENGTH];
        Arrays.fill(slice, (byte) next);
        next = next + 1;
        return slice;
    }

    int read() {
        return next;
    }

    @Override
    public void close() {
        isClosed.set(true);
    }
}
