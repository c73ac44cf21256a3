package io.tagma.loadtest;

import static org.assertj.core.api.Assertions.assertThat;

import io.tagma.engine.protocol.Command;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The real engine and SQL written by hand, over TPC-H at scale 0.01: their member lists must be equal, key by key. */
final class EngineVersusSqlTest {
    /** Birthdays ahead cross 28 February of a common year. */
    private static final Instant START = Instant.parse("2027-02-20T21:17:33.250Z");
    private static final double SCALE = 0.01;

    @Test
    void shouldHaveTheMembersThatSqlSelectsWhenTimePasses() throws SQLException {
        final TpchShop shop = new TpchShop(SCALE, START);
        try (TwinShops shops = new TwinShops(new TpchSqlShop(shop), START)) {
            shops.define(segments());
            shops.load();
            assertThat(shops.differences()).isEmpty();
            assertThat(shops.members().values()).hasSizeGreaterThanOrEqualTo(90)
                .allSatisfy(members -> assertThat(members).hasSizeBetween(1, (int) shop.customerCount() - 1));
            shouldAgreeAt(shops, Duration.ofMillis(1), 0);
            shouldAgreeAt(shops, Duration.ofDays(3).plusHours(5), 20);
            shouldAgreeAt(shops, Duration.ofDays(40), 30);
        }
    }

    @Test
    void shouldHaveTheMembersThatSqlSelectsWhenTheShopChanges() throws SQLException {
        final TpchShop shop = new TpchShop(SCALE, START);
        try (TwinShops shops = new TwinShops(new TpchSqlShop(shop), START)) {
            shops.load();
            shops.define(segments());
            assertThat(shops.differences()).isEmpty();
            shouldAgreeAfter(shops, ShopChanges.orders(shop, START), 40);
            shouldAgreeAfter(shops, ShopChanges.products(shop), 8);
            shouldAgreeAfter(shops, ShopChanges.customers(shop, START), 40);
            shops.restart();
            assertThat(shops.differences()).isEmpty();
            shouldAgreeAt(shops, Duration.ofSeconds(60), 2);
            shouldAgreeAt(shops, Duration.ofMinutes(3), 2);
            shouldAgreeAt(shops, Duration.ofDays(2), 20);
        }
    }

    private static void shouldAgreeAt(final TwinShops shops, final Duration later, final int changedMin)
        throws SQLException {
        shops.moveTo(START.plus(later));
        shouldAgree(shops, changedMin);
    }

    private static void shouldAgreeAfter(final TwinShops shops, final List<Command> commands, final int changedMin)
        throws SQLException {
        shops.apply(commands);
        shouldAgree(shops, changedMin);
    }

    /** Equal, and so many member lists are others than before: what was done did something. */
    private static void shouldAgree(final TwinShops shops, final int changedMin) throws SQLException {
        assertThat(shops.differences()).isEmpty();
        assertThat(shops.changed()).hasSizeGreaterThanOrEqualTo(changedMin);
    }

    private static List<SqlSegment> segments() {
        final List<SqlSegment> segments = new ArrayList<>(SqlSegments.all(START));
        segments.addAll(DemoSegmentsSql.all());
        return segments;
    }
}
