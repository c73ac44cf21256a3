package io.tagma.loadtest;

import io.tagma.engine.protocol.Command;
import java.util.SplittableRandom;

/**
 * Products that a shop's customers and visitors look at now: half of the views are visitors'. One in ten is of the
 * campaign's product, and whoever looks at that looks at it again at once. One thread.
 */
final class LiveViews {
    private static final int CAMPAIGN_ONE_OF = 20;

    private final SplittableRandom random;
    private final TpchShop shop;
    private final long visitorCount;
    private String again;

    LiveViews(final DemoShop shop, final long seed) {
        this.random = new SplittableRandom(seed);
        this.shop = shop.tpch();
        this.visitorCount = shop.visitorCount();
    }

    /** The next view. */
    Command.View next() {
        if (again != null) {
            final String key = again;
            again = null;
            return new Command.View(key, Storefront.CAMPAIGN_PRODUCT, null, null, null);
        }
        final String key = random.nextBoolean() ? Storefront.visitorKey(1 + random.nextLong(visitorCount))
            : Long.toString(1 + random.nextLong(shop.customerCount()));
        if (random.nextInt(CAMPAIGN_ONE_OF) == 0) {
            again = key;
            return new Command.View(key, Storefront.CAMPAIGN_PRODUCT, null, null, null);
        }
        return new Command.View(key, Long.toString(1 + random.nextLong(shop.productCount())), null, null, null);
    }
}
