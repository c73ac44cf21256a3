package io.tagma.engine.segment;

import io.tagma.engine.condition.SegmentDefinition;

/** A segment: what was last asked, what answers now, and what is being built. Engine's thread. */
public final class SegmentEntry {
    private final int id;
    private final String key;
    private SegmentDefinition definition;
    private int version;
    private SegmentPlan live;
    private Build build;
    private SegmentPlan building;
    private long job;

    SegmentEntry(final int id, final String key) {
        this.id = id;
        this.key = key;
    }

    /** Its public id. */
    public int id() {
        return id;
    }

    /** Its key. */
    public String key() {
        return key;
    }

    /** The definition last accepted. */
    public SegmentDefinition definition() {
        return definition;
    }

    /** Version of that definition. */
    public int version() {
        return version;
    }

    void define(final SegmentDefinition newDefinition, final int newVersion) {
        definition = newDefinition;
        version = newVersion;
    }

    /** What answers look-ups once it is valid; null where it has no members. */
    public SegmentPlan live() {
        return live;
    }

    void live(final SegmentPlan plan) {
        live = plan;
    }

    /** What look-ups show now; null where nobody is a member. */
    public SegmentPlan shown() {
        return live != null && live.isShown() ? live : null;
    }

    /** Whether a swap is under way that changes what answers. */
    public boolean isUnderWay() {
        return build != null;
    }

    /** What will answer once it is built; null where nothing is under way, or the segment goes. */
    public SegmentPlan building() {
        return building;
    }

    /** The job of what is under way. */
    public long job() {
        return job;
    }

    Build build() {
        return build;
    }

    void build(final Build ofEntry, final SegmentPlan plan, final long asked) {
        build = ofEntry;
        building = plan;
        job = asked;
    }

    void building(final SegmentPlan plan) {
        building = plan;
    }
}
