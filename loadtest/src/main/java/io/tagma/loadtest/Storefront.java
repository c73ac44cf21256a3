package io.tagma.loadtest;

import io.tagma.engine.protocol.Command;
import io.tagma.engine.protocol.NamedValue;
import io.tagma.engine.protocol.SubjectKind;
import io.tagma.engine.protocol.Value;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * What the customers of a {@link TpchShop} do besides ordering, and its visitors: views, carts, wish lists, clicks in
 * mails, log-ins, consents. The same for the same scale and the same {@code now}, which all instants are counted back
 * from. Each iterable starts anew with every iterator; an iterator belongs to one thread.
 *
 * <p>There is a visitor for every five customers. A subject's seed is the customer's key, or minus the visitor's
 * number; u(n) is uniform over 0 to n - 1; an age of at most d is d × (u(10^6) / 10^6)³, most of them short.
 * <table>
 * <caption>Traits, of customers / of visitors</caption>
 * <tr><td>40 key, 41 home website</td><td>of a visitor: {@code v:} and 64 bits in hexadecimal; one of base, eu, us
 * </td></tr>
 * <tr><td>42, 43 views</td><td>25 % / all of them: 1 + u(6)</td></tr>
 * <tr><td>44 runners</td><td>u(4) = 0: their views are of running shoes, socks and wear (see {@link Department}) only
 * </td></tr>
 * <tr><td>100 + i, 120 + i of view i</td><td>product; age of at most 20 days</td></tr>
 * <tr><td>45, 140, 141 campaign</td><td>u(40) = 0 / u(20) = 0: product 7 was viewed twice, 5 s + u(25 min) ago
 * </td></tr>
 * <tr><td>46, 47 cart</td><td>12 % / 50 %: 1 + u(5) lines, on the home website</td></tr>
 * <tr><td>48, 49 time of the cart</td><td>a third: u(4 h) ago, else an age of at most 20 days</td></tr>
 * <tr><td>160 + i, 180 + i, 200 + i of line i</td><td>u(100): below 35 running shoes, below 45 socks, else any; which;
 * 1 + u(8) pieces. Totals are the products' prices</td></tr>
 * <tr><td>50, 51 wish list</td><td>25 % / none: 1 + u(4)</td></tr>
 * <tr><td>220 + i, 240 + i of wish i</td><td>product; age of at most 400 days</td></tr>
 * <tr><td>52, 53, 260 + i emailClick</td><td>20 % / none: 1 + u(3) clicks, age of at most 60 days,
 * {@code props.campaign} spring or autumn by i</td></tr>
 * <tr><td>54, 55 login</td><td>15 % / none: one, age of at most 30 days</td></tr>
 * <tr><td>56 consent to marketing</td><td>u(100): below 60 granted, below 75 refused, else never asked / none</td></tr>
 * </table>
 */
final class Storefront {
    /** The product of the campaign that some look at again and again. */
    static final String CAMPAIGN_PRODUCT = "7";

    private static final long DAY_MS = 86_400_000;
    private static final long VIEW_AGE_MS = 20 * DAY_MS;
    private static final long WISH_AGE_MS = 400 * DAY_MS;
    private static final long CLICK_AGE_MS = 60 * DAY_MS;
    private static final long LOGIN_AGE_MS = 30 * DAY_MS;
    private static final long FRESH_CART_MS = 4 * 3_600_000;
    private static final long CAMPAIGN_MS = 25 * 60_000;
    private static final long CAMPAIGN_MIN_MS = 5_000;
    private static final long CUSTOMERS_A_VISITOR = 5;
    private static final List<String> WEBSITES =
        List.of(TpchShop.WEBSITE_BASE, TpchShop.WEBSITE_EU, TpchShop.WEBSITE_US);
    private static final List<String> CAMPAIGNS = List.of("spring", "autumn");
    private static final List<Department> RUNNING =
        List.of(Department.RUNNING_SHOES, Department.RUNNING_SOCKS, Department.RUNNING_WEAR);

    private static final int TRAIT_VISITOR_KEY = 40;
    private static final int TRAIT_WEBSITE = 41;
    private static final int TRAIT_HAS_VIEWS = 42;
    private static final int TRAIT_VIEW_COUNT = 43;
    private static final int TRAIT_RUNS = 44;
    private static final int TRAIT_CAMPAIGN = 45;
    private static final int TRAIT_HAS_CART = 46;
    private static final int TRAIT_LINE_COUNT = 47;
    private static final int TRAIT_CART_IS_FRESH = 48;
    private static final int TRAIT_CART_AGE = 49;
    private static final int TRAIT_HAS_WISHES = 50;
    private static final int TRAIT_WISH_COUNT = 51;
    private static final int TRAIT_CLICKS = 52;
    private static final int TRAIT_CLICK_COUNT = 53;
    private static final int TRAIT_LOGIN = 54;
    private static final int TRAIT_LOGIN_AGE = 55;
    private static final int TRAIT_CONSENT = 56;
    private static final int TRAIT_VIEWED = 100;
    private static final int TRAIT_VIEW_AGE = 120;
    private static final int TRAIT_CAMPAIGN_AGE = 140;
    private static final int TRAIT_LINE_DEPARTMENT = 160;
    private static final int TRAIT_LINE_PRODUCT = 180;
    private static final int TRAIT_LINE_PIECES = 200;
    private static final int TRAIT_WISHED = 220;
    private static final int TRAIT_WISH_AGE = 240;
    private static final int TRAIT_CLICK_AGE = 260;

    private final long customerCount;
    private final long productCount;
    private final long nowMs;

    Storefront(final TpchShop shop, final Instant now) {
        this.customerCount = shop.customerCount();
        this.productCount = shop.productCount();
        this.nowMs = now.toEpochMilli();
    }

    /** How many visitors there are; their numbers are 1 to so many. */
    long visitorCount() {
        return customerCount / CUSTOMERS_A_VISITOR;
    }

    /** A visitor's key. */
    static String visitorKey(final long number) {
        return String.format(Locale.ROOT, "v:%016x", Seeded.bits(-number, TRAIT_VISITOR_KEY));
    }

    /** What customers do, in order of their keys: they must exist. */
    Iterable<Command.Ingest> customers() {
        return new Flattened<>(customerCount, this::customer);
    }

    /** Visitors and what they do, in order of their numbers. */
    Iterable<Command.Ingest> visitors() {
        return new Flattened<>(visitorCount(), this::visitor);
    }

    private List<Command.Ingest> customer(final long number) {
        final String key = Long.toString(number);
        final List<Command.Ingest> all = new ArrayList<>();
        final long consent = Seeded.below(number, TRAIT_CONSENT, 100);
        if (consent < 75) {
            all.add(new Command.ConsentSet(key, "marketing", consent < 60, null));
        }
        if (Seeded.below(number, TRAIT_HAS_VIEWS, 100) < 25) {
            views(number, key, all);
        }
        campaign(number, key, 40, all);
        if (Seeded.below(number, TRAIT_HAS_CART, 100) < 12) {
            all.add(cart(number, key));
        }
        wishes(number, key, all);
        events(number, key, all);
        return all;
    }

    private List<Command.Ingest> visitor(final long number) {
        final long seed = -number;
        final String key = visitorKey(number);
        final List<Command.Ingest> all = new ArrayList<>();
        all.add(new Command.SubjectUpsert(key, SubjectKind.VISITOR, Seeded.pick(seed, TRAIT_WEBSITE, WEBSITES), null,
            List.of(), null, null));
        views(seed, key, all);
        campaign(seed, key, 20, all);
        if (Seeded.below(seed, TRAIT_HAS_CART, 100) < 50) {
            all.add(cart(seed, key));
        }
        return all;
    }

    private void views(final long seed, final String key, final List<Command.Ingest> into) {
        final int count = 1 + (int) Seeded.below(seed, TRAIT_VIEW_COUNT, 6);
        final boolean isRunner = Seeded.below(seed, TRAIT_RUNS, 4) == 0;
        for (int i = 0; i < count; i++) {
            final Department department = isRunner ? RUNNING.get(i % RUNNING.size()) : Department.NONE;
            into.add(new Command.View(key, product(department, seed, TRAIT_VIEWED + i),
                nowMs - age(seed, TRAIT_VIEW_AGE + i, VIEW_AGE_MS), null, null));
        }
    }

    private void campaign(final long seed, final String key, final int oneOf, final List<Command.Ingest> into) {
        if (Seeded.below(seed, TRAIT_CAMPAIGN, oneOf) != 0) {
            return;
        }
        for (int i = 0; i < 2; i++) {
            final long age = CAMPAIGN_MIN_MS + Seeded.below(seed, TRAIT_CAMPAIGN_AGE + i, CAMPAIGN_MS);
            into.add(new Command.View(key, CAMPAIGN_PRODUCT, nowMs - age, null, null));
        }
    }

    private Command.CartPut cart(final long seed, final String key) {
        final int count = 1 + (int) Seeded.below(seed, TRAIT_LINE_COUNT, 5);
        final List<Command.Item> items = new ArrayList<>(count);
        long total = 0;
        for (int i = 0; i < count; i++) {
            final long drawn = Seeded.below(seed, TRAIT_LINE_DEPARTMENT + i, 100);
            final Department department =
                drawn < 35 ? Department.RUNNING_SHOES : drawn < 45 ? Department.SOCKS : Department.NONE;
            final String product = product(department, seed, TRAIT_LINE_PRODUCT + i);
            final long pieces = 1 + Seeded.below(seed, TRAIT_LINE_PIECES + i, 8);
            final long row = pieces * TpchShop.priceUnits(Long.parseLong(product));
            items.add(new Command.Item(null, List.of(new NamedValue("product", Value.of(product)),
                new NamedValue("qty", Value.of(pieces)), new NamedValue("rowTotal", new Value.Decimal(row)))));
            total += row;
        }
        final long age = Seeded.below(seed, TRAIT_CART_IS_FRESH, 3) == 0
            ? Seeded.below(seed, TRAIT_CART_AGE, FRESH_CART_MS) : age(seed, TRAIT_CART_AGE, VIEW_AGE_MS);
        return new Command.CartPut(key, null, nowMs - age, List.of(
            new NamedValue("subtotal", new Value.Decimal(total)),
            new NamedValue("grandTotal", new Value.Decimal(total))), items, null);
    }

    private void wishes(final long seed, final String key, final List<Command.Ingest> into) {
        if (Seeded.below(seed, TRAIT_HAS_WISHES, 100) >= 25) {
            return;
        }
        final int count = 1 + (int) Seeded.below(seed, TRAIT_WISH_COUNT, 4);
        for (int i = 0; i < count; i++) {
            into.add(new Command.WishlistAdd(key, product(Department.NONE, seed, TRAIT_WISHED + i),
                nowMs - age(seed, TRAIT_WISH_AGE + i, WISH_AGE_MS), null, null));
        }
    }

    private void events(final long seed, final String key, final List<Command.Ingest> into) {
        if (Seeded.below(seed, TRAIT_CLICKS, 100) < 20) {
            final int count = 1 + (int) Seeded.below(seed, TRAIT_CLICK_COUNT, 3);
            for (int i = 0; i < count; i++) {
                into.add(new Command.CustomEvent(key, "emailClick",
                    nowMs - age(seed, TRAIT_CLICK_AGE + i, CLICK_AGE_MS), null,
                    List.of(new NamedValue("props.campaign", Value.of(CAMPAIGNS.get(i % CAMPAIGNS.size())))), null));
            }
        }
        if (Seeded.below(seed, TRAIT_LOGIN, 100) < 15) {
            into.add(new Command.CustomEvent(key, "login", nowMs - age(seed, TRAIT_LOGIN_AGE, LOGIN_AGE_MS), null,
                List.of(), null));
        }
    }

    private String product(final Department department, final long seed, final int trait) {
        return Long.toString(department.product(Seeded.below(seed, trait, productCount), productCount));
    }

    private static long age(final long seed, final int trait, final long maxMs) {
        final long u = Seeded.below(seed, trait, 1_000_000);
        return maxMs / 1_000 * (u * u * u / 1_000_000_000) / 1_000_000;
    }
}
