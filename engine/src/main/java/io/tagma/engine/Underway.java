package io.tagma.engine;

import io.tagma.engine.condition.SegmentDefinition;
import io.tagma.engine.segment.SegmentPlan;
import io.tagma.engine.segment.Sweeps;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * How far builds, swaps and sweeps are, for each segment and each subject: what a test must know to say what a look-up
 * should show meanwhile. Engine's thread.
 */
final class Underway {
    private final EngineState state;

    Underway(final EngineState state) {
        this.state = state;
    }

    /**
     * A sweep as one subject is concerned.
     *
     * @param kind      PRODUCT, ZONE, GROUP_DELETE or SWAP
     * @param job       the job it belongs to; 0 where it only cleans up
     * @param isPending whether the subject's turn is still to come
     * @param isCovered whether a visit changes or, where it is over, may have changed the subject
     */
    record Turn(String kind, long job, boolean isPending, boolean isCovered) {
    }

    /** Whether a build, swap or sweep is under way. */
    boolean isAny() {
        return state.sweeps().hasWork() || state.segments().hasWork();
    }

    /** Whether members of a deleted group are still on their way. */
    boolean isDeletingGroup() {
        return state.sweeps().isDeletingGroup();
    }

    /**
     * The definitions that look-ups show, by public id: of a segment that is being built the version before, and those
     * of segments that were paused or deleted as long as the swap waits.
     */
    Map<Integer, SegmentDefinition> shown() {
        final Map<Integer, SegmentDefinition> shown = new TreeMap<>();
        for (final SegmentPlan plan : state.segments().live()) {
            shown.put(plan.segmentId(), plan.definition());
        }
        return shown;
    }

    /** The instant up to which the subject's flips have run. */
    long asOf(final String key) {
        return state.asOf(ordinal(key));
    }

    /** Every sweep under way, the oldest first. */
    List<Turn> turns(final String key) {
        final List<Turn> turns = new ArrayList<>();
        final Sweeps.TurnConsumer consumer =
            (kind, job, isPending, isCovered) -> turns.add(new Turn(kind, job, isPending, isCovered));
        state.sweeps().turns(ordinal(key), consumer);
        return turns;
    }

    private int ordinal(final String key) {
        return state.subjects().ordinal(key.getBytes(StandardCharsets.UTF_8));
    }
}
