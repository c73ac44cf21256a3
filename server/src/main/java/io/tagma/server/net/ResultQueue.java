package io.tagma.server.net;

import io.tagma.engine.CommandResult;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * What the engine's thread tells an event loop: results, ends of jobs, lost lanes, barriers, in order. One producer,
 * one consumer; never blocks and never refuses (the limit on commands in flight bounds it). A linked list of arrays;
 * one drained array is kept for the producer, so that a steady flow allocates nothing.
 */
final class ResultQueue {
    /** Takes what is polled. Position is 0 and result null unless it is a result. */
    interface Consumer {
        void onResult(Lane lane, long sequence, long position, CommandResult result);

        void onJobDone(long job);

        void onLaneLost(Lane lane);

        void onBarrier(long barrier, long position);
    }

    private static final int CHUNK = 1024;

    private static final class Chunk {
        final Lane[] lanes = new Lane[CHUNK];
        final long[] sequences = new long[CHUNK];
        final long[] positions = new long[CHUNK];
        final CommandResult[] results = new CommandResult[CHUNK];
        /** How many entries the producer has written. */
        final AtomicInteger written = new AtomicInteger();
        volatile Chunk next;
    }

    private final Consumer consumer;
    private volatile Chunk spare;
    private Chunk tail = new Chunk();
    private int tailIndex;
    private Chunk head = tail;
    private int headIndex;

    ResultQueue(final Consumer consumer) {
        this.consumer = consumer;
    }

    /** Producer: a lane's result. */
    void result(final Lane lane, final long sequence, final long position, final CommandResult result) {
        add(lane, sequence, position, result);
    }

    /** Producer: a job's end. */
    void jobDone(final long job) {
        add(null, job, 0, null);
    }

    /** Producer: another connection opened the lane. */
    void laneLost(final Lane lane) {
        add(lane, 0, 0, null);
    }

    /** Producer: a barrier of the event loop has come through the log. */
    void barrier(final long barrier, final long position) {
        add(null, barrier, position, CommandResult.OK);
    }

    private void add(final Lane lane, final long sequence, final long position, final CommandResult result) {
        if (tailIndex == CHUNK) {
            Chunk fresh = spare;
            if (fresh == null) {
                fresh = new Chunk();
            } else {
                spare = null;
                fresh.next = null;
                fresh.written.setPlain(0);
            }
            tail.next = fresh;
            tail = fresh;
            tailIndex = 0;
        }
        final Chunk chunk = tail;
        final int index = tailIndex++;
        chunk.lanes[index] = lane;
        chunk.sequences[index] = sequence;
        chunk.positions[index] = position;
        chunk.results[index] = result;
        chunk.written.setRelease(tailIndex);
    }

    /** Consumer: hands at most so many over; returns how many there were. */
    int drain(final int max) {
        int count = 0;
        while (count < max) {
            if (headIndex == CHUNK) {
                final Chunk next = head.next;
                if (next == null) {
                    break;
                }
                final Chunk drained = head;
                head = next;
                headIndex = 0;
                if (spare == null) {
                    spare = drained;
                }
            }
            final Chunk chunk = head;
            final int available = Math.min(chunk.written.getAcquire(), headIndex + max - count);
            if (headIndex == available) {
                break;
            }
            while (headIndex < available) {
                final int index = headIndex++;
                final Lane lane = chunk.lanes[index];
                final CommandResult result = chunk.results[index];
                chunk.lanes[index] = null;
                chunk.results[index] = null;
                count++;
                if (result != null && lane == null) {
                    consumer.onBarrier(chunk.sequences[index], chunk.positions[index]);
                } else if (result != null) {
                    consumer.onResult(lane, chunk.sequences[index], chunk.positions[index], result);
                } else if (lane != null) {
                    consumer.onLaneLost(lane);
                } else {
                    consumer.onJobDone(chunk.sequences[index]);
                }
            }
        }
        return count;
    }
}
