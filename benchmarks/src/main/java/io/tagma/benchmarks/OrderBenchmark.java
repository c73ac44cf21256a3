package io.tagma.benchmarks;

import io.tagma.engine.protocol.Command;
import io.tagma.engine.protocol.NamedValue;
import io.tagma.engine.protocol.Value;
import java.util.ArrayList;
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
 * A subject with so many orders gets one more, of two lines; 16 segments look at orders and lines. What was appended is
 * taken back between iterations, so that the number of orders stays near what it says.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class OrderBenchmark {
    private static final int ORDERS = 200_000;
    private static final int KEY_DIGITS = 6;
    private static final int ID_DIGITS = 9;
    private static final int STRIDE = 7_919;

    /** Orders that a subject has before. */
    @Param({"1", "10", "100"})
    public int held;

    private final ThreadTime time = new ThreadTime();
    private LocalEngine local;
    private LoggedCommand[] orders;
    private LoggedCommand delete;
    private int subjects;
    private int keyIndex;
    private int idIndex;
    private int deleteKeyIndex;
    private int deleteIdIndex;
    private int appended;
    private int takenBack;

    /** Defines the segments and loads the orders. */
    @Setup
    public void load() {
        subjects = ORDERS / held;
        local = LocalEngine.begin(subjects, 10L * ORDERS);
        int name = 0;
        for (final String condition : conditions()) {
            local.segment("s" + name++, condition);
        }
        local.settle();
        orders = new LoggedCommand[]{order(0), order(1), order(2), order(3)};
        keyIndex = orders[0].indexOf("c-000000") + 2;
        idIndex = orders[0].indexOf("000000000");
        delete = LocalEngine.logged(new Command.OrderDelete("c-000000", "000000000", null));
        deleteKeyIndex = delete.indexOf("c-000000") + 2;
        deleteIdIndex = delete.indexOf("000000000");
        for (int i = 0; i < ORDERS; i++) {
            append(i);
        }
        appended = ORDERS;
        takenBack = ORDERS;
    }

    private static List<String> conditions() {
        final List<String> all = new ArrayList<>();
        for (final String days : List.of("P30D", "P90D")) {
            final String window = ",\"window\":{\"last\":\"" + days + "\"}";
            all.add("{\"agg\":{\"fn\":\"count\",\"source\":\"order\"" + window + "},\"op\":\"ge\",\"v\":3}");
            all.add("{\"agg\":{\"fn\":\"sum\",\"source\":\"order\",\"field\":\"grandTotal\"" + window
                + "},\"op\":\"ge\",\"v\":500}");
            all.add("{\"exists\":{\"source\":\"order\",\"where\":[{\"f\":\"status\",\"op\":\"eq\",\"v\":\"canceled\"}]"
                + window + "}}");
            all.add("{\"agg\":{\"fn\":\"count\",\"source\":\"order\",\"where\":[{\"f\":\"status\",\"op\":\"in\",\"v\":"
                + "[\"complete\",\"processing\"]}]" + window + "},\"op\":\"ge\",\"v\":2}");
            for (int sku = 0; sku < 4; sku++) {
                all.add("{\"agg\":{\"fn\":\"sum\",\"source\":\"orderItem\",\"field\":\"rowTotal\",\"where\":[{\"f\":"
                    + "\"product\",\"op\":\"eq\",\"v\":\"sku-" + sku + "\"}]" + window + "},\"op\":\"ge\",\"v\":100}");
            }
        }
        return all;
    }

    private static LoggedCommand order(final int kind) {
        return LocalEngine.logged(new Command.OrderUpsert("c-000000", "000000000", LocalEngine.NOW - 86_400_000L,
            List.of(new NamedValue("grandTotal", Value.of(60 + kind)),
                new NamedValue("status", Value.of(kind == 3 ? "canceled" : "complete")),
                new NamedValue("shipping.country", Value.of("DE"))),
            List.of(item(kind), item(kind + 4)), null));
    }

    private static Command.Item item(final int kind) {
        return new Command.Item(null, List.of(new NamedValue("product", Value.of("sku-" + kind)),
            new NamedValue("qty", Value.of(1)), new NamedValue("rowTotal", Value.of(30))));
    }

    /** Begins the count of processor time. */
    @Setup(Level.Iteration)
    public void beginTime() {
        time.begin();
    }

    /** One order more. */
    @Benchmark
    public void append() {
        time.did(1);
        append(appended++);
    }

    private void append(final int number) {
        final LoggedCommand order = orders[number & 3];
        order.digits(keyIndex, KEY_DIGITS, subject(number));
        order.digits(idIndex, ID_DIGITS, number);
        local.apply(order);
    }

    private int subject(final int number) {
        return (int)((long)number * STRIDE % subjects);
    }

    /** Ends the count of processor time, and takes back what the iteration appended. */
    @TearDown(Level.Iteration)
    public void takeBack() {
        time.end();
        for (; takenBack < appended; takenBack++) {
            delete.digits(deleteKeyIndex, KEY_DIGITS, subject(takenBack));
            delete.digits(deleteIdIndex, ID_DIGITS, takenBack);
            local.apply(delete);
        }
        final int left = local.engine().view().subject("c-000000").orders().size();
        if (left != held) {
            throw new IllegalStateException("wrong number of orders: left=" + left + ", held=" + held);
        }
    }

    /** Frees the engine. */
    @TearDown
    public void close() {
        local.close();
    }
}
