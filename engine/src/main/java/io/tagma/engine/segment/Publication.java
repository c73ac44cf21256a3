package io.tagma.engine.segment;

import io.tagma.engine.measure.MeasureSpec;
import io.tagma.engine.measure.WorkMeter;
import io.tagma.engine.model.Website;
import io.tagma.engine.model.WebsiteTable;
import io.tagma.engine.protocol.SubjectKind;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * What look-ups see of segments, websites and deleted groups, kept so that a publication costs what it copies: a
 * segment's verdict on strangers is asked for once, when it is shown, and for each website only where it asks for the
 * website. Engine's thread.
 */
final class Publication {
    private static final int COPIED_PER_UNIT_SHIFT = 5;

    private final WebsiteTable websites;
    private final Published<SlotTable> table;
    private final WorkMeter work;
    private final SlotTable.Builder builder = new SlotTable.Builder(0);
    /** Shown plans that ask for the website, by slot. */
    private final TreeMap<Integer, SegmentPlan> websiteDependent = new TreeMap<>();
    /** Slots of shown plans that a stranger is in on every website; the others are in {@link #strangersOf}. */
    private final BitSet strangersEverywhere = new BitSet();
    private final List<BitSet> strangersOf = new ArrayList<>();
    private boolean isStrangersChanged = true;
    private int[] everywhere = new int[0];
    private int[][] bySite = new int[4][];
    private int epoch;

    Publication(final WebsiteTable websites, final Published<SlotTable> table, final WorkMeter work) {
        this.websites = websites;
        this.table = table;
        this.work = work;
    }

    int epoch() {
        return epoch;
    }

    void epoch(final int restored) {
        epoch = restored;
    }

    /** From the next publication on the plan's slot is shown. */
    void show(final SegmentPlan plan) {
        plan.isShown(true);
        final List<Integer> only = plan.definition().websites();
        builder.live(plan.slot(), plan.segmentId(), plan.definition().cacheRelevant(),
            only.stream().mapToInt(Integer::intValue).toArray());
        if (plan.isSlotRecycled()) {
            plan.isSlotRecycled(false);
            builder.recycledSlots(epoch + 1);
        }
        if (isWebsiteDependent(plan)) {
            websiteDependent.put(plan.slot(), plan);
            for (final Website website : websites.all()) {
                ask(plan, website.id());
            }
        } else if (isStrangerIn(plan, Website.BASE_ID)) {
            strangersEverywhere.set(plan.slot());
            isStrangersChanged = true;
        }
    }

    /** From the next publication on the plan's slot, if it is shown, is not. */
    void hide(final SegmentPlan plan) {
        if (!plan.isShown()) {
            return;
        }
        plan.isShown(false);
        final int slot = plan.slot();
        builder.hide(slot);
        isStrangersChanged |= strangersEverywhere.get(slot);
        strangersEverywhere.clear(slot);
        if (websiteDependent.remove(slot) != null) {
            for (int website = 0; website < strangersOf.size(); website++) {
                if (strangersOf.get(website).get(slot)) {
                    strangersOf.get(website).clear(slot);
                    forgetSite(website);
                }
            }
        }
    }

    /** A website is new: what asks for the website is asked about its strangers. */
    void websiteAdded(final int website) {
        websiteDependent.values().stream().sorted(RowUpdate.BY_DEPTH).forEach(plan -> ask(plan, website));
    }

    /** Plans were shown or hidden: what refers to them and is shown is asked again about strangers, by depth. */
    void askDependents(final Stream<SegmentPlan> plans) {
        final PriorityQueue<SegmentPlan> open = new PriorityQueue<>(RowUpdate.BY_DEPTH);
        final Set<SegmentPlan> seen = new HashSet<>();
        plans.forEach(plan -> seen.addAll(plan.dependents()));
        open.addAll(seen);
        while (!open.isEmpty()) {
            final SegmentPlan dependent = open.poll();
            if (dependent.isShown()) {
                hide(dependent);
                show(dependent);
            }
            for (final SegmentPlan further : dependent.dependents()) {
                if (seen.add(further)) {
                    open.add(further);
                }
            }
        }
    }

    private void ask(final SegmentPlan plan, final int website) {
        if (isStrangerIn(plan, website)) {
            while (strangersOf.size() <= website) {
                strangersOf.add(new BitSet());
            }
            strangersOf.get(website).set(plan.slot());
            forgetSite(website);
        }
    }

    private void forgetSite(final int website) {
        if (website < bySite.length) {
            bySite[website] = null;
        }
    }

    private boolean isWebsiteDependent(final SegmentPlan plan) {
        work.looked(plan.predicates().size());
        for (final Predicate predicate : plan.predicates()) {
            if (predicate.measure().spec() instanceof MeasureSpec.Website) {
                return true;
            }
        }
        for (final SegmentPlan reference : plan.references()) {
            if (reference != null && reference.isShown() && websiteDependent.containsKey(reference.slot())) {
                return true;
            }
        }
        return false;
    }

    /** Whether a visitor of whom nothing is known is a member. */
    private boolean isStrangerIn(final SegmentPlan plan, final int website) {
        work.looked(plan.weight());
        return plan.expression().test(new Expression.Values() {
            @Override
            public long value(final Predicate predicate) {
                final MeasureSpec spec = predicate.measure().spec();
                if (spec instanceof MeasureSpec.Kind) {
                    return SubjectKind.VISITOR.value();
                } else if (spec instanceof MeasureSpec.Website) {
                    return website;
                } else if (spec instanceof MeasureSpec.Group) {
                    return 0;
                }
                return predicate.measure().defaultValue();
            }

            @Override
            public boolean isMember(final SegmentPlan reference) {
                return reference.isShown() && (strangersEverywhere.get(reference.slot())
                    || website < strangersOf.size() && strangersOf.get(website).get(reference.slot()));
            }
        });
    }

    /**
     * Publishes a table of what is shown now; each has a higher epoch than the one before.
     *
     * @param slotsEnd above all slots that were ever given: counted as copied, alike in an engine that was restored
     */
    void publish(final List<Sweep> sweeps, final int slotsEnd) {
        epoch++;
        republish(sweeps, slotsEnd);
    }

    /** Publishes a table of what is shown now under the present epoch, after a restore. */
    void republish(final List<Sweep> sweeps, final int slotsEnd) {
        builder.epoch(epoch);
        if (isStrangersChanged) {
            everywhere = strangersEverywhere.stream().toArray();
            Arrays.fill(bySite, null);
            isStrangersChanged = false;
            work.looked(everywhere.length >> COPIED_PER_UNIT_SHIFT);
        }
        final List<Website> all = websites.all();
        for (final Website website : all) {
            builder.website(website.id(), website.defaultGroupId());
            builder.sharedUnknown(website.id(), strangers(website.id()));
        }
        builder.noDeletedGroups();
        deletedGroups(sweeps).forEach(builder::deletedGroup);
        table.publish(builder.build());
        work.looked(all.size() + (slotsEnd >> COPIED_PER_UNIT_SHIFT) * (1 + builder.mentionedWebsites()));
    }

    private int[] strangers(final int website) {
        if (website >= bySite.length) {
            bySite = Arrays.copyOf(bySite, Math.max(website + 1, bySite.length * 2));
        }
        if (bySite[website] == null) {
            bySite[website] = website >= strangersOf.size() || strangersOf.get(website).isEmpty() ? everywhere
                : merge(strangersOf.get(website));
        }
        return bySite[website];
    }

    private int[] merge(final BitSet more) {
        final BitSet both = (BitSet)strangersEverywhere.clone();
        both.or(more);
        work.looked(both.cardinality() >> COPIED_PER_UNIT_SHIFT);
        return both.stream().toArray();
    }

    /** Where the customers of deleted groups are, by group and website: also where that group was deleted since. */
    private static Map<Integer, int[]> deletedGroups(final List<Sweep> sweeps) {
        final Map<Integer, int[]> groups = new HashMap<>();
        for (int i = sweeps.size() - 1; i >= 0; i--) {
            if (sweeps.get(i) instanceof GroupDeleteSweep delete) {
                final int[] fallbacks = delete.fallbacks().clone();
                for (int website = 0; website < fallbacks.length; website++) {
                    final int[] deletedSince = groups.get(fallbacks[website]);
                    if (deletedSince != null && deletedSince[website] >= 0) {
                        fallbacks[website] = deletedSince[website];
                    }
                }
                groups.put(delete.group(), fallbacks);
            }
        }
        return groups;
    }
}
