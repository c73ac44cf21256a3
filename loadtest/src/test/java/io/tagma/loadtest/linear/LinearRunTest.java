package io.tagma.loadtest.linear;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The short form of {@code tagma linear}: three real processes that lose packets, and one leader killed. */
class LinearRunTest {
    private static final long SEED = Long.getLong("linear.seed", 1);

    @TempDir
    private Path directory;

    @Test
    void shouldExplainAllAnswersByOneOrderWhenTheLeaderIsKilledAndPacketsAreLost() throws Exception {
        final List<String> lines = new ArrayList<>();
        final LinearReport report = LinearRun.run(
            new LinearSettings(directory, SEED, 3, 6, 3, 1, List.of(Fault.KILL_LEADER), 1_000, 2_000,
                0.03), lines::add);
        assertThat(report.violations()).as("%s%n%s", lines, report).isEmpty();
        assertThat(report.mishaps()).as("%s%n%s", lines, report).isEmpty();
        assertThat(report.leaderKills()).isOne();
        assertThat(report.resumedMs()).hasSize(1);
        assertThat(report.writes()).isGreaterThan(100);
        assertThat(report.linearizableReads()).isGreaterThan(100);
        assertThat(report.positionReads()).isGreaterThan(100);
        assertThat(report.localReads()).isGreaterThan(50);
    }

    @Test
    void shouldRefuseSettingsThatCannotWork() {
        final List<Fault> none = List.of();
        assertThatThrownBy(() -> new LinearSettings(directory, 1, 2, 1, 1, 1, none, 1, 1, 0))
            .hasMessage("an odd number of nodes is needed: nodes=2");
        assertThatThrownBy(() -> new LinearSettings(directory, 1, 3, 1, 1, 1, none, 1, 1, 0.7))
            .hasMessage("out of range 0-0.5: lossRate=0.7");
        assertThatThrownBy(() -> new LinearSettings(directory, 1, 3, 0, 1, 1, none, 1, 1, 0))
            .hasMessage("out of range 1-64: clients=0");
        assertThatThrownBy(() -> new LinearSettings(directory, 1, 1, 1, 1, 1, List.of(Fault.PAUSE_FOLLOWER), 1,
            1, 0))
            .hasMessage("a node that is alone has no followers: faults=[PAUSE_FOLLOWER]");
    }
}
