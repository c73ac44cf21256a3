package io.tagma.engine.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.tagma.engine.protocol.ResultCode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AttributeTableTest {
    private static final AttributeSpec INT = spec(ValueType.INT);
    private final AttributeTable table = new AttributeTable();

    @Test
    void shouldSeedTheAttributesOfTheDomain() {
        assertThat(table.all()).extracting(Attribute::key).containsExactly("email", "firstname", "middlename",
            "lastname", "prefix", "suffix", "taxvat", "store", "createdIn", "gender", "dob", "createdAt", "lastLoginAt",
            "newsletter", "disableAutoGroupChange", "storeCredit", "rewardPoints");
        assertThat(table.all()).filteredOn(Attribute::pii).extracting(Attribute::key).containsExactly("email",
            "firstname", "middlename", "lastname", "prefix", "suffix", "taxvat", "dob");
        assertThat(table.all()).noneMatch(Attribute::visitorAllowed).noneMatch(Attribute::sensitive);
        assertThat(table.get("storeCredit").type()).isEqualTo(ValueType.DECIMAL);
        assertThat(table.get("gender").type()).isEqualTo(ValueType.ENUM);
        assertThat(table.get("lastLoginAt").type()).isEqualTo(ValueType.INSTANT);
        assertThat(table.versions()).containsOnly(1);
        assertThat(table.get("group")).isNull();
    }

    @Test
    void shouldDeclareWithDenseIdsAndFlagsOffByDefault() throws Refusal {
        final Attribute attribute = table.put("a.B_c-9", INT, 0, false);

        assertThat(attribute).isEqualTo(new Attribute(17, "a.B_c-9", ValueType.INT, false, false, false));
        assertThat(table.get(17)).isSameAs(table.get("a.B_c-9")).isSameAs(attribute);
        assertThat(table.version(17)).isEqualTo(1);
        assertThat(table.count()).isEqualTo(18);
    }

    @Test
    void shouldChangeNothingWhenTheDeclarationIsTheSame() throws Refusal {
        final Attribute attribute = table.put("x", INT, -1, false);

        assertThat(table.put("x", new AttributeSpec("x", ValueType.INT, false, null, false), 1, true))
            .isSameAs(attribute);
        assertThat(table.version(attribute.id())).isEqualTo(1);
    }

    @Test
    void shouldCountVersionsWhenADeclarationChanges() throws Refusal {
        final int id = table.put("x", INT, -1, false).id();
        table.put("x", new AttributeSpec(null, ValueType.INT, true, true, true), 1, true);
        final Attribute changed = table.put("x", spec(ValueType.STRING), 2, false);

        assertThat(changed).isEqualTo(new Attribute(id, "x", ValueType.STRING, false, false, false));
        assertThat(table.version(id)).isEqualTo(3);
        assertThat(table.get(id)).isSameAs(changed);
    }

    @Test
    void shouldRefuseAnotherTypeWhileItIsUsed() throws Refusal {
        table.put("x", INT, -1, false);

        final Refusal refusal = refusal("x", spec(ValueType.DECIMAL), -1, true);

        assertThat(refusal.code()).isEqualTo(ResultCode.CONFLICT);
        assertThat(refusal.pointer()).isEqualTo("/type");
        assertThat(table.get("x").type()).isEqualTo(ValueType.INT);
    }

    @Test
    void shouldRefuseAnotherVersionThanExpected() {
        assertThat(refusal("email", INT, 0, false).code()).isEqualTo(ResultCode.PRECONDITION_FAILED);
        assertThat(refusal("new", INT, 1, false).code()).isEqualTo(ResultCode.PRECONDITION_FAILED);
        assertThat(table.get("new")).isNull();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a b", "ä", "a/b", "group", "website", "a:b",
        "01234567890123456789012345678901234567890123456789012345678901234"})
    void shouldRefuseAKeyThatIsIllFormedOrBuiltIn(final String key) {
        final Refusal refusal = refusal(key, INT, -1, false);

        assertThat(refusal.code()).isEqualTo(ResultCode.INVALID);
        assertThat(refusal.pointer()).isEqualTo("/key");
    }

    @Test
    void shouldRefuseADeclarationWithoutATypeOrWithAnotherKey() {
        assertThat(refusal("x", spec(null), -1, false).pointer()).isEmpty();
        assertThat(refusal("x", spec(ValueType.KEY), -1, false).pointer()).isEqualTo("/type");
        assertThat(refusal("x", new AttributeSpec("y", ValueType.INT, null, null, null), -1, false).pointer())
            .isEqualTo("/key");
    }

    @Test
    void shouldRefuseMoreThanTheLimit() throws Refusal {
        for (int i = table.count(); i < AttributeTable.ATTRIBUTES_MAX; i++) {
            table.put("a" + i, INT, -1, false);
        }

        assertThat(refusal("one", INT, -1, false).code()).isEqualTo(ResultCode.LIMIT);
        assertThat(table.put("a17", spec(ValueType.BOOL), -1, false).id()).isEqualTo(17);
    }

    @Test
    void shouldRestoreWhatItListed() throws Refusal {
        table.put("x", INT, -1, false);
        table.put("x", spec(ValueType.BOOL), -1, false);
        final AttributeTable other = new AttributeTable();
        other.put("gone", INT, -1, false);

        other.restore(table.all(), table.versions());

        assertThat(other.all()).isEqualTo(table.all());
        assertThat(other.versions()).isEqualTo(table.versions());
        assertThat(other.get("gone")).isNull();
        assertThat(other.version(17)).isEqualTo(2);
    }

    private Refusal refusal(final String key, final AttributeSpec spec, final int version, final boolean isUsed) {
        return catchThrowableOfType(Refusal.class, () -> table.put(key, spec, version, isUsed));
    }

    private static AttributeSpec spec(final ValueType type) {
        return new AttributeSpec(null, type, null, null, null);
    }
}
