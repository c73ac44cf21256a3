package io.tagma.benchmarks;

import io.tagma.engine.protocol.Command;
import io.tagma.engine.protocol.NamedValue;
import io.tagma.engine.protocol.SubjectKind;
import io.tagma.engine.protocol.Value;
import io.tagma.engine.segment.LookupReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.agrona.concurrent.UnsafeBuffer;
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
 * One attribute of one subject changes. The engine does all it does behind the log: decodes the command, stores the
 * profile, finds the flipped predicates, evaluates their segments, publishes the row and tells the changes. The naive
 * server only evaluates. Both see the same changes, and must come to the same memberships.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class UpdateBenchmark {
    private static final int SUBJECTS = 4_096;
    private static final int STEPS = 8_192;
    private static final int CHECKED = 256;

    /** Segments defined. */
    @Param({"100", "1000", "10000"})
    public int segments;

    private final int[] subjectOf = new int[2 * STEPS];
    private final int[] attributeOf = new int[2 * STEPS];
    private final int[] valueOf = new int[2 * STEPS];
    private final LoggedCommand[] commands = new LoggedCommand[2 * STEPS];
    private final int[] ids = new int[10_001];
    private final ThreadTime time = new ThreadTime();
    private LocalEngine local;
    private NaiveSegments naive;
    private int next;
    private long engineSteps;

    /** Defines the segments, loads the subjects, and prepares the changes: there, and then back. */
    @Setup
    public void load() {
        final List<String> conditions = GeneratedSegments.json(segments);
        local = LocalEngine.begin(SUBJECTS, 0);
        for (int id = 0; id < GeneratedSegments.ATTRIBUTES; id++) {
            local.attribute(GeneratedSegments.attribute(id), "INT");
        }
        for (int i = 0; i < segments; i++) {
            ids[i] = (int)local.segment("s" + i, conditions.get(i)).value();
        }
        local.settle();
        naive = new NaiveSegments(GeneratedSegments.parse(conditions), SUBJECTS, GeneratedSegments.ATTRIBUTES);
        final Random random = new Random(11);
        final int[][] values = new int[SUBJECTS][GeneratedSegments.ATTRIBUTES];
        for (int subject = 0; subject < SUBJECTS; subject++) {
            final List<NamedValue> attributes = new ArrayList<>();
            for (int id = 0; id < GeneratedSegments.ATTRIBUTES; id++) {
                values[subject][id] = GeneratedSegments.randomValue(id, random);
                naive.set(subject, id, values[subject][id]);
                attributes.add(new NamedValue(GeneratedSegments.attribute(id), Value.of(values[subject][id])));
            }
            local.apply(new Command.SubjectUpsert(key(subject), SubjectKind.CUSTOMER, null, null, attributes, null,
                null));
            naive.evaluate(subject);
        }
        for (int i = 0; i < STEPS; i++) {
            final int subject = random.nextInt(SUBJECTS);
            final int attribute = random.nextInt(GeneratedSegments.ATTRIBUTES);
            final int value = values[subject][attribute];
            step(i, subject, attribute, GeneratedSegments.otherValue(attribute, value, random));
            step(i + STEPS, subject, attribute, value);
        }
        check();
    }

    private static String key(final int subject) {
        return "c" + subject;
    }

    private void step(final int index, final int subject, final int attribute, final int value) {
        subjectOf[index] = subject;
        attributeOf[index] = attribute;
        valueOf[index] = value;
        commands[index] = LocalEngine.logged(new Command.SubjectUpsert(key(subject), null, null, null,
            List.of(new NamedValue(GeneratedSegments.attribute(attribute), Value.of(value))), null, null));
    }

    /** Begins the count of processor time. */
    @Setup(Level.Iteration)
    public void beginTime() {
        time.begin();
    }

    /** The engine's command. */
    @Benchmark
    public void engine() {
        time.did(1);
        local.apply(commands[next]);
        next = next + 1 & 2 * STEPS - 1;
        engineSteps++;
    }

    /** The evaluation of every segment. */
    @Benchmark
    public int naive() {
        time.did(1);
        final int index = next;
        next = next + 1 & 2 * STEPS - 1;
        naive.set(subjectOf[index], attributeOf[index], valueOf[index]);
        return naive.evaluate(subjectOf[index]);
    }

    /** Ends the count of processor time. */
    @TearDown(Level.Iteration)
    public void endTime() {
        time.end();
    }

    /** Lets the naive server catch up with the engine's changes, compares, and frees the engine. */
    @TearDown
    public void close() {
        if (engineSteps > 0) {
            final long first = Math.max(0, engineSteps - 2 * STEPS);
            for (long i = first; i < engineSteps; i++) {
                final int index = (int)(i & 2 * STEPS - 1);
                naive.set(subjectOf[index], attributeOf[index], valueOf[index]);
            }
            check();
        }
        local.close();
    }

    private void check() {
        try (LookupReader reader = local.engine().newReader()) {
            long members = 0;
            for (int subject = 0; subject < CHECKED; subject++) {
                naive.evaluate(subject);
                final Set<Integer> expected = new HashSet<>();
                for (int i = 0; i < segments; i++) {
                    if (naive.isMember(subject, i)) {
                        expected.add(ids[i]);
                    }
                }
                members += expected.size();
                if (!lookup(reader, key(subject)).equals(expected)) {
                    throw new IllegalStateException("engine and naive server differ: subject=" + key(subject));
                }
            }
            if (members == 0) {
                throw new IllegalStateException("nobody is a member of anything");
            }
        }
    }

    private static Set<Integer> lookup(final LookupReader reader, final String key) {
        final byte[] bytes = key.getBytes(StandardCharsets.UTF_8);
        reader.begin();
        reader.lookup(new UnsafeBuffer(bytes), 0, bytes.length, 0);
        final Set<Integer> shown = new HashSet<>();
        for (int i = 0; i < reader.count(); i++) {
            shown.add(reader.segmentId(i));
        }
        reader.end();
        return shown;
    }
}
