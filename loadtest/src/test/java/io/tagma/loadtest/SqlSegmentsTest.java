package io.tagma.loadtest;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

final class SqlSegmentsTest {
    private static final Instant NOW = Instant.parse("2026-10-26T09:30:00Z");

    @Test
    void shouldSelectSomeAndNotAllCustomersWhenSqlRuns() throws SQLException {
        final TpchShop shop = new TpchShop(0.01, NOW);
        final List<String> faults = new ArrayList<>();
        try (Connection connection = DuckDatabase.open()) {
            DuckShop.load(connection, shop, NOW);
            final Map<String, List<String>> members = SqlSegments.members(connection, NOW);
            assertThat(members).hasSizeGreaterThanOrEqualTo(40);
            members.forEach((segment, keys) -> {
                assertThat(keys).doesNotHaveDuplicates();
                if (keys.isEmpty() || keys.size() >= shop.customerCount()) {
                    faults.add(segment + " has " + keys.size());
                }
            });
        }
        assertThat(faults).isEmpty();
    }

    @Test
    void shouldSayEverySegmentOnceWhenListed() {
        final Set<String> keys = new HashSet<>();
        final Set<String> shapes = new HashSet<>();
        for (final SqlSegment segment : SqlSegments.all(NOW)) {
            assertThat(keys.add(segment.key())).as(segment.key()).isTrue();
            assertThat(segment.key()).matches("[a-z0-9][a-z0-9._-]{0,63}");
            assertThat(shapes.add(segment.shape())).as(segment.key()).isTrue();
        }
    }
}
