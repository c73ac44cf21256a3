package io.tagma.engine.log;

import java.nio.ByteOrder;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/** Counts and hashes what a log drives it with; state that any loss, repeat or change of order alters. */
final class TallyMachine implements StateMachine {
    private final UnsafeBuffer frame = new UnsafeBuffer(new byte[16]);
    volatile long entryCount;
    volatile long sliceCount;
    volatile long messageCount;
    volatile long idleCount;
    volatile long hash;
    volatile long sliceDelayMs = Long.MAX_VALUE;
    volatile boolean isFailing;
    volatile boolean isHolding;
    long positionBefore = -1;
    long timestampMs;
    int entryLengthLast;
    String threadName;

    @Override
    public void onMessage(final long position, final long timestampMs, final DirectBuffer buffer, final int offset,
                          final int length) {
        if (isFailing) {
            throw new IllegalStateException("told to fail");
        }
        while (isHolding) {
            Thread.onSpinWait();
        }
        threadName = Thread.currentThread().getName();
        checkPosition(position);
        this.timestampMs = timestampMs;
        int at = offset;
        while (at < offset + length) {
            final int entryLength = buffer.getInt(at, ByteOrder.LITTLE_ENDIAN);
            for (int i = 0; i < entryLength; i++) {
                hash = hash * 31 + buffer.getByte(at + 4 + i);
            }
            entryLengthLast = entryLength;
            entryCount++;
            at += 4 + entryLength;
        }
        messageCount++;
    }

    @Override
    public void onSlice(final long position, final long timestampMs) {
        checkPosition(position);
        this.timestampMs = timestampMs;
        sliceCount++;
    }

    @Override
    public long nextSliceDelayMs() {
        return sliceDelayMs;
    }

    @Override
    public int onIdle() {
        idleCount++;
        return 0;
    }

    @Override
    public void snapshot(final SnapshotSink sink) {
        frame.putLong(0, entryCount);
        sink.write(frame, 0, 8);
        frame.putLong(8, hash);
        sink.write(frame, 8, 8);
    }

    @Override
    public void restore(final SnapshotSource source) {
        source.read((buffer, offset, length) -> entryCount = buffer.getLong(offset));
        source.read((buffer, offset, length) -> hash = buffer.getLong(offset));
        if (source.read((buffer, offset, length) -> { })) {
            throw new IllegalStateException("a frame too many");
        }
    }

    @Override
    public long stateHash() {
        return hash;
    }

    private void checkPosition(final long position) {
        if (position <= positionBefore) {
            throw new IllegalStateException("position did not grow: position=" + position);
        }
        positionBefore = position;
    }
}
