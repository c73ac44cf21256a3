package io.tagma.loadtest.torture;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The short form of the torture, on real processes. */
class TortureTest {
    private static final long SEED = 20_261_125;
    private static final int SUBJECTS = 2_000;
    private static final int SEGMENTS = 80;

    @TempDir
    private Path directory;

    @Test
    void shouldLoseNothingWhenTheLeaderIsKilledAndAFollowerComesBackWithAnEmptyDisk() {
        final Torture torture = new Torture(new TortureSettings(List.of(Scenario.LEADER_KILL, Scenario.WIPE), 1, SEED,
            300, 200, 60, 200, 2, SUBJECTS, SEGMENTS, directory, false), System.out::println);
        torture.run();
        assertThat(torture.violations().count()).isZero();
        assertThat(torture.rounds()).extracting(Round::scenario)
            .containsExactly(Scenario.LEADER_KILL, Scenario.WIPE);
        assertThat(torture.rounds()).allSatisfy(round -> {
            assertThat(round.acknowledged()).isPositive();
            assertThat(round.lookups()).isPositive();
        });
        assertThat(torture.customersChecked()).isGreaterThanOrEqualTo(120);
        assertThat(torture.lookupsChecked()).isPositive();
    }

    @Test
    void shouldComeBackWithTheSameStateWhenTheOnlyNodeIsKilledAfterASnapshot() {
        final Torture torture = new Torture(new TortureSettings(List.of(Scenario.SNAPSHOT), 1, SEED, 300, 200, 60, 200,
            2, SUBJECTS, SEGMENTS, directory, false), System.out::println);
        torture.run();
        assertThat(torture.violations().count()).isZero();
        assertThat(torture.restorations()).singleElement().satisfies(one -> {
            assertThat(one.memberships()).isGreaterThan(SUBJECTS);
            assertThat(one.bytes()).isPositive();
            assertThat(one.stallMs()).isPositive();
            assertThat(one.rows()).isEqualTo(Probe.ROWS_MAX);
            assertThat(one.failures()).isZero();
        });
        assertThat(directory).isEmptyDirectory();
    }
}
