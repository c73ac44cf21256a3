package io.tagma.engine;

import static io.tagma.engine.Expect.equal;

import io.tagma.engine.condition.SegmentDefinition;
import io.tagma.engine.model.Cause;
import io.tagma.engine.protocol.Command;
import io.tagma.engine.protocol.DefinitionKind;
import io.tagma.engine.protocol.ResultCode;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Thousands of subjects and hundreds of segments at full rate: commands of every kind in batches, definitions edited,
 * paused and deleted meanwhile, time that moves, threads that look up, snapshots, and twins restored from them beside
 * it. Now and then it comes to rest, and rows, columns, counts and the sum of the change stream must be what the naive
 * oracle says of every subject and every segment.
 *
 * <pre>   engine/soak --for 10m --seed 1 </pre>
 */
public final class Soak implements AutoCloseable {
    private static final int CHANGES_MAX = 100_000;
    private static final int CHANGES_UNREAD_MAX = 10_000;
    private static final int BATCHES_MAX_BETWEEN = 1 << 20;
    private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();

    private final Settings settings;
    private final SoakScript script;
    private final SoakOracle oracle;
    private final EngineHarness engine;
    private final List<SoakReader> readers = new ArrayList<>();

    private byte[] outcomes = new byte[1 << 16];
    private int outcomeCount;
    private int batchesToFollow;
    private SoakTwin twin;
    private int twinBatches;
    private long now;

    private final Told told = new Told();
    private final Map<String, Long> accepted = new TreeMap<>();
    private long batches;
    private long commands;
    private long refused;
    private long meanwhile;
    private long slices;
    private long snapshots;
    private long snapshotBytes;
    private long twins;
    private long compared;
    private long subjectsCompared;
    private long trafficNs;
    private long trafficCpuNs;
    private long engineCpuNs;

    /**
     * How large and how often.
     *
     * @param shops         random shops of three hundred subjects each
     * @param snapshotEvery batches between snapshots
     * @param twinLength    batches that a restored twin follows, while it does, there is no other
     */
    public record Settings(long seed, int shops, int segments, int readers, int snapshotEvery, int twinLength) {
        /** What the command runs. */
        public static Settings usual(final long seed) {
            return new Settings(seed, 12, 300, 1, 100, 60);
        }
    }

    /** Everybody is there, every segment is built, and was compared once. */
    public Soak(final Settings settings) {
        this.settings = settings;
        script = new SoakScript(settings.seed(), settings.shops(), settings.segments());
        oracle = new SoakOracle(
            new SoakScript(settings.seed(), settings.shops(), settings.segments()));
        now = script.startMs();
        engine = EngineHarness.begin(
            new Command.Genesis(false, 0, 0, 0, CHANGES_MAX, script.visitorTtlMs(), 0), now);
        apply(script.first(), 1);
        compare();
        told.countAnew();
        accepted.clear();
        commands = 0;
        refused = 0;
        meanwhile = 0;
        slices = 0;
        engineCpuNs = 0;
        for (int i = 0; i < settings.readers(); i++) {
            readers.add(new SoakReader(engine.engine(), script.subjectKeys(), i));
        }
    }

    /** Takes so many batches of commands. */
    public void run(final int count) {
        final long began = System.nanoTime();
        final long beganCpu = THREADS.getCurrentThreadCpuTime();
        for (int i = 0; i < count; i++) {
            batch();
            readers.forEach(SoakReader::check);
        }
        trafficNs += System.nanoTime() - began;
        trafficCpuNs += THREADS.getCurrentThreadCpuTime() - beganCpu;
    }

    private void batch() {
        final SoakScript.Batch batch = script.next();
        final int slicesNow = apply(batch, engine.isSettled() ? 1 : 2);
        batches++;
        if (twin != null) {
            twin.follow(batch, slicesNow);
            if (--twinBatches == 0) {
                twin.end(engine.engine().stateHash());
            } else if (twinBatches < 0 && twin.isOver()) {
                twin = null;
                twins++;
            }
        }
        if (batches % settings.snapshotEvery() == 0) {
            snapshot();
        }
    }

    private void snapshot() {
        final List<byte[]> frames = engine.snapshot();
        snapshots++;
        snapshotBytes = frames.stream().mapToLong(frame -> frame.length).sum();
        if (twin == null) {
            twin = new SoakTwin(engine.restorer(frames));
            twinBatches = settings.twinLength();
        }
    }

    /** Waits for the twin, if there is one. */
    private void joinTwin() {
        if (twin == null) {
            return;
        }
        if (twinBatches > 0) {
            twin.end(engine.engine().stateHash());
        }
        try {
            twin.join();
        } catch (final InterruptedException stop) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", stop);
        }
        twin = null;
        twins++;
    }

    private int apply(final SoakScript.Batch batch, final int sliceCount) {
        now = batch.now();
        final long began = THREADS.getCurrentThreadCpuTime();
        for (final Command command : batch.commands()) {
            final CommandResult result = engine.apply(command, now);
            keep(outcome(command, result));
            if (engine.view().changesNext() - told.next() > CHANGES_UNREAD_MAX) {
                readChanges();
            }
        }
        for (int i = 0; i < sliceCount; i++) {
            engine.slice(now);
        }
        engineCpuNs += THREADS.getCurrentThreadCpuTime() - began;
        slices += sliceCount;
        readChanges();
        batchesToFollow++;
        if (batchesToFollow > BATCHES_MAX_BETWEEN) {
            throw new IllegalStateException("too long without comparing: batches=" + batchesToFollow);
        }
        return sliceCount;
    }

    private void readChanges() {
        told.read(engine.view(), change -> { });
    }

    private byte outcome(final Command command, final CommandResult result) {
        commands++;
        if (result.isOk()) {
            accepted.merge(nameOf(command), 1L, Long::sum);
            return SoakOracle.ACCEPTED;
        } else if (result.code() == ResultCode.UNSUPPORTED) {
            throw new AssertionError("not supported: " + result + ", command=" + command);
        } else if (result.code() == ResultCode.BUSY
            || MidwayCheck.isRefusedMeanwhile(command, result, engine.engine().underway())) {
            meanwhile++;
            return SoakOracle.MEANWHILE;
        }
        refused++;
        return SoakOracle.REFUSED;
    }

    private static String nameOf(final Command command) {
        final String name = command.getClass().getSimpleName();
        if (command instanceof Command.PutDefinition put) {
            return put.kind() != DefinitionKind.SEGMENT ? name + " " + put.kind()
                : name + (put.json().contains("\"status\":\"") && !put.json().contains("\"status\":\"ACTIVE\"")
                ? " SEGMENT switched off" : " SEGMENT");
        }
        return command instanceof Command.DeleteDefinition delete ? name + " " + delete.kind() : name;
    }

    private void keep(final byte outcome) {
        if (outcomeCount == outcomes.length) {
            outcomes = Arrays.copyOf(outcomes, outcomeCount * 2);
        }
        outcomes[outcomeCount++] = outcome;
    }

    // ---- comparing ---------------------------------------------------------------------------------------------

    /** Comes to rest, and compares everybody in everything. */
    public void compare() {
        joinTwin();
        readers.forEach(SoakReader::check);
        do {
            engine.slice(now);
            readChanges();
        } while (!engine.isSettled());
        oracle.follow(batchesToFollow, outcomes, outcomeCount);
        batchesToFollow = 0;
        outcomeCount = 0;
        compared++;
        final EngineView view = engine.view();
        final Map<String, Integer> idOf = new HashMap<>();
        final Map<Integer, Set<String>> columns = new HashMap<>();
        for (final EngineView.SegmentStatus status : view.segments()) {
            idOf.put(status.definition().key(), status.id());
            columns.put(status.id(), new TreeSet<>());
        }
        equal("segments", new TreeSet<>(oracle.shop().segments().keySet()), new TreeSet<>(idOf.keySet()));
        final Map<String, Set<String>> segmentsOf = oracle.segmentsOfAll();
        final Map<String, Set<Integer>> expectedOf = new HashMap<>();
        subjectsCompared = segmentsOf.size();
        segmentsOf.forEach((key, segments) -> {
            final Set<Integer> expected = ids(segments, idOf);
            compareRow(key, expected, idOf);
            expectedOf.put(key, expected);
            expected.forEach(id -> columns.get(id).add(key));
        });
        told.compare(expectedOf, oracle.shop()::group);
        equal("subjects", segmentsOf.keySet(), EngineHarness.keys(view.subjects()));
        for (final EngineView.SegmentStatus status : view.segments()) {
            final Set<String> expected = columns.get(status.id());
            equal("column of " + status.definition().json(), expected,
                EngineHarness.keys(view.members(status.definition().key())));
            equal("count of " + status.definition().json(), (long)expected.size(), status.count());
        }
        compareOtherKeys(segmentsOf, idOf);
    }

    private void compareRow(final String key, final Set<Integer> expected, final Map<String, Integer> idOf) {
        final Set<Integer> actual = engine.lookup(key);
        if (!expected.equals(actual)) {
            for (final Map.Entry<String, Integer> entry : idOf.entrySet()) {
                if (expected.contains(entry.getValue()) != actual.contains(entry.getValue())) {
                    final SegmentDefinition definition = oracle.shop().segment(entry.getKey());
                    throw new AssertionError("look-up of " + key + ": expected=" + expected + ", actual=" + actual
                        + "\n" + oracle.why(key, definition));
                }
            }
        }
        equal("look-up of " + key, expected, actual);
        equal("group of " + key, oracle.shop().group(key), engine.group(key));
    }

    /** Keys that stand for a customer's, and keys that nobody has. */
    private void compareOtherKeys(final Map<String, Set<String>> segmentsOf, final Map<String, Integer> idOf) {
        final Set<Integer> strangers = ids(oracle.segmentsOfStrangers(), idOf);
        for (final String key : script.subjectKeys()) {
            final String resolved = oracle.shop().resolved(key);
            final boolean isKnown = segmentsOf.containsKey(resolved);
            equal("look-up of " + key + ", who is " + (isKnown ? resolved : "nobody"),
                isKnown ? ids(segmentsOf.get(resolved), idOf) : strangers, engine.lookup(key));
            equal("group of " + key, isKnown ? oracle.shop().group(resolved) : (Integer)0, engine.group(key));
        }
    }

    private static Set<Integer> ids(final Set<String> segments, final Map<String, Integer> idOf) {
        final Set<Integer> ids = new HashSet<>();
        segments.forEach(segment -> ids.add(idOf.get(segment)));
        return ids;
    }

    // ---- what it did -------------------------------------------------------------------------------------------

    /** Time of traffic; comparing comes on top. */
    public long trafficNs() {
        return trafficNs;
    }

    /** Commands applied. */
    public long commands() {
        return commands;
    }

    /** Snapshots taken. */
    public long snapshots() {
        return snapshots;
    }

    /** Twins that were restored beside it, and were the same in the end. */
    public long twins() {
        return twins;
    }

    /** Times everybody was compared in everything. */
    public long compared() {
        return compared;
    }

    /** Look-ups beside it. */
    public long lookups() {
        return readers.stream().mapToLong(SoakReader::lookups).sum();
    }

    /** Changes told since the beginning, by cause. */
    public Map<Cause, Long> causes() {
        return told.causes();
    }

    /** Commands accepted, by kind. */
    public Map<String, Long> accepted() {
        return accepted;
    }

    /** A line for people. */
    public String report() {
        final double seconds = Math.max(1, trafficNs) / 1e9;
        final long lookups = lookups();
        return String.format(Locale.ROOT, "%,d commands in %.0f s of traffic, %,.0f/s (%,.0f in a second of the "
                + "engine's CPU, which is %.0f%% of its thread's %.0f s); "
                + "refused %,d, meanwhile %d; %,d slices; look-ups %,d (%,.0f/s); changes %,d: %s; shop time %.1f d; "
                + "snapshots %d (the last %,d bytes), twins equal %d; all compared %d times, now %,d subjects and %d "
                + "segments; accepted: %s",
            commands, seconds, commands / seconds, commands * 1e9 / Math.max(1, engineCpuNs),
            100.0 * engineCpuNs / Math.max(1, trafficCpuNs), trafficCpuNs / 1e9, refused, meanwhile, slices,
            lookups, lookups / seconds, told.changes(), told.causes(), (now - script.startMs()) / 86_400_000.0,
            snapshots, snapshotBytes, twins, compared, subjectsCompared, oracle.shop().segments().size(), accepted);
    }

    @Override
    public void close() {
        readers.forEach(SoakReader::close);
        engine.close();
    }
}
