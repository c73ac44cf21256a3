package io.tagma.server.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class AttentiveIdleStrategyTest {
    private final AttentiveIdleStrategy idle = new AttentiveIdleStrategy();

    @Test
    void shouldParkBrieflyForSomeTimeThenLongerUpToAMillisecond() {
        final List<Long> parks = parks(60);

        final int before = AttentiveIdleStrategy.SPINS + AttentiveIdleStrategy.YIELDS;
        assertThat(parks.subList(0, before)).containsOnly(0L);
        assertThat(parks.subList(before, before + 20)).containsOnly(100_000L);
        assertThat(parks.subList(before + 20, 60)).startsWith(200_000L, 400_000L, 800_000L, 1_000_000L, 1_000_000L)
            .endsWith(1_000_000L);
    }

    @Test
    void shouldBeginAnewWhenThereWasWork() {
        final List<Long> first = parks(60);
        idle.idle(1);

        assertThat(parks(60)).isEqualTo(first);
    }

    private List<Long> parks(final int count) {
        final List<Long> parks = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            parks.add(idle.nextParkNs());
        }
        return parks;
    }
}
