package io.tagma.engine.condition;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class InstantsTest {
    private static final long FIRST_DAY = LocalDate.of(0, 1, 1).toEpochDay();
    private static final long LAST_DAY = LocalDate.of(9999, 12, 31).toEpochDay();

    @Test
    void shouldAgreeWithJavaTimeOnEveryDay() {
        for (long day = FIRST_DAY; day <= LAST_DAY; day++) {
            final String text = LocalDate.ofEpochDay(day).toString();
            if (Instants.parseDate(text) != day) {
                assertThat(Instants.parseDate(text)).as(text).isEqualTo(day);
            }
        }
        assertThat(Instants.formatDate(0)).isEqualTo("1970-01-01");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "2026-1-01", "2026-01-1", "2026-13-01", "2026-00-01", "2026-01-00", "2026-01-32",
        "2026-02-29", "1900-02-29", "2026-04-31", "20260101", "2026/01/01", "2026-01-01Z", "+2026-01-01", "-026-01-01",
        "2026-01-0\u0661", " 2026-01-0", "2026-01-01 "})
    void shouldRefuseWhatIsNoDate(final String text) {
        assertThat(Instants.parseDate(text)).isEqualTo(Instants.REFUSED);
    }

    @Test
    void shouldAgreeWithJavaTimeOnRandomInstants() {
        final SplittableRandom random = new SplittableRandom(11);
        for (int i = 0; i < 20_000; i++) {
            final long ms = random.nextLong(FIRST_DAY * Durations.DAY_MS, (LAST_DAY + 1) * Durations.DAY_MS);
            final ZoneOffset offset = ZoneOffset.ofTotalSeconds(random.nextInt(-18 * 60, 18 * 60 + 1) * 60);
            final OffsetDateTime time = Instant.ofEpochMilli(ms).atOffset(offset);
            if (time.getYear() >= 0 && time.getYear() <= 9999) {
                assertThat(Instants.parse(time.toString())).as(time.toString()).isEqualTo(ms);
            }
            final String json = Instants.toJson(ms);
            assertThat(Instants.parse(json.substring(1, json.length() - 1))).as(json).isEqualTo(ms);
        }
    }

    @ParameterizedTest
    @CsvSource({"1970-01-01T00:00Z, 0", "1970-01-01t00:00:00z, 0", "1970-01-01T01:00:00+01, 0",
        "1970-01-01T01:30:00+0130, 0", "1969-12-31T22:30:00-01:30, 0", "1970-01-01T00:00:00.5Z, 500",
        "'1970-01-01T00:00:00,123Z', 123", "1970-01-01T00:00:00.123999999Z, 123", "1969-12-31T23:59:59.9999Z, -1",
        "1970-01-01T00:00:00-00:00, 0", "1970-01-01T18:00:00+18:00, 0"})
    void shouldReadAnInstant(final String text, final long ms) {
        assertThat(Instants.parse(text)).isEqualTo(ms);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "2026-01-01", "2026-01-01T00:00:00", "2026-01-01 00:00:00Z", "2026-01-01T24:00:00Z",
        "2026-01-01T00:60:00Z", "2026-01-01T00:00:60Z", "2026-01-01T00:00:00.Z", "2026-01-01T00:00:00.1234567890Z",
        "2026-01-01T0:00:00Z", "2026-01-01T00Z", "2026-01-01T00:00:00ZZ", "2026-01-01T00:00:00+1", "2026-02-30T00:00Z",
        "2026-01-01T00:00:00+01:", "2026-01-01T00:00:00+01:0", "2026-01-01T00:00:00+01:60", "2026-01-01T00:00:00+19:00",
        "2026-01-01T00:00:00+", "2026-01-01T00:00:00Z[UTC]", "1767225600000", "2026-01-01T00:00:0", "2026-01-01T00:00:",
        "2026-01-01T00:00:00+01:00:00", "2026-W01-1T00:00:00Z"})
    void shouldRefuseWhatIsNoInstant(final String text) {
        assertThat(Instants.parse(text)).isEqualTo(Instants.REFUSED);
    }

    @Test
    void shouldWriteMillisecondsWhenTheYearHasMoreThanFourDigits() {
        assertThat(Instants.toJson(253_402_300_799_999L)).isEqualTo("\"9999-12-31T23:59:59.999Z\"");
        assertThat(Instants.toJson(253_402_300_800_000L)).isEqualTo("253402300800000");
        assertThat(Instants.toJson(-62_167_219_200_000L)).isEqualTo("\"0000-01-01T00:00:00Z\"");
        assertThat(Instants.toJson(-62_167_219_200_001L)).isEqualTo("-62167219200001");
        assertThat(Instants.toJson(Long.MAX_VALUE)).isEqualTo("9223372036854775807");
    }
}
