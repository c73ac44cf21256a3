package io.tagma.engine.segment;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class SlotTableTest {
    private static final int[] EVERYWHERE = {};

    @Test
    void shouldShowASlotOnItsWebsitesOnly() {
        final SlotTable table = new SlotTable.Builder(9)
            .website(1, 1).website(2, 5).website(300, 6)
            .live(0, 100, true, EVERYWHERE)
            .live(7, 101, true, new int[] {2, 300, 999})
            .live(70_000, 102, false, new int[] {1})
            .build();

        assertThat(table.epoch()).isEqualTo(9);
        assertThat(new int[] {table.id(0, 1), table.id(0, 2), table.id(0, 300)}).containsExactly(100, 100, 100);
        assertThat(new int[] {table.id(7, 1), table.id(7, 2), table.id(7, 300)}).containsExactly(0, 101, 101);
        assertThat(new int[] {table.id(70_000, 1), table.id(70_000, 2)}).containsExactly(102, 0);
        assertThat(new int[] {table.id(1, 1), table.id(70_001, 1), table.id(0, 3), table.id(0, 999)})
            .containsOnly(0);
    }

    @Test
    void shouldCountOnlyCacheRelevantShownSlotsForTheVaryHash() {
        final SlotTable table = new SlotTable.Builder(1).website(1, 1).website(2, 1)
            .live(3, 100, true, new int[] {2}).live(4, 101, false, EVERYWHERE).live(5, 102, true, EVERYWHERE).build();

        assertThat(table.varyParts(1)).containsExactly(0, 0, 0, 0, 0, SetHash.mix(102));
        assertThat(table.varyParts(2)).containsExactly(0, 0, 0, SetHash.mix(100), 0, SetHash.mix(102));
        assertThat(table.ids(1)).hasSameSizeAs(table.varyParts(1));
    }

    @Test
    void shouldShareWhatWebsitesShowAlike() {
        final SlotTable table = new SlotTable.Builder(1).website(1, 1).website(2, 1).website(3, 1)
            .live(0, 1, true, EVERYWHERE).live(1, 2, true, new int[] {3}).build();

        assertThat(table.ids(1)).isSameAs(table.ids(2)).isNotSameAs(table.ids(3));
    }

    @Test
    void shouldKnowWebsitesAndTheirDefaultGroups() {
        final SlotTable table = new SlotTable.Builder(1).website(1, 1).website(65_535, 7).build();

        assertThat(table.hasWebsite(0)).isTrue();
        assertThat(table.hasWebsite(1)).isTrue();
        assertThat(table.hasWebsite(2)).isFalse();
        assertThat(table.hasWebsite(65_535)).isTrue();
        assertThat(table.defaultGroup(65_535)).isEqualTo(7);
        assertThat(table.defaultGroup(4)).isZero();
        assertThat(SlotTable.empty().hasWebsite(1)).isTrue();
        assertThat(SlotTable.empty().defaultGroup(1)).isEqualTo(1);
        assertThat(SlotTable.empty().hasWebsite(2)).isFalse();
    }

    @Test
    void shouldPutMembersOfADeletedGroupIntoTheirHomeWebsitesDefault() {
        final SlotTable table = new SlotTable.Builder(1).website(1, 1).website(2, 8)
            .deletedGroup(64).deletedGroup(65_535).build();

        assertThat(table.customerGroup(64, 1)).isEqualTo(1);
        assertThat(table.customerGroup(64, 2)).isEqualTo(8);
        assertThat(table.customerGroup(65_535, 2)).isEqualTo(8);
        assertThat(table.customerGroup(0, 2)).isZero();
        assertThat(table.customerGroup(63, 2)).isEqualTo(63);
        assertThat(table.isGroupDeleted(65)).isFalse();
        assertThat(SlotTable.empty().isGroupDeleted(64)).isFalse();
    }

    @Test
    void shouldPrepareTheAnswerForUnknownKeysOfEachWebsite() {
        final SlotTable table = new SlotTable.Builder(1).website(1, 1).website(2, 1)
            .live(0, 100, true, EVERYWHERE).live(1, 101, true, new int[] {2}).live(2, 102, false, EVERYWHERE)
            .unknown(1, new int[] {0, 1, 2, 3, 99}).unknown(2, new int[] {1, 2}).build();

        assertThat(table.unknownIds(1)).containsExactly(100, 102);
        assertThat(table.unknownVaryHash(1)).isEqualTo(SetHash.mix(100));
        assertThat(table.unknownIds(2)).containsExactly(101, 102);
        assertThat(table.unknownVaryHash(2)).isEqualTo(SetHash.mix(101));
        assertThat(table.unknownIds(3)).isEmpty();
    }

    @Test
    void shouldNotChangeWithTheArraysItWasBuiltFrom() {
        final int[] websites = {2};
        final int[] unknown = {0};
        final SlotTable.Builder builder = new SlotTable.Builder(1).website(1, 1).website(2, 1)
            .live(0, 100, true, websites).unknown(2, unknown);
        websites[0] = 1;
        unknown[0] = 5;
        final SlotTable table = builder.build();

        assertThat(table.id(0, 2)).isEqualTo(100);
        assertThat(table.id(0, 1)).isZero();
        assertThat(table.unknownIds(2)).containsExactly(100);
    }
}
