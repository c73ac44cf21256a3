package io.tagma.engine.segment;

import io.tagma.engine.measure.WorkMeter;
import io.tagma.engine.model.WebsiteTable;
import io.tagma.engine.protocol.StateReader;
import io.tagma.engine.protocol.StateWriter;
import java.time.ZoneId;
import java.util.List;
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

    /** Whether subjects are still to be revisited because of something else than a swap. */
    public boolean hasRevisits() {
        for (final Sweep sweep : subjects.sweeps()) {
            if (sweep.kind() != Sweep.Kind.SWAP) {
                return true;
            }
        }
        return false;
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

    /** A group is deleted. */
    public void groupDeleted(final long job, final int group) {
        subjects.sweeps().add(
            new GroupDeleteSweep(job, subjects.now(), subjects, websites, group, segments::publish));
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

    /** Whether the group's deletion is under way: look-ups show nobody in it, not even a new member. */
    public boolean isDeletingGroup(final int group) {
        for (final Sweep sweep : subjects.sweeps()) {
            if (sweep instanceof GroupDeleteSweep delete && delete.group() == group) {
                return true;
            }
        }
        return false;
    }

    /** Advances by so many work units, the last visit's beyond; returns the units spent. */
    public int run(final int workMax) {
        final List<Sweep> sweeps = subjects.sweeps();
        final WorkMeter work = subjects.work();
        final long before = work.units();
        while (work.units() - before < workMax && !sweeps.isEmpty()) {
            final Sweep sweep = sweeps.get(0);
            final int ordinal = sweep.next(sweep.watermark());
            work.looked(sweep.searchWork());
            if (ordinal < 0) {
                sweeps.remove(0);
                sweep.end();
                sweep.jobs((about, job) -> jobDone.accept(job));
                continue;
            }
            if (sweep.isPending(ordinal) && sweep.covers(ordinal)) {
                subjects.visitFirstSweep(ordinal);
            }
            sweep.watermark(ordinal + 1);
            sweep.done().remove(ordinal);
        }
        return (int)(work.units() - before);
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
                consumer.accept(sweep.kind().name(), sweep.job(), sweep.isPending(ordinal), sweep.covers(ordinal));
            }
        }
    }

    // ---- snapshots ---------------------------------------------------------------------------------------------

    /** Writes all sweeps, the oldest first. */
    public void write(final StateWriter writer) {
        writer.putInt(subjects.sweeps().size());
        for (final Sweep sweep : subjects.sweeps()) {
            writer.putByte(sweep.kind().ordinal());
            writer.putLong(sweep.job());
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
            writer.putInt(product.product());
            writer.putBoolean(product.before() != null);
            if (product.before() != null) {
                writer.putBlob(product.before());
            }
        } else if (sweep instanceof ZoneSweep zone) {
            writer.putInt(zone.website());
            writer.putText(zone.before().getId());
        } else if (sweep instanceof GroupDeleteSweep delete) {
            writer.putInt(delete.group());
        } else if (sweep instanceof SwapSweep swap) {
            writer.putBoolean(swap.isSilent());
            writer.putInt(swap.parts().size());
            for (final SwapSweep.Part part : swap.parts()) {
                writer.putLong(part.job());
                writePlan(part.before(), writer);
                writePlan(part.after(), writer);
            }
        }
    }

    private static void writePlan(final SegmentPlan plan, final StateWriter writer) {
        writer.putBoolean(plan != null);
        if (plan != null) {
            Segments.writePlan(plan, writer);
        }
    }

    /** Reads the sweeps; opens the columns of slots on their way out. */
    public void read(final StateReader reader, final Segments.DefinitionReader definitions) {
        final int count = reader.getInt();
        for (int i = 0; i < count; i++) {
            final Sweep.Kind kind = Sweep.Kind.values()[reader.getByte()];
            final long job = reader.getLong();
            final long instant = reader.getLong();
            final int watermark = reader.getInt();
            final int[] done = new int[reader.getInt()];
            for (int d = 0; d < done.length; d++) {
                done[d] = reader.getInt();
            }
            final Sweep sweep = readOwn(kind, job, instant, reader, definitions);
            sweep.watermark(watermark);
            for (final int ordinal : done) {
                sweep.done().add(ordinal);
            }
            subjects.sweeps().add(sweep);
        }
    }

    private Sweep readOwn(final Sweep.Kind kind, final long job, final long instant, final StateReader reader,
                          final Segments.DefinitionReader definitions) {
        switch (kind) {
            case PRODUCT:
                final int product = reader.getInt();
                return new ProductSweep(job, instant, subjects, product,
                    reader.getBoolean() ? reader.getBlob() : null);
            case ZONE:
                final int website = reader.getInt();
                return new ZoneSweep(job, instant, subjects, website, ZoneId.of(reader.getText()));
            case GROUP_DELETE:
                return new GroupDeleteSweep(job, instant, subjects, websites, reader.getInt(), segments::publish);
            case SWAP:
                final boolean isSilent = reader.getBoolean();
                final SwapSweep.Part[] parts = new SwapSweep.Part[reader.getInt()];
                for (int i = 0; i < parts.length; i++) {
                    parts[i] = readPart(reader, definitions);
                }
                return new SwapSweep(instant, subjects, List.of(parts), isSilent);
            default:
                throw new IllegalStateException("unknown kind of sweep: kind=" + kind);
        }
    }

    private SwapSweep.Part readPart(final StateReader reader, final Segments.DefinitionReader definitions) {
        final long job = reader.getLong();
        final SegmentPlan before = reader.getBoolean() ? Segments.readPlan(reader, definitions) : null;
        final SegmentPlan after = reader.getBoolean() ? Segments.readPlan(reader, definitions) : null;
        if (before != null) {
            subjects.members().open(before.slot());
        }
        return new SwapSweep.Part(job, before, after);
    }
}
