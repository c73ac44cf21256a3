package io.tagma.engine.segment;

import io.tagma.engine.measure.Measure;
import io.tagma.engine.measure.WorkMeter;
import io.tagma.engine.protocol.StateReader;
import io.tagma.engine.protocol.StateWriter;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import java.util.function.IntFunction;
import java.util.stream.Stream;

/**
 * Builds that wait and those under way: the latter share one sweep through all subjects, in slices, and end together.
 * Engine's thread.
 */
final class Builds {
    /** Plans that share a sweep, unless one build has more. */
    private static final int PLANS_MAX = 8;

    private final Subjects subjects;
    private final Consumer<List<Build>> built;
    private final Deque<Build> waiting = new ArrayDeque<>();
    private final List<Build> batch = new ArrayList<>();
    private final List<SegmentPlan> batchPlans = new ArrayList<>();
    private final List<Measure> batchOfSubject = new ArrayList<>();
    private final List<Measure> batchOfRecords = new ArrayList<>();
    private final List<Measure> batchMeasures = new ArrayList<>();
    private int watermark;

    /** {@code built} hears of builds whose plans are complete. */
    Builds(final Subjects subjects, final Consumer<List<Build>> built) {
        this.subjects = subjects;
        this.built = built;
    }

    void add(final Build build) {
        waiting.add(build);
    }

    /** Neither waits any more nor goes on. */
    void cancel(final Build build) {
        if (waiting.remove(build)) {
            return;
        }
        batch.remove(build);
        for (final SegmentEntry entry : build.entries()) {
            batchPlans.remove(entry.building());
        }
        collectBatchMeasures();
    }

    /** The plan is built no further. */
    void leaveOut(final SegmentPlan plan) {
        if (batchPlans.remove(plan)) {
            collectBatchMeasures();
        }
    }

    /** Plans in all builds. */
    int planCount() {
        int count = batchPlans.size();
        for (final Build build : waiting) {
            count += build.entries().size();
        }
        return count;
    }

    /** Whether there is anything to build. */
    boolean hasWork() {
        return !waiting.isEmpty() || !batch.isEmpty();
    }

    /** Advances builds by so many work units, the last subject's beyond; returns the units spent. */
    int build(final int workMax) {
        final WorkMeter work = subjects.work();
        final long before = work.units();
        while (work.units() - before < workMax && (!batch.isEmpty() || startBatch())) {
            if (watermark >= subjects.ordinals().highWater()) {
                endBatch();
                continue;
            }
            final int ordinal = watermark;
            // Before anything is said to be built for it: its columns hold what a build given up left there.
            final boolean isSubject = subjects.rows().exists(ordinal) && subjects.catchUp().run(ordinal);
            moveWatermark(ordinal + 1);
            work.looked(1);
            if (isSubject) {
                subjects.build(ordinal, batchOfSubject, batchOfRecords, batchPlans);
            }
        }
        return (int)(work.units() - before);
    }

    /** What depends on each other is in one batch, however much it is. */
    private boolean startBatch() {
        if (waiting.isEmpty()) {
            return false;
        }
        do {
            addToBatch(waiting.poll());
        } while (!waiting.isEmpty() && batchPlans.size() + waiting.peek().entries().size() <= PLANS_MAX);
        collectBatchMeasures();
        moveWatermark(0);
        return true;
    }

    private void addToBatch(final Build build) {
        batch.add(build);
        for (final SegmentEntry entry : build.entries()) {
            if (entry.building() != null) {
                batchPlans.add(entry.building());
            }
        }
    }

    /** What the sweep must fill: measures that are not complete, and codes of texts, which a constant may change. */
    private void collectBatchMeasures() {
        final Set<Measure> measures = new LinkedHashSet<>();
        for (final SegmentPlan plan : batchPlans) {
            subjects.work().looked(plan.predicates().size());
            for (final Predicate predicate : plan.predicates()) {
                measures.add(predicate.measure());
            }
        }
        batchMeasures.clear();
        batchOfSubject.clear();
        batchOfRecords.clear();
        for (final Measure measure : measures) {
            final boolean isComplete = measure.builtBelow() == Measure.COMPLETE;
            if (!isComplete) {
                batchMeasures.add(measure);
            }
            if (!isComplete || measure.isCoded()) {
                (measure.records() == null ? batchOfSubject : batchOfRecords).add(measure);
            }
        }
    }

    private void moveWatermark(final int ordinal) {
        watermark = ordinal;
        for (int i = 0; i < batchMeasures.size(); i++) {
            batchMeasures.get(i).builtBelow(ordinal);
        }
        for (int i = 0; i < batchPlans.size(); i++) {
            batchPlans.get(i).builtBelow(ordinal);
        }
    }

    private void endBatch() {
        moveWatermark(SegmentPlan.COMPLETE);
        final List<Build> ended = List.copyOf(batch);
        batch.clear();
        batchPlans.clear();
        collectBatchMeasures();
        built.accept(ended);
    }

    /** Hands over the segments that wait or are being built, by their order. */
    void forEach(final Consumer<SegmentEntry> consumer) {
        batch.forEach(build -> build.entries().forEach(consumer));
        waiting.forEach(build -> build.entries().forEach(consumer));
    }

    /** Whether the job's segment waits or is being built. */
    boolean hasJob(final long job) {
        return Stream.concat(waiting.stream(), batch.stream()).anyMatch(build -> build.hasJob(job));
    }

    /** Lists the segments that wait or are being built, by their order. */
    void describe(final Segments.BuildConsumer consumer) {
        forEach(entry -> consumer.accept(entry.job(), entry.key(), builtFraction(entry)));
    }

    /** How much of a segment is built, 0 to 1. */
    double builtFraction(final SegmentEntry entry) {
        if (!entry.isUnderWay()) {
            return 1.0;
        }
        return batch.contains(entry.build()) ? (double)watermark / Math.max(1, subjects.ordinals().highWater()) : 0.0;
    }

    // ---- snapshots ---------------------------------------------------------------------------------------------

    void write(final StateWriter writer) {
        write(waiting, writer);
        write(batch, writer);
        writer.putInt(watermark);
    }

    private static void write(final Collection<Build> builds, final StateWriter writer) {
        writer.putInt(builds.size());
        for (final Build build : builds) {
            writer.putInt(build.entries().size());
            for (final SegmentEntry entry : build.entries()) {
                writer.putInt(entry.id());
                writer.putText(entry.key());
                writer.putLong(entry.job());
                writer.putInt(entry.building() == null ? -1 : entry.building().slot());
                writer.putInt(entry.live() == null ? -1 : entry.live().slot());
            }
        }
    }

    /** Reads builds of segments and plans that were read before, found by segment's id and key, and by slot. */
    void read(final StateReader reader, final BiFunction<Integer, String, SegmentEntry> entries,
              final IntFunction<SegmentPlan> plans) {
        read(reader, entries, plans, waiting::add);
        read(reader, entries, plans, this::addToBatch);
        collectBatchMeasures();
        watermark = reader.getInt();
    }

    private static void read(final StateReader reader, final BiFunction<Integer, String, SegmentEntry> entries,
                             final IntFunction<SegmentPlan> plans, final Consumer<Build> builds) {
        for (int i = reader.getInt(); i > 0; i--) {
            final Build build = new Build();
            for (int e = reader.getInt(); e > 0; e--) {
                final SegmentEntry entry = entries.apply(reader.getInt(), reader.getText());
                final long job = reader.getLong();
                build.add(entry, plans.apply(reader.getInt()), job);
                entry.live(plans.apply(reader.getInt()));
            }
            builds.accept(build);
        }
    }
}
