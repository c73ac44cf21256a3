package io.tagma.loadtest.torture;

import io.tagma.client.LookupResult;
import io.tagma.client.TagmaClient;
import io.tagma.client.TagmaException;
import io.tagma.engine.protocol.ResultCode;
import io.tagma.loadtest.load.OpenLoop;
import io.tagma.loadtest.load.Traffic;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicLong;
import org.HdrHistogram.Histogram;

/**
 * Look-ups at a fixed rate, whatever happens, and the check of each answer: it is as new as the position that it names,
 * and one that was asked for at a position is there. An eighth asks for a write that was acknowledged. The caller's
 * thread; the sending one is its own.
 */
final class Lookups implements AutoCloseable {
    private static final int OWN_SHARE = 8;
    private static final int IN_FLIGHT_MAX = 20_000;
    private static final int NO_PHASE = -1;
    private static final int PHASES = Customer.PHASES;

    private final TagmaClient client;
    private final int[] phaseOfSegment;
    private final Violations violations;
    private final SplittableRandom random;
    private final OpenLoop local;
    private final OpenLoop own;
    private final Traffic traffic;
    private final AtomicLong checked = new AtomicLong();
    private final AtomicLong stale = new AtomicLong();
    private volatile List<Customer> customers = List.of();
    private long failuresBefore;
    private long staleBefore;

    /**
     * What happened since it was asked last.
     *
     * @param local latencies of look-ups in the node's own state, ns
     * @param own   latencies of those at a position, ns
     * @param stale how many of these named another node instead
     */
    record Seen(Histogram local, Histogram own, long failures, long stale) {
    }

    /**
     * Sends nothing yet.
     *
     * @param phaseOfSegment phase by a segment's id, or -1
     */
    Lookups(final TagmaClient client, final int perSecond, final int[] phaseOfSegment, final long seed,
            final Violations violations) {
        this.client = client;
        this.phaseOfSegment = phaseOfSegment;
        this.violations = violations;
        random = new SplittableRandom(seed);
        local = new OpenLoop(perSecond - perSecond / OWN_SHARE, IN_FLIGHT_MAX, this::askLocal);
        own = new OpenLoop(perSecond / OWN_SHARE, IN_FLIGHT_MAX, this::askOwn);
        traffic = new Traffic(List.of(local, own));
    }

    /** Asks for these customers from now on. */
    void of(final List<Customer> of) {
        final boolean isFirst = customers.isEmpty();
        customers = of;
        if (isFirst) {
            traffic.start();
        }
    }

    /** Latencies and failures since the last call. */
    Seen seen() {
        final long failures = local.failures() + own.failures();
        final long left = stale.get();
        final Seen seen = new Seen(local.latencies(), own.latencies(), failures - failuresBefore, left - staleBefore);
        failuresBefore = failures;
        staleBefore = left;
        return seen;
    }

    /** How many answers were checked so far. */
    long checked() {
        return checked.get();
    }

    private Customer any() {
        final List<Customer> of = customers;
        return of.get(random.nextInt(of.size()));
    }

    private CompletableFuture<?> askLocal() {
        final Customer customer = any();
        final Customer.Acknowledged acknowledged = customer.acknowledged();
        return client.lookup(customer.key()).thenAccept(result -> check(customer, acknowledged, result, 0));
    }

    private CompletableFuture<?> askOwn() {
        final Customer customer = any();
        final Customer.Acknowledged acknowledged = customer.acknowledged();
        return client.lookupAtLeast(customer.key(), 0, acknowledged.position()).handle((result, failure) -> {
            if (failure == null) {
                check(customer, acknowledged, result, acknowledged.position());
            } else if (isStale(failure)) {
                stale.incrementAndGet();
            } else {
                throw new CompletionException(failure);
            }
            return null;
        });
    }

    private static boolean isStale(final Throwable failure) {
        final Throwable cause = failure instanceof CompletionException ? failure.getCause() : failure;
        return cause instanceof TagmaException refused && refused.code() == ResultCode.STALE_POSITION;
    }

    private void check(final Customer customer, final Customer.Acknowledged acknowledged, final LookupResult result,
                       final long asked) {
        checked.incrementAndGet();
        if (result.position() < asked) {
            violations.add("older than asked for: key=" + customer.key() + ", asked=" + asked + ", result=" + result);
        }
        int phase = NO_PHASE;
        int phases = 0;
        for (final int segment : result.segments()) {
            if (segment < phaseOfSegment.length && phaseOfSegment[segment] != NO_PHASE) {
                phase = phaseOfSegment[segment];
                phases++;
            }
        }
        if (phases > 1) {
            violations.add("in two phases at once: key=" + customer.key() + ", result=" + result);
        }
        if (acknowledged.number() > 0 && result.position() >= acknowledged.position()) {
            final long newer = Math.floorMod(phase - acknowledged.number(), (long) PHASES);
            if (phases == 0 || newer > customer.sentNumber() - acknowledged.number()) {
                violations.add("older than the position that it names: key=" + customer.key() + ", acknowledged="
                    + acknowledged + ", sent=" + customer.sentNumber() + ", phase=" + phase + ", result=" + result);
            }
        }
    }

    @Override
    public void close() {
        traffic.close();
        client.close();
    }
}
