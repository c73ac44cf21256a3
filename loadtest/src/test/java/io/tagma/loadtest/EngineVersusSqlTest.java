package io.tagma.loadtest;

import static org.assertj.core.api.Assertions.assertThat;

import io.tagma.engine.protocol.Command;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The real engine and SQL written by hand, over TPC-H at scale 0.01: their member lists must be equal, key by key. */
final class EngineVersusSqlTest {
    /** Birthdays ahead cross 28 February of a common year. */
    private static final Instant START = Instant.parse("2027-02-20T21:17:33.250Z");
    private static final double SCALE = 0.01;

    @Test
    void shouldSelectTheSameMembersWhenSegmentsAreDefinedAfterTheLoad() throws SQLException {
        final TpchShop shop = new TpchShop(SCALE, START);
        try (TwinShops shops = new TwinShops(START)) {
            shops.load(shop);
            shops.define(segments());
            assertThat(shops.differences()).isEmpty();
            assertThat(shops.membersBySql().values()).hasSizeGreaterThanOrEqualTo(90)
                .allSatisfy(members -> assertThat(members).hasSizeBetween(1, (int) shop.customerCount() - 1));
        }
    }

    @Test
    void shouldSelectTheSameMembersWhenOnlyTimePasses() throws SQLException {
        try (TwinShops shops = new TwinShops(START)) {
            shops.define(segments());
            shops.load(new TpchShop(SCALE, START));
            assertThat(shops.differences()).isEmpty();
            for (final Duration later : List.of(Duration.ofMillis(1), Duration.ofHours(77), Duration.ofDays(40),
                Duration.ofDays(400))) {
                final Map<String, List<String>> before = shops.membersBySql();
                shops.moveTo(START.plus(later));
                assertThat(shops.differences()).as(later.toString()).isEmpty();
                if (later.toHours() > 0) {
                    assertThat(changed(before, shops.membersBySql())).as(later.toString())
                        .hasSizeGreaterThanOrEqualTo(20);
                }
            }
        }
    }

    @Test
    void shouldSelectTheSameMembersWhenTheShopChanges() throws SQLException {
        final TpchShop shop = new TpchShop(SCALE, START);
        try (TwinShops shops = new TwinShops(START)) {
            shops.load(shop);
            shops.define(segments());
            shouldAgreeAfter(shops, ShopChanges.orders(shop, START), 40);
            shouldAgreeAfter(shops, ShopChanges.products(shop), 8);
            shouldAgreeAfter(shops, ShopChanges.customers(shop, START), 40);
            shops.restart();
            assertThat(shops.differences()).as("restored").isEmpty();
            for (final Duration later : List.of(Duration.ofSeconds(60), Duration.ofMinutes(3), Duration.ofDays(2),
                Duration.ofDays(25))) {
                shops.moveTo(START.plus(later));
                assertThat(shops.differences()).as(later.toString()).isEmpty();
            }
        }
    }

    private static void shouldAgreeAfter(final TwinShops shops, final List<Command> commands, final int changedMin)
        throws SQLException {
        final Map<String, List<String>> before = shops.membersBySql();
        for (final Command command : commands) {
            shops.apply(command);
        }
        shops.settle();
        assertThat(shops.differences()).isEmpty();
        assertThat(changed(before, shops.membersBySql())).hasSizeGreaterThanOrEqualTo(changedMin);
    }

    private static List<SqlSegment> segments() {
        final List<SqlSegment> segments = new ArrayList<>(SqlSegments.all(START));
        segments.addAll(DemoSegmentsSql.all());
        return segments;
    }

    private static List<String> changed(final Map<String, List<String>> before,
                                        final Map<String, List<String>> after) {
        final List<String> changed = new ArrayList<>();
        before.forEach((segment, members) -> {
            if (!members.equals(after.get(segment))) {
                changed.add(segment);
            }
        });
        return changed;
    }
}
