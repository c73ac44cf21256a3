package io.tagma.engine.measure;

import io.tagma.engine.ordinals.OrdinalSet;
import org.agrona.collections.Int2ObjectHashMap;

/**
 * Who is due when. For the engine's thread only.
 *
 * <p>It keeps three levels of sets of ordinals: by buckets of 2^27 ms (a day and a half), of 2^16 ms (a minute), and
 * by exact instant. A bucket near enough is spread, in portions, to the next finer level, up to its frontier; so ten
 * million subjects that are due at scattered instants stand in a few hundred dense sets, and a million that are due at
 * one midnight in one. The exact instant is asked of {@link NextFlips} when an entry is met; an entry that it
 * contradicts is stale and dropped: nothing is searched for when a subject is scheduled anew.
 *
 * <pre>
 *      instants ------------------------------------------------------------------------->
 *      | exact instants           | buckets of 2^16 ms        | buckets of 2^27 ms
 *                         near frontier                far frontier
 * </pre>
 *
 * <p>What {@link #poll} hands over in one call, and what {@link #nextDue} answers, follow from the calls so far alone,
 * never from their order within the same instant; stale entries count as work, so a copy of the engine must also copy
 * the calendar ({@link #save}) and not build it from the rows.
 */
public final class Calendar {
    /** Level of {@link #save}: by exact instant. */
    public static final int INSTANTS = 0;
    /** Level of {@link #save}: by buckets of 2^16 ms. */
    public static final int NEAR = 1;
    /** Level of {@link #save}: by buckets of 2^27 ms. */
    public static final int FAR = 2;
    /** Length of {@link #progress}. */
    public static final int PROGRESS_LENGTH = 7;
    /** Instants from here on (the year 6429) never come due. */
    public static final long END = (1L << 47) - (1L << 27);

    private static final int NEAR_SHIFT = 16;
    private static final int FAR_SHIFT = 27;
    private static final int OFFSET_MASK = (1 << NEAR_SHIFT) - 1;
    private static final long NEAR_AHEAD_MS = 1L << NEAR_SHIFT;
    private static final long FAR_AHEAD_MS = 1L << FAR_SHIFT;
    private static final int NONE = -1;

    private final NextFlips nextFlips;
    private final Agenda far = new Agenda();
    private final Agenda near = new Agenda();
    private final OrdinalSet spreadBuckets = new OrdinalSet();
    private final Int2ObjectHashMap<Agenda> instants = new Int2ObjectHashMap<>();
    private long farFrontier;
    private long nearFrontier;
    private int farSpreading = NONE;
    private int farCursor;
    private int nearSpreading = NONE;
    private int nearCursor;
    private long doneUntil = -1;

    private long processing = Long.MIN_VALUE;
    private long handedOver;
    private long spread;
    private long staleDropped;

    /** An empty calendar. */
    public Calendar(final NextFlips nextFlips) {
        this.nextFlips = nextFlips;
    }

    /**
     * The subject is due at that instant (epoch ms, not negative); {@link Long#MAX_VALUE}: never. Called whenever the
     * subject's next flip has changed. While a due subject is being handed over, the instant must be later than its.
     */
    public void schedule(final int ordinal, final long instant) {
        if (instant >= END) {
            return;
        }
        assert instant >= 0 : "before 1970: instant=" + instant + ", ordinal=" + ordinal;
        assert instant > processing : "not later: instant=" + instant + ", processing=" + processing;
        enter(ordinal, instant);
        if (instant <= doneUntil) {
            doneUntil = instant - 1;
        }
    }

    /**
     * A lower bound of the instants anyone is due at; {@link Long#MAX_VALUE} where nobody is. Exact where the first
     * bucket is spread and its first entry not stale; never earlier than what {@link #poll} has finished.
     */
    public long nextDue() {
        final long bound = bound();
        return bound == Long.MAX_VALUE ? bound : Math.max(bound, doneUntil + 1);
    }

    /** Whether {@link #poll} has something to do that is, or may be, due. */
    public boolean hasDue(final long now) {
        return nextDue() <= now;
    }

    /**
     * Hands over who is due, in order of (instant, ordinal), each once; spreads buckets that are due soon. The consumer
     * may schedule. Looking at an entry is one unit of work, beside the consumer's.
     *
     * @param workMax work after which it stops
     * @return work done. Where that is less than {@code workMax}, nobody is due any more
     */
    public int poll(final long now, final int workMax, final DueConsumer consumer) {
        int work = 0;
        while (work < workMax) {
            final long first = firstInstant();
            final long firstNear = start(near.first(), NEAR_SHIFT);
            final long firstFar = start(far.first(), FAR_SHIFT);
            if (first <= now && first < firstNear && first < firstFar) {
                work += handOver(first, workMax - work, consumer);
            } else if (firstNear < firstFar && firstNear <= now + NEAR_AHEAD_MS) {
                work += spreadNear(workMax - work);
            } else if (firstFar <= now + FAR_AHEAD_MS) {
                work += spreadFar(workMax - work);
            } else {
                break;
            }
        }
        if (bound() > now && now > doneUntil) {
            doneUntil = now;
        }
        return work;
    }

    /** Hands every set over, by level and start: with {@link #progress()}, all that a copy needs. */
    public void save(final SetConsumer consumer) {
        for (int bucket = spreadBuckets.next(0); bucket >= 0; bucket = spreadBuckets.next(bucket + 1)) {
            final Agenda agenda = instants.get(bucket);
            for (int offset = agenda.first(); offset >= 0; offset = agenda.next(offset + 1)) {
                consumer.accept(INSTANTS, start(bucket, NEAR_SHIFT) + offset, agenda.get(offset));
            }
        }
        for (int bucket = near.first(); bucket >= 0; bucket = near.next(bucket + 1)) {
            consumer.accept(NEAR, start(bucket, NEAR_SHIFT), near.get(bucket));
        }
        for (int bucket = far.first(); bucket >= 0; bucket = far.next(bucket + 1)) {
            consumer.accept(FAR, start(bucket, FAR_SHIFT), far.get(bucket));
        }
    }

    /**
     * Goes on where {@link #progress()} was taken; the sets follow by {@link #load}. For an empty calendar.
     *
     * @throws IllegalArgumentException where that is not a progress
     */
    public void resume(final long[] progress) {
        if (progress.length != PROGRESS_LENGTH) {
            throw new IllegalArgumentException("not a calendar's progress: length=" + progress.length);
        }
        assert bound() == Long.MAX_VALUE : "not empty: bound=" + bound();
        farFrontier = progress[0];
        nearFrontier = progress[1];
        farSpreading = (int) progress[2];
        farCursor = (int) progress[3];
        nearSpreading = (int) progress[4];
        nearCursor = (int) progress[5];
        doneUntil = progress[6];
    }

    /** Takes a set of {@link #save}, which it owns from now on. */
    public void load(final int level, final long start, final OrdinalSet set) {
        switch (level) {
            case INSTANTS:
                bucket((int) (start >>> NEAR_SHIFT)).put((int) start & OFFSET_MASK, set);
                break;
            case NEAR:
                near.put((int) (start >>> NEAR_SHIFT), set);
                break;
            case FAR:
                far.put((int) (start >>> FAR_SHIFT), set);
                break;
            default:
                throw new IllegalArgumentException("no such level: level=" + level);
        }
    }

    /** How far spreading and handing over have come. */
    public long[] progress() {
        return new long[] {farFrontier, nearFrontier, farSpreading, farCursor, nearSpreading, nearCursor, doneUntil};
    }

    /** Due subjects handed over, ever. */
    public long handedOver() {
        return handedOver;
    }

    /** Entries moved to a finer level, ever. */
    public long spread() {
        return spread;
    }

    /** Stale entries dropped, ever. */
    public long staleDropped() {
        return staleDropped;
    }

    /** An estimate of the memory held. */
    public long memoryBytes() {
        long sum = far.memoryBytes() + near.memoryBytes();
        for (int bucket = spreadBuckets.next(0); bucket >= 0; bucket = spreadBuckets.next(bucket + 1)) {
            sum += instants.get(bucket).memoryBytes();
        }
        return sum;
    }

    private void enter(final int ordinal, final long instant) {
        if (instant >= farFrontier) {
            far.add((int) (instant >>> FAR_SHIFT), ordinal);
        } else if (instant >= nearFrontier) {
            near.add((int) (instant >>> NEAR_SHIFT), ordinal);
        } else {
            bucket((int) (instant >>> NEAR_SHIFT)).add((int) instant & OFFSET_MASK, ordinal);
        }
    }

    private Agenda bucket(final int bucket) {
        Agenda agenda = instants.get(bucket);
        if (agenda == null) {
            agenda = new Agenda();
            instants.put(bucket, agenda);
            spreadBuckets.add(bucket);
        }
        return agenda;
    }

    private long bound() {
        return Math.min(firstInstant(), Math.min(start(near.first(), NEAR_SHIFT), start(far.first(), FAR_SHIFT)));
    }

    private long firstInstant() {
        final int bucket = spreadBuckets.next(0);
        return bucket < 0 ? Long.MAX_VALUE : start(bucket, NEAR_SHIFT) + instants.get(bucket).first();
    }

    private static long start(final int bucket, final int shift) {
        return bucket < 0 ? Long.MAX_VALUE : (long) bucket << shift;
    }

    private int handOver(final long instant, final int workMax, final DueConsumer consumer) {
        final int bucket = (int) (instant >>> NEAR_SHIFT);
        final int offset = (int) instant & OFFSET_MASK;
        final OrdinalSet due = instants.get(bucket).get(offset);
        processing = instant;
        int work = 0;
        int ordinal = due.next(0);
        while (ordinal >= 0 && work < workMax) {
            due.remove(ordinal);
            work++;
            if (nextFlips.nextFlip(ordinal) == instant) {
                handedOver++;
                work += consumer.onDue(instant, ordinal);
            } else {
                staleDropped++;
            }
            ordinal = ordinal == Integer.MAX_VALUE ? NONE : due.next(ordinal + 1);
        }
        processing = Long.MIN_VALUE;
        if (due.isEmpty()) {
            final Agenda agenda = instants.get(bucket);
            agenda.remove(offset);
            if (agenda.isEmpty()) {
                instants.remove(bucket);
                spreadBuckets.remove(bucket);
            }
        }
        return work;
    }

    private int spreadNear(final int workMax) {
        if (nearSpreading == NONE) {
            nearSpreading = near.first();
            nearCursor = 0;
            nearFrontier = start(nearSpreading + 1, NEAR_SHIFT);
        }
        // From here on nothing is added to the set: it lies before the frontier.
        final OrdinalSet set = near.get(nearSpreading);
        int work = 0;
        int ordinal = set.next(nearCursor);
        while (ordinal >= 0 && work < workMax) {
            moveIfIn(ordinal, nearSpreading, NEAR_SHIFT);
            work++;
            ordinal = ordinal == Integer.MAX_VALUE ? NONE : set.next(ordinal + 1);
        }
        nearCursor = ordinal;
        if (ordinal < 0) {
            near.remove(nearSpreading);
            nearSpreading = NONE;
        }
        return Math.max(work, 1);
    }

    private int spreadFar(final int workMax) {
        if (farSpreading == NONE) {
            farSpreading = far.first();
            farCursor = 0;
            farFrontier = start(farSpreading + 1, FAR_SHIFT);
        }
        final OrdinalSet set = far.get(farSpreading);
        int work = 0;
        int ordinal = set.next(farCursor);
        while (ordinal >= 0 && work < workMax) {
            moveIfIn(ordinal, farSpreading, FAR_SHIFT);
            work++;
            ordinal = ordinal == Integer.MAX_VALUE ? NONE : set.next(ordinal + 1);
        }
        farCursor = ordinal;
        if (ordinal < 0) {
            far.remove(farSpreading);
            farSpreading = NONE;
        }
        return Math.max(work, 1);
    }

    private void moveIfIn(final int ordinal, final int bucket, final int shift) {
        final long instant = nextFlips.nextFlip(ordinal);
        if (instant >>> shift == bucket) {
            enter(ordinal, instant);
            spread++;
        } else {
            staleDropped++;
        }
    }

    /** Knows when a subject is really due. */
    @FunctionalInterface
    public interface NextFlips {
        /** The subject's next flip, epoch ms; {@link Long#MAX_VALUE} where there is none, or no such subject. */
        long nextFlip(int ordinal);
    }

    /** Takes who is due. */
    @FunctionalInterface
    public interface DueConsumer {
        /** The subject is due at that instant; its next flip is later when this returns. Returns units of work. */
        int onDue(long instant, int ordinal);
    }

    /** Takes the calendar's sets. */
    @FunctionalInterface
    public interface SetConsumer {
        /** The set of a level that starts at that instant. */
        void accept(int level, long start, OrdinalSet set);
    }
}
