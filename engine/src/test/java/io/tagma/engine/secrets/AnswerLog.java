package io.tagma.engine.secrets;

import java.util.Arrays;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReferenceArray;

/**
 * What a look-up of each key must answer, by the number of the act that made it so. One thread writes ahead: first the
 * answers after an act, then that it has begun, and when it is over, that it is done. Any thread checks an answer: it
 * must be one that was right at some instant between the question and the answer.
 */
public final class AnswerLog {
    /** Whose answer it is. */
    public enum Who { NOBODY, VISITOR, CUSTOMER, ALIAS }

    /** An answer: numbers of segments ascending. */
    record Answer(Who who, int group, int[] segments) {
        boolean is(final boolean isKnown, final int otherGroup, final int[] numbers, final int count) {
            return isKnown == (who != Who.NOBODY) && otherGroup == group
                && Arrays.equals(segments, 0, segments.length, numbers, 0, count);
        }

        @Override
        public String toString() {
            return who + " of group " + group + " in " + Arrays.toString(segments);
        }
    }

    /** Answers checked by one thread, by whose they were. */
    public static final class Tally {
        private final long[] checked = new long[Who.values().length];
        private long contested;

        /** Answers of that kind. */
        public long of(final Who who) {
            return checked[who.ordinal()];
        }

        /** Answers of keys that changed between question and answer. */
        public long contested() {
            return contested;
        }

        /** All answers. */
        public long all() {
            return Arrays.stream(checked).sum();
        }

        /** Adds another's. */
        public void add(final Tally other) {
            for (int i = 0; i < checked.length; i++) {
                checked[i] += other.checked[i];
            }
            contested += other.contested;
        }

        @Override
        public String toString() {
            return "nobody=" + of(Who.NOBODY) + ", visitor=" + of(Who.VISITOR) + ", customer=" + of(Who.CUSTOMER)
                + ", alias=" + of(Who.ALIAS) + ", contested=" + contested;
        }
    }

    private record Entry(long number, Answer answer, Entry before) {
    }

    private static final int SHOWN = 12;

    private final AtomicReferenceArray<Entry> newest;
    private final AtomicLong begun = new AtomicLong();
    private final AtomicLong done = new AtomicLong();

    /** Of so many keys, of which nobody has any. */
    public AnswerLog(final int keys) {
        newest = new AtomicReferenceArray<>(keys);
        for (int key = 0; key < keys; key++) {
            newest.set(key, new Entry(0, new Answer(Who.NOBODY, 0, new int[0]), null));
        }
    }

    /** After or during the act of that number, which has not begun, the key's answer is this one. */
    void expect(final int key, final long number, final Answer answer) {
        final Entry before = newest.get(key);
        if (before.answer.who != answer.who
            || !before.answer.is(answer.who != Who.NOBODY, answer.group, answer.segments, answer.segments.length)) {
            newest.set(key, new Entry(number, answer, before));
        }
    }

    /** From now on what the act does may be seen. */
    public void begin(final long number) {
        begun.set(number);
    }

    /** From now on what the act and all before it did must be seen. */
    public void done(final long number) {
        done.accumulateAndGet(number, Math::max);
    }

    /** The last act whose effects must be seen by who asks from now on. */
    public long done() {
        return done.get();
    }

    /**
     * Checks an answer that has just come.
     *
     * @param doneBefore {@link #done()} before it was asked for
     * @param numbers    of segments, ascending
     */
    public void check(final int key, final long doneBefore, final boolean isKnown, final int group,
                      final int[] numbers, final int count, final Tally tally) {
        final long begunAfter = begun.get();
        boolean isContested = false;
        for (Entry entry = newest.get(key); true; entry = entry.before) {
            if (entry.number > begunAfter) {
                continue;
            }
            isContested |= entry.number > doneBefore;
            if (entry.answer.is(isKnown, group, numbers, count)) {
                tally.checked[entry.answer.who.ordinal()]++;
                tally.contested += isContested ? 1 : 0;
                return;
            }
            if (entry.number <= doneBefore) {
                throw new AssertionError(refusal(key, doneBefore, begunAfter, (isKnown ? "known" : "unknown")
                    + " of group " + group + " in " + Arrays.toString(Arrays.copyOf(numbers, count))));
            }
        }
    }

    private String refusal(final int key, final long doneBefore, final long begunAfter, final String answer) {
        final StringBuilder text = new StringBuilder("never right between question and answer: key=").append(key)
            .append(", done before=").append(doneBefore).append(", begun after=").append(begunAfter)
            .append(", answer=").append(answer).append("; it was, the newest first:");
        Entry entry = newest.get(key);
        for (int i = 0; i < SHOWN && entry != null; i++, entry = entry.before) {
            text.append("\n  since ").append(entry.number).append(": ").append(entry.answer);
        }
        return text.toString();
    }
}
