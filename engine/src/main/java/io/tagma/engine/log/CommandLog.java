package io.tagma.engine.log;

import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.agrona.DirectBuffer;

/**
 * A durable, ordered log of commands in front of a {@link StateMachine}. {@link #offer} may be called from any thread;
 * results come from the state machine when it has applied the command, and never before the command is durable.
 */
public interface CommandLog extends AutoCloseable {
    /** {@link #offer}: the queue is full; answer BUSY or try again. */
    long BACK_PRESSURED = -1;
    /** {@link #offer}: not now: no leader, starting, or stopping. */
    long NOT_CONNECTED = -2;
    /** {@link #offer}: the command is over the log's limit of length. */
    long TOO_LARGE = -3;
    /** {@link #offer}: the disk is nearly full; nothing is taken until there is room. */
    long NO_SPACE = -4;

    /** Starts and returns once recovery is complete and commands are accepted. */
    void start();

    /**
     * Hands a LogEntry (header and body, without a frame) to the log; copies it before returning. Thread-safe,
     * wait-free for the caller.
     *
     * @return 0 or more: taken (not yet durable); or one of the negative constants
     */
    long offer(DirectBuffer logEntry, int offset, int length);

    /** A snapshot now; completes with its log position, or fails with {@link NoSpaceException} where it has no room. */
    CompletableFuture<Long> requestSnapshot();

    /** Largest LogEntry that {@link #offer} takes, in bytes. */
    int entryLengthMax();

    /** What the log tells of itself, by name: numbers, booleans, and maps of numbers. Thread-safe. */
    default Map<String, Object> info() {
        return Map.of();
    }

    /** Why the log has failed for good, or null. A failed log ends the process. */
    Throwable failure();

    /** Stops taking commands, applies what was taken where it can, and stops. Idempotent. */
    @Override
    void close();
}
