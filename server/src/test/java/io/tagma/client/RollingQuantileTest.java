package io.tagma.client;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

class RollingQuantileTest {
    private final RollingQuantile p99 = new RollingQuantile(0.99);

    @Test
    void shouldKnowNothingBeforeThereAreEnoughValues() {
        for (int i = 0; i < 99; i++) {
            p99.record(7);
        }
        assertThat(p99.value()).isEqualTo(RollingQuantile.UNKNOWN);
        for (int i = 0; i < 64; i++) {
            p99.record(7);
        }
        assertThat(p99.value()).isEqualTo(7);
    }

    @Test
    void shouldBeAtMostASixteenthAboveTheTrueQuantile() {
        final Random random = new Random(4);
        for (final double quantile : new double[] {0.5, 0.9, 0.99}) {
            final RollingQuantile rolling = new RollingQuantile(quantile);
            final long[] values = new long[RollingQuantile.WINDOW];
            for (int i = 0; i < values.length; i++) {
                values[i] = (long)Math.exp(random.nextDouble() * 25);
                rolling.record(values[i]);
            }
            Arrays.sort(values);
            final long exact = values[(int)Math.ceil(quantile * values.length) - 1];
            assertThat(rolling.value()).isBetween(exact, exact + exact / 16);
        }
    }

    @Test
    void shouldForgetWhatIsOlderThanTwoWindows() {
        for (int i = 0; i < RollingQuantile.WINDOW; i++) {
            p99.record(1_000_000);
        }
        assertThat(p99.value()).isBetween(1_000_000L, 1_062_500L);
        for (int i = 0; i < 2 * RollingQuantile.WINDOW; i++) {
            p99.record(100);
        }
        assertThat(p99.value()).isBetween(100L, 106L);
    }

    @Test
    void shouldCountNothingOfAWindowThatHasLeft() {
        final RollingQuantile median = new RollingQuantile(0.5);
        record(median, 100, RollingQuantile.WINDOW);
        record(median, 1_000_000, 2 * RollingQuantile.WINDOW);
        assertThat(median.value()).isBetween(1_000_000L, 1_062_500L);
        record(median, 100, 4 * RollingQuantile.WINDOW);
        record(median, 1_000_000, RollingQuantile.WINDOW + 128);
        assertThat(median.value()).isBetween(1_000_000L, 1_062_500L);
    }

    @Test
    void shouldRememberTheWholeWindowBeforeWhenANewOneBegins() {
        record(p99, 1_000_000, RollingQuantile.WINDOW);
        record(p99, 100, 64);
        assertThat(p99.value()).isBetween(1_000_000L, 1_062_500L);
    }

    @Test
    void shouldSeeATailOfMoreThanAHundredth() {
        for (int i = 0; i < 1_024; i++) {
            p99.record(i % 50 == 0 ? 5_000 : 10);
        }
        assertThat(p99.value()).isGreaterThanOrEqualTo(5_000);
    }

    @Test
    void shouldTakeValuesOutOfRangeAsTheNearestInIt() {
        for (int i = 0; i < 128; i++) {
            p99.record(i % 2 == 0 ? Long.MAX_VALUE : Long.MIN_VALUE);
        }
        assertThat(p99.value()).isEqualTo((1L << 41) - 1);
    }

    private static void record(final RollingQuantile quantile, final long value, final int times) {
        for (int i = 0; i < times; i++) {
            quantile.record(value);
        }
    }
}
