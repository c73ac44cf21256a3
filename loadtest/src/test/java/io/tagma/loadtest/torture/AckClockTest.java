package io.tagma.loadtest.torture;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class AckClockTest {
    private static final long MS = 1_000_000;

    @Test
    void shouldTellTheLongestTimeWithoutAnAcknowledgement() {
        final AckClock clock = new AckClock();
        final long startNs = clock.lastNs();
        clock.acknowledged(startNs + 900 * MS);
        clock.begin(startNs + 901 * MS);
        clock.acknowledged(startNs + 911 * MS);
        clock.acknowledged(startNs + 1_211 * MS);
        clock.acknowledged(startNs + 1_220 * MS);
        assertThat(clock.longest().ms()).isEqualTo(300);
        assertThat(clock.longest().toNs()).isEqualTo(startNs + 1_211 * MS);
        assertThat(clock.lastNs()).isEqualTo(startNs + 1_220 * MS);
        assertThat(clock.count()).isEqualTo(4);
    }

    @Test
    void shouldCountAGapFromTheFaultWhenNothingWasAcknowledgedForSomeTimeBefore() {
        final AckClock clock = new AckClock();
        final long startNs = clock.lastNs();
        clock.begin(startNs + 700 * MS);
        clock.acknowledged(startNs + 900 * MS);
        assertThat(clock.longest()).isEqualTo(new AckClock.Gap(startNs + 700 * MS, startNs + 900 * MS));
    }
}
