package io.tagma.loadtest;

import io.tagma.engine.protocol.Command;
import io.tagma.engine.protocol.NamedValue;
import io.tagma.engine.protocol.Value;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/** New orders of a shop's customers, as they come in now: the server's clock gives the time. One thread. */
final class LiveOrders {
    private static final List<String> METHODS = List.of("card", "paypal", "invoice", "prepayment", "banktransfer");
    private static final List<String> SHIPPING = List.of("air", "mail", "rail", "ship", "truck");
    private static final long PRICE_UNITS_MIN = 90_000;
    private static final long PRICE_UNITS_MAX = 210_000;

    private final SplittableRandom random;
    private final long customerCount;
    private final long productCount;
    private final String prefix;
    private long count;

    /** Order ids begin with the prefix; another run against the same server needs another one. */
    LiveOrders(final long customerCount, final long productCount, final String prefix, final long seed) {
        this.random = new SplittableRandom(seed);
        this.customerCount = customerCount;
        this.productCount = productCount;
        this.prefix = prefix;
    }

    /** The next order. */
    Command.OrderUpsert next() {
        final int lines = 1 + random.nextInt(4);
        final List<Command.Item> items = new ArrayList<>(lines);
        long total = 0;
        long qty = 0;
        for (int i = 0; i < lines; i++) {
            final long pieces = 1 + random.nextInt(50);
            final long row = pieces * random.nextLong(PRICE_UNITS_MIN, PRICE_UNITS_MAX);
            items.add(new Command.Item(null, List.of(
                new NamedValue("product", Value.of(Long.toString(1 + random.nextLong(productCount)))),
                new NamedValue("qty", Value.of(pieces)),
                new NamedValue("rowTotal", new Value.Decimal(row)))));
            total += row;
            qty += pieces;
        }
        count++;
        return new Command.OrderUpsert(Long.toString(1 + random.nextLong(customerCount)), prefix + count, null, List.of(
            new NamedValue("status", Value.of("processing")),
            new NamedValue("grandTotal", new Value.Decimal(total)),
            new NamedValue("qty", Value.of(qty)),
            new NamedValue("paymentMethod", Value.of(METHODS.get(random.nextInt(METHODS.size())))),
            new NamedValue("shippingMethod", Value.of(SHIPPING.get(random.nextInt(SHIPPING.size())))),
            new NamedValue("store", Value.of("store-" + random.nextInt(10)))), items, null);
    }
}
