package io.tagma.engine.segment;

import io.tagma.engine.condition.SegmentDefinition;
import io.tagma.engine.condition.SegmentDefinition.Status;
import io.tagma.engine.measure.LeafCompiler;
import io.tagma.engine.measure.Measure;
import io.tagma.engine.measure.MeasureSpec;
import io.tagma.engine.measure.WorkMeter;
import io.tagma.engine.model.Website;
import io.tagma.engine.model.WebsiteTable;
import io.tagma.engine.protocol.StateReader;
import io.tagma.engine.protocol.StateWriter;
import io.tagma.engine.protocol.SubjectKind;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.LongConsumer;

/**
 * All segments and the work of changing them: a definition is compiled, built aside in slices under a new slot, and
 * swapped in at one instant at which nobody is behind: no flip overdue, no sweep but of swaps under way; the
 * difference follows as change events. Builds that wait start together and share one sweep. Engine's thread.
 */
public final class Segments {
    private static final int BUILDS_MAX = 8;

    private final Subjects subjects;
    private final WebsiteTable websites;
    private final Published<SlotTable> table;
    private final LongConsumer jobDone;
    private final LeafCompiler compiler;

    private final Map<String, SegmentEntry> byKey = new HashMap<>();
    private final TreeMap<Integer, SegmentEntry> byId = new TreeMap<>();
    private final Deque<SegmentPlan> waiting = new ArrayDeque<>();
    private final List<SegmentPlan> batch = new ArrayList<>();
    private final List<Measure> batchOfSubject = new ArrayList<>();
    private final List<Measure> batchOfRecords = new ArrayList<>();
    private final List<Measure> batchMeasures = new ArrayList<>();
    private final List<Swap> swaps = new ArrayList<>();
    private int watermark;
    private int nextId = 1;
    private int nextSlot;
    private int epoch;

    /** A swap that waits for an instant at which no flip is overdue; {@code after} is null where one goes. */
    private record Swap(long job, SegmentEntry entry, SegmentPlan before, SegmentPlan after) {
    }

    /** No segments yet. */
    public Segments(final Subjects subjects, final WebsiteTable websites, final Published<SlotTable> table,
                    final LongConsumer jobDone) {
        this.subjects = subjects;
        this.websites = websites;
        this.table = table;
        this.jobDone = jobDone;
        compiler = new LeafCompiler(subjects.measures(), false);
    }

    /** The segment, or null. */
    public SegmentEntry get(final String key) {
        return byKey.get(key);
    }

    /** All segments by id. */
    public Iterable<SegmentEntry> all() {
        return byId.values();
    }

    /**
     * Definitions that something refers to: those last accepted, those that answer or are being built, and those that
     * sweeps have still to tell the end of.
     */
    public List<SegmentDefinition> definitionsInUse() {
        final List<SegmentDefinition> all = new ArrayList<>();
        byId.values().forEach(entry -> all.add(entry.definition()));
        subjects.plans().forEach(plan -> all.add(plan.definition()));
        for (final Sweep sweep : subjects.sweeps()) {
            if (sweep instanceof SwapSweep swap) {
                for (final SwapSweep.Part part : swap.parts()) {
                    addDefinition(part.before(), all);
                    addDefinition(part.after(), all);
                }
            }
        }
        return all;
    }

    private static void addDefinition(final SegmentPlan plan, final List<SegmentDefinition> all) {
        if (plan != null) {
            all.add(plan.definition());
        }
    }

    /** Number of segments. */
    public int size() {
        return byId.size();
    }

    /** Changes with every table that look-ups see. */
    public int epoch() {
        return epoch;
    }

    /** Creates a segment or replaces its definition. Returns whether the job is needed to make it visible. */
    public boolean define(final SegmentDefinition definition, final long job) {
        SegmentEntry entry = byKey.get(definition.key());
        if (entry == null) {
            entry = new SegmentEntry(nextId++, definition.key());
            byKey.put(entry.key(), entry);
            byId.put(entry.id(), entry);
        }
        entry.define(definition, entry.version() + 1);
        final SegmentPlan live = entry.live();
        final boolean isActive = definition.status() == Status.ACTIVE;
        if (isActive && live != null && entry.building() == null && !isLeaving(live)
            && hasSameMembers(live.definition(), definition)) {
            live.definition(definition, entry.version());
            publish();
            return false;
        }
        cancelBuild(entry);
        cancelLeaving(entry);
        if (isActive) {
            final SegmentPlan plan =
                new SegmentPlan(nextSlot++, entry.id(), entry.version(), definition, job);
            compile(plan);
            entry.building(plan);
            waiting.add(plan);
            return true;
        }
        return leave(entry, job);
    }

    /** Deletes a segment. Returns whether the job is needed to take its members out. */
    public boolean delete(final SegmentEntry entry, final long job) {
        byKey.remove(entry.key());
        byId.remove(entry.id());
        cancelBuild(entry);
        cancelLeaving(entry);
        return leave(entry, job);
    }

    private boolean leave(final SegmentEntry entry, final long job) {
        if (entry.live() == null) {
            return false;
        }
        swaps.add(new Swap(job, entry, entry.live(), null));
        return true;
    }

    private boolean isLeaving(final SegmentPlan plan) {
        return swaps.stream().anyMatch(swap -> swap.after() == null && swap.before() == plan);
    }

    private void cancelLeaving(final SegmentEntry entry) {
        for (int i = swaps.size() - 1; i >= 0; i--) {
            if (swaps.get(i).entry() == entry) {
                jobDone.accept(swaps.remove(i).job());
            }
        }
    }

    private static boolean hasSameMembers(final SegmentDefinition a, final SegmentDefinition b) {
        return a.condition().equals(b.condition()) && a.applyTo() == b.applyTo()
            && a.websites().equals(b.websites());
    }

    private void cancelBuild(final SegmentEntry entry) {
        final SegmentPlan plan = entry.building();
        if (plan == null) {
            return;
        }
        entry.building(null);
        waiting.remove(plan);
        batch.remove(plan);
        swaps.removeIf(swap -> swap.after() == plan);
        detach(plan);
        collectBatchMeasures();
        cleanUp(plan);
        jobDone.accept(plan.job());
    }

    private void cleanUp(final SegmentPlan given) {
        if (subjects.members().members(given.slot()).isEmpty()) {
            subjects.members().close(given.slot());
            return;
        }
        subjects.sweeps().add(
            new SwapSweep(subjects.now(), subjects, List.of(new SwapSweep.Part(0, given, null)), true));
    }

    // ---- compiling ---------------------------------------------------------------------------------------------

    private void compile(final SegmentPlan plan) {
        final SegmentDefinition definition = plan.definition();
        final Set<Predicate> predicates = new LinkedHashSet<>();
        final List<Expression> parts = new ArrayList<>();
        for (final LeafCompiler.Leaf universe : universe(definition)) {
            parts.add(leaf(universe, predicates));
        }
        parts.add(Expression.compile(definition.condition(), node -> leaf(compiler.compile(node), predicates)));
        plan.compiled(Expression.all(parts), List.copyOf(predicates));
        for (final Predicate predicate : plan.predicates()) {
            predicate.add(plan);
        }
        subjects.members().open(plan.slot());
        subjects.plans().add(plan);
    }

    static List<LeafCompiler.Leaf> universe(final SegmentDefinition definition) {
        final List<LeafCompiler.Leaf> leaves = new ArrayList<>();
        final LeafCompiler.Leaf kind = LeafCompiler.kind(definition.applyTo());
        final LeafCompiler.Leaf home = LeafCompiler.website(definition.websites());
        if (kind != null) {
            leaves.add(kind);
        }
        if (home != null) {
            leaves.add(home);
        }
        return leaves;
    }

    private Expression leaf(final LeafCompiler.Leaf leaf, final Set<Predicate> predicates) {
        final Measure measure = subjects.measures().acquire(leaf.spec());
        final Predicate predicate = subjects.index().acquire(measure, leaf.values());
        if (!predicates.add(predicate)) {
            subjects.measures().release(measure);
        }
        return new Expression.Leaf(predicate);
    }

    private void detach(final SegmentPlan plan) {
        subjects.plans().remove(plan);
        for (final Predicate predicate : plan.predicates()) {
            predicate.remove(plan);
            subjects.index().release(predicate);
            subjects.measures().release(predicate.measure());
        }
    }

    // ---- building ----------------------------------------------------------------------------------------------

    /** Whether there is anything to build or swap. */
    public boolean hasWork() {
        return !waiting.isEmpty() || !batch.isEmpty() || !swaps.isEmpty();
    }

    /** Advances builds by so many work units, the last subject's beyond; returns the units spent. */
    public int build(final int workMax) {
        final WorkMeter work = subjects.work();
        final long before = work.units();
        while (work.units() - before < workMax && (!batch.isEmpty() || startBatch())) {
            if (watermark >= subjects.ordinals().highWater()) {
                endBatch();
                continue;
            }
            final int ordinal = watermark;
            moveWatermark(ordinal + 1);
            work.looked(1);
            if (subjects.rows().exists(ordinal)) {
                subjects.build(ordinal, batchOfSubject, batchOfRecords, batch);
            }
        }
        return (int)(work.units() - before);
    }

    private boolean startBatch() {
        if (waiting.isEmpty()) {
            return false;
        }
        while (batch.size() < BUILDS_MAX && !waiting.isEmpty()) {
            batch.add(waiting.poll());
        }
        collectBatchMeasures();
        moveWatermark(0);
        return true;
    }

    /** What the sweep must fill: measures that are not complete, and codes of texts, which a constant may change. */
    private void collectBatchMeasures() {
        final Set<Measure> measures = new LinkedHashSet<>();
        for (final SegmentPlan plan : batch) {
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
        for (int i = 0; i < batch.size(); i++) {
            batch.get(i).builtBelow(ordinal);
        }
    }

    private void endBatch() {
        moveWatermark(SegmentPlan.COMPLETE);
        for (final SegmentPlan plan : batch) {
            final SegmentEntry entry = byId.get(plan.segmentId());
            swaps.add(new Swap(plan.job(), entry, entry.live(), plan));
        }
        batch.clear();
        batchMeasures.clear();
    }

    /** Swaps in what is ready. To be called only while no flip is overdue and no sweep but of swaps under way. */
    public void swap() {
        if (swaps.isEmpty()) {
            return;
        }
        final List<SwapSweep.Part> parts = new ArrayList<>();
        for (final Swap swap : swaps) {
            if (swap.before() != null) {
                swap.before().isLive(false);
                detach(swap.before());
            }
            if (swap.after() != null) {
                swap.after().isLive(true);
                swap.entry().building(null);
            }
            swap.entry().live(swap.after());
            parts.add(new SwapSweep.Part(swap.job(), swap.before(), swap.after()));
        }
        subjects.sweeps().add(new SwapSweep(subjects.now(), subjects, parts, false));
        swaps.clear();
        publish();
    }

    /** Whether a swap of the job still waits. */
    public boolean hasJob(final long job) {
        for (final Swap swap : swaps) {
            if (swap.job() == job) {
                return true;
            }
        }
        return false;
    }

    /** How much of a plan is built, 0 to 1. */
    public double builtFraction(final SegmentPlan plan) {
        return plan.builtBelow() == SegmentPlan.COMPLETE ? 1.0
            : (double)plan.builtBelow() / Math.max(1, subjects.ordinals().highWater());
    }

    // ---- what look-ups see -------------------------------------------------------------------------------------

    /** What answers look-ups, by slot: also a segment that was paused or deleted until its swap. */
    public List<SegmentPlan> live() {
        return subjects.plans().stream().filter(SegmentPlan::isLive).toList();
    }

    /** Publishes a table of what is live now. */
    public void publish() {
        final SlotTable.Builder builder = new SlotTable.Builder(++epoch);
        final List<SegmentPlan> live = live();
        for (final SegmentPlan plan : live) {
            builder.live(plan.slot(), plan.segmentId(), plan.definition().cacheRelevant(),
                plan.definition().websites().stream().mapToInt(Integer::intValue).toArray());
        }
        for (final Website website : websites.all()) {
            builder.website(website.id(), website.defaultGroupId());
            builder.unknown(website.id(), live.stream().filter(plan -> isStrangerIn(plan, website.id()))
                .mapToInt(SegmentPlan::slot).toArray());
        }
        for (final Sweep sweep : subjects.sweeps()) {
            if (sweep instanceof GroupDeleteSweep delete) {
                builder.deletedGroup(delete.group());
            }
        }
        table.publish(builder.build());
    }

    /** Whether a visitor of whom nothing is known is a member. */
    private static boolean isStrangerIn(final SegmentPlan plan, final int website) {
        return plan.expression().test(predicate -> {
            final MeasureSpec spec = predicate.measure().spec();
            if (spec instanceof MeasureSpec.Kind) {
                return SubjectKind.VISITOR.value();
            } else if (spec instanceof MeasureSpec.Website) {
                return website;
            } else if (spec instanceof MeasureSpec.Group) {
                return 0;
            }
            return predicate.measure().defaultValue();
        });
    }

    // ---- snapshots ---------------------------------------------------------------------------------------------

    /** Parses a definition that was accepted before. */
    @FunctionalInterface
    public interface DefinitionReader {
        /** The definition of a key in canonical JSON. */
        SegmentDefinition read(String key, String json);
    }

    /** Writes segments, plans and what is under way. */
    public void write(final StateWriter writer) {
        writer.putInt(nextId);
        writer.putInt(nextSlot);
        writer.putInt(epoch);
        writer.putInt(byId.size());
        for (final SegmentEntry entry : byId.values()) {
            writer.putInt(entry.id());
            writer.putText(entry.key());
            writer.putInt(entry.version());
            writer.putText(entry.definition().json());
        }
        writer.putInt(subjects.plans().size());
        for (final SegmentPlan plan : subjects.plans()) {
            writePlan(plan, writer);
            writer.putBoolean(plan.isLive());
            writer.putInt(plan.builtBelow());
            for (final Predicate predicate : plan.predicates()) {
                writer.putInt(predicate.measure().builtBelow());
            }
        }
        writeSlots(waiting, writer);
        writeSlots(batch, writer);
        writer.putInt(watermark);
        writer.putInt(swaps.size());
        for (final Swap swap : swaps) {
            writer.putLong(swap.job());
            writer.putInt(swap.entry().id());
            writer.putText(swap.entry().key());
            writer.putInt(swap.before() == null ? -1 : swap.before().slot());
            writer.putInt(swap.after() == null ? -1 : swap.after().slot());
        }
    }

    static void writePlan(final SegmentPlan plan, final StateWriter writer) {
        writer.putInt(plan.slot());
        writer.putInt(plan.segmentId());
        writer.putInt(plan.version());
        writer.putLong(plan.job());
        writer.putText(plan.definition().key());
        writer.putText(plan.definition().json());
    }

    static SegmentPlan readPlan(final StateReader reader, final DefinitionReader definitions) {
        final int slot = reader.getInt();
        final int segmentId = reader.getInt();
        final int version = reader.getInt();
        final long job = reader.getLong();
        return new SegmentPlan(slot, segmentId, version, definitions.read(reader.getText(), reader.getText()), job);
    }

    private static void writeSlots(final Iterable<SegmentPlan> plans, final StateWriter writer) {
        for (final SegmentPlan plan : plans) {
            writer.putInt(plan.slot());
        }
        writer.putInt(-1);
    }

    /** Reads into an empty registry; sweeps and rows come later, and {@link #publish} must follow the sweeps. */
    public void read(final StateReader reader, final DefinitionReader definitions) {
        nextId = reader.getInt();
        nextSlot = reader.getInt();
        final int writtenEpoch = reader.getInt();
        final int entries = reader.getInt();
        for (int i = 0; i < entries; i++) {
            final SegmentEntry entry = new SegmentEntry(reader.getInt(), reader.getText());
            final int version = reader.getInt();
            entry.define(definitions.read(entry.key(), reader.getText()), version);
            byKey.put(entry.key(), entry);
            byId.put(entry.id(), entry);
        }
        final Map<Integer, SegmentPlan> bySlot = new HashMap<>();
        final int plans = reader.getInt();
        for (int i = 0; i < plans; i++) {
            final SegmentPlan plan = readPlan(reader, definitions);
            compile(plan);
            plan.isLive(reader.getBoolean());
            plan.builtBelow(reader.getInt());
            for (final Predicate predicate : plan.predicates()) {
                predicate.measure().builtBelow(reader.getInt());
            }
            bySlot.put(plan.slot(), plan);
            final SegmentEntry entry = byId.get(plan.segmentId());
            if (entry != null && plan.isLive()) {
                entry.live(plan);
            } else if (entry != null) {
                entry.building(plan);
            }
        }
        readSlots(reader, bySlot, waiting::add);
        readSlots(reader, bySlot, batch::add);
        collectBatchMeasures();
        watermark = reader.getInt();
        final int swapCount = reader.getInt();
        for (int i = 0; i < swapCount; i++) {
            final long job = reader.getLong();
            final int id = reader.getInt();
            final String key = reader.getText();
            final SegmentPlan before = bySlot.get(reader.getInt());
            final SegmentPlan after = bySlot.get(reader.getInt());
            final SegmentEntry known = byId.get(id);
            swaps.add(new Swap(job, known == null ? new SegmentEntry(id, key) : known, before, after));
        }
        epoch = writtenEpoch - 1;
    }

    private static void readSlots(final StateReader reader, final Map<Integer, SegmentPlan> bySlot,
                                  final Consumer<SegmentPlan> plans) {
        for (int slot = reader.getInt(); slot >= 0; slot = reader.getInt()) {
            plans.accept(bySlot.get(slot));
        }
    }
}
