package io.tagma.loadtest;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Locale;

/**
 * Prints the demo's table of segments as SQL has it, to be held beside the demo's own before its live traffic:
 * {@code DemoSqlMain SCALE INSTANT}, the instant within the day of the demo's start. Scale 1 wants 3 GB.
 */
final class DemoSqlMain {
    private DemoSqlMain() {
    }

    public static void main(final String[] args) throws SQLException {
        final Instant now = Instant.parse(args[1]);
        final TpchShop shop = new TpchShop(Double.parseDouble(args[0]), now);
        try (Connection connection = DuckDatabase.open()) {
            DuckShop.load(connection, shop, now);
            for (final SqlSegment segment : DemoSegmentsSql.all()) {
                System.out.println(String.format(Locale.ROOT, "%-26s %,9d", segment.key(),
                    DuckDatabase.keys(connection, segment.sql()).size()));
            }
        }
    }
}
