package io.tagma.engine.log;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.LongSupplier;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.BackoffIdleStrategy;
import org.agrona.concurrent.IdleStrategy;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * A log that keeps nothing: for unit tests, and for a server whose state may be lost with the process. {@link #offer},
 * {@link #requestSnapshot} and {@link #close} may be called from any thread; the state machine runs on the thread
 * {@code tagma-engine} once {@link #start} was called, or on the caller's, who cranks {@link #doWork} by hand and never
 * starts.
 */
public final class InMemoryLog implements CommandLog {
    /** The thread that drives the state machine. */
    public static final String THREAD_NAME = "tagma-engine";

    private static final int QUEUE_CAPACITY = 4 * 1024 * 1024;
    private static final int MESSAGE_LENGTH_MAX = 128 * 1024;
    private static final int SLICE_POSITIONS = 32;
    private static final long SLICE_DELAY_MAX_MS = 1_000;

    private final StateMachine machine;
    private final LongSupplier clockMs;
    private final EntryQueue queue;
    private final UnsafeBuffer message = new UnsafeBuffer(new byte[MESSAGE_LENGTH_MAX]);
    private final ConcurrentLinkedQueue<CompletableFuture<Long>> snapshotRequests = new ConcurrentLinkedQueue<>();
    private final Thread thread = new Thread(this::run, THREAD_NAME);
    private long position;
    private long sliceDueMs;
    private boolean isSliceArmed;
    private volatile List<byte[]> snapshot = List.of();
    private volatile Throwable failure;
    private volatile boolean isStarted;
    private volatile boolean isClosed;

    /** A log with a queue of 4 MB. */
    public InMemoryLog(final StateMachine machine, final LongSupplier clockMs) {
        this(machine, clockMs, QUEUE_CAPACITY);
    }

    /**
     * A log.
     *
     * @param clockMs       epoch milliseconds
     * @param queueCapacity bytes for commands that wait, a power of two
     */
    public InMemoryLog(final StateMachine machine, final LongSupplier clockMs, final int queueCapacity) {
        this.machine = Objects.requireNonNull(machine, "machine");
        this.clockMs = Objects.requireNonNull(clockMs, "clockMs");
        queue = new EntryQueue(queueCapacity,
            Math.min(MESSAGE_LENGTH_MAX - EntryQueue.FRAME_HEADER_LENGTH, queueCapacity / 8));
    }

    /** Starts the engine's thread. */
    @Override
    public void start() {
        if (isStarted || isClosed) {
            throw new IllegalStateException("starts once: isStarted=" + isStarted + ", isClosed=" + isClosed);
        }
        isStarted = true;
        thread.start();
    }

    @Override
    public long offer(final DirectBuffer logEntry, final int offset, final int length) {
        if (isClosed || failure != null) {
            return NOT_CONNECTED;
        }
        return queue.offer(logEntry, offset, length);
    }

    /**
     * The duty cycle: at most one message, one slice, the snapshots asked for, and a turn of idle work. For a log that
     * was never started.
     *
     * @return how much was done
     */
    public int doWork() {
        if (failure != null) {
            return 0;
        }
        try {
            return apply() + slice() + snapshot() + machine.onIdle();
        } catch (final Throwable ex) {
            fail(ex);
            return 0;
        }
    }

    @Override
    public CompletableFuture<Long> requestSnapshot() {
        final CompletableFuture<Long> request = new CompletableFuture<>();
        snapshotRequests.add(request);
        if (isClosed || failure != null) {
            refuseSnapshots();
        }
        return request;
    }

    /** The frames of the latest snapshot; empty where there is none. */
    public List<byte[]> snapshotFrames() {
        return snapshot;
    }

    /** Reads the latest snapshot's frames, once. */
    public StateMachine.SnapshotSource newestSnapshot() {
        return new FrameSource(snapshot);
    }

    /** Restores the fresh state machine from a snapshot's frames; before the first work. */
    public void restore(final List<byte[]> frames) {
        if (isStarted || position != 0) {
            throw new IllegalStateException("restored before the first work only: position=" + position);
        }
        machine.restore(new FrameSource(frames));
    }

    @Override
    public int entryLengthMax() {
        return queue.entryLengthMax();
    }

    @Override
    public Throwable failure() {
        return failure;
    }

    @Override
    public void close() {
        isClosed = true;
        if (!isStarted) {
            drain();
        } else if (Thread.currentThread() != thread) {
            join();
        }
    }

    private void run() {
        final IdleStrategy idle = new BackoffIdleStrategy(10, 20, 1_000, 1_000_000);
        while (!isClosed && failure == null) {
            idle.idle(doWork());
        }
        drain();
    }

    private void drain() {
        while (failure == null && !queue.isEmpty()) {
            doWork();
        }
        refuseSnapshots();
    }

    private void join() {
        boolean isInterrupted = false;
        while (thread.isAlive()) {
            try {
                thread.join();
            } catch (final InterruptedException ex) {
                isInterrupted = true;
            }
        }
        if (isInterrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private int apply() {
        final int length = queue.drain(message, MESSAGE_LENGTH_MAX);
        if (length == 0) {
            return 0;
        }
        final long nowMs = clockMs.getAsLong();
        position += length;
        machine.onMessage(position, nowMs, message, 0, length);
        armSlice(nowMs);
        return length;
    }

    private int slice() {
        final long nowMs = clockMs.getAsLong();
        if (!isSliceArmed || sliceDueMs - nowMs > SLICE_DELAY_MAX_MS) {
            // The first turn, or a clock that stepped back: never wait longer than a slice's longest delay.
            armSlice(nowMs);
        }
        if (nowMs < sliceDueMs) {
            return 0;
        }
        position += SLICE_POSITIONS;
        machine.onSlice(position, nowMs);
        armSlice(nowMs);
        return 1;
    }

    private void armSlice(final long nowMs) {
        sliceDueMs = nowMs + Math.max(0, Math.min(machine.nextSliceDelayMs(), SLICE_DELAY_MAX_MS));
        isSliceArmed = true;
    }

    private int snapshot() {
        if (snapshotRequests.isEmpty()) {
            return 0;
        }
        final List<byte[]> frames = new ArrayList<>();
        machine.snapshot((buffer, offset, length) -> {
            final byte[] frame = new byte[length];
            buffer.getBytes(offset, frame);
            frames.add(frame);
        });
        snapshot = List.copyOf(frames);
        snapshotRequests.remove().complete(position);
        return 1;
    }

    private void fail(final Throwable ex) {
        failure = ex;
        refuseSnapshots();
    }

    private void refuseSnapshots() {
        CompletableFuture<Long> request = snapshotRequests.poll();
        while (request != null) {
            request.completeExceptionally(new IllegalStateException("log has stopped", failure));
            request = snapshotRequests.poll();
        }
    }

    private static final class FrameSource implements StateMachine.SnapshotSource {
        private final List<byte[]> frames;
        private final UnsafeBuffer buffer = new UnsafeBuffer(0, 0);
        private int index;

        FrameSource(final List<byte[]> frames) {
            this.frames = frames;
        }

        @Override
        public boolean read(final StateMachine.SnapshotSink consumer) {
            if (index == frames.size()) {
                return false;
            }
            final byte[] frame = frames.get(index++);
            buffer.wrap(frame);
            consumer.write(buffer, 0, frame.length);
            return true;
        }
    }
}
