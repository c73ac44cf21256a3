package io.tagma.client;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Time is counted by hand, and looked at every so often as the client does. */
class SilenceTest {
    private static final long MS = TimeUnit.MILLISECONDS.toNanos(1);
    private static final long SILENCE_MAX_NS = 1_000 * MS;

    private final Silence silence = new Silence(SILENCE_MAX_NS);

    @Test
    void shouldSuspectWithin100MillisecondsWhateverAnswersTookBeforeAndWhenever() {
        final long[] usuals = {0, 10 * MS, 22 * MS, 40 * MS, 90 * MS, Hedging.DELAY_MAX_NS, Long.MAX_VALUE};
        for (final long usualNs : usuals) {
            for (long phaseMs = 0; phaseMs < 10; phaseMs++) {
                final Silence dead = new Silence(SILENCE_MAX_NS);
                dead.begins(0);
                dead.asked();
                assertThat(until(Silence.Step.SUSPECT, dead, phaseMs * MS, usualNs))
                    .as("usual=%d, phase=%d", usualNs, phaseMs).isBetween(60 * MS, 100 * MS);
            }
        }
    }

    @Test
    void shouldSuspectWithin100MillisecondsOfSomethingNewThatIsAskedWhenPingsWereAnsweredLong() {
        silence.begins(0);
        long nowNs = 0;
        for (int i = 0; i < 1_000; i++) {
            nowNs += Silence.WATCH_PERIOD_NS;
            if (step(silence, nowNs, 0) == Silence.Step.PING) {
                silence.heard(nowNs);
            }
        }
        silence.asked();
        assertThat(until(Silence.Step.SUSPECT, silence, nowNs, 0) - nowNs).isLessThanOrEqualTo(100 * MS);
    }

    @Test
    void shouldAskLessAndLessOftenWhenOnlyPingsAreAnswered() {
        silence.begins(0);
        int pings = 0;
        for (long nowNs = 0; nowNs < 60_000 * MS; nowNs += Silence.WATCH_PERIOD_NS) {
            final Silence.Step step = step(silence, nowNs, 0);
            assertThat(step).isIn(Silence.Step.NOTHING, Silence.Step.PING);
            if (step == Silence.Step.PING) {
                pings++;
                silence.heard(nowNs);
            }
        }
        assertThat(pings).isBetween(60, 70);
    }

    @Test
    void shouldTakeAnyWordForAnAnswer() {
        silence.begins(0);
        assertThat(until(Silence.Step.PING, silence, 0, 0)).isEqualTo(20 * MS);
        silence.heard(59 * MS);
        assertThat(step(silence, 60 * MS, 0)).isEqualTo(Silence.Step.NOTHING);
        assertThat(until(Silence.Step.PING, silence, 60 * MS, 0)).isGreaterThanOrEqualTo(79 * MS);
    }

    @Test
    void shouldGiveUpWhenAPingIsUnansweredForLong() {
        silence.pinged(5 * MS);
        assertThat(until(Silence.Step.GIVE_UP, silence, 5 * MS, 0)).isEqualTo(SILENCE_MAX_NS + 5 * MS);
    }

    @Test
    void shouldNotBlameTheServerWhenTheClientItselfWasLate() {
        silence.pinged(0);
        final long lateNs = 2_000 * MS;
        assertThat(silence.step(lateNs + Silence.WATCH_PERIOD_NS, lateNs, 0)).isEqualTo(Silence.Step.NOTHING);
        assertThat(until(Silence.Step.SUSPECT, silence, lateNs + Silence.WATCH_PERIOD_NS, 0))
            .isEqualTo(lateNs + 40 * MS);
    }

    /** When it comes to this, looked at from then on. */
    private static long until(final Silence.Step wanted, final Silence silence, final long fromNs,
                              final long usualNs) {
        long nowNs = fromNs;
        Silence.Step step = step(silence, nowNs, usualNs);
        while (step != wanted) {
            assertThat(nowNs - fromNs).as("no %s", wanted).isLessThan(10_000 * MS);
            nowNs += Silence.WATCH_PERIOD_NS;
            step = step(silence, nowNs, usualNs);
        }
        return nowNs;
    }

    private static Silence.Step step(final Silence silence, final long nowNs, final long usualNs) {
        final Silence.Step step = silence.step(nowNs, 0, usualNs);
        if (step == Silence.Step.PING) {
            silence.pinged(nowNs);
        }
        return step;
    }
}
