package io.tagma.engine.segment;

import io.tagma.engine.model.Cause;
import io.tagma.engine.ordinals.OrdinalSet;
import java.util.function.ObjLongConsumer;

/**
 * A group was deleted: look-ups show its customers at once (the slot table's alias) in the groups that were their
 * websites' default then; this moves the records.
 */
final class GroupDeleteSweep extends Sweep {
    private final long job;
    private final Subjects subjects;
    private final int group;
    private final int[] fallbacks;
    private final Runnable atEnd;

    GroupDeleteSweep(final long job, final long instant, final Subjects subjects, final int group,
                     final int[] fallbacks, final Runnable atEnd) {
        super(instant);
        this.job = job;
        this.subjects = subjects;
        this.group = group;
        this.fallbacks = fallbacks;
        this.atEnd = atEnd;
    }

    long job() {
        return job;
    }

    int group() {
        return group;
    }

    /** Default groups by website when the group was deleted; -1 where there was no such website. Not to be written. */
    int[] fallbacks() {
        return fallbacks;
    }

    @Override
    void jobs(final ObjLongConsumer<String> consumer) {
        consumer.accept(Integer.toString(group), job);
    }

    @Override
    Kind kind() {
        return Kind.GROUP_DELETE;
    }

    @Override
    int next(final int from) {
        final OrdinalSet members = subjects.groupMembers(group);
        return members == null ? -1 : members.next(from);
    }

    @Override
    boolean covers(final int ordinal) {
        final OrdinalSet members = subjects.groupMembers(group);
        return members != null && members.contains(ordinal);
    }

    @Override
    void visit(final int ordinal) {
        subjects.moveToGroup(ordinal, fallbacks[subjects.rows().website(ordinal)], instant(), Cause.GROUP_DELETED);
    }

    @Override
    void end() {
        atEnd.run();
    }
}
