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
        clock.forget();
        clock.acknowledged(startNs + 901 * MS);
        clock.acknowledged(startNs + 1_201 * MS);
        clock.acknowledged(startNs + 1_210 * MS);
        assertThat(clock.longest().ms()).isEqualTo(300);
        assertThat(clock.longest().toNs()).isEqualTo(startNs + 1_201 * MS);
        assertThat(clock.lastNs()).isEqualTo(startNs + 1_210 * MS);
        assertThat(clock.count()).isEqualTo(4);
    }
}
