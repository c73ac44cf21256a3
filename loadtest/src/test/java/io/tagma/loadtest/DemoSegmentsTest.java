package io.tagma.loadtest;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.tagma.engine.protocol.Command;
import io.tagma.engine.protocol.NamedValue;
import io.tagma.engine.protocol.Value;
import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

final class DemoSegmentsTest {
    private static final Instant MIDNIGHT = Instant.parse("2026-10-26T00:00:00Z");
    private static final long DAY_MS = 86_400_000;

    @Test
    void shouldBeDefinitionsInTheGrammarWhenRead() throws IOException {
        final Set<String> keys = new HashSet<>();
        for (final DemoSegment segment : DemoSegments.all()) {
            assertThat(segment.key()).matches("[a-z0-9][a-z0-9._-]{0,63}");
            assertThat(keys.add(segment.key())).isTrue();
            final JsonNode definition = new ObjectMapper().readTree(segment.definition());
            assertThat(definition.get("condition").isObject()).isTrue();
            definition.findValuesAsText("source").forEach(source ->
                assertThat(source).isIn("order", "orderItem"));
        }
        SampleSegments.all().forEach(sample -> assertThat(keys.add(sample.key())).isTrue());
        assertThat(keys).hasSizeGreaterThanOrEqualTo(50);
    }

    @Test
    void shouldHaveSomeAndNotAllCustomersAtAnyHourWhenScaleIsOneHundredth() throws SQLException {
        shouldHaveSomeAndNotAll(0.01, MIDNIGHT, Duration.ofHours(6), 5);
    }

    @Test
    void shouldHaveSomeAndNotAllCustomersOnAnyDayWhenScaleIsOneHundredth() throws SQLException {
        for (final String day : List.of("2026-02-28T00:00:00Z", "2027-12-31T12:00:00Z", "2028-02-29T23:59:59Z")) {
            shouldHaveSomeAndNotAll(0.01, Instant.parse(day), Duration.ofHours(24), 2);
        }
    }

    @Test
    void shouldHaveSomeAndNotAllCustomersWhenScaleIsOneTenth() throws SQLException {
        shouldHaveSomeAndNotAll(0.1, MIDNIGHT.plusSeconds(40_000), Duration.ofHours(24), 2);
    }

    /** Loads the shop as of the instant, then moves the clock on so many times. */
    private static void shouldHaveSomeAndNotAll(final double scale, final Instant now, final Duration step,
                                                final int times) throws SQLException {
        final TpchShop shop = new TpchShop(scale, now);
        final List<String> faults = new ArrayList<>();
        try (Connection connection = DuckDatabase.open()) {
            DuckShop.load(connection, shop, now);
            for (int i = 0; i < times; i++) {
                final Instant moved = now.plus(step.multipliedBy(i));
                DuckDatabase.moveTo(connection, moved);
                for (final SqlSegment segment : DemoSegmentsSql.all()) {
                    final int count = DuckDatabase.keys(connection, segment.sql()).size();
                    if (count == 0 || count >= shop.customerCount()) {
                        faults.add(segment.key() + " has " + count + " at " + moved);
                    }
                }
            }
        }
        assertThat(faults).isEmpty();
    }

    @Test
    void shouldSayTheSameAsAPlainLoopWhenSqlCounts() throws SQLException {
        final Instant now = MIDNIGHT.plusSeconds(34_200);
        final TpchShop shop = new TpchShop(0.01, now);
        final Map<String, Integer> expected = PlainCounts.of(shop, now.toEpochMilli(), DAY_MS);
        final Map<String, Integer> bySql = new HashMap<>();
        try (Connection connection = DuckDatabase.open()) {
            DuckShop.load(connection, shop, now);
            for (final SqlSegment segment : DemoSegmentsSql.all()) {
                if (expected.containsKey(segment.key())) {
                    bySql.put(segment.key(), DuckDatabase.keys(connection, segment.sql()).size());
                }
            }
        }
        assertThat(expected).hasSizeGreaterThanOrEqualTo(10);
        assertThat(bySql).isEqualTo(expected);
    }

    /** Counts some segments by walking over the commands once. */
    private static final class PlainCounts {
        private final Map<String, Integer> counts = new HashMap<>();

        static Map<String, Integer> of(final TpchShop shop, final long now, final long day) {
            final Map<String, List<Command.OrderUpsert>> ordersOf = new HashMap<>();
            for (final Command.OrderUpsert order : shop.orders()) {
                ordersOf.computeIfAbsent(order.key(), key -> new ArrayList<>()).add(order);
            }
            final PlainCounts plain = new PlainCounts();
            final long today = now / day * day;
            for (final Command.SubjectUpsert customer : shop.customers()) {
                final List<Command.OrderUpsert> orders = ordersOf.getOrDefault(customer.key(), List.of());
                final long created = ((Value.Whole) value(customer.attributes(), "createdAt")).value();
                final boolean isSubscribed = Value.of(true).equals(value(customer.attributes(), "newsletter"));
                long vipUnits = 0;
                long smallest = Long.MAX_VALUE;
                long largestOfYear = 0;
                long last = Long.MIN_VALUE;
                int last90 = 0;
                int review = 0;
                int pending = 0;
                for (final Command.OrderUpsert order : orders) {
                    final long units = ((Value.Decimal) value(order.fields(), "grandTotal")).units();
                    final boolean isPending = Value.of("pending").equals(value(order.fields(), "status"));
                    final boolean isOfYear = order.t() > now - 365 * day;
                    vipUnits += isPending ? 0 : units;
                    pending += isPending ? 1 : 0;
                    smallest = Math.min(smallest, units);
                    largestOfYear = isOfYear ? Math.max(largestOfYear, units) : largestOfYear;
                    last = Math.max(last, order.t());
                    last90 += order.t() > now - 90 * day ? 1 : 0;
                    review += order.t() > now - 30 * day && order.t() <= now - 7 * day ? 1 : 0;
                }
                plain.count("top-spenders", vipUnits >= 300_000_000);
                plain.count("few-orders", !orders.isEmpty() && orders.size() <= 9);
                plain.count("frequent-90d", last90 >= 3);
                plain.count("lapsed-60d", !orders.isEmpty() && last <= now - 60 * day);
                plain.count("ordered-this-week", last >= today - 7 * day);
                plain.count("ask-for-review", review > 0);
                plain.count("smallest-order-under-50", smallest < 500_000);
                plain.count("big-ticket-year", largestOfYear > 33_000_000);
                plain.count("new-and-undecided", orders.isEmpty() && created >= today - 60 * day);
                plain.count("old-guard-subscribed", isSubscribed && created <= now - 2000 * day);
                plain.count("pending-orders", pending > 0);
            }
            return plain.counts;
        }

        private void count(final String segment, final boolean isMember) {
            counts.merge(segment, isMember ? 1 : 0, Integer::sum);
        }

        private static Value value(final List<NamedValue> values, final String name) {
            for (final NamedValue value : values) {
                if (value.name().equals(name)) {
                    return value.value();
                }
            }
            return null;
        }
    }
}
