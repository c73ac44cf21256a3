package io.tagma.engine.segment;

import io.tagma.engine.measure.WorkMeter;
import io.tagma.engine.model.Website;
import io.tagma.engine.model.WebsiteTable;
import io.tagma.engine.protocol.StateReader;
import io.tagma.engine.protocol.StateWriter;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntConsumer;
import java.util.function.LongConsumer;

/** Runs sweeps in slices, the oldest first. Engine's thread. */
public final class Sweeps {
    private final Subjects subjects;
    private final WebsiteTable websites;
    private final Segments segments;
    private final LongConsumer jobDone;

    /** Over the subjects' list of sweeps. */
    public Sweeps(final Subjects subjects, final WebsiteTable websites, final Segments segments,
                  final LongConsumer jobDone) {
        this.subjects = subjects;
        this.websites = websites;
        this.segments = segments;
        this.jobDone = jobDone;
    }

    /** Whether any is under way. */
    public boolean hasWork() {
        return !subjects.sweeps().isEmpty();
    }

    /** Whether the beginning or the end of a segment's validity has still to be told to some subjects. */
    public boolean hasTurns() {
        for (final Sweep sweep : subjects.sweeps()) {
            if (sweep instanceof TurnSweep) {
                return true;
            }
        }
        return false;
    }

    /**
     * When the validity of a segment that others refer to began or ended, as long as some subjects have not seen it in
     * those others; {@link Long#MAX_VALUE} where there is none.
     */
    public long pendingTurn() {
        for (final Sweep sweep : subjects.sweeps()) {
            if (sweep instanceof TurnSweep turn && turn.hasDependents()) {
                return turn.instant();
            }
        }
        return Long.MAX_VALUE;
    }

    /** A product is about to change from these fields; call it before the change. */
    public void product(final long job, final int product, final byte[] before) {
        subjects.sweeps().add(new ProductSweep(job, subjects.now(), subjects, product, before));
    }

    /** A website's zone has changed from this one. */
    public void zone(final long job, final int website, final ZoneId before) {
        subjects.zones().forget(website);
        subjects.sweeps().add(new ZoneSweep(job, subjects.now(), subjects, website, before));
    }

    /** A group is deleted: its customers are from now on in what are their websites' default groups now. */
    public void groupDeleted(final long job, final int group) {
        int[] fallbacks = new int[4];
        Arrays.fill(fallbacks, -1);
        for (final Website website : websites.all()) {
            if (website.id() >= fallbacks.length) {
                final int from = fallbacks.length;
                fallbacks = Arrays.copyOf(fallbacks, Math.max(website.id() + 1, from * 2));
                Arrays.fill(fallbacks, from, fallbacks.length, -1);
            }
            fallbacks[website.id()] = website.defaultGroupId();
        }
        subjects.sweeps().add(
            new GroupDeleteSweep(job, subjects.now(), subjects, group, fallbacks, segments::publish));
        segments.publish();
    }

    /** Whether members of any deleted group may still be on their way to the default groups. */
    public boolean isDeletingGroup() {
        for (final Sweep sweep : subjects.sweeps()) {
            if (sweep instanceof GroupDeleteSweep) {
                return true;
            }
        }
        return false;
    }

    /** Whether the group was deleted and some of its customers may still wait for their turn. */
    public boolean isGroupBeingDeleted(final int group) {
        for (final Sweep sweep : subjects.sweeps()) {
            if (sweep instanceof GroupDeleteSweep delete && delete.group() == group) {
                return true;
            }
        }
        return false;
    }

    /** Whether customers of a deleted group are on their way into this one. */
    public boolean isFallback(final int group) {
        for (final Sweep sweep : subjects.sweeps()) {
            if (sweep instanceof GroupDeleteSweep delete) {
                for (final int fallback : delete.fallbacks()) {
                    if (fallback == group) {
                        return true;
                    }
                }
            }
        }
        return false;
    }

    /** Hands over the groups that are being deleted. */
    public void groupsBeingDeleted(final IntConsumer consumer) {
        for (final Sweep sweep : subjects.sweeps()) {
            if (sweep instanceof GroupDeleteSweep delete) {
                consumer.accept(delete.group());
            }
        }
    }

    /** Advances by so many work units, the last visit's beyond; returns the units spent. */
    public int run(final int workMax) {
        final List<Sweep> sweeps = subjects.sweeps();
        final WorkMeter work = subjects.work();
        final long before = work.units();
        while (work.units() - before < workMax && !sweeps.isEmpty()) {
            final Sweep sweep = sweeps.get(0);
            if (sweep.isOverMembers() && sweep.watermark() == 0
                && subjects.calendar().hasDue(sweep.lastFlip())) {
                break;
            }
            final int ordinal = sweep.next(sweep.watermark());
            work.looked(sweep.searchWork());
            if (ordinal < 0) {
                sweeps.remove(0);
                sweep.end();
                sweep.jobs((about, job) -> jobDone.accept(job));
                continue;
            }
            if (sweep.isPending(ordinal) && sweep.covers(ordinal)) {
                subjects.catchUp().visitFirstSweep(ordinal);
            }
            sweep.watermark(ordinal + 1);
            sweep.done().remove(ordinal);
        }
        return (int)(work.units() - before);
    }

    /** Whether a sweep is under way at whose end the job ends. */
    public boolean hasJob(final long wanted) {
        final boolean[] isFound = new boolean[1];
        for (final Sweep sweep : subjects.sweeps()) {
            sweep.jobs((about, job) -> isFound[0] |= job == wanted);
        }
        return isFound[0];
    }

    /** Hears of sweeps. */
    @FunctionalInterface
    public interface SweepConsumer {
        /** A sweep with its job, kind, what it is about, and how far it is, 0 to 1. */
        void accept(long job, String kind, String about, double fraction);
    }

    /** Lists the sweeps that somebody waits for, the oldest first. */
    public void describe(final SweepConsumer consumer) {
        for (final Sweep sweep : subjects.sweeps()) {
            sweep.jobs((about, job) -> consumer.accept(job, sweep.kind().name(), about,
                (double)sweep.watermark() / Math.max(1, subjects.ordinals().highWater())));
        }
    }

    /** Hears of sweeps as they concern one subject. */
    @FunctionalInterface
    public interface TurnConsumer {
        /** A sweep with its kind and job, whether the subject's turn is to come, and whether it has anything to do. */
        void accept(String kind, long job, boolean isPending, boolean isCovered);
    }

    /** Lists all sweeps as they concern a subject, the oldest first. */
    public void turns(final int ordinal, final TurnConsumer consumer) {
        for (final Sweep sweep : subjects.sweeps()) {
            if (sweep instanceof SwapSweep swap) {
                for (final SwapSweep.Part part : swap.parts()) {
                    consumer.accept(swap.kind().name(), part.job(), swap.isPending(ordinal),
                        swap.covers(ordinal, part));
                }
            } else {
                sweep.jobs((about, job) ->
                    consumer.accept(sweep.kind().name(), job, sweep.isPending(ordinal), sweep.covers(ordinal)));
            }
        }
    }

    // ---- snapshots ---------------------------------------------------------------------------------------------

    /** Writes all sweeps, the oldest first. */
    public void write(final StateWriter writer) {
        writer.putInt(subjects.sweeps().size());
        for (final Sweep sweep : subjects.sweeps()) {
            writer.putByte(sweep.kind().ordinal());
            writer.putLong(sweep.instant());
            writer.putInt(sweep.watermark());
            writer.putInt(sweep.done().cardinality());
            for (int at = sweep.done().next(0); at >= 0; at = sweep.done().next(at + 1)) {
                writer.putInt(at);
            }
            writeOwn(sweep, writer);
        }
    }

    private static void writeOwn(final Sweep sweep, final StateWriter writer) {
        if (sweep instanceof ProductSweep product) {
            writer.putLong(product.job());
            writer.putInt(product.product());
            writer.putBoolean(product.before() != null);
            if (product.before() != null) {
                writer.putBlob(product.before());
            }
        } else if (sweep instanceof ZoneSweep zone) {
            writer.putLong(zone.job());
            writer.putInt(zone.website());
            writer.putText(zone.before().getId());
        } else if (sweep instanceof GroupDeleteSweep delete) {
            writer.putLong(delete.job());
            writer.putInt(delete.group());
            writer.putInt(delete.fallbacks().length);
            for (final int fallback : delete.fallbacks()) {
                writer.putInt(fallback);
            }
        } else if (sweep instanceof SwapSweep swap) {
            writer.putInt(swap.parts().size());
            for (final SwapSweep.Part part : swap.parts()) {
                writer.putLong(part.job());
                write(part.before(), writer);
                write(part.after(), writer);
            }
        } else if (sweep instanceof TurnSweep turn) {
            write(turn.opening(), writer);
            write(turn.closing(), writer);
        }
    }

    private static void write(final List<SegmentPlan> plans, final StateWriter writer) {
        writer.putInt(plans.size());
        for (final SegmentPlan plan : plans) {
            writer.putInt(plan.slot());
        }
    }

    private static void write(final SwapSweep.Version version, final StateWriter writer) {
        writer.putBoolean(version != null);
        if (version != null) {
            writer.putInt(version.slot());
            writer.putInt(version.segmentId());
            writer.putInt(version.version());
            writer.putText(version.key());
            writer.putBoolean(version.plan() != null);
        }
    }

    /** Reads the sweeps; opens the columns of slots on their way out. */
    public void read(final StateReader reader) {
        final int count = reader.getInt();
        for (int i = 0; i < count; i++) {
            final Sweep.Kind kind = Sweep.Kind.values()[reader.getByte()];
            final long instant = reader.getLong();
            final int watermark = reader.getInt();
            final int[] done = new int[reader.getInt()];
            for (int d = 0; d < done.length; d++) {
                done[d] = reader.getInt();
            }
            final Sweep sweep = readOwn(kind, instant, reader);
            sweep.watermark(watermark);
            for (final int ordinal : done) {
                sweep.done().add(ordinal);
            }
            subjects.sweeps().add(sweep);
        }
    }

    private Sweep readOwn(final Sweep.Kind kind, final long instant, final StateReader reader) {
        switch (kind) {
            case PRODUCT:
                return new ProductSweep(reader.getLong(), instant, subjects, reader.getInt(),
                    reader.getBoolean() ? reader.getBlob() : null);
            case ZONE:
                return new ZoneSweep(reader.getLong(), instant, subjects, reader.getInt(),
                    ZoneId.of(reader.getText()));
            case GROUP_DELETE:
                final long job = reader.getLong();
                final int group = reader.getInt();
                final int[] fallbacks = new int[reader.getInt()];
                for (int i = 0; i < fallbacks.length; i++) {
                    fallbacks[i] = reader.getInt();
                }
                return new GroupDeleteSweep(job, instant, subjects, group, fallbacks, segments::publish);
            case SWAP:
                return readSwap(instant, reader);
            case TURN:
                return segments.turnSweep(instant, readPlans(reader), readPlans(reader));
            default:
                throw new IllegalStateException("unknown kind of sweep: kind=" + kind);
        }
    }

    private SwapSweep readSwap(final long instant, final StateReader reader) {
        final SwapSweep.Part[] parts = new SwapSweep.Part[reader.getInt()];
        for (int i = 0; i < parts.length; i++) {
            parts[i] = new SwapSweep.Part(reader.getLong(), readVersion(reader), readVersion(reader));
        }
        return segments.swapSweep(instant, List.of(parts));
    }

    private List<SegmentPlan> readPlans(final StateReader reader) {
        final List<SegmentPlan> plans = new ArrayList<>();
        for (int i = reader.getInt(); i > 0; i--) {
            plans.add(segments.plan(reader.getInt()));
        }
        return plans;
    }

    private SwapSweep.Version readVersion(final StateReader reader) {
        if (!reader.getBoolean()) {
            return null;
        }
        final int slot = reader.getInt();
        final int segmentId = reader.getInt();
        final int version = reader.getInt();
        final String key = reader.getText();
        final boolean hasPlan = reader.getBoolean();
        if (!hasPlan) {
            segments.restoreGivenUp(slot);
        }
        return new SwapSweep.Version(hasPlan ? segments.plan(slot) : null, slot, segmentId, version, key);
    }
}
