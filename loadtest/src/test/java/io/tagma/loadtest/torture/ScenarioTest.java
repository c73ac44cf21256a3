package io.tagma.loadtest.torture;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ScenarioTest {
    @Test
    void shouldShareNodesOnlyWhenTheyAreAsManyAndConfiguredAlike() {
        assertThat(Scenario.WIPE.sharesNodesWith(Scenario.LEADER_KILL)).isTrue();
        assertThat(Scenario.WIPE.sharesNodesWith(Scenario.KILL_ONE)).isFalse();
        assertThat(Scenario.WIPE.sharesNodesWith(Scenario.AWAY)).as("a purge waits less for a peer").isFalse();
        assertThat(Scenario.KILL_ONE.sharesNodesWith(Scenario.SNAPSHOT)).as("a manual clock").isFalse();
    }
}
