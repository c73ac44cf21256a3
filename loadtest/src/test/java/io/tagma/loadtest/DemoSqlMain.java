package io.tagma.loadtest;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Locale;
import org.duckdb.DuckDBConnection;

/**
 * Prints the demo's own part of its table of segments as SQL has it, to be held beside the demo's table before its
 * live traffic: {@code DemoSqlMain SCALE INSTANT}, the instant within the day of the demo's start. Scale 1 wants 3 GB.
 */
final class DemoSqlMain {
    private DemoSqlMain() {
    }

    public static void main(final String[] args) throws SQLException {
        final Instant now = Instant.parse(args[1]);
        final DemoShop shop = new DemoShop(Double.parseDouble(args[0]), now);
        try (Connection connection = DuckDatabase.open()) {
            DuckShop.load(connection, shop.tpch(), now);
            DuckShop.orders(connection.unwrap(DuckDBConnection.class), shop.lateOrders());
            for (final SqlSegment segment : DemoSegmentsSql.all()) {
                System.out.println(String.format(Locale.ROOT, "%-26s %,9d", segment.key(),
                    DuckDatabase.keys(connection, segment.sql()).size()));
            }
        }
    }
}
