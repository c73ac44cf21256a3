package io.tagma.benchmarks;

import io.tagma.engine.protocol.Command;
import io.tagma.engine.protocol.NamedValue;
import io.tagma.engine.protocol.SubjectKind;
import io.tagma.engine.protocol.Value;
import io.tagma.engine.segment.LookupReader;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.agrona.concurrent.UnsafeBuffer;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/** Looks random subjects up in process, each in 32 of 64 segments, and copies the ids out: what a reply needs. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class LookupBenchmark {
    private static final int KEYS_A_BATCH = 50;
    private static final int SEGMENTS = 64;
    private static final int SHOWN = SEGMENTS / 2;
    private static final String KEY = "customer-0000000";
    private static final int KEY_LENGTH = KEY.length();
    private static final int DIGITS = 7;

    /** Subjects held. */
    @Param("1000000")
    public int subjects;

    private final UnsafeBuffer reply = new UnsafeBuffer(new byte[KEYS_A_BATCH * SHOWN * Integer.BYTES]);
    private final ThreadTime time = new ThreadTime();
    private LocalEngine local;
    private LookupReader reader;
    /** As they come in a frame. */
    private final UnsafeBuffer keys = new UnsafeBuffer(ByteBuffer.allocateDirect(KEYS_A_BATCH * KEY_LENGTH));
    private final int[] offsets = new int[KEYS_A_BATCH];
    private final int[] lengths = new int[KEYS_A_BATCH];
    private long random = 42;

    /** Loads the subjects. */
    @Setup
    public void load() {
        local = LocalEngine.begin(subjects, 0);
        local.attribute("half", "INT");
        for (int i = 0; i < SEGMENTS; i++) {
            local.segment("s" + i, "{\"attr\":\"half\",\"op\":\"eq\",\"v\":" + i % 2 + "}");
        }
        local.settle();
        for (int i = 0; i < KEYS_A_BATCH; i++) {
            offsets[i] = i * KEY_LENGTH;
            lengths[i] = KEY_LENGTH;
            keys.putStringWithoutLengthAscii(offsets[i], KEY);
        }
        final LoggedCommand[] halves = {half(0), half(1)};
        final int digits = halves[0].indexOf(KEY) + KEY_LENGTH - DIGITS;
        for (int i = 0; i < subjects; i++) {
            halves[i % 2].digits(digits, DIGITS, i);
            local.apply(halves[i % 2]);
        }
        reader = local.engine().newReader();
        check();
    }

    private static LoggedCommand half(final int half) {
        return LocalEngine.logged(new Command.SubjectUpsert(KEY, SubjectKind.CUSTOMER, null, null,
            List.of(new NamedValue("half", Value.of(half))), null, null));
    }

    private void check() {
        reader.begin();
        for (int i = 0; i < subjects; i++) {
            key(0, i);
            if (!reader.lookup(keys, 0, KEY_LENGTH, 0) || reader.count() != SHOWN) {
                throw new IllegalStateException("wrong answer: subject=" + i + ", count=" + reader.count());
            }
        }
        reader.end();
    }

    /** Ends the count of processor time. */
    @TearDown(Level.Iteration)
    public void endTime() {
        time.end();
    }

    /** Frees the engine. */
    @TearDown
    public void close() {
        reader.close();
        local.close();
    }

    /** Begins the count of processor time. */
    @Setup(Level.Iteration)
    public void beginTime() {
        time.begin();
    }

    /** One key, in a batch of its own. */
    @Benchmark
    public long lookup() {
        key(0, nextSubject());
        reader.begin();
        reader.lookup(keys, 0, KEY_LENGTH, 0);
        reader.segmentIds(reply, 0);
        final long hash = reader.varyHash();
        reader.end();
        time.did(1);
        return hash;
    }

    /** Fifty keys in a batch, in two passes as LookupMany takes them; time per key. */
    @Benchmark
    @OperationsPerInvocation(KEYS_A_BATCH)
    public long multiGet() {
        long hash = 0;
        int at = 0;
        nextKeys();
        reader.begin();
        reader.expect(keys, offsets, lengths, KEYS_A_BATCH);
        for (int i = 0; i < KEYS_A_BATCH; i++) {
            reader.lookupExpected(i, 0);
            at += Integer.BYTES * reader.segmentIds(reply, at);
            hash ^= reader.varyHash();
        }
        reader.end();
        time.did(KEYS_A_BATCH);
        return hash;
    }

    /** Fifty keys in a batch, one by one; time per key. */
    @Benchmark
    @OperationsPerInvocation(KEYS_A_BATCH)
    public long oneByOne() {
        long hash = 0;
        int at = 0;
        nextKeys();
        reader.begin();
        for (int i = 0; i < KEYS_A_BATCH; i++) {
            reader.lookup(keys, offsets[i], KEY_LENGTH, 0);
            at += Integer.BYTES * reader.segmentIds(reply, at);
            hash ^= reader.varyHash();
        }
        reader.end();
        time.did(KEYS_A_BATCH);
        return hash;
    }

    private void nextKeys() {
        for (int i = 0; i < KEYS_A_BATCH; i++) {
            key(offsets[i], nextSubject());
        }
    }

    private void key(final int offset, final int subject) {
        keys.putNaturalPaddedIntAscii(offset + KEY_LENGTH - DIGITS, DIGITS, subject);
    }

    private int nextSubject() {
        random ^= random << 13;
        random ^= random >>> 7;
        random ^= random << 17;
        return (int)((random >>> 33) * subjects >>> 31);
    }
}
