package io.tagma.engine.segment;

import java.time.ZoneId;
import java.util.function.ObjLongConsumer;

/** A website's zone changed: its subjects' measures are taken anew; each sees the old zone until its turn. */
final class ZoneSweep extends Sweep {
    private final long job;
    private final Subjects subjects;
    private final int website;
    private final ZoneId before;

    ZoneSweep(final long job, final long instant, final Subjects subjects, final int website, final ZoneId before) {
        super(instant);
        this.job = job;
        this.subjects = subjects;
        this.website = website;
        this.before = before;
    }

    long job() {
        return job;
    }

    int website() {
        return website;
    }

    ZoneId before() {
        return before;
    }

    @Override
    void jobs(final ObjLongConsumer<String> consumer) {
        consumer.accept(Integer.toString(website), job);
    }

    @Override
    Kind kind() {
        return Kind.ZONE;
    }

    @Override
    int next(final int from) {
        return from < subjects.ordinals().highWater() ? from : -1;
    }

    @Override
    boolean covers(final int ordinal) {
        return subjects.rows().exists(ordinal) && subjects.rows().website(ordinal) == website;
    }

    @Override
    void visit(final int ordinal) {
        subjects.retakeAll(ordinal, instant());
    }

    @Override
    void end() {
        // Every subject sees the new zone.
    }
}
