package io.tagma.loadtest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.tagma.engine.protocol.Command;
import io.tagma.engine.protocol.NamedValue;
import io.tagma.engine.protocol.Value;
import io.trino.tpch.LineItem;
import io.trino.tpch.LineItemGenerator;
import io.trino.tpch.Order;
import io.trino.tpch.OrderGenerator;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

final class TpchShopTest {
    private static final Instant NOW = Instant.parse("2026-10-26T09:30:00Z");
    private final TpchShop shop = new TpchShop(0.01, NOW);

    @Test
    void shouldCountAsTpchDoesWhenScaleIsOneHundredth() {
        int customers = 0;
        for (final Command.SubjectUpsert customer : shop.customers()) {
            customers++;
            assertThat(customer.key()).isEqualTo(Integer.toString(customers));
        }
        int products = 0;
        for (final Command.ProductUpsert product : shop.products()) {
            products++;
            assertThat(product.product()).isEqualTo(Integer.toString(products));
        }
        int orders = 0;
        int items = 0;
        for (final Command.OrderUpsert order : shop.orders()) {
            orders++;
            items += order.items().size();
        }
        assertThat(customers).isEqualTo(1_500).isEqualTo((int) shop.customerCount());
        assertThat(products).isEqualTo(2_000).isEqualTo((int) shop.productCount());
        assertThat(orders).isEqualTo(15_000).isEqualTo((int) shop.orderCount());
        // The specification's own number of lines at this scale.
        assertThat(items).isEqualTo(60_175);
    }

    @Test
    void shouldBeTheSameShopWhenTheDayIsTheSame() {
        final TpchShop evening = new TpchShop(0.01, NOW.plus(10, ChronoUnit.HOURS));
        assertThat(evening.customers()).containsExactlyElementsOf(shop.customers());
        assertThat(evening.products()).containsExactlyElementsOf(shop.products());
        assertThat(evening.orders()).containsExactlyElementsOf(shop.orders());
    }

    @Test
    void shouldMoveEveryOrderByADayWhenTheDayIsTheNext() {
        final Iterator<Command.OrderUpsert> tomorrow =
            new TpchShop(0.01, NOW.plus(1, ChronoUnit.DAYS)).orders().iterator();
        for (final Command.OrderUpsert order : shop.orders()) {
            assertThat(tomorrow.next().t()).isEqualTo(order.t() + 86_400_000);
        }
    }

    @Test
    void shouldPutTheLastOrderOnYesterdayWhenOrdersAreShifted() {
        long first = Long.MAX_VALUE;
        long last = Long.MIN_VALUE;
        for (final Command.OrderUpsert order : shop.orders()) {
            first = Math.min(first, order.t());
            last = Math.max(last, order.t());
        }
        assertThat(Instant.ofEpochMilli(last))
            .isBetween(Instant.parse("2026-10-25T00:00:00Z"), Instant.parse("2026-10-25T23:59:59.999Z"));
        assertThat(Instant.ofEpochMilli(first).truncatedTo(ChronoUnit.DAYS))
            .isEqualTo(Instant.parse("2020-03-25T00:00:00Z"));
    }

    @Test
    void shouldRegisterEveryCustomerBeforeNowAndBeforeItsOrdersWhenCreated() {
        final Map<String, Long> created = new HashMap<>();
        for (final Command.SubjectUpsert customer : shop.customers()) {
            created.put(customer.key(), ((Value.Whole) value(customer.attributes(), "createdAt")).value());
        }
        assertThat(created.values()).allMatch(t -> t < NOW.toEpochMilli());
        for (final Command.OrderUpsert order : shop.orders()) {
            assertThat(created.get(order.key())).isLessThan(order.t());
        }
    }

    @Test
    void shouldKeepMoneyExactWhenDividedByOneHundred() {
        final Iterator<LineItem> lines = new LineItemGenerator(0.01, 1, 1).iterator();
        final Iterator<Command.OrderUpsert> commands = shop.orders().iterator();
        long total = 0;
        long expected = 0;
        for (final Order order : new OrderGenerator(0.01, 1, 1)) {
            final Command.OrderUpsert command = commands.next();
            assertThat(command.orderId()).isEqualTo(Long.toString(order.getOrderKey()));
            assertThat(command.key()).isEqualTo(Long.toString(order.getCustomerKey()));
            assertThat(units(command.fields(), "grandTotal")).isEqualTo(order.getTotalPriceInCents());
            total += units(command.fields(), "grandTotal");
            expected += order.getTotalPriceInCents();
            long qty = 0;
            for (final Command.Item item : command.items()) {
                final LineItem line = lines.next();
                assertThat(line.getOrderKey()).isEqualTo(order.getOrderKey());
                assertThat(value(item.fields(), "product")).isEqualTo(Value.of(Long.toString(line.getPartKey())));
                assertThat(units(item.fields(), "rowTotal")).isEqualTo(line.getExtendedPriceInCents());
                qty += line.getQuantity();
            }
            assertThat(value(command.fields(), "qty")).isEqualTo(Value.of(qty));
        }
        assertThat(commands.hasNext()).isFalse();
        assertThat(lines.hasNext()).isFalse();
        assertThat(total).isEqualTo(expected).isPositive();
    }

    @Test
    void shouldOrderOnlyKnownProductsForKnownCustomersWhenGenerated() {
        final Set<String> products = new HashSet<>();
        shop.products().forEach(product -> products.add(product.product()));
        for (final Command.OrderUpsert order : shop.orders()) {
            assertThat(Long.parseLong(order.key())).isBetween(1L, 1_500L);
            assertThat(Long.parseLong(order.key()) % 3).isNotZero();
            for (final Command.Item item : order.items()) {
                assertThat(products).contains(((Value.Text) value(item.fields(), "product")).value());
            }
        }
    }

    @Test
    void shouldGiveEveryTraitItsShareWhenSeededByKey() {
        final Map<String, Integer> counts = new HashMap<>();
        for (final Command.SubjectUpsert customer : shop.customers()) {
            count(counts, "group " + customer.group());
            count(counts, "gender " + value(customer.attributes(), "gender"));
            count(counts, "newsletter " + value(customer.attributes(), "newsletter"));
            count(counts, "dob " + (value(customer.attributes(), "dob") != null));
        }
        assertThat(counts.get("group " + TpchShop.GROUP_WHOLESALE)).isBetween(130, 230);
        assertThat(counts.get("group " + TpchShop.GROUP_RETAILER)).isBetween(80, 160);
        assertThat(counts.get("group " + TpchShop.GROUP_GENERAL)).isBetween(1_130, 1_270);
        assertThat(counts.get("gender " + Value.of("F"))).isBetween(660, 780);
        assertThat(counts.get("gender null")).isBetween(45, 110);
        assertThat(counts.get("newsletter " + Value.of(true))).isBetween(540, 660);
        assertThat(counts.get("newsletter null")).isBetween(170, 280);
        assertThat(counts.get("dob false")).isBetween(110, 195);
    }

    @Test
    void shouldRefuseAScaleThatIsNoneWhenBuilt() {
        assertThatThrownBy(() -> new TpchShop(0, NOW)).hasMessageContaining("scale=0.0");
        assertThatThrownBy(() -> new TpchShop(Double.NaN, NOW)).hasMessageContaining("scale=NaN");
    }

    private static void count(final Map<String, Integer> counts, final String what) {
        counts.merge(what, 1, Integer::sum);
    }

    private static long units(final List<NamedValue> values, final String name) {
        return ((Value.Decimal) value(values, name)).units();
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
