package io.tagma.benchmarks;

import io.tagma.engine.CommandResult;
import io.tagma.engine.EngineView;
import io.tagma.engine.protocol.Command;
import io.tagma.engine.protocol.DefinitionKind;
import io.tagma.engine.protocol.NamedValue;
import io.tagma.engine.protocol.SubjectKind;
import io.tagma.engine.protocol.Value;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * A segment with a tenth of all subjects is defined, built, swapped in and told, slice by slice, with nothing else to
 * do. It reads what no other segment reads, so every subject is visited. Prints the number of slices and the longest
 * one, which is how long an update can wait.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.SingleShotTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 1)
@Measurement(iterations = 3)
@Fork(1)
public class BuildBenchmark {
    private static final int ORDERS_A_SUBJECT = 2;
    private static final int DIGITS = 7;

    /** Subjects held. */
    @Param("1000000")
    public int subjects;
    /** What the condition reads: an attribute, or the sum of two orders. */
    @Param({"attribute", "orders"})
    public String reads;

    private final ThreadTime time = new ThreadTime();
    private LocalEngine local;
    private int slices;
    private long sliceMaxNs;

    /** Loads the subjects, and their orders where they are read. */
    @Setup
    public void load() {
        final boolean hasOrders = reads.equals("orders");
        local = LocalEngine.begin(subjects, hasOrders ? (long)ORDERS_A_SUBJECT * subjects : 0);
        local.attribute("points", "INT");
        final LoggedCommand[] customers = new LoggedCommand[10];
        final LoggedCommand[] orders = new LoggedCommand[10];
        for (int tenth = 0; tenth < 10; tenth++) {
            customers[tenth] = LocalEngine.logged(new Command.SubjectUpsert("customer-0000000", SubjectKind.CUSTOMER,
                null, null, List.of(new NamedValue("points", Value.of(100 * tenth))), null, null));
            orders[tenth] = LocalEngine.logged(new Command.OrderUpsert("customer-0000000", "order-0",
                LocalEngine.NOW - 86_400_000L, List.of(new NamedValue("grandTotal", Value.of(50 * tenth)),
                new NamedValue("status", Value.of("complete"))), List.of(new Command.Item(null,
                List.of(new NamedValue("product", Value.of("sku-1")), new NamedValue("qty", Value.of(1))))), null));
        }
        final int customer = customers[0].indexOf("0000000");
        final int customerOfOrder = orders[0].indexOf("0000000");
        final int order = orders[0].indexOf("order-0") + "order-".length();
        for (int i = 0; i < subjects; i++) {
            customers[i % 10].digits(customer, DIGITS, i);
            local.apply(customers[i % 10]);
            for (int o = 0; hasOrders && o < ORDERS_A_SUBJECT; o++) {
                orders[i % 10].digits(customerOfOrder, DIGITS, i);
                orders[i % 10].digits(order, 1, o);
                local.apply(orders[i % 10]);
            }
        }
    }

    /** Begins the count of processor time. */
    @Setup(Level.Iteration)
    public void beginTime() {
        time.begin();
    }

    /** From the definition to the end of its job. */
    @Benchmark
    public int build() {
        time.did(1);
        final CommandResult defined = local.segment("built", reads.equals("orders")
            ? "{\"agg\":{\"fn\":\"sum\",\"source\":\"order\",\"field\":\"grandTotal\"},\"op\":\"ge\",\"v\":900}"
            : "{\"attr\":\"points\",\"op\":\"ge\",\"v\":900}");
        slices = 0;
        sliceMaxNs = 0;
        while (local.jobDone() != defined.job()) {
            final long start = System.nanoTime();
            local.slice();
            sliceMaxNs = Math.max(sliceMaxNs, System.nanoTime() - start);
            slices++;
        }
        return slices;
    }

    /** Ends the count of processor time, checks the members, and takes the segment away with all that it read. */
    @TearDown(Level.Iteration)
    public void takeAway() {
        time.end();
        final EngineView.SegmentStatus built = local.engine().view().segment("built");
        if (!built.isReady() || built.count() != subjects / 10) {
            throw new IllegalStateException("wrong members: count=" + built.count());
        }
        System.out.printf("slices=%d, longestSliceMs=%.1f: ", slices, sliceMaxNs / 1e6);
        local.apply(new Command.DeleteDefinition(DefinitionKind.SEGMENT, "built", -1, false));
        local.settle();
    }

    /** Frees the engine. */
    @TearDown
    public void close() {
        local.close();
    }
}
