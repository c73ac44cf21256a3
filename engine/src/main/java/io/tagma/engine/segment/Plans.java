package io.tagma.engine.segment;

import io.tagma.engine.condition.Condition;
import io.tagma.engine.condition.SegmentDefinition;
import io.tagma.engine.measure.LeafCompiler;
import io.tagma.engine.measure.Measure;
import io.tagma.engine.measure.WorkMeter;
import io.tagma.engine.model.WebsiteTable;
import io.tagma.engine.protocol.StateReader;
import io.tagma.engine.protocol.StateWriter;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.agrona.collections.Int2ObjectHashMap;

/** Plans as they come and go: compiled into shared predicates, each in a slot of its own. Engine's thread. */
final class Plans {
    private static final int SEARCHED_PER_UNIT_SHIFT = 5;

    private final Subjects subjects;
    private final WebsiteTable websites;
    private final LeafCompiler compiler;
    private final Int2ObjectHashMap<SegmentPlan> bySlot = new Int2ObjectHashMap<>();
    private final Deque<Integer> freeSlots = new ArrayDeque<>();
    private int nextSlot;

    Plans(final Subjects subjects, final WebsiteTable websites) {
        this.subjects = subjects;
        this.websites = websites;
        compiler = new LeafCompiler(subjects.measures(), false);
    }

    /** How many more plans there can be now: rows cannot have any number of slots. */
    int room() {
        return RowStore.SLOTS_MAX - nextSlot + freeSlots.size();
    }

    /** Above all slots that were ever given. */
    int slotsEnd() {
        return nextSlot;
    }

    /** The plan of a slot, or null. */
    SegmentPlan get(final int slot) {
        return bySlot.get(slot);
    }

    /** A plan of the segment's present definition, which refers to these plans, in the order of its references. */
    SegmentPlan create(final SegmentEntry entry, final List<SegmentPlan> referredTo) {
        final boolean isSlotRecycled = !freeSlots.isEmpty();
        final SegmentPlan plan = new SegmentPlan(isSlotRecycled ? freeSlots.poll() : nextSlot++, entry,
            entry.version(), entry.definition());
        plan.isSlotRecycled(isSlotRecycled);
        compile(plan, referredTo);
        return plan;
    }

    private void compile(final SegmentPlan plan, final List<SegmentPlan> referredTo) {
        final SegmentDefinition definition = plan.definition();
        final List<String> scope = LeafCompiler.scope(definition, websites);
        final Set<Predicate> predicates = new LinkedHashSet<>();
        final List<Expression> parts = new ArrayList<>();
        for (final LeafCompiler.Leaf universe : compiler.universe(definition)) {
            parts.add(leaf(universe, predicates));
        }
        final List<String> named = List.copyOf(definition.references().keySet());
        parts.add(Expression.compile(definition.condition(), node -> node instanceof Condition.Membership membership
            ? member(referredTo.get(named.indexOf(membership.segment())))
            : leaf(compiler.compile(node, scope), predicates)));
        plan.compiled(Expression.all(parts), List.copyOf(predicates), referredTo);
        for (final SegmentPlan reference : referredTo) {
            if (reference != null) {
                reference.dependents().add(plan);
            }
        }
        for (final Predicate predicate : plan.predicates()) {
            predicate.add(plan);
        }
        subjects.members().open(plan.slot());
        subjects.plans().add(plan);
        bySlot.put(plan.slot(), plan);
    }

    private static Expression member(final SegmentPlan plan) {
        return plan == null ? Expression.NEVER : new Expression.Member(plan);
    }

    private Expression leaf(final LeafCompiler.Leaf leaf, final Set<Predicate> predicates) {
        final Measure measure = subjects.measures().acquire(leaf.spec());
        final Predicate predicate = subjects.index().acquire(measure, leaf.values());
        if (!predicates.add(predicate)) {
            subjects.measures().release(measure);
        }
        return new Expression.Leaf(predicate);
    }

    /** The plan is kept no longer, for anybody; its slot may be in rows still. */
    void detach(final SegmentPlan plan) {
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
        for (final SegmentPlan reference : plan.references()) {
            // Where one is gone, a restored plan has none, and must work as much.
            if (reference != null && !reference.isGone()) {
                work.looked(1);
                reference.dependents().remove(plan);
            }
        }
        plan.gone();
    }

    /** No row has the slot any more. */
    void free(final int slot) {
        subjects.members().close(slot);
        freeSlots.add(slot);
    }

    // ---- snapshots ---------------------------------------------------------------------------------------------

    void write(final StateWriter writer) {
        writer.putInt(nextSlot);
        writer.putInt(freeSlots.size());
        freeSlots.forEach(writer::putInt);
    }

    void read(final StateReader reader) {
        nextSlot = reader.getInt();
        for (int i = reader.getInt(); i > 0; i--) {
            freeSlots.add(reader.getInt());
        }
    }

    static void write(final SegmentPlan plan, final StateWriter writer) {
        writer.putInt(plan.slot());
        writer.putInt(plan.segmentId());
        writer.putInt(plan.version());
        writer.putText(plan.definition().key());
        writer.putText(plan.definition().json());
        writer.putBoolean(plan.isLive());
        writer.putBoolean(plan.isOpen());
        writer.putBoolean(plan.isLeaving());
        writer.putInt(plan.depth());
        writer.putInt(plan.builtBelow());
        for (final SegmentPlan reference : plan.references()) {
            writer.putInt(reference == null || reference.isGone() ? -1 : reference.slot());
        }
        for (final Predicate predicate : plan.predicates()) {
            writer.putInt(predicate.measure().builtBelow());
        }
    }

    /** What follows a plan's definition; those it refers to were read before. Returns whether it is on its way out. */
    boolean readRest(final SegmentPlan plan, final StateReader reader) {
        plan.restore(reader.getBoolean(), reader.getBoolean());
        final boolean isLeaving = reader.getBoolean();
        final int depth = reader.getInt();
        final int builtBelow = reader.getInt();
        final List<SegmentPlan> referredTo = new ArrayList<>();
        for (int i = plan.definition().references().size(); i > 0; i--) {
            final int reference = reader.getInt();
            referredTo.add(reference < 0 ? null : bySlot.get(reference));
        }
        compile(plan, referredTo);
        plan.restoreDepth(depth);
        plan.builtBelow(builtBelow);
        for (final Predicate predicate : plan.predicates()) {
            predicate.measure().builtBelow(reader.getInt());
        }
        return isLeaving;
    }
}
