package io.tagma.loadtest;

import static org.assertj.core.api.Assertions.assertThat;

import io.tagma.engine.protocol.Command;
import io.tagma.engine.protocol.NamedValue;
import io.tagma.engine.protocol.Value;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

final class StorefrontTest {
    private static final Instant NOW = Instant.parse("2026-10-26T09:30:00Z");
    private final DemoShop shop = new DemoShop(0.01, NOW);

    @Test
    void shouldBeTheSameShopWhenMadeAgain() {
        final List<List<Command>> first = all(shop);
        assertThat(all(new DemoShop(0.01, NOW))).isEqualTo(first);
        // Orders keep to the day, everything else to the instant.
        final DemoShop later = new DemoShop(0.01, NOW.plus(1, ChronoUnit.HOURS));
        assertThat(later.lateOrders()).containsExactlyElementsOf(shop.lateOrders());
        assertThat(all(later)).isNotEqualTo(first);
    }

    private static List<List<Command>> all(final DemoShop shop) {
        final List<List<Command>> all = new ArrayList<>();
        for (final Iterable<? extends Command> part : shop.parts()) {
            final List<Command> commands = new ArrayList<>();
            part.forEach(commands::add);
            all.add(commands);
        }
        return all;
    }

    @Test
    void shouldHaveSomeOfEverythingWhenCounted() {
        final ShopTally tally = shop.tally();
        assertThat(tally.customers()).isEqualTo(1_500);
        assertThat(tally.visitors()).isEqualTo(300).isEqualTo(shop.visitorCount());
        assertThat(tally.orders()).isBetween(15_200L, 15_800L);
        assertThat(tally.carts()).isBetween(250L, 420L);
        assertThat(tally.views()).isBetween(1_800L, 2_800L);
        assertThat(tally.wishes()).isBetween(700L, 1_200L);
        assertThat(tally.events()).isBetween(600L, 1_100L);
        assertThat(tally.consents()).isBetween(1_000L, 1_250L);
        long commands = 0;
        for (final List<Command> part : all(shop)) {
            commands += part.size();
        }
        assertThat(tally.total()).isEqualTo(commands);
    }

    @Test
    void shouldGiveEveryVisitorItsOwnKeyWhenSeeded() {
        final Set<String> keys = new HashSet<>();
        for (long number = 1; number <= 30_000; number++) {
            assertThat(keys.add(Storefront.visitorKey(number))).isTrue();
        }
        assertThat(keys).allMatch(key -> key.matches("v:[0-9a-f]{16}"));
    }

    @Test
    void shouldAskTheProductsPriceWhenPutIntoACart() {
        shop.tpch().products().forEach(product -> assertThat(product.fields()).contains(new NamedValue("price",
            new Value.Decimal(TpchShop.priceUnits(Long.parseLong(product.product()))))));
    }

    @Test
    void shouldKnowItsProductsWhenOneOfADepartmentIsChosen() {
        for (final Department department : Department.values()) {
            for (long number = 0; number < 5_000; number++) {
                final long product = department.product(number, 2_000);
                assertThat(product).isBetween(1L, 2_000L);
                if (department != Department.NONE) {
                    assertThat(Department.of(product)).isEqualTo(department);
                }
            }
        }
    }

    @Test
    void shouldOrderLateOnlyForCustomersWithoutOrdersWhenSeeded() {
        final Set<LateShopper> kinds = new HashSet<>();
        for (final Command.OrderUpsert order : shop.lateOrders()) {
            final long customer = Long.parseLong(order.key());
            assertThat(customer % 3).isZero();
            assertThat(order.t()).isLessThan(shop.tpch().todayMs());
            kinds.add(LateShopper.of(customer));
        }
        assertThat(kinds).containsExactlyInAnyOrder(LateShopper.ONCE, LateShopper.REGULAR, LateShopper.COUPON_HUNTER,
            LateShopper.RETURNER, LateShopper.EUROPEAN);
    }
}
