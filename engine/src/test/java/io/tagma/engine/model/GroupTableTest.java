package io.tagma.engine.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.tagma.engine.protocol.ResultCode;
import java.util.List;
import java.util.Locale;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

class GroupTableTest {
    private final GroupTable table = new GroupTable(text -> text.toLowerCase(Locale.ROOT));
    private final WebsiteTable websites = new WebsiteTable();

    @Test
    void shouldSeedTheGroupsOfTheDomain() {
        assertThat(table.all()).extracting(CustomerGroup::id).containsExactly(0, 1, 2, 3);
        assertThat(table.all()).extracting(CustomerGroup::code).containsExactly("NOT LOGGED IN", "General",
            "Wholesale", "Retailer");
        assertThat(table.all()).allMatch(group -> group.taxClassId() == 3 && group.version() == 1);
        assertThat(table.get(" not logged IN ")).isSameAs(table.get(0));
        assertThat(table.get(32_000)).isNull();
    }

    @Test
    void shouldCreateWithTheNextIdAndATrimmedCode() throws Refusal {
        final CustomerGroup gold = table.create(code("  Gold "), websites, id -> false);
        table.put(31_999, code("x"), -1, websites);

        assertThat(gold).isEqualTo(new CustomerGroup(4, "Gold", 3, List.of(), false, 1));
        assertThat(table.create(code("after the reserved"), websites, id -> false).id()).isEqualTo(32_001);
        table.put(65_534, code("last"), -1, websites);
        assertThat(table.create(code("a gap"), websites, id -> false).id()).isEqualTo(5);
    }

    @Test
    void shouldReplaceAndCountVersions() throws Refusal {
        final CustomerGroup b2b = table.put(2, new GroupSpec(2, "B2B", 5, List.of("base"), false), 1, websites);

        assertThat(b2b).isEqualTo(new CustomerGroup(2, "B2B", 5, List.of("base"), false, 2));
        assertThat(table.put(2, new GroupSpec(null, "B2B", 5, List.of("base", "base"), null), 2, websites))
            .isSameAs(b2b);
        assertThat(table.get("b2b")).isSameAs(b2b);
        assertThat(table.get("wholesale")).isNull();
        assertThat(table.put(2, new GroupSpec(null, null, null, null, null), -1, websites))
            .isEqualTo(new CustomerGroup(2, "B2B", 3, List.of(), false, 3));
        assertThat(table.put(2, code("b2B"), -1, websites).code()).isEqualTo("b2B");
    }

    @Test
    void shouldRefuseACodeThatIsTakenTooLongOrEmpty() {
        assertRefused(ResultCode.CONFLICT, "/code", () -> table.put(9, code("GENERAL "), -1, websites));
        assertRefused(ResultCode.CONFLICT, "/code", () -> table.put(2, code("retailer"), -1, websites));
        assertRefused(ResultCode.INVALID, "/code", () -> table.put(9, code(" "), -1, websites));
        assertRefused(ResultCode.INVALID, "/code", () -> table.put(9, code("x".repeat(33)), -1, websites));
        assertRefused(ResultCode.INVALID, "/code", () -> table.put(9, code("a\nb"), -1, websites));
        assertRefused(ResultCode.INVALID, "", () -> table.put(9, code(null), -1, websites));
        assertThat(table.all()).hasSize(4);
    }

    @Test
    void shouldCountCodePointsNotChars() throws Refusal {
        assertThat(table.create(code("\ud83d\ude00".repeat(32)), websites, id -> false).id()).isEqualTo(4);
        assertRefused(ResultCode.INVALID, "/code", () -> table.create(code("\ud83d\ude00".repeat(33)),
            websites, id -> false));
    }

    @Test
    void shouldRefuseIdsThatAreReservedTakenOrOutOfRange() {
        assertRefused(ResultCode.INVALID, "/id", () -> table.put(32_000, code("x"), -1, websites));
        assertRefused(ResultCode.INVALID, "/id", () -> table.put(65_535, code("x"), -1, websites));
        assertRefused(ResultCode.INVALID, "/id", () -> table.put(-1, code("x"), -1, websites));
        assertRefused(ResultCode.INVALID, "/id",
            () -> table.put(9, new GroupSpec(8, "x", null, null, null), -1, websites));
        assertRefused(ResultCode.CONFLICT, "/id",
            () -> table.create(new GroupSpec(2, "x", null, null, null), websites, id -> false));
    }

    @Test
    void shouldKeepTheGroupOfVisitorsAsItIs() throws Refusal {
        assertRefused(ResultCode.CONFLICT, "/code", () -> table.put(0, code("Guests"), -1, websites));
        assertRefused(ResultCode.CONFLICT, "/excludedWebsites",
            () -> table.put(0, new GroupSpec(null, null, null, List.of("base"), null), -1, websites));
        assertRefused(ResultCode.CONFLICT, "", () -> table.delete(0, -1, websites));
        assertThat(table.put(0, new GroupSpec(0, "NOT LOGGED IN", 7, List.of(), true), -1, websites).taxClassId())
            .isEqualTo(7);
        assertRefused(ResultCode.INVALID, "/system",
            () -> table.put(9, new GroupSpec(null, "x", null, null, true), -1, websites));
    }

    @Test
    void shouldRefuseAnExcludedWebsiteThatIsUnknown() {
        assertRefused(ResultCode.INVALID, "/excludedWebsites/1",
            () -> table.put(2, new GroupSpec(null, null, null, List.of("base", "eu"), null), -1, websites));
    }

    @Test
    void shouldDeleteUnlessItIsADefaultGroup() throws Refusal {
        assertRefused(ResultCode.CONFLICT, "", () -> table.delete(1, -1, websites));
        assertRefused(ResultCode.NOT_FOUND, "", () -> table.delete(9, -1, websites));
        assertRefused(ResultCode.PRECONDITION_FAILED, "", () -> table.delete(2, 2, websites));

        assertThat(table.delete(2, 1, websites).code()).isEqualTo("Wholesale");
        assertThat(table.get(2)).isNull();
        assertThat(table.get("Wholesale")).isNull();
        assertThat(table.put(2, code("wholesale"), 0, websites).version()).isEqualTo(1);
    }

    @Test
    void shouldRestoreWhatItListed() throws Refusal {
        table.delete(3, -1, websites);
        table.put(2, code("B2B"), -1, websites);
        final GroupTable other = new GroupTable(text -> text.toLowerCase(Locale.ROOT));

        other.restore(table.all());

        assertThat(other.all()).isEqualTo(table.all());
        assertThat(other.get("retailer")).isNull();
        assertThat(other.get("b2b").version()).isEqualTo(2);
    }

    private static GroupSpec code(final String code) {
        return new GroupSpec(null, code, null, null, null);
    }

    private static void assertRefused(final ResultCode code, final String pointer, final ThrowingCallable call) {
        final Refusal refusal = catchThrowableOfType(Refusal.class, call);
        assertThat(refusal).isNotNull();
        assertThat(refusal.code()).isEqualTo(code);
        assertThat(refusal.pointer()).isEqualTo(pointer);
    }
}
