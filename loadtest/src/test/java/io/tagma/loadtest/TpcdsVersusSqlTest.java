package io.tagma.loadtest;

import static org.assertj.core.api.Assertions.assertThat;

import io.tagma.engine.protocol.Command;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.Month;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The real engine and SQL written by hand, over TPC-DS's web shop at scale 0.01: equal member lists, key by key. */
final class TpcdsVersusSqlTest {
    /** A day of UTC, and still the day before in America; the coming days cross 28 February of a common year. */
    private static final Instant START = Instant.parse("2027-02-19T03:30:00.125Z");
    private static final double SCALE = 0.01;
    private static final int CUSTOMERS = 1_000;

    private static TpcdsShop shop;

    @BeforeAll
    static void generate() {
        shop = new TpcdsShop(new TpcdsTables(SCALE), START);
    }

    @Test
    void shouldHaveTheMembersThatSqlSelectsWhenTimeBringsReturns() throws SQLException {
        try (TwinShops shops = new TwinShops(new TpcdsSqlShop(shop, START, START), START)) {
            shops.define(TpcdsSegments.all(START));
            shops.load();
            shouldAgree(shops, 1);
            Instant before = START;
            shops.moveTo(START.plus(Duration.ofHours(2)));
            shouldAgree(shops, 3);
            for (final int days : List.of(9, 35, 100)) {
                final Instant now = START.plus(Duration.ofDays(days));
                shops.moveTo(now);
                shouldAgree(shops, 5);
                shops.apply(shop.returns(before, now));
                shouldAgree(shops, 2);
                before = now;
            }
        }
    }

    @Test
    void shouldHaveTheMembersThatSqlSelectsWhenYearsOfReturnsFollow() throws SQLException {
        final Instant opening = START.minus(Duration.ofDays(3_000));
        final Instant middle = START.minus(Duration.ofDays(800));
        try (TwinShops shops = new TwinShops(new TpcdsSqlShop(shop, START, opening), START)) {
            shops.load();
            shops.define(TpcdsSegments.all(START));
            assertThat(shops.differences()).isEmpty();
            shops.apply(shop.returns(opening, middle));
            assertThat(shops.differences()).isEmpty();
            assertThat(shops.changed()).hasSizeGreaterThanOrEqualTo(6);
            shops.apply(shop.returns(middle, START));
            shouldAgree(shops, 6);
            shops.restart();
            assertThat(shops.differences()).isEmpty();
            shops.moveTo(START.plus(Duration.ofDays(40)));
            shouldAgree(shops, 8);
        }
    }

    @Test
    void shouldHaveWhatIsMissingOrOddWhenGenerated() {
        final List<SentValues> customers = shop.customers().stream()
            .map(customer -> new SentValues(customer.attributes())).toList();
        assertThat(customers).hasSize(CUSTOMERS)
            .anySatisfy(customer -> assertThat(customer.day("dob")).hasMonth(Month.FEBRUARY).hasDayOfMonth(29));
        for (final String name : List.of("email", "dob", "prefix", "gender", "birthCountry")) {
            assertThat(customers).filteredOn(customer -> customer.text(name) == null).as(name)
                .hasSizeBetween(10, CUSTOMERS / 2);
        }
        assertThat(customers).extracting(customer -> customer.text("birthCountry"))
            .contains("CÔTE D'IVOIRE", "RÉUNION");
        assertThat(shop.customers()).extracting(Command.SubjectUpsert::website)
            .hasSameElementsAs(TpcdsShop.ZONES.keySet());
        assertThat(shop.customers()).flatExtracting(Command.SubjectUpsert::addresses)
            .filteredOn(address -> String.valueOf(new SentValues(address).text("street")).endsWith(" "))
            .hasSizeGreaterThan(100);
        assertThat(shop.customers()).filteredOn(customer -> customer.addresses().size() > 2)
            .hasSizeGreaterThan(100);
        assertThat(shop.returns(Instant.EPOCH, START.plus(Duration.ofDays(400)))).hasSizeGreaterThan(2_000);
    }

    @Test
    void shouldSayWhatNoOtherSegmentSaysWhenListed() {
        final Set<String> shapes = new HashSet<>();
        final Set<String> keys = new HashSet<>();
        Stream.of(SqlSegments.all(START), DemoSegmentsSql.all()).flatMap(List::stream)
            .forEach(segment -> shapes.add(segment.shape()));
        assertThat(TpcdsSegments.all(START)).hasSizeGreaterThanOrEqualTo(20);
        for (final SqlSegment segment : TpcdsSegments.all(START)) {
            assertThat(shapes.add(segment.shape())).as(segment.key()).isTrue();
            assertThat(keys.add(segment.key())).as(segment.key()).isTrue();
        }
    }

    /** Equal, none without members or with everybody, and so many member lists are others than before. */
    private static void shouldAgree(final TwinShops shops, final int changedMin) throws SQLException {
        assertThat(shops.differences()).isEmpty();
        final Map<String, Integer> sizes = new TreeMap<>();
        shops.members().forEach((segment, members) -> sizes.put(segment, members.size()));
        assertThat(sizes).hasSizeGreaterThanOrEqualTo(20)
            .allSatisfy((segment, size) -> assertThat(size).as(segment).isBetween(1, CUSTOMERS - 1));
        assertThat(shops.changed()).hasSizeGreaterThanOrEqualTo(changedMin);
    }
}
