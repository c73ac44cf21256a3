package io.tagma.loadtest;

import io.tagma.engine.protocol.Command;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** All that the demo's shop consists of: TPC-H, the orders it lacks, and what people do besides ordering. Immutable. */
final class DemoShop {
    private final TpchShop tpch;
    private final LateOrders lateOrders;
    private final Storefront storefront;

    DemoShop(final double scale, final Instant now) {
        this.tpch = new TpchShop(scale, now);
        this.lateOrders = new LateOrders(tpch);
        this.storefront = new Storefront(tpch, now);
    }

    /** Its customers, products and most of its orders. */
    TpchShop tpch() {
        return tpch;
    }

    /** The orders that TPC-H lacks. */
    LateOrders lateOrders() {
        return lateOrders;
    }

    /** How many visitors there are. */
    long visitorCount() {
        return storefront.visitorCount();
    }

    /** How many subjects a segment that applies so could have. */
    long subjectCount(final String applyTo) {
        return switch (applyTo) {
            case "REGISTERED" -> tpch.customerCount();
            case "VISITORS" -> visitorCount();
            case "BOTH" -> tpch.customerCount() + visitorCount();
            default -> throw new IllegalArgumentException("nobody: applyTo=" + applyTo);
        };
    }

    /** Everything after {@link TpchShop#definitions}, in the order in which it is to be loaded. */
    List<Iterable<? extends Command>> parts() {
        final List<Iterable<? extends Command>> parts = new ArrayList<>();
        parts.add(tpch.products());
        parts.add(tpch.customers());
        parts.add(tpch.orders());
        parts.addAll(lacking());
        return parts;
    }

    /** What TPC-H lacks. */
    private List<Iterable<? extends Command>> lacking() {
        return List.of(lateOrders, storefront.customers(), storefront.visitors());
    }

    /** How much of everything there is. */
    ShopTally tally() {
        final ShopTally tally = new ShopTally(tpch.productCount(), tpch.customerCount(), tpch.orderCount());
        lacking().forEach(part -> part.forEach(tally::add));
        return tally;
    }
}
