package io.tagma.engine.segment;

import io.tagma.engine.ordinals.OrdinalSet;
import java.util.function.ObjLongConsumer;

/**
 * A job that revisits subjects because something they share changed at one instant: a product, a zone, a group, the
 * swap of a segment. It walks upwards through the ordinals in slices; a subject that is touched before its turn is
 * revisited first, so that what it sees and tells is in order. Until then the subject sees the old state. Engine's
 * thread.
 */
abstract class Sweep {
    private final long instant;
    private final OrdinalSet done = new OrdinalSet();
    private int watermark;

    Sweep(final long instant) {
        this.instant = instant;
    }

    /** When the shared thing changed. */
    final long instant() {
        return instant;
    }

    final int watermark() {
        return watermark;
    }

    final void watermark(final int ordinal) {
        watermark = ordinal;
    }

    /** Subjects above the watermark that were revisited out of turn. */
    final OrdinalSet done() {
        return done;
    }

    /** Whether the subject still sees the old state. */
    final boolean isPending(final int ordinal) {
        return ordinal >= watermark && !done.contains(ordinal);
    }

    /** Hands over the jobs that end with it, each with what it is about, for people. */
    abstract void jobs(ObjLongConsumer<String> consumer);

    /** The last instant whose flips come before it for everybody. */
    long lastFlip() {
        return instant;
    }

    /** Kind, as listed among the jobs and kept in snapshots. */
    abstract Kind kind();

    /** The first ordinal at or above that may need a visit, or -1. */
    abstract int next(int from);

    /** Work units of finding the next. */
    int searchWork() {
        return 1;
    }

    /** Whether it finds subjects among the members of segments, where those about to enter are not yet. */
    boolean isOverMembers() {
        return false;
    }

    /** The lower of two ordinals, either of which may be -1 for none. */
    static int earlier(final int a, final int b) {
        return a < 0 ? b : b < 0 ? a : Math.min(a, b);
    }

    /** Whether the subject needs a visit. */
    abstract boolean covers(int ordinal);

    /** Revisits a pending subject. */
    abstract void visit(int ordinal);

    /** All subjects are visited. */
    abstract void end();

    /** The kinds of sweeps; the order is part of the snapshot format. */
    enum Kind {
        PRODUCT, ZONE, GROUP_DELETE, SWAP, TURN
    }
}
