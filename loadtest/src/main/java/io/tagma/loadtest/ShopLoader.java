package io.tagma.loadtest;

import io.tagma.engine.protocol.Command;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.LongConsumer;

/**
 * Sends a shop's commands in batches, a bounded number of them without an answer. One thread loads; answers come on
 * the client's threads.
 */
final class ShopLoader {
    /**
     * Commands of a lane without an answer. A server remembers a lane's newest 1,024 results: after a broken connection
     * it can answer so many repeats, and no more.
     */
    static final int COMMANDS_IN_FLIGHT_MAX = 1_000;

    private static final int BATCH_COUNT = 100;
    private static final int BATCHES_IN_FLIGHT_MAX = COMMANDS_IN_FLIGHT_MAX / BATCH_COUNT;
    private static final long SLICE_MS = 50;

    private final ShopLink link;
    private final StopSignal stop;
    private final LongConsumer progress;
    private final Semaphore window = new Semaphore(BATCHES_IN_FLIGHT_MAX);
    private final AtomicLong answered = new AtomicLong();
    private final AtomicReference<String> fault = new AtomicReference<>();

    /** {@code progress} gets the number of commands answered so far, from any thread. */
    ShopLoader(final ShopLink link, final StopSignal stop, final LongConsumer progress) {
        this.link = link;
        this.stop = stop;
        this.progress = progress;
    }

    /** Sends them all and waits until all are applied. */
    void load(final Iterable<? extends Command> commands) {
        List<Command> batch = new ArrayList<>(BATCH_COUNT);
        for (final Command command : commands) {
            batch.add(command);
            if (batch.size() == BATCH_COUNT) {
                send(batch);
                batch = new ArrayList<>(BATCH_COUNT);
            }
        }
        if (!batch.isEmpty()) {
            send(batch);
        }
        acquire(BATCHES_IN_FLIGHT_MAX);
        window.release(BATCHES_IN_FLIGHT_MAX);
        refuseFault();
    }

    private void send(final List<Command> batch) {
        acquire(1);
        refuseFault();
        final CompletableFuture<ShopLink.Applied> answer;
        try {
            answer = link.updateAll(batch);
        } catch (final RuntimeException notSent) {
            window.release();
            throw notSent;
        }
        answer.whenComplete((applied, failure) -> {
            if (failure != null) {
                fault.compareAndSet(null, failure.toString());
            } else if (applied.refusal() != null) {
                fault.compareAndSet(null, applied.refusal());
            }
            progress.accept(answered.addAndGet(batch.size()));
            window.release();
        });
    }

    private void refuseFault() {
        if (fault.get() != null) {
            throw new IllegalStateException("the server did not apply a command: " + fault.get());
        }
    }

    private void acquire(final int permits) {
        try {
            do {
                stop.check();
            } while (!window.tryAcquire(permits, SLICE_MS, TimeUnit.MILLISECONDS));
        } catch (final InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new StoppedException();
        }
    }
}
