package io.tagma.engine.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DecimalsTest {
    @ParameterizedTest
    @CsvSource({"0, 0", "0e999999999, 0", "-0.00, 0", "1, 10000", "119.90, 1199000", "0.0001, 1", "-0.0001, -1",
        "1e11, 1000000000000000", "-100000000000.0000, -1000000000000000", "1.00000000, 10000", "12e-1, 12000",
        "1e2, 1000000"})
    void shouldGiveTheUnitsOfANumber(final String number, final long units) {
        assertThat(Decimals.units(new BigDecimal(number))).isEqualTo(units);
    }

    @ParameterizedTest
    @CsvSource({"0.00001", "100000000000.0001", "-100000000000.0001", "100000000001", "999999999999", "1e12",
        "1e999999999", "-1e999999999", "1e-999999999", "1.23456", "1e2147483647", "1e-2147483647"})
    void shouldRefuseWhatIsFinerOrLargerThanADecimal(final String number) {
        assertThat(Decimals.units(new BigDecimal(number))).isEqualTo(Decimals.REFUSED);
    }

    @Test
    void shouldReadBackWhatItWrites() {
        final SplittableRandom random = new SplittableRandom(17);
        for (int i = 0; i < 10_000; i++) {
            final long units = random.nextLong(-Decimals.UNITS_MAX, Decimals.UNITS_MAX + 1) >> random.nextInt(50);
            assertThat(Decimals.parse(Decimals.format(units))).isEqualTo(units);
        }
    }
}
