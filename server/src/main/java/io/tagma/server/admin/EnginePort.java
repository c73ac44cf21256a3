package io.tagma.server.admin;

import io.tagma.engine.CommandResult;
import io.tagma.engine.Query;
import io.tagma.engine.protocol.Command;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/**
 * What the HTTP face asks of the engine and the log. All methods may be called from any thread and none blocks; futures
 * may complete on any thread, also on the engine's.
 */
public interface EnginePort {
    /**
     * Asks the engine between two commands. Fails with {@link BusyException} where the queue of questions is full, and
     * with what the query threw where it threw.
     */
    <T> CompletableFuture<T> query(Query<T> query);

    /**
     * Hands a command to the log; completes when it is durable and applied, or refused. Commands of one thread are
     * applied in the order of its calls. A full queue is a future that is already complete with BUSY when this returns
     * (or has failed with {@link BusyException}): nothing was taken.
     */
    CompletableFuture<CommandResult> submit(Command command);

    /** A snapshot now; completes with its log position, or fails with {@link RefusedException}. */
    CompletableFuture<Long> snapshot();

    /**
     * The whole state as a file: of a snapshot that is taken now, or, where that will do and there is one, of the
     * newest. Fails with {@link BusyException} while another is under way.
     */
    CompletableFuture<BackupStream> backup(boolean isFresh);

    /** Completes when the job has ended, at once where it already has; fails where that can no longer be told. */
    CompletableFuture<Void> jobDone(long job);

    /**
     * Completes once the change event with that number is there, or a little earlier; at once where it is. Whoever no
     * longer waits cancels it.
     */
    CompletableFuture<Void> change(long seq);

    /** The instant of a reading that begins now: see {@link io.tagma.engine.segment.LookupReader#begin(long)}. */
    long readAtMs();

    /** What the log tells of itself, by name: numbers, booleans, and maps of numbers. */
    Map<String, Object> logInfo();

    /** Whether the engine has recovered and warmed up. */
    boolean isReady();

    /** What keeps it from being ready, in words. */
    String obstacle();

    /**
     * Which of the other nodes do not know an application version, or do not answer, in words; empty where all know
     * it. Completes on a thread of its own.
     */
    CompletableFuture<String> peersWithout(int applicationVersion);

    /** How this node stands among its peers; also while it starts. */
    ClusterView cluster();

    /** Log position of the last applied message. */
    long position();
}
