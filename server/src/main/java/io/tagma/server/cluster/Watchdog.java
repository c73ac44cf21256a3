package io.tagma.server.cluster;

import io.aeron.archive.client.ArchiveException;
import io.aeron.driver.exceptions.InvalidChannelException;
import io.aeron.exceptions.AeronException;
import io.aeron.exceptions.ControlProtocolException;
import io.aeron.exceptions.RegistrationException;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.agrona.ErrorHandler;

/**
 * Decides that the log has failed for good: at an agent's error, at its end, and at the death of a thread that it made.
 * May be called from any thread; the first failure is kept and told once, on a thread of its own, because whoever hears
 * it ends the process and must not wait for the agent that told it.
 */
final class Watchdog implements ErrorHandler, ThreadFactory {
    private static final System.Logger LOGGER = System.getLogger(Watchdog.class.getName());
    /** How the refusal reads where it comes to the consensus module, through the archive. */
    private static final String CATCH_UP_TWICE = "existing publication has clashing sessionId";
    private static final long CHECK_INTERVAL_NS = TimeUnit.MILLISECONDS.toNanos(100);

    private final Consumer<Throwable> onFailure;
    private final UnaryOperator<Throwable> explanation;
    private final AtomicReference<Throwable> failure = new AtomicReference<>();
    private final List<Thread> threads = new CopyOnWriteArrayList<>();
    private volatile boolean isClosing;
    private long checkDueNs;

    Watchdog(final Consumer<Throwable> onFailure) {
        this(onFailure, UnaryOperator.identity());
    }

    /** With a better word for failures whose own say too little. */
    Watchdog(final Consumer<Throwable> onFailure, final UnaryOperator<Throwable> explanation) {
        this.onFailure = onFailure;
        this.explanation = explanation;
    }

    /**
     * An agent's error: a warning is logged, anything else is a failure. What the media driver refuses to one of its
     * clients is as good as a warning: the client hears of it as well, and whether that is a failure is up to it. So a
     * follower that asks for the missing log again while its last catch-up is still being closed, or for what has been
     * purged, does not end its leader.
     */
    @Override
    public void onError(final Throwable ex) {
        if (isClosing) {
            LOGGER.log(System.Logger.Level.DEBUG, "while closing", ex);
        } else if (ex instanceof AeronException event && (event.category() == AeronException.Category.WARN
            || event instanceof InvalidChannelException || event instanceof ControlProtocolException
            || event instanceof ArchiveException refused && refused.errorCode() == ArchiveException.INVALID_POSITION
            || String.valueOf(event.getMessage()).contains(CATCH_UP_TWICE))) {
            LOGGER.log(System.Logger.Level.WARNING, event.getMessage());
        } else {
            fail(ex);
        }
    }

    /**
     * An error of the archive's: a channel that it could not open is as good as a warning, because it opens channels
     * for those who ask for a replay only, and tells them.
     */
    void onArchiveError(final Throwable ex) {
        if (ex instanceof RegistrationException refused && !isClosing) {
            LOGGER.log(System.Logger.Level.WARNING, "a replay cannot begin: " + refused.getMessage());
        } else {
            onError(ex);
        }
    }

    /** Makes a thread whose death is a failure. */
    @Override
    public Thread newThread(final Runnable agent) {
        final Thread thread = new Thread(agent);
        threads.add(thread);
        return thread;
    }

    /** To be run when the agent terminates. */
    Runnable terminationHook(final String agent) {
        return () -> {
            if (!isClosing) {
                fail(new IllegalStateException("agent has terminated: agent=" + agent));
            }
        };
    }

    /** Looks after the threads now and then; from one thread. */
    int poll(final long nowNs) {
        if (isClosing || nowNs - checkDueNs < 0) {
            return 0;
        }
        checkDueNs = nowNs + CHECK_INTERVAL_NS;
        for (final Thread thread : threads) {
            if (thread.getState() == Thread.State.TERMINATED && !isClosing) {
                fail(new IllegalStateException("thread has died: thread=" + thread.getName()));
            }
        }
        return 1;
    }

    void fail(final Throwable fault) {
        if (failure.get() != null) {
            return;
        }
        final Throwable ex = explanation.apply(fault);
        if (failure.compareAndSet(null, ex)) {
            LOGGER.log(System.Logger.Level.ERROR, "the log has failed", ex);
            final Thread teller = new Thread(() -> onFailure.accept(ex), "tagma-log-failure");
            teller.setDaemon(true);
            teller.start();
        }
    }

    /** From here on agents may end. */
    void closing() {
        isClosing = true;
    }

    Throwable failure() {
        return failure.get();
    }
}
