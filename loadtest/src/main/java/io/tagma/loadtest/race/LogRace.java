package io.tagma.loadtest.race;

import com.sun.management.OperatingSystemMXBean;
import io.tagma.client.BatchResult;
import io.tagma.client.ClientSettings;
import io.tagma.client.TagmaClient;
import io.tagma.client.UpdateResult;
import io.tagma.engine.protocol.Command;
import io.tagma.engine.protocol.CommandEncoder;
import io.tagma.engine.protocol.DefinitionKind;
import io.tagma.engine.protocol.NamedValue;
import io.tagma.engine.protocol.Value;
import io.tagma.server.ServerConfig;
import io.tagma.server.TagmaServer;
import java.io.PrintWriter;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadInfo;
import java.lang.management.ThreadMXBean;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.DoubleStream;
import org.agrona.ExpandableArrayBuffer;

/**
 * Updates through the binary protocol of a single flushed node against messages of the same length through a bare
 * Aeron Cluster that echoes, in interleaved rounds; then what the idle node costs, and how fast its log is replayed.
 * Everything runs in this process, so rates share the same cores.
 */
final class LogRace {
    private static final int IN_FLIGHT = 1_000;
    private static final int BATCH = 50;
    private static final int SUBJECTS = 10_000;
    private static final int ENTRY_OVERHEAD = 32;
    private static final int THREADS_TOLD = 8;
    private static final long IDLE_NS = TimeUnit.SECONDS.toNanos(10);
    private static final OperatingSystemMXBean SYSTEM =
        (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();

    private final Path directory;
    private final int rounds;
    private final long roundNs;
    private final PrintWriter out;
    private final AtomicReference<Throwable> failure = new AtomicReference<>();
    private long next;
    private long applied;

    /** What a contender did in a round. */
    private record Lap(double perSecond, double cpuMicros) {
    }

    LogRace(final Path directory, final int rounds, final Duration round, final PrintWriter out) {
        this.directory = directory;
        this.rounds = rounds;
        this.roundNs = round.toNanos();
        this.out = out;
    }

    void run() {
        final int length = new CommandEncoder().encode(command(0), new ExpandableArrayBuffer(), 0) + ENTRY_OVERHEAD;
        say("entries of %d bytes, %d in flight, %d rounds of %.1f s each, flushed before the answer", length, IN_FLIGHT,
            rounds, roundNs / 1e9);
        final List<Lap> tagma = new ArrayList<>();
        final List<Lap> echo = new ArrayList<>();
        try (TagmaServer server = start(directory.resolve("tagma"));
            AeronEcho peer = new AeronEcho(directory.resolve("echo"), length);
            TagmaClient client = TagmaClient.connect(ClientSettings.of("127.0.0.1:" + server.port())
                .withTimeout(Duration.ofSeconds(30)))) {
            final UpdateResult declared = client.update(new Command.PutDefinition(DefinitionKind.ATTRIBUTE, "points",
                -1, "{\"type\":\"INT\"}", false)).join();
            if (!declared.isApplied()) {
                throw new IllegalStateException("the attribute is refused: " + declared);
            }
            client.defineSegment("gold", "{\"condition\":{\"attr\":\"points\",\"op\":\"ge\",\"v\":500}}", true).join();
            lap(() -> peer.run(IN_FLIGHT, roundNs));
            lap(() -> update(client));
            for (int round = 0; round < rounds; round++) {
                echo.add(lap(() -> peer.run(IN_FLIGHT, roundNs)));
                tagma.add(lap(() -> update(client)));
                say("round %d: echo %,.0f/s, %.2f us of processor each; tagma %,.0f/s, %.2f us; ratio %.2f", round + 1,
                    echo.get(round).perSecond, echo.get(round).cpuMicros, tagma.get(round).perSecond,
                    tagma.get(round).cpuMicros, tagma.get(round).perSecond / echo.get(round).perSecond);
            }
            sayThreads(client);
        }
        say("median: echo %,.0f/s, tagma %,.0f/s, ratio of rates %.2f (goal 0.25), of processor time %.1f",
            median(echo.stream().mapToDouble(Lap::perSecond)), median(tagma.stream().mapToDouble(Lap::perSecond)),
            ratio(tagma, echo, true), ratio(tagma, echo, false));
        replay();
    }

    /** Where the processor time of an update goes, by thread, in a round of its own. */
    private void sayThreads(final TagmaClient client) {
        final Map<Long, Long> before = threadTimes();
        final long count = update(client);
        final ThreadMXBean threads = ManagementFactory.getThreadMXBean();
        final List<String> lines = new ArrayList<>();
        threadTimes().entrySet().stream()
            .map(entry -> Map.entry(entry.getKey(), entry.getValue() - before.getOrDefault(entry.getKey(), 0L)))
            .sorted(Map.Entry.<Long, Long>comparingByValue().reversed()).limit(THREADS_TOLD).forEach(entry -> {
                final ThreadInfo thread = threads.getThreadInfo(entry.getKey());
                lines.add(String.format(Locale.ROOT, "%s %.2f us", thread == null ? "ended" : thread.getThreadName(),
                    entry.getValue() / 1e3 / count));
            });
        say("tagma's update by thread: %s", String.join(", ", lines));
    }

    private static Map<Long, Long> threadTimes() {
        final ThreadMXBean threads = ManagementFactory.getThreadMXBean();
        final Map<Long, Long> times = new HashMap<>();
        for (final long id : threads.getAllThreadIds()) {
            times.put(id, threads.getThreadCpuTime(id));
        }
        return times;
    }

    private void replay() {
        final long emptyNs = time(() -> start(directory.resolve("empty")).close());
        final long beganNs = System.nanoTime();
        try (TagmaServer server = start(directory.resolve("tagma"))) {
            final double seconds = Math.max(1e-9, (System.nanoTime() - beganNs - emptyNs) / 1e9);
            say("replay: %,d updates in %.2f s, %,.0f/s (goal 300,000), a start on nothing of %.2f s taken off",
                applied, seconds, applied / seconds, emptyNs / 1e9);
            final long cpuNs = SYSTEM.getProcessCpuTime();
            final long idleNs = System.nanoTime();
            while (System.nanoTime() - idleNs < IDLE_NS) {
                LockSupport.parkNanos(IDLE_NS / 10);
            }
            say("idle node on port %d: %.1f %% of one core (goal below 15)", server.port(),
                100.0 * (SYSTEM.getProcessCpuTime() - cpuNs) / (System.nanoTime() - idleNs));
        }
    }

    /** Batches of {@value #BATCH} until the round is over; how many updates were applied. */
    private long update(final TagmaClient client) {
        final Semaphore window = new Semaphore(IN_FLIGHT / BATCH);
        final AtomicLong done = new AtomicLong();
        final long endNs = System.nanoTime() + roundNs;
        while (System.nanoTime() - endNs < 0) {
            window.acquireUninterruptibly();
            final List<Command> batch = new ArrayList<>(BATCH);
            for (int i = 0; i < BATCH; i++) {
                batch.add(command(next++));
            }
            client.updateAll(batch).whenComplete((result, fault) -> {
                count(result, fault, done);
                window.release();
            });
        }
        final long count = done.get();
        window.acquireUninterruptibly(IN_FLIGHT / BATCH);
        if (failure.get() != null) {
            throw new IllegalStateException("an update was not applied", failure.get());
        }
        applied += done.get();
        return count;
    }

    private void count(final BatchResult result, final Throwable fault, final AtomicLong done) {
        if (fault != null || result.applied() != BATCH) {
            failure.compareAndSet(null, fault == null ? new IllegalStateException("refused: applied="
                + result.applied() + ", first=" + result.failures().get(0)) : fault);
        } else {
            done.addAndGet(BATCH);
        }
    }

    /** A number that crosses the segment's threshold half of the time. */
    private static Command command(final long number) {
        return new Command.SubjectUpsert("customer-" + number % SUBJECTS, null, null, null,
            List.of(new NamedValue("points", Value.of((int) (number * 7_919 % 1_000)))), null, null);
    }

    private TagmaServer start(final Path data) {
        final TagmaServer server = TagmaServer.start(new ServerConfig("127.0.0.1", 0, 0, data, null, 0, SUBJECTS),
            fault -> failure.compareAndSet(null, fault));
        return server;
    }

    private Lap lap(final Contender contender) {
        final long cpuNs = SYSTEM.getProcessCpuTime();
        final long startNs = System.nanoTime();
        final long count = contender.run();
        if (count == 0) {
            throw new CompletionException("nothing came back in a round", failure.get());
        }
        return new Lap(count / (roundNs / 1e9), (SYSTEM.getProcessCpuTime() - cpuNs) / 1e3 / count
            * roundNs / (System.nanoTime() - startNs));
    }

    private static long time(final Runnable task) {
        final long startNs = System.nanoTime();
        task.run();
        return System.nanoTime() - startNs;
    }

    private static double ratio(final List<Lap> ours, final List<Lap> theirs, final boolean isRate) {
        final double[] ratios = new double[ours.size()];
        for (int i = 0; i < ratios.length; i++) {
            ratios[i] = isRate ? ours.get(i).perSecond / theirs.get(i).perSecond
                : ours.get(i).cpuMicros / theirs.get(i).cpuMicros;
        }
        return median(Arrays.stream(ratios));
    }

    private static double median(final DoubleStream values) {
        final double[] sorted = values.sorted().toArray();
        return sorted.length % 2 == 1 ? sorted[sorted.length / 2]
            : (sorted[sorted.length / 2 - 1] + sorted[sorted.length / 2]) / 2;
    }

    private void say(final String format, final Object... values) {
        out.println(String.format(Locale.ROOT, format, values));
        out.flush();
    }

    /** Keeps its thousand under way for a round and counts what came back. */
    private interface Contender {
        long run();
    }
}
