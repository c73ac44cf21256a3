package io.tagma.engine.segment;

import io.tagma.engine.condition.SegmentDefinition;
import io.tagma.engine.condition.SegmentDefinition.Status;
import io.tagma.engine.measure.LeafCompiler;
import io.tagma.engine.measure.Measure;
import io.tagma.engine.measure.WorkMeter;
import io.tagma.engine.model.WebsiteTable;
import io.tagma.engine.protocol.StateReader;
import io.tagma.engine.protocol.StateWriter;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.LongConsumer;
import org.agrona.collections.Int2ObjectHashMap;

/**
 * All segments and the work of changing them: a definition is compiled, built aside in slices under a new slot, and
 * swapped in at one instant at which nobody is behind: no flip overdue, no sweep but of swaps under way; the
 * difference follows as change events. Builds that wait start together and share one sweep. Engine's thread.
 */
public final class Segments {
    private static final int BUILDS_MAX = 8;
    /** Segments that leave in one sweep. */
    private static final int LEAVING_MAX = 64;
    /** Names of deleted segments kept for the change stream. */
    private static final int DELETED_MAX = 100_000;
    private static final int SEARCHED_PER_UNIT_SHIFT = 5;
    private static final long OPEN = Long.MAX_VALUE;

    private final Subjects subjects;
    private final Publication publication;
    private final LongConsumer jobDone;
    private final LeafCompiler compiler;

    private final Map<String, SegmentEntry> byKey = new HashMap<>();
    private final TreeMap<Integer, SegmentEntry> byId = new TreeMap<>();
    private final Deque<SegmentPlan> waiting = new ArrayDeque<>();
    private final List<SegmentPlan> batch = new ArrayList<>();
    private final List<Measure> batchOfSubject = new ArrayList<>();
    private final List<Measure> batchOfRecords = new ArrayList<>();
    private final List<Measure> batchMeasures = new ArrayList<>();
    /** Built, and waiting for an instant at which no flip is overdue. */
    private final List<SegmentPlan> built = new ArrayList<>();
    private final Int2ObjectHashMap<SegmentPlan> bySlot = new Int2ObjectHashMap<>();
    private final Deque<Integer> freeSlots = new ArrayDeque<>();
    /** Deleted segments that change events may still name, in order of deletion. */
    private final Map<Integer, Deleted> deleted = new LinkedHashMap<>();
    private int watermark;
    private int nextId = 1;
    private int nextSlot;

    /** A deleted segment's key, and the number below which its change events lie; {@link #OPEN} until that is known. */
    private record Deleted(String key, long end) {
    }

    /** No segments yet. */
    public Segments(final Subjects subjects, final WebsiteTable websites, final Published<SlotTable> table,
                    final LongConsumer jobDone) {
        this.subjects = subjects;
        this.jobDone = jobDone;
        publication = new Publication(websites, table, subjects.work());
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

    /** Number of segments. */
    public int size() {
        return byId.size();
    }

    /** Changes with every table that look-ups see. */
    public int epoch() {
        return publication.epoch();
    }

    /** Key of a segment, also of a deleted one as long as the change stream may name it; else empty. */
    public String key(final int id) {
        final SegmentEntry entry = byId.get(id);
        if (entry != null) {
            return entry.key();
        }
        final Deleted gone = deleted.get(id);
        return gone == null ? "" : gone.key();
    }

    /** Keys of segments whose definition, or that of a plan which is still kept for them, is of some kind. */
    public Set<String> keys(final java.util.function.Predicate<SegmentDefinition> kind) {
        final Set<String> keys = new LinkedHashSet<>();
        for (final SegmentEntry entry : byId.values()) {
            if (kind.test(entry.definition())) {
                keys.add(entry.key());
            }
        }
        for (final SegmentPlan plan : subjects.plans()) {
            if (kind.test(plan.definition())) {
                keys.add(plan.definition().key());
            }
        }
        return keys;
    }

    /** Whether there is a slot for one more plan: rows cannot have any number of them. */
    public boolean hasFreeSlot() {
        return nextSlot < RowStore.SLOTS_MAX || !freeSlots.isEmpty();
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
        if (isActive && live != null && entry.building() == null && hasSameMembers(live.definition(), definition)) {
            publication.hide(live);
            live.definition(definition, entry.version());
            publication.show(live);
            publish();
            return false;
        }
        cancelBuild(entry);
        if (isActive) {
            final boolean isSlotRecycled = !freeSlots.isEmpty();
            final SegmentPlan plan = new SegmentPlan(isSlotRecycled ? freeSlots.poll() : nextSlot++, entry.id(),
                entry.version(), definition, job);
            plan.isSlotRecycled(isSlotRecycled);
            compile(plan);
            entry.building(plan);
            waiting.add(plan);
            return true;
        }
        return leave(entry, job);
    }

    /** Deletes a segment. Returns whether the job is needed to tell who left. */
    public boolean delete(final SegmentEntry entry, final long job) {
        byKey.remove(entry.key());
        byId.remove(entry.id());
        deleted.put(entry.id(), new Deleted(entry.key(), OPEN));
        if (deleted.size() > DELETED_MAX) {
            final Iterator<Deleted> oldest = deleted.values().iterator();
            oldest.next();
            oldest.remove();
        }
        cancelBuild(entry);
        return leave(entry, job);
    }

    /** Nobody is a member from now on; the sweep tells so, after what happened before. */
    private boolean leave(final SegmentEntry entry, final long job) {
        final SegmentPlan live = entry.live();
        if (live == null) {
            return false;
        }
        entry.live(null);
        final SwapSweep.Part part = new SwapSweep.Part(job, SwapSweep.Version.of(live), null);
        final List<Sweep> sweeps = subjects.sweeps();
        SwapSweep sweep = sweeps.isEmpty() || !(sweeps.get(sweeps.size() - 1) instanceof SwapSweep last) ? null : last;
        if (sweep != null && sweep.isFresh() && !sweep.isSilent() && sweep.instant() == subjects.now()
            && sweep.parts().size() < LEAVING_MAX) {
            sweep.add(part);
        } else {
            sweep = swapSweep(subjects.now(), List.of(part), false);
            sweeps.add(sweep);
        }
        live.leaving(sweep);
        publication.hide(live);
        publish();
        return true;
    }

    SwapSweep swapSweep(final long instant, final List<SwapSweep.Part> parts, final boolean isSilent) {
        return new SwapSweep(instant, subjects, parts, isSilent, this::gone);
    }

    /** No row has the version's slot any more. */
    private void gone(final SwapSweep.Version version) {
        final SegmentPlan plan = bySlot.get(version.slot());
        if (plan != null) {
            detach(plan);
        }
        free(version.slot());
    }

    private void free(final int slot) {
        subjects.members().close(slot);
        freeSlots.add(slot);
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
        built.remove(plan);
        detach(plan);
        collectBatchMeasures();
        cleanUp(plan);
        jobDone.accept(plan.job());
    }

    private void cleanUp(final SegmentPlan given) {
        if (subjects.members().members(given.slot()).isEmpty()) {
            free(given.slot());
            return;
        }
        subjects.sweeps().add(swapSweep(subjects.now(),
            List.of(new SwapSweep.Part(0, SwapSweep.Version.of(given), null)), true));
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
        bySlot.put(plan.slot(), plan);
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
        final WorkMeter work = subjects.work();
        work.looked(plan.predicates().size() + (subjects.plans().size() >> SEARCHED_PER_UNIT_SHIFT));
        bySlot.remove(plan.slot());
        subjects.plans().remove(plan);
        for (final Predicate predicate : plan.predicates()) {
            work.looked(predicate.planCount() >> SEARCHED_PER_UNIT_SHIFT);
            predicate.remove(plan);
            subjects.index().release(predicate);
            subjects.measures().release(predicate.measure());
        }
    }

    // ---- building ----------------------------------------------------------------------------------------------

    /** Whether there is anything to build or swap. */
    public boolean hasWork() {
        return !waiting.isEmpty() || !batch.isEmpty() || !built.isEmpty();
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
            final boolean isSubject = subjects.rows().exists(ordinal);
            if (isSubject) {
                // Before anything is said to be built for it: its columns hold what a build given up left there.
                subjects.catchUp(ordinal);
            }
            moveWatermark(ordinal + 1);
            work.looked(1);
            if (isSubject) {
                subjects.build(ordinal, batchOfSubject, batchOfRecords, batch);
            }
        }
        return (int)(work.units() - before);
    }

    private boolean startBatch() {
        if (waiting.isEmpty() || !built.isEmpty()) {
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
        built.addAll(batch);
        batch.clear();
        collectBatchMeasures();
    }

    /** Swaps in what is built, a batch at most. To be called only while no flip is overdue. Returns the units spent. */
    public int swap() {
        if (built.isEmpty()) {
            return 0;
        }
        final long workBefore = subjects.work().units();
        final List<SwapSweep.Part> parts = new ArrayList<>();
        for (final SegmentPlan after : built) {
            final SegmentEntry entry = byId.get(after.segmentId());
            final SegmentPlan before = entry.live();
            if (before != null) {
                publication.hide(before);
                detach(before);
            }
            after.isLive(true);
            publication.show(after);
            entry.building(null);
            entry.live(after);
            parts.add(new SwapSweep.Part(after.job(), SwapSweep.Version.of(before), SwapSweep.Version.of(after)));
        }
        subjects.sweeps().add(swapSweep(subjects.now(), parts, false));
        built.clear();
        publish();
        return (int)(subjects.work().units() - workBefore);
    }

    /** Forgets the names of deleted segments that no change event names any more. */
    public void trim(final ChangeStream changes) {
        if (deleted.isEmpty()) {
            return;
        }
        if (subjects.sweeps().isEmpty()) {
            deleted.replaceAll((id, gone) -> gone.end() == OPEN ? new Deleted(gone.key(), changes.next()) : gone);
        }
        final Iterator<Deleted> oldest = deleted.values().iterator();
        while (oldest.hasNext() && oldest.next().end() <= changes.floor()) {
            oldest.remove();
        }
    }

    /** Whether the job's plan waits, is being built or waits to be swapped in. */
    public boolean hasJob(final long job) {
        return hasJob(waiting, job) || hasJob(batch, job) || hasJob(built, job);
    }

    private static boolean hasJob(final Iterable<SegmentPlan> plans, final long job) {
        for (final SegmentPlan plan : plans) {
            if (plan.job() == job) {
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

    /** What answers look-ups, by slot. */
    public List<SegmentPlan> live() {
        return subjects.plans().stream().filter(plan -> plan.isLive() && !plan.isLeaving()).toList();
    }

    /** Publishes a table of what is live now. */
    public void publish() {
        publication.publish(subjects.sweeps());
    }

    /** A website is new. */
    public void websiteAdded(final int website) {
        publication.websiteAdded(website);
    }

    /** Publishes the table of a restored state; its sweeps are there. */
    public void publishRestored() {
        publication.republish(subjects.sweeps());
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
        writer.putInt(freeSlots.size());
        freeSlots.forEach(writer::putInt);
        writer.putInt(publication.epoch());
        writer.putInt(byId.size());
        for (final SegmentEntry entry : byId.values()) {
            writer.putInt(entry.id());
            writer.putText(entry.key());
            writer.putInt(entry.version());
            writer.putText(entry.definition().json());
        }
        writer.putInt(deleted.size());
        for (final Map.Entry<Integer, Deleted> gone : deleted.entrySet()) {
            writer.putInt(gone.getKey());
            writer.putText(gone.getValue().key());
            writer.putLong(gone.getValue().end());
        }
        writer.putInt(subjects.plans().size());
        for (final SegmentPlan plan : subjects.plans()) {
            writer.putInt(plan.slot());
            writer.putInt(plan.segmentId());
            writer.putInt(plan.version());
            writer.putLong(plan.job());
            writer.putText(plan.definition().key());
            writer.putText(plan.definition().json());
            writer.putBoolean(plan.isLive());
            writer.putBoolean(plan.isLeaving());
            writer.putInt(plan.builtBelow());
            for (final Predicate predicate : plan.predicates()) {
                writer.putInt(predicate.measure().builtBelow());
            }
        }
        writeSlots(waiting, writer);
        writeSlots(batch, writer);
        writeSlots(built, writer);
        writer.putInt(watermark);
    }

    private static void writeSlots(final Iterable<SegmentPlan> plans, final StateWriter writer) {
        for (final SegmentPlan plan : plans) {
            writer.putInt(plan.slot());
        }
        writer.putInt(-1);
    }

    /** Reads into an empty registry; sweeps and rows come later, and then {@link #publishRestored}. */
    public void read(final StateReader reader, final DefinitionReader definitions) {
        nextId = reader.getInt();
        nextSlot = reader.getInt();
        for (int i = reader.getInt(); i > 0; i--) {
            freeSlots.add(reader.getInt());
        }
        publication.epoch(reader.getInt());
        final int entries = reader.getInt();
        for (int i = 0; i < entries; i++) {
            final SegmentEntry entry = new SegmentEntry(reader.getInt(), reader.getText());
            final int version = reader.getInt();
            entry.define(definitions.read(entry.key(), reader.getText()), version);
            byKey.put(entry.key(), entry);
            byId.put(entry.id(), entry);
        }
        for (int i = reader.getInt(); i > 0; i--) {
            deleted.put(reader.getInt(), new Deleted(reader.getText(), reader.getLong()));
        }
        final int plans = reader.getInt();
        for (int i = 0; i < plans; i++) {
            readPlan(reader, definitions);
        }
        readSlots(reader, waiting::add);
        readSlots(reader, batch::add);
        readSlots(reader, built::add);
        collectBatchMeasures();
        watermark = reader.getInt();
    }

    private void readPlan(final StateReader reader, final DefinitionReader definitions) {
        final int slot = reader.getInt();
        final int segmentId = reader.getInt();
        final int version = reader.getInt();
        final long job = reader.getLong();
        final SegmentPlan plan = new SegmentPlan(slot, segmentId, version,
            definitions.read(reader.getText(), reader.getText()), job);
        compile(plan);
        plan.isLive(reader.getBoolean());
        final boolean isLeaving = reader.getBoolean();
        plan.builtBelow(reader.getInt());
        for (final Predicate predicate : plan.predicates()) {
            predicate.measure().builtBelow(reader.getInt());
        }
        if (isLeaving) {
            return;
        }
        final SegmentEntry entry = byId.get(segmentId);
        if (plan.isLive()) {
            entry.live(plan);
            publication.show(plan);
        } else {
            entry.building(plan);
        }
    }

    private void readSlots(final StateReader reader, final Consumer<SegmentPlan> plans) {
        for (int slot = reader.getInt(); slot >= 0; slot = reader.getInt()) {
            plans.accept(bySlot.get(slot));
        }
    }

    /** A version on its way out was read: its plan, where there still is one, is kept for who is not reached yet. */
    void restoreLeaving(final SwapSweep.Version version, final Sweep sweep) {
        final SegmentPlan plan = bySlot.get(version.slot());
        if (plan == null) {
            subjects.members().open(version.slot());
        } else {
            plan.leaving(sweep);
        }
    }
}
