package io.tagma.loadtest;

import io.tagma.engine.protocol.Command;
import java.time.Instant;
import java.util.Iterator;
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
        return List.of(tpch.products(), tpch.customers(), tpch.orders(), lateOrders, storefront.customers(),
            storefront.visitors());
    }

    /** How much of everything there is. */
    ShopTally tally() {
        final ShopTally tally = new ShopTally(tpch.productCount(), tpch.customerCount(), tpch.orderCount());
        for (final Iterable<? extends Command> part : parts().subList(3, 6)) {
            final Iterator<? extends Command> commands = part.iterator();
            while (commands.hasNext()) {
                tally.add(commands.next());
            }
        }
        return tally;
    }
}
