package io.tagma.engine.measure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tagma.engine.ordinals.OrdinalSet;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.SplittableRandom;
import java.util.TreeSet;
import org.agrona.collections.MutableInteger;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;

class CalendarTest {
    private static final int SUBJECTS = 3_000;
    private static final long START = 1_764_000_000_000L;
    private static final long DAY = 86_400_000L;

    @Test
    void shouldHandOverWhatATreeMapWouldWhenScheduledAtRandom() {
        for (int seed = 1; seed <= 5; seed++) {
            new Run(seed).go();
        }
    }

    @Test
    void shouldGoOnAsItWouldHaveWhenSavedAndLoaded() {
        for (int seed = 1; seed <= 2; seed++) {
            final Run run = new Run(seed);
            run.isCopying = true;
            run.go();
            final Run uninterrupted = new Run(seed);
            uninterrupted.go();
            assertThat(run.copies).isGreaterThan(5);
            assertThat(run.trace).isEqualTo(uninterrupted.trace);
        }
    }

    @Test
    void shouldHandOverAMillionOfOneMidnightInBoundedPortions() {
        final int count = 1_000_000;
        final long midnight = START - START % DAY + DAY;
        final long[] nextFlips = new long[count];
        Arrays.fill(nextFlips, midnight);
        final Calendar calendar = new Calendar(ordinal -> nextFlips[ordinal]);
        for (int ordinal = 0; ordinal < count; ordinal++) {
            calendar.schedule(ordinal, midnight);
        }
        assertThat(calendar.nextDue()).isLessThanOrEqualTo(midnight);
        int polls = 0;
        long now = START;
        while (now < midnight) {
            assertThat(calendar.poll(now, 10_000, (instant, ordinal) -> {
                throw new AssertionError("early: instant=" + instant);
            })).isLessThanOrEqualTo(10_000);
            polls++;
            now += 500;
        }
        // Spread twice, well ahead of time.
        assertThat(polls).isGreaterThan(50_000);
        assertThat(calendar.spread()).isEqualTo(2 * count);
        assertThat(calendar.nextDue()).isEqualTo(midnight);
        assertThat(calendar.hasDue(midnight - 1)).isFalse();

        final MutableInteger next = new MutableInteger();
        while (calendar.hasDue(midnight)) {
            final int before = next.get();
            final int work = calendar.poll(midnight, 10_000, free((instant, ordinal) -> {
                if (instant != midnight || ordinal != next.getAndIncrement()) {
                    throw new AssertionError("instant=" + instant + ", ordinal=" + ordinal);
                }
                nextFlips[ordinal] = midnight + DAY;
                calendar.schedule(ordinal, midnight + DAY);
            }));
            assertThat(work).isLessThanOrEqualTo(10_000);
            assertThat(next.get() - before).isLessThanOrEqualTo(work);
        }
        assertThat(next.get()).isEqualTo(count);
        assertThat(calendar.handedOver()).isEqualTo(count);
        assertThat(calendar.nextDue()).isGreaterThan(midnight).isLessThanOrEqualTo(midnight + DAY);
    }

    @Test
    void shouldDoTheSameWhenScheduledInAnotherOrder() {
        final SplittableRandom random = new SplittableRandom(8);
        final long[] nextFlips = new long[SUBJECTS];
        final List<Integer> order = new ArrayList<>();
        for (int ordinal = 0; ordinal < SUBJECTS; ordinal++) {
            nextFlips[ordinal] = START + random.nextInt(40) * (random.nextInt(4) == 0 ? DAY / 7 : 17);
            order.add(ordinal);
        }
        List<String> first = null;
        for (int round = 0; round < 4; round++) {
            final Calendar calendar = new Calendar(ordinal -> nextFlips[ordinal]);
            order.forEach(ordinal -> calendar.schedule(ordinal, nextFlips[ordinal]));
            final List<String> trace = new ArrayList<>();
            for (long now = START; now < START + 10 * DAY; now += 7_777_777) {
                final int work = calendar.poll(now, 211,
                    free((instant, ordinal) -> trace.add(instant + " " + ordinal)));
                trace.add("work " + work + " due " + calendar.nextDue());
            }
            assertThat(calendar.handedOver()).isEqualTo(SUBJECTS);
            if (first == null) {
                first = trace;
            }
            assertThat(trace).isEqualTo(first);
            Collections.shuffle(order, new java.util.Random(round));
        }
    }

    @Test
    void shouldHandOverWhatIsScheduledWhileHandingOverWhenDueAsWell() {
        final long[] nextFlips = {START, START + 5};
        final Calendar calendar = new Calendar(ordinal -> nextFlips[ordinal]);
        calendar.schedule(0, START);
        calendar.schedule(1, START + 5);
        final List<String> trace = new ArrayList<>();

        calendar.poll(START + 20, 1_000, free((instant, ordinal) -> {
            trace.add(instant - START + ":" + ordinal);
            nextFlips[ordinal] = instant + 3;
            calendar.schedule(ordinal, instant + 3);
        }));

        assertThat(trace).containsExactly("0:0", "3:0", "5:1", "6:0", "8:1", "9:0", "11:1", "12:0", "14:1", "15:0",
            "17:1", "18:0", "20:1");
        assertThat(calendar.hasDue(START + 20)).isFalse();
        assertThat(calendar.nextDue()).isEqualTo(START + 21);
    }

    @Test
    void shouldNotTakeAnInstantThatIsNotLaterWhileHandingOver() {
        final long[] nextFlips = {START};
        final Calendar calendar = new Calendar(ordinal -> nextFlips[ordinal]);
        calendar.schedule(0, START);

        assertThatThrownBy(() -> calendar.poll(START, 10,
            free((instant, ordinal) -> calendar.schedule(ordinal, START))))
            .isInstanceOf(AssertionError.class).hasMessageContaining("not later");
    }

    @Test
    void shouldStopWhenTheConsumersWorkIsEnough() {
        final long[] nextFlips = {START, START, START};
        final Calendar calendar = new Calendar(ordinal -> nextFlips[ordinal]);
        for (int ordinal = 0; ordinal < nextFlips.length; ordinal++) {
            calendar.schedule(ordinal, START);
        }
        final List<Integer> handed = new ArrayList<>();

        // Each is a unit of the calendar's and 40 of the consumer's.
        final int work = calendar.poll(START, 60, (instant, ordinal) -> {
            handed.add(ordinal);
            return 40;
        });

        assertThat(handed).containsExactly(0, 1);
        assertThat(work).isBetween(82, 90);
        assertThat(calendar.hasDue(START)).isTrue();
    }

    @Test
    void shouldDropWhoIsDueAtAnotherInstantByNow() {
        final long[] nextFlips = {START, Long.MAX_VALUE, START + 2 * DAY};
        final Calendar calendar = new Calendar(ordinal -> nextFlips[ordinal]);
        calendar.schedule(0, START + DAY);
        calendar.schedule(0, START);
        calendar.schedule(1, START);
        calendar.schedule(2, START);
        calendar.schedule(2, START + 2 * DAY);
        final List<Integer> handed = new ArrayList<>();

        calendar.poll(START + DAY, 1_000, free((instant, ordinal) -> {
            handed.add(ordinal);
            nextFlips[ordinal] = Long.MAX_VALUE;
        }));

        assertThat(handed).containsExactly(0);
        assertThat(calendar.staleDropped()).isPositive();
        calendar.poll(START + 2 * DAY, 1_000, free((instant, ordinal) -> handed.add(ordinal)));
        assertThat(handed).containsExactly(0, 2);
        assertThat(calendar.nextDue()).isEqualTo(Long.MAX_VALUE);
    }

    @Test
    void shouldHaveNobodyDueWhenEmptyOrScheduledForNever() {
        final Calendar calendar = new Calendar(ordinal -> Long.MAX_VALUE);
        calendar.schedule(3, Long.MAX_VALUE);
        calendar.schedule(4, Calendar.END);

        assertThat(calendar.nextDue()).isEqualTo(Long.MAX_VALUE);
        assertThat(calendar.hasDue(START)).isFalse();
        assertThat(calendar.poll(START, 10, (instant, ordinal) -> {
            throw new AssertionError("nobody");
        })).isZero();
        assertThat(calendar.nextDue()).isEqualTo(Long.MAX_VALUE);
    }

    @Test
    void shouldNotClaimAnythingDueBeforeWhatPollHasFinished() {
        final long[] nextFlips = {START + 3_600_000};
        final Calendar calendar = new Calendar(ordinal -> nextFlips[ordinal]);
        calendar.poll(START, 10, (instant, ordinal) -> 0);

        calendar.schedule(0, nextFlips[0]);

        assertThat(calendar.hasDue(START)).isFalse();
        assertThat(calendar.nextDue()).isGreaterThan(START).isLessThanOrEqualTo(nextFlips[0]);
        calendar.poll(START + 1, 10, (instant, ordinal) -> 0);
        assertThat(calendar.nextDue()).isGreaterThan(START + 3_500_000).isLessThanOrEqualTo(nextFlips[0]);
    }

    @Test
    void shouldTakeLittleMemoryWhenManyAreDueAtScatteredInstants() {
        final SplittableRandom random = new SplittableRandom(4);
        final Calendar calendar = new Calendar(ordinal -> 0);
        for (int ordinal = 0; ordinal < 1_000_000; ordinal++) {
            calendar.schedule(ordinal, START + random.nextLong(90 * DAY));
        }
        assertThat(calendar.memoryBytes()).isLessThan(10_000_000);
    }

    /** A calendar beside a model; a copy of it, made now and then, goes on beside both. */
    private static final class Run {
        private final SplittableRandom random;
        private final long[] nextFlips = new long[SUBJECTS];
        private final TreeSet<Long> model = new TreeSet<>();
        private Calendar calendar = new Calendar(this::nextFlip);
        private long now = START;
        private boolean isCopying;
        private int copies;
        private int handed;
        private long trace;

        private Run(final int seed) {
            random = new SplittableRandom(seed);
            Arrays.fill(nextFlips, Long.MAX_VALUE);
        }

        private long nextFlip(final int ordinal) {
            return nextFlips[ordinal];
        }

        private void go() {
            for (int step = 0; step < 3_000; step++) {
                final int changes = random.nextInt(20);
                for (int i = 0; i < changes; i++) {
                    reschedule(random.nextInt(SUBJECTS), now);
                }
                now += random.nextInt(5) == 0 ? random.nextLong(DAY / 2) : random.nextInt(30_000);
                if (random.nextInt(100) == 0 && isCopying) {
                    copy();
                }
                poll();
                checkBounds();
            }
            while (calendar.hasDue(now)) {
                poll();
            }
            assertThat(handed).isGreaterThan(1_000);
        }

        private void poll() {
            final int workMax = 1 + random.nextInt(random.nextInt(3) == 0 ? 5_000 : 30);
            final int work = calendar.poll(now, workMax, free((instant, ordinal) -> {
                final long first = model.pollFirst();
                assertThat(instant).isEqualTo(START + (first >> 12)).isLessThanOrEqualTo(now);
                assertThat(ordinal).isEqualTo((int) (first & 0xFFF));
                handed++;
                trace = (trace + instant) * 31 + ordinal;
                nextFlips[ordinal] = Long.MAX_VALUE;
                if (random.nextInt(3) > 0) {
                    reschedule(ordinal, instant);
                }
            }));
            assertThat(work).isLessThanOrEqualTo(workMax);
            trace = (trace + work) * 31 + calendar.nextDue();
            if (work < workMax) {
                assertThat(calendar.hasDue(now)).isFalse();
                assertThat(model.isEmpty() || START + (model.first() >> 12) > now).isTrue();
            }
        }

        private void checkBounds() {
            final long exact = model.isEmpty() ? Long.MAX_VALUE : START + (model.first() >> 12);
            assertThat(calendar.nextDue()).isLessThanOrEqualTo(exact);
            assertThat(calendar.hasDue(now)).isEqualTo(calendar.nextDue() <= now);
        }

        /** After the instant: now, or that of the flip being handled. */
        private void reschedule(final int ordinal, final long after) {
            if (nextFlips[ordinal] != Long.MAX_VALUE) {
                model.remove(nextFlips[ordinal] - START << 12 | ordinal);
            }
            final long instant = switch (random.nextInt(6)) {
                case 0 -> Long.MAX_VALUE;
                case 1 -> after + 1 + random.nextInt(50);
                case 2 -> (after / DAY + 1) * DAY;
                case 3 -> after + 1 + random.nextInt(70_000);
                case 4 -> after + 1 + random.nextLong(3 * DAY);
                default -> after + 1 + random.nextInt(3_600_000);
            };
            nextFlips[ordinal] = instant;
            if (instant != Long.MAX_VALUE) {
                model.add(instant - START << 12 | ordinal);
            }
            calendar.schedule(ordinal, instant);
        }

        private void copy() {
            final Calendar copy = new Calendar(this::nextFlip);
            copy.resume(calendar.progress());
            final List<Long> starts = new ArrayList<>();
            calendar.save((level, start, set) -> {
                final byte[] bytes = set.toBytes();
                assertThat(set.isEmpty()).isFalse();
                copy.load(level, start, OrdinalSet.deserialize(new UnsafeBuffer(bytes), 0, bytes.length));
                starts.add(start);
            });
            assertThat(copy.nextDue()).isEqualTo(calendar.nextDue());
            assertThat(copy.progress()).isEqualTo(calendar.progress());
            assertThat(copy.memoryBytes()).isPositive();
            if (!starts.isEmpty()) {
                copies++;
            }
            calendar = copy;
        }
    }

    private interface Taker {
        void take(long instant, int ordinal);
    }

    private static Calendar.DueConsumer free(final Taker taker) {
        return (instant, ordinal) -> {
            taker.take(instant, ordinal);
            return 0;
        };
    }
}
