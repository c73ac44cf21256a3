package io.tagma.loadtest.torture;

import java.nio.file.Path;
import java.util.List;

/**
 * What is to be tortured and how. Immutable.
 *
 * @param rounds    of each scenario; 0: as many as it has by itself
 * @param seed      of every choice; when things happen is up to the machine as well
 * @param window    writes under way
 * @param lookups   look-ups a second
 * @param customers new ones a round
 * @param warmUpMs  load before a fault, at least; up to twice as much
 * @param pauseMaxS longest pause of a process, from 2 seconds on
 * @param subjects  of the scenario of a large snapshot
 * @param segments  of it
 * @param directory where the nodes live
 * @param isKept    whether their data stay when nothing was wrong
 */
record TortureSettings(List<Scenario> scenarios, int rounds, long seed, int window, int lookups, int customers,
                       int warmUpMs, int pauseMaxS, int subjects, int segments, Path directory, boolean isKept) {
    TortureSettings {
        scenarios = List.copyOf(scenarios);
        check("--rounds", rounds, 0, 100_000);
        check("--window", window, 3, 60_000);
        check("--lookups", lookups, 0, 1_000_000);
        check("--customers", customers, 3, 60_000);
        check("--warm-up", warmUpMs, 0, 600_000);
        check("--pause-max", pauseMaxS, 2, 25);
        check("--subjects", subjects, 100, 5_000_000);
        check("--segments", segments, 4 * Population.KINDS, 10_000);
    }

    private static void check(final String option, final int value, final int min, final int max) {
        if (value < min || value > max) {
            throw new IllegalArgumentException(option + " is out of range: value=" + value + ", min=" + min + ", max="
                + max);
        }
    }
}
