package io.tagma.engine.segment;

import java.util.Map;
import java.util.TreeMap;

/** When plans begin to be valid, and when they end. Engine's thread. */
final class Turns {
    private final TreeMap<Long, TreeMap<Integer, SegmentPlan>> bySlot = new TreeMap<>();
    private final Map<Integer, Long> instants = new TreeMap<>();

    /** The earliest instant; {@link Long#MAX_VALUE} where there is none. */
    long next() {
        return bySlot.isEmpty() ? Long.MAX_VALUE : bySlot.firstKey();
    }

    /** Takes the plans of the earliest instant, by slot. */
    Iterable<SegmentPlan> poll() {
        final TreeMap<Integer, SegmentPlan> plans = bySlot.pollFirstEntry().getValue();
        plans.keySet().forEach(instants::remove);
        return plans.values();
    }

    /** The plan's turn, or that its turn is another now. */
    void schedule(final SegmentPlan plan) {
        cancel(plan);
        final Long instant = plan.isOpen() ? plan.definition().validTo() : plan.definition().validFrom();
        if (instant != null) {
            instants.put(plan.slot(), instant);
            bySlot.computeIfAbsent(instant, i -> new TreeMap<>()).put(plan.slot(), plan);
        }
    }

    /** The plan has no turn any more. */
    void cancel(final SegmentPlan plan) {
        final Long instant = instants.remove(plan.slot());
        if (instant != null) {
            final TreeMap<Integer, SegmentPlan> plans = bySlot.get(instant);
            plans.remove(plan.slot());
            if (plans.isEmpty()) {
                bySlot.remove(instant);
            }
        }
    }
}
