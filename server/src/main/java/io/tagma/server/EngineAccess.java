package io.tagma.server;

import io.tagma.engine.CommandResult;
import io.tagma.engine.Engine;
import io.tagma.engine.Query;
import io.tagma.engine.log.CommandLog;
import io.tagma.engine.log.NoSpaceException;
import io.tagma.engine.protocol.Command;
import io.tagma.engine.protocol.ResultCode;
import io.tagma.server.admin.BackupStream;
import io.tagma.server.admin.BusyException;
import io.tagma.server.admin.ClusterView;
import io.tagma.server.admin.EnginePort;
import io.tagma.server.admin.RefusedException;
import io.tagma.server.lane.ServerLane;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.IntFunction;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/** The HTTP face's way to the engine: questions to its thread, commands through a lane and the log. Thread-safe. */
final class EngineAccess implements EnginePort {
    private static final Executor ASK_LATER = CompletableFuture.delayedExecutor(2, TimeUnit.MILLISECONDS);

    private final Engine engine;
    private final CommandLog log;
    private final Backups backups;
    private final ServerLane lane;
    private final JobWaits jobs;
    private final ChangeWaits changes;
    private final Supplier<String> recovery;
    private final LongSupplier readAtMs;
    private final Supplier<ClusterView> cluster;
    private final IntFunction<String> peersWithout;
    private volatile boolean isReady;
    private volatile boolean isStopping;

    EngineAccess(final Engine engine, final CommandLog log, final ServerLane lane, final JobWaits jobs,
                 final ChangeWaits changes, final Supplier<String> recovery, final LongSupplier readAtMs,
                 final Supplier<ClusterView> cluster, final IntFunction<String> peersWithout) {
        this.engine = engine;
        this.log = log;
        backups = new Backups(log);
        this.lane = lane;
        this.jobs = jobs;
        this.changes = changes;
        this.recovery = recovery;
        this.readAtMs = readAtMs;
        this.cluster = cluster;
        this.peersWithout = peersWithout;
    }

    /** Recovered. */
    void ready() {
        isReady = true;
    }

    /** Nothing more is taken. */
    void stopping() {
        isStopping = true;
        isReady = false;
    }

    @Override
    public <T> CompletableFuture<T> query(final Query<T> query) {
        return engine.submit(query).handle((answer, fault) -> {
            if (fault instanceof RejectedExecutionException) {
                throw new BusyException(fault.getMessage());
            }
            if (fault != null) {
                throw fault instanceof RuntimeException runtime ? runtime : new CompletionException(fault);
            }
            return answer;
        });
    }

    @Override
    public CompletableFuture<CommandResult> submit(final Command command) {
        return lane.submit(command);
    }

    @Override
    public CompletableFuture<Long> snapshot() {
        return log.requestSnapshot().exceptionally(failure -> {
            final Throwable cause = failure instanceof CompletionException ? failure.getCause() : failure;
            if (cause instanceof NoSpaceException) {
                throw new RefusedException(ResultCode.NO_SPACE, cause.getMessage());
            }
            if (cause instanceof RejectedExecutionException) {
                throw new BusyException(cause.getMessage());
            }
            throw cause instanceof RuntimeException runtime ? runtime : new CompletionException(cause);
        });
    }

    @Override
    public CompletableFuture<BackupStream> backup(final boolean isFresh) {
        return backups.open(isFresh);
    }

    @Override
    public CompletableFuture<Void> jobDone(final long job) {
        final CompletableFuture<Void> future = jobs.future(job);
        askIfDone(job, future);
        return future;
    }

    /** A job that ends from now on is told; one that has ended before is found by asking, however long that takes. */
    private void askIfDone(final long job, final CompletableFuture<Void> future) {
        engine.submit(view -> view.isJobDone(job)).whenComplete((isDone, fault) -> {
            if (fault == null) {
                if (isDone) {
                    jobs.done(job);
                }
            } else if (fault instanceof RejectedExecutionException && isReady) {
                ASK_LATER.execute(() -> {
                    if (!future.isDone()) {
                        askIfDone(job, future);
                    }
                });
            } else {
                jobs.fail(job, fault);
            }
        });
    }

    @Override
    public CompletableFuture<Void> change(final long seq) {
        return changes.future(seq);
    }

    @Override
    public long readAtMs() {
        return readAtMs.getAsLong();
    }

    @Override
    public Map<String, Object> logInfo() {
        return log.info();
    }

    @Override
    public boolean isReady() {
        return isReady;
    }

    @Override
    public String obstacle() {
        return isStopping ? "it is stopping" : recovery.get();
    }

    @Override
    public CompletableFuture<String> peersWithout(final int applicationVersion) {
        return CompletableFuture.supplyAsync(() -> peersWithout.apply(applicationVersion));
    }

    @Override
    public ClusterView cluster() {
        return cluster.get();
    }

    @Override
    public long position() {
        return engine.position();
    }
}
