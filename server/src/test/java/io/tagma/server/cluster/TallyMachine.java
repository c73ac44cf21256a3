package io.tagma.server.cluster;

import io.tagma.engine.log.StateMachine;
import java.nio.ByteOrder;
import java.util.function.LongConsumer;
import org.agrona.DirectBuffer;
import org.agrona.ExpandableArrayBuffer;
import org.agrona.collections.LongArrayList;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Counts, hashes and remembers the entries that a log drives it with; an entry begins with its int64 number. State that
 * any loss, repeat or change of order alters. Its snapshot is in frames of 40,000 bytes, more than a datagram.
 */
final class TallyMachine implements StateMachine {
    private static final int FRAME_LENGTH = 40_000;

    private final LongArrayList numbers = new LongArrayList();
    private final LongConsumer onApplied;
    private volatile long entryCount;
    private volatile long hash;
    volatile long sliceCount;
    volatile long idleCount;
    volatile long messageCount;
    volatile long restoredCount;
    volatile int entryLengthMax;
    volatile long slicesWanted;
    volatile boolean isFailing;
    volatile boolean isHolding;
    volatile boolean isReentered;
    private boolean isInCall;
    private long positionBefore = -1;
    private volatile long entryPosition;

    TallyMachine() {
        this(number -> { });
    }

    TallyMachine(final LongConsumer onApplied) {
        this.onApplied = onApplied;
    }

    @Override
    public void onMessage(final long position, final long timestampMs, final DirectBuffer buffer, final int offset,
                          final int length) {
        enter(position);
        if (isFailing) {
            throw new IllegalStateException("told to fail");
        }
        while (isHolding) {
            Thread.onSpinWait();
        }
        entryPosition = position;
        long count = entryCount;
        long value = hash;
        int at = offset;
        while (at < offset + length) {
            final int entryLength = buffer.getInt(at, ByteOrder.LITTLE_ENDIAN);
            at += Integer.BYTES;
            final long number = buffer.getLong(at);
            for (int i = 0; i < entryLength; i += Long.BYTES) {
                value = value * 31 + (i + Long.BYTES <= entryLength ? buffer.getLong(at + i) : buffer.getByte(at + i));
            }
            entryLengthMax = Math.max(entryLengthMax, entryLength);
            at += entryLength;
            count++;
            numbers.addLong(number);
            hash = value;
            entryCount = count;
            onApplied.accept(number);
        }
        messageCount++;
        isInCall = false;
    }

    @Override
    public void onSlice(final long position, final long timestampMs) {
        enter(position);
        sliceCount++;
        slicesWanted = Math.max(0, slicesWanted - 1);
        isInCall = false;
    }

    @Override
    public long nextSliceDelayMs() {
        return slicesWanted > 0 ? 0 : Long.MAX_VALUE;
    }

    @Override
    public int onIdle() {
        isReentered |= isInCall;
        idleCount++;
        return 0;
    }

    @Override
    public void snapshot(final SnapshotSink sink) {
        isInCall = true;
        final UnsafeBuffer frame = new UnsafeBuffer(new byte[FRAME_LENGTH]);
        frame.putLong(0, entryCount);
        frame.putLong(8, hash);
        sink.write(frame, 0, 16);
        int length = 0;
        for (int i = 0; i < numbers.size(); i++) {
            frame.putLong(length, numbers.getLong(i));
            length += Long.BYTES;
            if (length == FRAME_LENGTH) {
                sink.write(frame, 0, length);
                length = 0;
            }
        }
        if (length > 0) {
            sink.write(frame, 0, length);
        }
        isInCall = false;
    }

    @Override
    public void restore(final SnapshotSource source) {
        final ExpandableArrayBuffer head = new ExpandableArrayBuffer();
        if (!source.read((buffer, offset, length) -> head.putBytes(0, buffer, offset, length))) {
            throw new IllegalStateException("no snapshot");
        }
        hash = head.getLong(8);
        entryCount = head.getLong(0);
        while (source.read((buffer, offset, length) -> {
            for (int i = 0; i < length; i += Long.BYTES) {
                numbers.addLong(buffer.getLong(offset + i));
            }
        })) {
            if (numbers.size() > entryCount) {
                break;
            }
        }
        if (numbers.size() != entryCount) {
            throw new IllegalStateException("a snapshot of other length: expected=" + entryCount + ", was="
                + numbers.size());
        }
        restoredCount = entryCount;
    }

    @Override
    public long stateHash() {
        return hash;
    }

    /** End of the last entry's message in the log, once {@link #entryCount()} has counted it. */
    long entryPosition() {
        return entryPosition;
    }

    long entryCount() {
        return entryCount;
    }

    /** Whether every number from 1 on is there once, in order. On the service thread, or when that has ended. */
    boolean isGapless() {
        for (int i = 0; i < numbers.size(); i++) {
            if (numbers.getLong(i) != i + 1) {
                return false;
            }
        }
        return true;
    }

    private void enter(final long position) {
        if (position <= positionBefore) {
            throw new IllegalStateException("position did not grow: position=" + position);
        }
        positionBefore = position;
        isInCall = true;
    }
}
