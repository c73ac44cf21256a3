package io.tagma.engine.segment;

import io.tagma.engine.model.Cause;
import io.tagma.engine.model.WebsiteTable;
import io.tagma.engine.ordinals.OrdinalSet;

/**
 * A group was deleted: look-ups show its customers in their websites' default groups at once (the slot table's alias);
 * this moves the records.
 */
final class GroupDeleteSweep extends Sweep {
    private final Subjects subjects;
    private final WebsiteTable websites;
    private final int group;
    private final Runnable atEnd;

    GroupDeleteSweep(final long job, final long instant, final Subjects subjects, final WebsiteTable websites,
                     final int group, final Runnable atEnd) {
        super(job, instant);
        this.subjects = subjects;
        this.websites = websites;
        this.group = group;
        this.atEnd = atEnd;
    }

    int group() {
        return group;
    }

    @Override
    String about() {
        return Integer.toString(group);
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
        final int fallback = websites.get(subjects.rows().website(ordinal)).defaultGroupId();
        subjects.moveToGroup(ordinal, fallback, instant(), Cause.GROUP_DELETED);
    }

    @Override
    void end() {
        atEnd.run();
    }
}
