package io.tagma.loadtest.torture;

import io.tagma.client.TagmaClient;
import io.tagma.client.UpdateResult;
import java.util.List;
import java.util.Queue;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/**
 * A thread that writes as fast as answers come, with so many writes under way, through a client of its own, and keeps
 * the ledger of its customers. The others are called by one thread.
 */
final class Writer implements AutoCloseable {
    private static final long IDLE_NS = 50_000;
    private static final int BURST_MAX = 64;

    private final String name;
    private final TagmaClient client;
    private final int window;
    private final SplittableRandom random;
    private final AckClock all;
    private final Violations violations;
    private final AckClock own = new AckClock();
    private final Queue<Outcome> outcomes = new ConcurrentLinkedQueue<>();
    private final AtomicLong unknown = new AtomicLong();
    private final Thread thread;
    private int underWay;
    private volatile long position;
    private volatile List<Customer> customers = List.of();
    private volatile boolean isWriting;
    private volatile boolean isQuiet = true;
    private volatile boolean isClosed;

    private record Outcome(Write write, UpdateResult result, Throwable failure) {
    }

    /** @param all hears of every acknowledgement */
    Writer(final String name, final TagmaClient client, final int window, final long seed, final AckClock all,
           final Violations violations) {
        this.name = name;
        this.client = client;
        this.window = window;
        this.all = all;
        this.violations = violations;
        random = new SplittableRandom(seed);
        thread = new Thread(this::run, name);
        thread.setDaemon(true);
        thread.start();
    }

    /** Writes of these customers from now on. */
    void begin(final List<Customer> of) {
        own.begin(System.nanoTime());
        customers = of;
        isQuiet = false;
        isWriting = true;
    }

    /** Sends nothing more. */
    void end() {
        isWriting = false;
    }

    /** Whether nothing is under way after {@link #end}. */
    boolean isQuiet() {
        return isQuiet;
    }

    /** When it was answered. */
    AckClock clock() {
        return own;
    }

    /** Highest log position that was acknowledged. */
    long position() {
        return position;
    }

    /** How many writes had no outcome. */
    long unknown() {
        return unknown.get();
    }

    private void run() {
        while (!isClosed) {
            int work = settle();
            if (isWriting) {
                work += send();
            } else if (underWay == 0) {
                isQuiet = true;
            }
            if (work == 0) {
                LockSupport.parkNanos(IDLE_NS);
            }
        }
    }

    private int send() {
        final List<Customer> of = customers;
        int sent = 0;
        while (underWay < window && sent < BURST_MAX) {
            final Write write = of.get(random.nextInt(of.size())).next(random);
            underWay++;
            sent++;
            client.update(write.command()).whenComplete((result, failure) -> {
                if (failure == null) {
                    final long nowNs = System.nanoTime();
                    own.acknowledged(nowNs);
                    all.acknowledged(nowNs);
                }
                outcomes.add(new Outcome(write, result, failure));
            });
        }
        return sent;
    }

    private int settle() {
        int settled = 0;
        for (Outcome outcome = outcomes.poll(); outcome != null; outcome = outcomes.poll()) {
            final Write write = outcome.write;
            underWay--;
            settled++;
            if (outcome.failure != null) {
                unknown.incrementAndGet();
                write.customer().unknown(write);
            } else if (outcome.result.isApplied()) {
                position = Math.max(position, outcome.result.position());
                write.customer().acknowledged(write, outcome.result.position());
            } else {
                violations.add("refused: writer=" + name + ", code=" + outcome.result.code() + ", pointer="
                    + outcome.result.pointer() + ", detail=" + outcome.result.detail() + ", command="
                    + write.command());
            }
        }
        return settled;
    }

    @Override
    public void close() {
        isClosed = true;
        try {
            thread.join();
        } catch (final InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
        client.close();
    }
}
