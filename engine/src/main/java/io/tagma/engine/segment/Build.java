package io.tagma.engine.segment;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * Segments that are built together and swapped in at one instant, because some refer to others: what they refer to
 * comes first. A segment without a plan here goes at that instant. Engine's thread.
 */
final class Build {
    private final List<SegmentEntry> entries = new ArrayList<>();

    /** A segment with its new plan, or null where it goes, and the job that asked for it. */
    void add(final SegmentEntry entry, final SegmentPlan plan, final long job) {
        entry.build(this, plan, job);
        entries.add(entry);
    }

    List<SegmentEntry> entries() {
        return Collections.unmodifiableList(entries);
    }

    boolean hasJob(final long job) {
        for (final SegmentEntry entry : entries) {
            if (entry.job() == job) {
                return true;
            }
        }
        return false;
    }
}
