package io.tagma.loadtest;

import io.tagma.engine.protocol.Command;
import io.tagma.engine.protocol.NamedValue;
import io.tagma.engine.protocol.Value;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;

/**
 * Orders that TPC-H lacks: of its customers without orders, a third order after all, each {@link LateShopper} in its
 * way. The same for the same scale and day, like {@link TpchShop}; an iterator belongs to one thread.
 *
 * <p>Order i of a customer has the id {@code late-KEY-i} and is {@link Seeded} by the customer's key and 1,000 × i + a
 * trait; u(n) is uniform over 0 to n - 1.
 * <table>
 * <caption>Traits</caption>
 * <tr><td>21 how many</td><td>see {@link LateShopper}</td></tr>
 * <tr><td>22 age in days before the start of today</td><td>ONCE 10 + u(390), REGULAR u(25), EUROPEAN u(50), else
 * u(300)</td></tr>
 * <tr><td>23 time of the day</td><td>u(86,400,000) ms</td></tr>
 * <tr><td>24, 25 to 27, 28 to 30 items</td><td>1 + u(3) of a product 1 + u(all), 1 + u(3) pieces each
 * </td></tr>
 * <tr><td>31 shipping.country</td><td>EUROPEAN: one of DE, AT, CH; else US</td></tr>
 * <tr><td>32 storeCreditUsed</td><td>REGULAR, u(3) = 0: 5.00</td></tr>
 * <tr><td>status, refunded</td><td>RETURNER's all but the last: closed, all of it; else complete</td></tr>
 * <tr><td>coupon, website</td><td>COUPON_HUNTER's first ones: WELCOME; EUROPEAN: eu, else base</td></tr>
 * </table>
 */
final class LateOrders implements Iterable<Command.OrderUpsert> {
    private static final long DAY_MS = 86_400_000;
    private static final int TRAITS_AN_ORDER = 1_000;
    private static final int TRAIT_COUNT = 21;
    private static final int TRAIT_AGE = 22;
    private static final int TRAIT_TIME_OF_DAY = 23;
    private static final int TRAIT_ITEM_COUNT = 24;
    private static final int TRAIT_PRODUCT = 25;
    private static final int TRAIT_PIECES = 28;
    private static final int TRAIT_COUNTRY = 31;
    private static final int TRAIT_STORE_CREDIT = 32;
    private static final int ITEMS_MAX = 3;
    private static final long STORE_CREDIT_UNITS = 50_000;
    private static final List<String> DACH = List.of("DE", "AT", "CH");

    private final TpchShop shop;

    LateOrders(final TpchShop shop) {
        this.shop = shop;
    }

    @Override
    public Iterator<Command.OrderUpsert> iterator() {
        return new Flattened<Command.OrderUpsert>(shop.customerCount(), this::of).iterator();
    }

    /** A customer's late orders. */
    private List<Command.OrderUpsert> of(final long customer) {
        final LateShopper kind = LateShopper.of(customer);
        if (kind == LateShopper.NEVER) {
            return List.of();
        }
        final int special = special(kind, customer);
        final int count = special + plain(kind, customer);
        final List<Command.OrderUpsert> orders = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            orders.add(order(kind, customer, i, i < special));
        }
        return orders;
    }

    /** How many orders are what the kind is named for. */
    private static int special(final LateShopper kind, final long customer) {
        return switch (kind) {
            case ONCE -> 1;
            case REGULAR, COUPON_HUNTER -> 3 + (int) Seeded.below(customer, TRAIT_COUNT, 3);
            case RETURNER -> 2 + (int) Seeded.below(customer, TRAIT_COUNT, 2);
            case EUROPEAN -> 1 + (int) Seeded.below(customer, TRAIT_COUNT, 3);
            default -> 0;
        };
    }

    private static int plain(final LateShopper kind, final long customer) {
        return switch (kind) {
            case COUPON_HUNTER -> (int) Seeded.below(customer, TRAITS_AN_ORDER + TRAIT_COUNT, 3);
            case RETURNER -> 1;
            default -> 0;
        };
    }

    private Command.OrderUpsert order(final LateShopper kind, final long customer, final int index,
                                      final boolean isSpecial) {
        final int trait = TRAITS_AN_ORDER * index;
        final int itemCount = 1 + (int) Seeded.below(customer, trait + TRAIT_ITEM_COUNT, ITEMS_MAX);
        final List<Command.Item> items = new ArrayList<>(itemCount);
        long total = 0;
        long qty = 0;
        for (int i = 0; i < itemCount; i++) {
            final long product = 1 + Seeded.below(customer, trait + TRAIT_PRODUCT + i, shop.productCount());
            final long pieces = 1 + Seeded.below(customer, trait + TRAIT_PIECES + i, 3);
            final long row = pieces * TpchShop.priceUnits(product);
            items.add(new Command.Item(null, List.of(new NamedValue("product", Value.of(Long.toString(product))),
                new NamedValue("qty", Value.of(pieces)), new NamedValue("rowTotal", new Value.Decimal(row)))));
            total += row;
            qty += pieces;
        }
        final boolean isRefunded = kind == LateShopper.RETURNER && isSpecial;
        final boolean isEuropean = kind == LateShopper.EUROPEAN;
        final List<NamedValue> fields = new ArrayList<>(8);
        fields.add(new NamedValue("status", Value.of(isRefunded ? "closed" : "complete")));
        fields.add(new NamedValue("website", Value.of(isEuropean ? TpchShop.WEBSITE_EU : TpchShop.WEBSITE_BASE)));
        fields.add(new NamedValue("grandTotal", new Value.Decimal(total)));
        fields.add(new NamedValue("qty", Value.of(qty)));
        fields.add(new NamedValue("shipping.country",
            Value.of(isEuropean ? Seeded.pick(customer, trait + TRAIT_COUNTRY, DACH) : "US")));
        if (isRefunded) {
            fields.add(new NamedValue("refunded", new Value.Decimal(total)));
        }
        if (kind == LateShopper.COUPON_HUNTER && isSpecial) {
            fields.add(new NamedValue("coupon", Value.of("WELCOME")));
        }
        if (kind == LateShopper.REGULAR && Seeded.below(customer, trait + TRAIT_STORE_CREDIT, 3) == 0) {
            fields.add(new NamedValue("storeCreditUsed", new Value.Decimal(STORE_CREDIT_UNITS)));
        }
        final long t = shop.todayMs() - 1 - ageDays(kind, customer, trait) * DAY_MS
            - Seeded.below(customer, trait + TRAIT_TIME_OF_DAY, DAY_MS);
        return new Command.OrderUpsert(Long.toString(customer), "late-" + customer + "-" + index, t, fields, items,
            null);
    }

    private static long ageDays(final LateShopper kind, final long customer, final int trait) {
        return switch (kind) {
            case ONCE -> 10 + Seeded.below(customer, trait + TRAIT_AGE, 390);
            case REGULAR -> Seeded.below(customer, trait + TRAIT_AGE, 25);
            case EUROPEAN -> Seeded.below(customer, trait + TRAIT_AGE, 50);
            default -> Seeded.below(customer, trait + TRAIT_AGE, 300);
        };
    }
}
