package io.tagma.engine.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.tagma.engine.protocol.ResultCode;
import java.time.ZoneId;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class WebsiteTableTest {
    private static final WebsiteSpec NOTHING = new WebsiteSpec(null, null, null, null, null);
    private final GroupTable groups = new GroupTable(text -> text.toLowerCase(Locale.ROOT));
    private final WebsiteTable table = new WebsiteTable();

    @Test
    void shouldSeedBase() {
        assertThat(table.all()).containsExactly(new Website(1, "base", ZoneId.of("UTC"), "USD", 1, 1));
        assertThat(table.get("base")).isSameAs(table.get(1));
    }

    @Test
    void shouldDefineAndCountVersions() throws Refusal {
        final ZoneId berlin = ZoneId.of("Europe/Berlin");
        final Website eu = table.put("eu", new WebsiteSpec(65_535, "eu", berlin, "EUR", 2), 0, groups);

        assertThat(eu).isEqualTo(new Website(65_535, "eu", berlin, "EUR", 2, 1));
        assertThat(table.put("eu", new WebsiteSpec(null, null, berlin, "EUR", 2), 1, groups)).isSameAs(eu);
        assertThat(table.put("eu", NOTHING, 1, groups))
            .isEqualTo(new Website(65_535, "eu", ZoneId.of("UTC"), "USD", 1, 2));
        assertThat(table.get(65_535).version()).isEqualTo(2);
        assertThat(table.get("eu").version()).isEqualTo(2);
    }

    @Test
    void shouldTakeTheNextIdWhenNoneIsGiven() throws Refusal {
        assertThat(table.put("a", NOTHING, -1, groups).id()).isEqualTo(2);
        table.put("b", new WebsiteSpec(65_535, null, null, null, null), -1, groups);
        assertThat(table.put("c", NOTHING, -1, groups).id()).isEqualTo(3);
        assertThat(table.all()).extracting(Website::id).containsExactly(1, 2, 3, 65_535);
    }

    @Test
    void shouldRefuseAnIdThatIsTakenOrChanged() throws Refusal {
        table.put("eu", new WebsiteSpec(2, null, null, null, null), -1, groups);

        assertRefused(ResultCode.CONFLICT, "/id", "us", new WebsiteSpec(2, null, null, null, null));
        assertRefused(ResultCode.CONFLICT, "/id", "eu", new WebsiteSpec(3, null, null, null, null));
        assertRefused(ResultCode.INVALID, "/id", "us", new WebsiteSpec(0, null, null, null, null));
        assertRefused(ResultCode.INVALID, "/id", "us", new WebsiteSpec(65_536, null, null, null, null));
        assertThat(table.all()).hasSize(2);
    }

    @Test
    void shouldRefuseADefaultGroupThatIsUnknownOrForVisitors() {
        assertRefused(ResultCode.INVALID, "/defaultGroupId", "eu", new WebsiteSpec(2, null, null, null, 0));
        assertRefused(ResultCode.INVALID, "/defaultGroupId", "eu", new WebsiteSpec(2, null, null, null, 9));
        assertRefused(ResultCode.INVALID, "/defaultGroupId", "eu", new WebsiteSpec(2, null, null, null, 32_000));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "1a", "_a", "a-b", "a b", "ä", "a23456789012345678901234567890123"})
    void shouldRefuseACodeThatIsIllFormed(final String code) {
        assertRefused(ResultCode.INVALID, "/code", code, NOTHING);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "usd", "EURO", "E1R"})
    void shouldRefuseACurrencyThatIsNone(final String currency) {
        assertRefused(ResultCode.INVALID, "/currency", "eu", new WebsiteSpec(2, null, null, currency, null));
    }

    @Test
    void shouldRefuseAnotherCodeOrVersionThanExpected() {
        assertRefused(ResultCode.INVALID, "/code", "eu", new WebsiteSpec(2, "us", null, null, null));
        final Refusal refusal = catchThrowableOfType(Refusal.class, () -> table.put("base", NOTHING, 2, groups));
        assertThat(refusal.code()).isEqualTo(ResultCode.PRECONDITION_FAILED);
    }

    @Test
    void shouldRestoreWhatItListed() throws Refusal {
        table.put("eu", new WebsiteSpec(9, null, ZoneId.of("Asia/Tokyo"), null, null), -1, groups);
        final List<Website> all = table.all();
        final WebsiteTable other = new WebsiteTable();
        other.put("gone", NOTHING, -1, groups);

        other.restore(all);

        assertThat(other.all()).isEqualTo(all);
        assertThat(other.get("gone")).isNull();
        assertThat(other.get("eu").id()).isEqualTo(9);
    }

    private void assertRefused(final ResultCode code, final String pointer, final String website,
                               final WebsiteSpec spec) {
        final Refusal refusal = catchThrowableOfType(Refusal.class, () -> table.put(website, spec, -1, groups));
        assertThat(refusal).isNotNull();
        assertThat(refusal.code()).isEqualTo(code);
        assertThat(refusal.pointer()).isEqualTo(pointer);
    }
}
