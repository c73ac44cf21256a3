package io.tagma.loadtest;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Ctrl-C, asked by the threads that work: a shutdown hook says stop, then lets the process end once the work has
 * closed what it opened, or after a limit. Any thread may call.
 */
final class StopSignal {
    private static final long CLOSE_LIMIT_S = 10;
    private static final long SLICE_MS = 20;

    private final CountDownLatch stopped = new CountDownLatch(1);
    private final CountDownLatch closed = new CountDownLatch(1);

    /** A signal that the process's end gives. */
    static StopSignal onExit() {
        final StopSignal signal = new StopSignal();
        Runtime.getRuntime().addShutdownHook(new Thread(signal::stopAndAwait, "stop"));
        return signal;
    }

    /** Says stop. */
    void stop() {
        stopped.countDown();
    }

    /** Says that everything is closed. */
    void closed() {
        closed.countDown();
    }

    private void stopAndAwait() {
        stop();
        try {
            closed.await(CLOSE_LIMIT_S, TimeUnit.SECONDS);
        } catch (final InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    boolean isStopped() {
        return stopped.getCount() == 0;
    }

    /** Throws where the user has stopped the run. */
    void check() {
        if (isStopped()) {
            throw new StoppedException();
        }
    }

    /** Waits so long; true where the user stopped the run meanwhile. */
    boolean await(final long timeoutMs) {
        try {
            return stopped.await(timeoutMs, TimeUnit.MILLISECONDS);
        } catch (final InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            return true;
        }
    }

    /** The answer, unless the user stops the run first. */
    <T> T await(final CompletableFuture<T> answer) {
        while (true) {
            check();
            try {
                return answer.get(SLICE_MS, TimeUnit.MILLISECONDS);
            } catch (final TimeoutException notYet) {
                continue;
            } catch (final ExecutionException failed) {
                throw failed.getCause() instanceof RuntimeException cause ? cause
                    : new IllegalStateException(failed.getCause());
            } catch (final InterruptedException interrupted) {
                Thread.currentThread().interrupt();
                throw new StoppedException();
            }
        }
    }
}
