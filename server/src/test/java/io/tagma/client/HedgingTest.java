package io.tagma.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.tagma.engine.protocol.ReadMode;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Time is counted by hand. Calls that nobody has asked yet were asked at 0. */
class HedgingTest {
    private static final long LATE_NS = Hedging.DELAY_MAX_NS;

    private final Hedging hedging = new Hedging(5);

    @Test
    void shouldHedgeALookupThatTakesLongerThanNearlyAllBefore() {
        answer(200, 3_000_000);
        answer(2, 90_000_000);
        assertThat(hedging.delayNs()).isBetween(3_000_000L, 3_200_000L);
        earn(20);
        final ReadCall<?> slow = call();
        hedging.asked(slow);
        assertThat(hedging.next(2_900_000)).isNull();
        assertThat(hedging.waitNs(2_900_000)).isEqualTo(hedging.delayNs() - 2_900_000);
        assertThat(hedging.next(3_200_000)).isSameAs(slow);
        assertThat(hedging.next(3_200_000)).isNull();
        assertThat(hedging.waitNs(3_200_000)).isEqualTo(Hedging.NEVER);
    }

    @Test
    void shouldNotHedgeWhatIsAnswered() {
        earn(20);
        final ReadCall<?> answered = call();
        hedging.asked(answered);
        answered.future.cancel(false);
        assertThat(hedging.waitNs(0)).isEqualTo(Hedging.NEVER);
        assertThat(hedging.next(LATE_NS)).isNull();
    }

    @Test
    void shouldHedgeFiveOfAHundredWhenAllAreSlow() {
        int hedged = 0;
        for (int i = 1; i <= 1_000; i++) {
            hedging.asked(call());
            hedged += hedging.next(LATE_NS) == null ? 0 : 1;
            assertThat(hedged * 100).isLessThanOrEqualTo(5 * i);
        }
        assertThat(hedged).isEqualTo(50);
    }

    @Test
    void shouldKeepTenHedgesOfWhatIsNotSpent() {
        earn(10_000);
        for (int i = 0; i < 100; i++) {
            hedging.asked(call());
        }
        final List<ReadCall<?>> hedged = new ArrayList<>();
        ReadCall<?> next = hedging.next(LATE_NS);
        while (next != null) {
            hedged.add(next);
            next = hedging.next(LATE_NS);
        }
        assertThat(hedged).hasSize(10);
    }

    @Test
    void shouldGiveBackAHedgeThatWasNotSent() {
        earn(20);
        hedging.asked(call());
        assertThat(hedging.next(LATE_NS)).isNotNull();
        hedging.refund();
        hedging.asked(call());
        assertThat(hedging.next(LATE_NS)).isNotNull();
    }

    @Test
    void shouldHedgeNothingWhenItMayNot() {
        final Hedging none = new Hedging(0);
        none.asked(call());
        assertThat(none.waitNs(0)).isEqualTo(Hedging.NEVER);
        assertThat(none.next(LATE_NS)).isNull();
    }

    @Test
    void shouldKeepItsDelayBetweenItsBounds() {
        assertThat(hedging.delayNs()).isEqualTo(Hedging.DELAY_FIRST_NS);
        answer(200, 10);
        assertThat(hedging.delayNs()).isEqualTo(Hedging.DELAY_MIN_NS);
        answer(4_096, Long.MAX_VALUE);
        assertThat(hedging.delayNs()).isEqualTo(Hedging.DELAY_MAX_NS);
    }

    @Test
    void shouldNotTakeWaitingOnPurposeForSlowness() {
        answer(200, 3_000_000);
        final long delayNs = hedging.delayNs();
        for (int i = 0; i < 4_096; i++) {
            hedging.answered(ReadCall.Pace.of(ReadMode.AT_LEAST), 50_000_000);
            hedging.answered(ReadCall.Pace.of(ReadMode.LINEARIZABLE), 50_000_000);
        }
        assertThat(hedging.delayNs()).isEqualTo(delayNs);
        for (int i = 0; i < 4_096; i++) {
            hedging.answered(ReadCall.Pace.of(ReadMode.LOCAL), 50_000_000);
        }
        assertThat(hedging.delayNs()).isGreaterThanOrEqualTo(50_000_000);
    }

    private void answer(final int count, final long tookNs) {
        for (int i = 0; i < count; i++) {
            hedging.answered(ReadCall.Pace.MEMORY, tookNs);
        }
    }

    /** Look-ups that are answered at once. */
    private void earn(final int lookups) {
        for (int i = 0; i < lookups; i++) {
            final ReadCall<?> call = call();
            hedging.asked(call);
            call.future.cancel(false);
        }
        assertThat(hedging.waitNs(0)).isEqualTo(Hedging.NEVER);
    }

    private static ReadCall<?> call() {
        return new ReadCall<>(0, (writer, to, id) -> { }, 0, reader -> null, ReadCall.Pace.MEMORY);
    }
}
