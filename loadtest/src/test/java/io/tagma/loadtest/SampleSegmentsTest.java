package io.tagma.loadtest;

import static org.assertj.core.api.Assertions.assertThat;

import io.tagma.engine.CommandResult;
import io.tagma.engine.EngineHarness;
import io.tagma.engine.condition.SegmentDefinition;
import io.tagma.engine.condition.TextNormaliser;
import io.tagma.engine.oracle.Coverage;
import io.tagma.engine.oracle.NaiveOracle;
import io.tagma.engine.oracle.NaiveShop;
import io.tagma.engine.protocol.Command;
import io.tagma.engine.protocol.DefinitionKind;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** The 25 sample segments over the demo's shop: members by the engine, and by the oracle that knows nothing of it. */
final class SampleSegmentsTest {
    private static final Instant NOW = Instant.parse("2026-10-26T09:30:00Z");
    /** Who looked at the campaign's product twice in half an hour is soon somebody else. */
    private static final String SHORT_LIVED = "hot-now";

    @Test
    void shouldBeTheTwentyFiveWhenRead() {
        assertThat(SampleSegments.all()).hasSize(25).extracting(DemoSegment::key).doesNotHaveDuplicates()
            .contains("lapsed-vip", "abandoned-cart-100", "winter-campaign-treated");
    }

    @Test
    void shouldHaveTheOraclesMembersWhenTimePasses() {
        final DemoShop shop = new DemoShop(0.01, NOW);
        final NaiveShop naive = new NaiveShop(Long.MAX_VALUE, new Coverage());
        try (EngineHarness engine = EngineHarness.begin(2_000, NOW.toEpochMilli())) {
            load(shop, engine, naive);
            shouldAgree(engine, naive, shop, NOW, List.of());
            final Instant busy = NOW.plus(Duration.ofMinutes(7));
            shouldAgree(engine, naive, shop, busy, List.of());
            happenings(shop).forEach(command -> apply(engine, naive, command, busy));
            shouldAgree(engine, naive, shop, busy, List.of());
            shouldAgree(engine, naive, shop, NOW.plus(Duration.ofHours(19)), List.of(SHORT_LIVED));
            shouldAgree(engine, naive, shop, NOW.plus(Duration.ofDays(3)), List.of(SHORT_LIVED));
        }
    }

    @Test
    void shouldHaveSomeAndNotAllMembersAtAnyHourWhenScaleIsOneHundredth() {
        for (final String now : List.of("2026-02-28T00:00:00Z", "2028-02-29T23:59:59.999Z")) {
            shouldHaveSomeAndNotAll(0.01, Instant.parse(now));
        }
    }

    @Test
    void shouldHaveSomeAndNotAllMembersWhenScaleIsTheDemos() {
        shouldHaveSomeAndNotAll(0.1, NOW);
    }

    private static void shouldHaveSomeAndNotAll(final double scale, final Instant now) {
        final DemoShop shop = new DemoShop(scale, now);
        try (EngineHarness engine = EngineHarness.begin((int) shop.subjectCount("BOTH"), now.toEpochMilli())) {
            load(shop, engine, null);
            for (final DemoSegment segment : DemoSegments.all()) {
                apply(engine, null, definition(segment), now);
            }
            engine.settle(now.toEpochMilli());
            final List<DemoSegment> segments = new ArrayList<>(SampleSegments.all());
            segments.addAll(DemoSegments.all());
            final List<String> faults = new ArrayList<>();
            for (final DemoSegment segment : segments) {
                final long count = engine.view().segment(segment.key()).count();
                if (count == 0 || count >= shop.subjectCount(segment.applyTo())) {
                    faults.add(segment.key() + " has " + count + " at " + now);
                }
            }
            assertThat(faults).isEmpty();
        }
    }

    /** Loads the shop and then defines the samples; a null oracle is left out. */
    private static void load(final DemoShop shop, final EngineHarness engine, final NaiveShop naive) {
        final Instant now = Instant.ofEpochMilli(engine.view().now());
        TpchShop.definitions().forEach(command -> apply(engine, naive, command, now));
        shop.parts().forEach(part -> part.forEach(command -> apply(engine, naive, command, now)));
        SampleSegments.all().forEach(segment -> apply(engine, naive, definition(segment), now));
        engine.settle(now.toEpochMilli());
    }

    /** Orders and views as in the live traffic, visitors who log in, carts and consents that go. */
    private static List<Command> happenings(final DemoShop shop) {
        final List<Command> commands = new ArrayList<>();
        final LiveOrders orders =
            new LiveOrders(shop.tpch().customerCount(), shop.tpch().productCount(), "live-", 26);
        final LiveViews views = new LiveViews(shop, 26);
        for (int i = 1; i <= 250; i++) {
            commands.add(orders.next());
            commands.add(views.next());
            if (i % 7 == 0) {
                commands.add(new Command.Login(Storefront.visitorKey(i), Integer.toString(i * 5), null));
            } else if (i % 5 == 0) {
                commands.add(new Command.CartClear(Storefront.visitorKey(i), null, null));
            } else if (i % 3 == 0) {
                commands.add(new Command.ConsentSet(Integer.toString(i), "marketing", i % 2 == 0, null));
            }
        }
        return commands;
    }

    private static Command definition(final DemoSegment segment) {
        return new Command.PutDefinition(DefinitionKind.SEGMENT, segment.key(), -1, segment.definition());
    }

    private static void apply(final EngineHarness engine, final NaiveShop naive, final Command command,
                              final Instant now) {
        final CommandResult result = engine.apply(command, now.toEpochMilli());
        if (!result.isOk()) {
            throw new IllegalStateException("the engine refused: result=" + result + ", command=" + command);
        }
        if (naive != null && !naive.apply(TextNormaliser.normalise(command), now.toEpochMilli())) {
            throw new IllegalStateException("the oracle refused: why=" + naive.refusal() + ", command=" + command);
        }
    }

    private static void shouldAgree(final EngineHarness engine, final NaiveShop naive, final DemoShop shop,
                                    final Instant now, final List<String> mayBeEmpty) {
        engine.settle(now.toEpochMilli());
        naive.moveTo(now.toEpochMilli());
        final NaiveOracle oracle = new NaiveOracle();
        final Map<String, List<String>> expected = new TreeMap<>();
        final Map<String, List<String>> actual = new TreeMap<>();
        for (final DemoSegment segment : SampleSegments.all()) {
            final SegmentDefinition definition = naive.segment(segment.key());
            final List<String> members = new ArrayList<>();
            for (final String key : naive.keys(now.toEpochMilli())) {
                if (oracle.isMember(naive, key, definition, now.toEpochMilli())) {
                    members.add(key);
                }
            }
            expected.put(segment.key(), members);
            actual.put(segment.key(), List.copyOf(EngineHarness.keys(engine.view().members(segment.key()))));
            assertThat(engine.view().segment(segment.key()).count()).as(segment.key()).isEqualTo(members.size());
            if (!mayBeEmpty.contains(segment.key())) {
                assertThat(members).as(segment.key())
                    .hasSizeBetween(1, (int) shop.subjectCount(segment.applyTo()) - 1);
            }
        }
        assertThat(actual).isEqualTo(expected);
    }
}
