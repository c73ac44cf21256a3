package io.tagma.engine.condition;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DurationsTest {
    @ParameterizedTest
    @CsvSource({"P1D, 86400000, P1D", "P2W, 1209600000, P14D", "P1W2D, 777600000, P9D", "PT1H, 3600000, PT1H",
        "PT90M, 5400000, PT1H30M", "PT1S, 1000, PT1S", "P1DT1H1M1S, 90061000, P1DT1H1M1S", "P1DT24H, 172800000, P2D",
        "P1WT1S, 604801000, P7DT1S", "PT0S, 0, P0D", "P0D, 0, P0D", "P007D, 604800000, P7D",
        "PT1H0M5S, 3605000, PT1H5S",
        "P100000000D, 8640000000000000, P100000000D"})
    void shouldReadAndWriteADuration(final String text, final long durationMs, final String canonical) {
        assertThat(Durations.parse(text)).isEqualTo(durationMs);
        assertThat(Durations.format(durationMs)).isEqualTo(canonical);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "P", "PT", "P1", "1D", "P1Y", "P1M", "P1H", "PT1D", "P1DT", "P1D1W", "PT1S1M", "P1D1D",
        "p1d", "P-1D", "-P1D", "P1.5D", "PT0.5S", "P 1D", "P1D ", "PT1H T1M", "PT1HT1M", "PD", "P1D1H",
        "P100000001D", "PT8640000000001S", "P99999999999999999999D", "P14285715W", "P100000000DT1S", "P\u0661D"})
    void shouldRefuseWhatIsNoDuration(final String text) {
        assertThat(Durations.parse(text)).isEqualTo(Durations.REFUSED);
    }

    @Test
    void shouldReadBackWhatItWrites() {
        final SplittableRandom random = new SplittableRandom(7);
        for (int i = 0; i < 10_000; i++) {
            final long durationMs = random.nextLong(Durations.MAX_MS / 1_000 >> random.nextInt(40)) * 1_000;
            assertThat(Durations.parse(Durations.format(durationMs))).isEqualTo(durationMs);
        }
    }

    @Test
    void shouldCountDaysOnlyWhereTheyAreWhole() {
        assertThat(Durations.days(3 * Durations.DAY_MS)).isEqualTo(3);
        assertThat(Durations.days(Durations.MAX_MS)).isEqualTo(100_000_000);
        assertThat(Durations.days(3 * Durations.DAY_MS + 1_000)).isEqualTo(-1);
    }
}
