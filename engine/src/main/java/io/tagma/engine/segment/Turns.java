package io.tagma.engine.segment;

import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;

/** When plans begin to be valid, and when they end. Engine's thread. */
final class Turns {
    /** By instant and slot. */
    private final TreeMap<Long, TreeMap<Integer, SegmentPlan>> byInstant = new TreeMap<>();
    /** By slot. */
    private final Map<Integer, Long> instants = new HashMap<>();

    /** The earliest instant; {@link Long#MAX_VALUE} where there is none. */
    long next() {
        return byInstant.isEmpty() ? Long.MAX_VALUE : byInstant.firstKey();
    }

    /** Takes the plans of the earliest instant, by slot. */
    Iterable<SegmentPlan> poll() {
        final TreeMap<Integer, SegmentPlan> plans = byInstant.pollFirstEntry().getValue();
        plans.keySet().forEach(instants::remove);
        return plans.values();
    }

    /** The plan's turn, or that its turn is another now. */
    void schedule(final SegmentPlan plan) {
        cancel(plan);
        final Long instant = plan.isOpen() ? plan.definition().validTo() : plan.definition().validFrom();
        if (instant != null) {
            instants.put(plan.slot(), instant);
            byInstant.computeIfAbsent(instant, i -> new TreeMap<>()).put(plan.slot(), plan);
        }
    }

    /** The plan has no turn any more. */
    void cancel(final SegmentPlan plan) {
        final Long instant = instants.remove(plan.slot());
        if (instant != null) {
            final TreeMap<Integer, SegmentPlan> plans = byInstant.get(instant);
            plans.remove(plan.slot());
            if (plans.isEmpty()) {
                byInstant.remove(instant);
            }
        }
    }
}
