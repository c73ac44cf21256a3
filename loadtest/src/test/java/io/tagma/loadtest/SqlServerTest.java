package io.tagma.loadtest;

import static org.assertj.core.api.Assertions.assertThat;

import io.tagma.client.ClientSettings;
import io.tagma.client.TagmaClient;
import io.tagma.server.ServerConfig;
import io.tagma.server.TagmaServer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A real server, loaded over TCP, against SQL that was written by hand. */
final class SqlServerTest {
    private static final Instant NOW = Instant.parse("2026-10-26T09:30:00Z");
    private static final String HOST = "127.0.0.1";

    @Test
    @Timeout(value = 300, unit = TimeUnit.SECONDS)
    void shouldHaveTheMembersThatSqlSelectsWhenATpchShopIsLoaded() throws SQLException, IOException {
        final TpchShop shop = new TpchShop(0.01, NOW);
        final List<SqlSegment> segments = new ArrayList<>(SqlSegments.all(NOW));
        segments.addAll(DemoSegmentsSql.all());
        final StopSignal stop = new StopSignal();
        final ServerConfig config = new ServerConfig(HOST, 0, 0, null, NOW.toEpochMilli(), 0, 1_500);
        try (Connection duck = DuckDatabase.open();
            TagmaServer server = TagmaServer.start(config, fault -> {
                throw new IllegalStateException(fault);
            });
            ShopLink link = new ClientLink(TagmaClient.connect(ClientSettings
                .of(new InetSocketAddress(HOST, server.port())).withTimeout(Duration.ofMinutes(2))))) {
            DuckShop.load(duck, shop, NOW);
            final ShopLoader loader = new ShopLoader(link, stop, done -> { });
            loader.load(TpchShop.definitions());
            loader.load(shop.products());
            loader.load(shop.customers());
            loader.load(shop.orders());
            final AdminPort admin = new AdminPort(server.adminPort());
            final List<String> faults = new ArrayList<>();
            for (final SqlSegment segment : segments) {
                compare(segment, stop.await(link.defineSegment(segment.key(), segment.definition())), duck, admin,
                    faults);
            }
            assertThat(faults).isEmpty();
        }
    }

    private static void compare(final SqlSegment segment, final ShopLink.Applied defined, final Connection duck,
                                final AdminPort admin, final List<String> faults) throws SQLException, IOException {
        if (defined.refusal() != null) {
            faults.add(segment.key() + " was refused: " + defined.refusal());
            return;
        }
        final List<String> expected = DuckDatabase.keys(duck, segment.sql());
        final List<String> members = new ArrayList<>(admin.members(segment.key(), Integer.MAX_VALUE));
        members.sort(null);
        if (!members.equals(expected) || admin.count(segment.key()) != expected.size()) {
            final List<String> missing = new ArrayList<>(expected);
            missing.removeAll(members);
            final List<String> extra = new ArrayList<>(members);
            extra.removeAll(expected);
            faults.add(segment.key() + " has " + members.size() + " of " + expected.size() + ": missing "
                + missing.stream().limit(5).toList() + ", extra " + extra.stream().limit(5).toList());
        }
    }
}
