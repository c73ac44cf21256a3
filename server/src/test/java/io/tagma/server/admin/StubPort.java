package io.tagma.server.admin;

import io.tagma.engine.CommandResult;
import io.tagma.engine.Query;
import io.tagma.engine.protocol.Command;
import io.tagma.engine.protocol.ResultCode;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;

/** The engine's place in tests: one thread of its own, results in order, limits that a test can set. */
final class StubPort implements EnginePort, AutoCloseable {
    final StubEngine engine = new StubEngine();
    final AtomicInteger inFlight = new AtomicInteger();
    final AtomicInteger inFlightMost = new AtomicInteger();
    final AtomicInteger queries = new AtomicInteger();
    final Queue<CompletableFuture<Void>> changeWaits = new ConcurrentLinkedQueue<>();
    final AtomicInteger refusedQueries = new AtomicInteger();
    volatile int backupSlices = 3;
    volatile StubBackup backup;
    final AtomicBoolean isBackupClosed = new AtomicBoolean();
    volatile boolean isReady = true;
    volatile boolean isStuck;
    volatile boolean isQueryQueueFull;
    volatile boolean isWithoutSpace;
    volatile int capacity = Integer.MAX_VALUE;
    private final ScheduledExecutorService thread = Executors.newSingleThreadScheduledExecutor();

    @Override
    public <T> CompletableFuture<T> query(final Query<T> query) {
        final CompletableFuture<T> future = new CompletableFuture<>();
        queries.incrementAndGet();
        if (isQueryQueueFull) {
            refusedQueries.incrementAndGet();
            future.completeExceptionally(new BusyException("the queue of questions is full"));
        } else if (!isStuck) {
            thread.execute(() -> step(query, future));
        }
        return future;
    }

    private <T> void step(final Query<T> query, final CompletableFuture<T> future) {
        try {
            final T answer = query.step(engine);
            if (answer == null) {
                thread.execute(() -> step(query, future));
            } else {
                future.complete(answer);
            }
        } catch (final RuntimeException failure) {
            future.completeExceptionally(failure);
        }
    }

    @Override
    public CompletableFuture<CommandResult> submit(final Command command) {
        if (isWithoutSpace) {
            return CompletableFuture.completedFuture(CommandResult.refused(ResultCode.NO_SPACE, "", "nearly full"));
        }
        if (inFlight.get() >= capacity) {
            return CompletableFuture.completedFuture(CommandResult.refused(ResultCode.BUSY, "", "full"));
        }
        inFlightMost.accumulateAndGet(inFlight.incrementAndGet(), Math::max);
        final CompletableFuture<CommandResult> future = new CompletableFuture<>();
        thread.execute(() -> apply(command, future));
        return future;
    }

    private void apply(final Command command, final CompletableFuture<CommandResult> future) {
        if (isStuck) {
            thread.schedule(() -> apply(command, future), 1, TimeUnit.MILLISECONDS);
            return;
        }
        final CommandResult result = engine.apply(command);
        inFlight.decrementAndGet();
        future.complete(result);
    }

    @Override
    public CompletableFuture<Long> snapshot() {
        return isWithoutSpace
            ? CompletableFuture.failedFuture(new RefusedException(ResultCode.NO_SPACE, "no room for a snapshot"))
            : query(view -> view.position() + 1);
    }

    @Override
    public CompletableFuture<BackupStream> backup(final boolean isFresh) {
        backup = new StubBackup(isFresh ? backupSlices : 1, isBackupClosed);
        return CompletableFuture.completedFuture(backup);
    }

    @Override
    public CompletableFuture<Void> jobDone(final long job) {
        return query(view -> view.isJobDone(job) ? Boolean.TRUE : null).thenApply(done -> null);
    }

    @Override
    public CompletableFuture<Void> change(final long seq) {
        final CompletableFuture<Void> future = new CompletableFuture<>();
        changeWaits.add(future);
        thread.execute(() -> {
            if (engine.changesNext() > seq) {
                future.complete(null);
            }
        });
        return future;
    }

    @Override
    public long readAtMs() {
        return 0;
    }

    @Override
    public Map<String, Object> logInfo() {
        return Map.of("diskFreeBytes", 1_000L, "diskReserveBytes", 2_000L, "writable", false,
            "snapshot", Map.of("lastStallMs", 1.5, "count", 2L));
    }

    @Override
    public boolean isReady() {
        return isReady;
    }

    @Override
    public String obstacle() {
        return "the log is being replayed: percent=7";
    }

    @Override
    public CompletableFuture<String> peersWithout(final int applicationVersion) {
        return CompletableFuture.completedFuture("");
    }

    @Override
    public ClusterView cluster() {
        return ClusterView.alone(position());
    }

    @Override
    public long position() {
        return engine.position();
    }

    /** Wakes who waits for change events. */
    void wakeFollowers() {
        for (CompletableFuture<Void> wait = changeWaits.poll(); wait != null; wait = changeWaits.poll()) {
            wait.complete(null);
        }
    }

    /** Runs on the engine's thread and waits. */
    <T> T on(final Function<StubEngine, T> work) {
        return CompletableFuture.supplyAsync(() -> work.apply(engine), thread).join();
    }

    @Override
    public void close() {
        thread.shutdownNow();
    }
}
