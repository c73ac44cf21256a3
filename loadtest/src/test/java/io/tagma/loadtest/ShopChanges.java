package io.tagma.loadtest;

import io.tagma.engine.protocol.Command;
import io.tagma.engine.protocol.NamedValue;
import io.tagma.engine.protocol.SubjectKind;
import io.tagma.engine.protocol.Value;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** What happens in a shop after it was loaded, chosen so that it cuts across every kind of segment. */
final class ShopChanges {
    private static final int ORDER_STEP = 401;
    private static final int PRODUCT_STEP = 97;
    private static final int CUSTOMER_STEP = 83;
    private static final long DAY_MS = 86_400_000;

    private ShopChanges() {
    }

    /** Refunds, returned lines, orders taken back, bare orders, moved orders, and orders of a minute or two ahead. */
    static List<Command> orders(final TpchShop shop, final Instant now) {
        final List<Command> changes = new ArrayList<>();
        int number = 0;
        for (final Command.OrderUpsert order : shop.orders()) {
            switch (number++ % ORDER_STEP) {
                case 0 -> changes.add(with(order, order.orderId(), order.t(), with(with(order.fields(), "status",
                    Value.of("refunded")), "grandTotal", Value.of(0)), order.items()));
                case 1 -> changes.add(new Command.OrderDelete(order.key(), order.orderId(), null));
                case 2 -> changes.add(with(order, order.orderId(), order.t(),
                    with(order.fields(), "grandTotal", new Value.Decimal(499_999)), order.items().subList(0, 1)));
                case 3 -> changes.add(with(order, order.orderId(), order.t(), List.of(), List.of()));
                case 4 -> changes.add(with(order, order.orderId(), now.toEpochMilli() - DAY_MS, order.fields(),
                    order.items()));
                case 5 -> changes.add(with(order, "new-" + order.orderId(), now.toEpochMilli() + 119_999,
                    order.fields(), order.items()));
                case 6 -> changes.add(with(order, order.orderId(), now.toEpochMilli() + 60_000, order.fields(),
                    bare(order.items())));
                case 7 -> changes.add(new Command.OrderUpsert("walk-in-" + order.key(), order.orderId(),
                    now.toEpochMilli(), order.fields(), order.items(), null));
                default -> { }
            }
        }
        return changes;
    }

    /** Products leave, change their prices and sales, and move between categories. */
    static List<Command> products(final TpchShop shop) {
        final List<Command> changes = new ArrayList<>();
        int number = 0;
        for (final Command.ProductUpsert product : shop.products()) {
            switch (number++ % PRODUCT_STEP) {
                case 0 -> changes.add(new Command.ProductDelete(product.product(), null));
                case 1 -> changes.add(new Command.ProductUpsert(product.product(),
                    with(with(product.fields(), "onSale", Value.of(true)), "price", new Value.Decimal(85_000)), null));
                case 2 -> changes.add(new Command.ProductUpsert(product.product(), with(product.fields(), "categories",
                    Value.of(List.of("tin", "promo", "brass", "size-large", "economy"))), null));
                case 3 -> changes.add(new Command.ProductUpsert(product.product(), without(with(product.fields(),
                    "categories", Value.of(List.of())), Set.of("price", "attributes.brand", "sku")), null));
                default -> { }
            }
        }
        return changes;
    }

    /** Customers are erased, come back, change and lose attributes, and move between groups. */
    static List<Command> customers(final TpchShop shop, final Instant now) {
        final List<Command> changes = new ArrayList<>();
        final LocalDate today = LocalDate.ofEpochDay(Math.floorDiv(now.toEpochMilli(), DAY_MS));
        for (final Command.SubjectUpsert customer : shop.customers()) {
            final String key = customer.key();
            switch (Integer.parseInt(key) % CUSTOMER_STEP) {
                case 0 -> changes.add(new Command.SubjectDelete(key, null));
                case 1 -> {
                    changes.add(new Command.SubjectDelete(key, null));
                    changes.add(new Command.OrderUpsert(key, "back-" + key, now.toEpochMilli() - 5_000,
                        List.of(new NamedValue("grandTotal", Value.of(40_000))), List.of(), null));
                }
                case 2 -> changes.add(upsert(key, null, "newsletter", Value.MISSING, "gender", Value.MISSING));
                case 3 -> changes.add(upsert(key, null, "dob", Value.of(today.plusDays(7).withYear(1980).toString()),
                    "accountBalance", new Value.Decimal(-30_001)));
                case 4 -> changes.add(upsert(key, null, "createdAt", Value.of(now.toEpochMilli() + DAY_MS)));
                case 5 -> changes.add(upsert(key, null, "email", Value.of("mabel." + key + "7@globex.example"),
                    "firstname", Value.of("Mabel")));
                case 6 -> changes.add(new Command.GroupAssign(key, TpchShop.GROUP_WHOLESALE, null));
                case 7 -> changes.add(upsert(key, TpchShop.GROUP_RETAILER, "nation", Value.of("PERU"), "newsletter",
                    Value.of(true)));
                default -> { }
            }
        }
        return changes;
    }

    private static Command.SubjectUpsert upsert(final String key, final Integer group, final Object... attributes) {
        final List<NamedValue> values = new ArrayList<>();
        for (int i = 0; i < attributes.length; i += 2) {
            values.add(new NamedValue((String) attributes[i], (Value) attributes[i + 1]));
        }
        return new Command.SubjectUpsert(key, SubjectKind.CUSTOMER, null, group, values, null, null);
    }

    private static Command.OrderUpsert with(final Command.OrderUpsert order, final String id, final long t,
                                            final List<NamedValue> fields, final List<Command.Item> items) {
        return new Command.OrderUpsert(order.key(), id, t, fields, items, null);
    }

    private static List<NamedValue> with(final List<NamedValue> fields, final String name, final Value value) {
        final List<NamedValue> changed = without(fields, Set.of(name));
        changed.add(new NamedValue(name, value));
        return changed;
    }

    private static List<NamedValue> without(final List<NamedValue> fields, final Set<String> names) {
        final List<NamedValue> rest = new ArrayList<>(fields);
        rest.removeIf(field -> names.contains(field.name()));
        return rest;
    }

    /** The lines with no more than their products, but the first without one. */
    private static List<Command.Item> bare(final List<Command.Item> items) {
        final List<Command.Item> bare = new ArrayList<>();
        for (final Command.Item item : items) {
            bare.add(new Command.Item(null, without(item.fields(),
                bare.isEmpty() ? Set.of("product") : Set.of("qty", "rowTotal"))));
        }
        return bare;
    }
}
