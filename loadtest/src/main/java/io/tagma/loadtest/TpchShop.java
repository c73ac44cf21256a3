package io.tagma.loadtest;

import io.tagma.engine.protocol.Command;
import io.tagma.engine.protocol.DefinitionKind;
import io.tagma.engine.protocol.NamedValue;
import io.tagma.engine.protocol.SubjectKind;
import io.tagma.engine.protocol.Value;
import io.trino.tpch.Customer;
import io.trino.tpch.CustomerGenerator;
import io.trino.tpch.Distributions;
import io.trino.tpch.GenerateUtils;
import io.trino.tpch.LineItem;
import io.trino.tpch.LineItemGenerator;
import io.trino.tpch.Order;
import io.trino.tpch.OrderGenerator;
import io.trino.tpch.Part;
import io.trino.tpch.PartGenerator;
import io.trino.tpch.TextPool;
import java.text.Normalizer;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * The TPC-H benchmark's customers, parts and orders as a shop's commands: a stream, generated as it is read, that is
 * the same for the same scale and the same day of {@code now}. Each iterable starts anew with every iterator; an
 * iterator belongs to one thread.
 *
 * <p><b>From TPC-H.</b> Scale 1 is 150,000 customers, 200,000 products and 1,500,000 orders of one to seven items.
 * Dates
 * are moved by whole days so that TPC-H's last order day, 1998-08-02, is the day before {@code now} (UTC), and lie
 * in the
 * six and a half years before it. Money is divided by 100: TPC-H's cents are exactly DECIMAL's units of 1/10000, so
 * nothing is rounded. Status F, O, P is complete, processing, pending. A customer whose key is divisible by three has
 * no orders here; some have {@link LateOrders}.
 * <table>
 * <caption>What becomes what</caption>
 * <tr><td>key, order id, product</td><td>TPC-H's key as text</td></tr>
 * <tr><td>marketSegment, accountBalance, nation</td><td>of the customer: ENUM, DECIMAL, ENUM</td></tr>
 * <tr><td>grandTotal, qty</td><td>o_totalprice; the sum of the items' quantities</td></tr>
 * <tr><td>shipping.country</td><td>ISO code of the customer's nation</td></tr>
 * <tr><td>paymentMethod</td><td>of o_orderpriority: card, paypal, invoice, prepayment, banktransfer</td></tr>
 * <tr><td>shippingMethod</td><td>ship mode of the first item: air, fob, mail, rail, regair, ship, truck</td></tr>
 * <tr><td>store</td><td>{@code store-0} to {@code store-9}: the clerk's number modulo 10</td></tr>
 * <tr><td>coupon</td><td>where the clerk's number is divisible by five: EXPRESS10 for urgent orders, SPRING for
 * those of
 * low priority, else THANKS</td></tr>
 * <tr><td>website</td><td>of an order: eu (zone Europe/Berlin) and us (America/New_York) where the customer's nation
 * lies in Europe or America, else base. All customers are at home on base</td></tr>
 * <tr><td>rowTotal</td><td>l_extendedprice</td></tr>
 * <tr><td>categories</td><td>of p_type its finish and metal with their ancestors (finish, metal) and its line
 * (standard,
 * promo ...), the brand ({@code brand-13}), the size (small to 10, medium to 30, large); those of its
 * {@link Department}</td></tr>
 * <tr><td>price, onSale, brand, manufacturer</td><td>p_retailprice; the line is promo; p_brand, p_mfgr</td></tr>
 * </table>
 *
 * <p><b>What TPC-H lacks</b> is {@link Seeded} by the key: below, u(n) is uniform over 0 to n - 1.
 * <table>
 * <caption>Traits</caption>
 * <tr><td>1 gender</td><td>u(100): below 48 F, below 95 M, else missing</td></tr>
 * <tr><td>2, 3 firstname, lastname</td><td>one of 16 of the gender's, one of 24</td></tr>
 * <tr><td>4 email</td><td>{@code first.last.key@} and a domain, u(100): below 5 acme.example, below 8
 * globex.example, else
 * mail.example</td></tr>
 * <tr><td>5 dob</td><td>u(10) = 0: missing; else 6: 1941-01-01 + u(24,106) days</td></tr>
 * <tr><td>7 newsletter</td><td>u(100): below 40 true, below 85 false, else missing</td></tr>
 * <tr><td>8 group</td><td>u(100): below 12 Wholesale (2), below 20 Retailer (3), else General (1)</td></tr>
 * <tr><td>9 createdAt</td><td>with orders ({@link LateOrders} too): up to 90 days before the first day of orders; else
 * up to 2,400 days before
 * the start of {@code now}'s day, most of them lately: 2,400 days × (u(10^6) / 10^6)³, and u(10^6) mod 1000
 * ms</td></tr>
 * <tr><td>10 time of an order</td><td>of its day: u(86,400,000) ms</td></tr>
 * <tr><td>11, 12 storeCredit, rewardPoints</td><td>11, u(10): below 3 storeCredit of u(20,000) / 100, else rewardPoints
 * of u(5,000)</td></tr>
 * <tr><td>13 storeCreditUsed</td><td>of an order, u(20) = 0: 5.00</td></tr>
 * <tr><td>14, 15, 16 addresses</td><td>see {@link Cities}: one, which is both defaults; u(8) = 0: another one</td></tr>
 * </table>
 */
final class TpchShop {
    static final String WEBSITE_BASE = "base";
    static final String WEBSITE_EU = "eu";
    static final String WEBSITE_US = "us";
    static final int GROUP_GENERAL = 1;
    static final int GROUP_WHOLESALE = 2;
    static final int GROUP_RETAILER = 3;

    private static final long DAY_MS = 86_400_000;
    private static final int CUSTOMERS = 150_000;
    private static final int ORDERS = 1_500_000;
    private static final int PRODUCTS = 200_000;
    /** TPC-H's first and last day of orders, in days of the epoch. */
    private static final long FIRST_ORDER_DAY = LocalDate.of(1992, 1, 1).toEpochDay();
    private static final long LAST_ORDER_DAY = LocalDate.of(1998, 8, 2).toEpochDay();
    private static final long DOB_FIRST_DAY = LocalDate.of(1941, 1, 1).toEpochDay();
    private static final int DOB_DAYS = 24_106;
    /** Comments are not used: a small pool of their text instead of the generator's 300 MB. */
    private static final int COMMENT_POOL_LENGTH = 1 << 20;

    /** 2,400 days in hundredths of 10^9 ms. */
    private static final long CREATED_SPAN_HUNDREDTHS = 20_736;

    private static final int TRAIT_GENDER = 1;
    private static final int TRAIT_FIRSTNAME = 2;
    private static final int TRAIT_LASTNAME = 3;
    private static final int TRAIT_DOMAIN = 4;
    private static final int TRAIT_HAS_DOB = 5;
    private static final int TRAIT_DOB = 6;
    private static final int TRAIT_NEWSLETTER = 7;
    private static final int TRAIT_GROUP = 8;
    private static final int TRAIT_CREATED = 9;
    private static final int TRAIT_TIME_OF_DAY = 10;
    private static final int TRAIT_STORE_CREDIT = 11;
    private static final int TRAIT_REWARD_POINTS = 12;
    private static final int TRAIT_STORE_CREDIT_USED = 13;
    private static final int STORE_CREDIT_CENTS = 20_000;
    private static final long STORE_CREDIT_USED_UNITS = 50_000;
    private static final int REWARD_POINTS = 5_000;

    private static final List<String> NATIONS = List.of("ALGERIA", "ARGENTINA", "BRAZIL", "CANADA", "EGYPT", "ETHIOPIA",
        "FRANCE", "GERMANY", "INDIA", "INDONESIA", "IRAN", "IRAQ", "JAPAN", "JORDAN", "KENYA", "MOROCCO", "MOZAMBIQUE",
        "PERU", "CHINA", "ROMANIA", "SAUDI ARABIA", "VIETNAM", "RUSSIA", "UNITED KINGDOM", "UNITED STATES");
    private static final List<String> COUNTRIES = List.of("DZ", "AR", "BR", "CA", "EG", "ET", "FR", "DE", "IN", "ID",
        "IR", "IQ", "JP", "JO", "KE", "MA", "MZ", "PE", "CN", "RO", "SA", "VN", "RU", "GB", "US");
    /** TPC-H's regions Europe and America. */
    private static final Set<String> EUROPE = Set.of("FR", "DE", "RO", "RU", "GB");
    private static final Set<String> AMERICA = Set.of("AR", "BR", "CA", "PE", "US");
    private static final List<String> WOMEN = List.of("Anna", "Beatriz", "Chloé", "Dilnoza", "Emma", "Fatima", "Grace",
        "Hanna", "Ines", "Jana", "Katarzyna", "Lena", "Mei", "Nora", "Olga", "Zoë");
    private static final List<String> MEN = List.of("Adam", "Bruno", "Carlos", "David", "Emil", "Farid", "George",
        "Hugo", "Ivan", "Jonas", "Karim", "Lukas", "Mateo", "Noah", "Omar", "Søren");
    private static final List<String> LASTNAMES = List.of("Abebe", "Becker", "Chen", "Dubois", "Eriksen", "Fischer",
        "García", "Haddad", "Ivanov", "Jones", "Kimura", "López", "Müller", "Nguyen", "Okafor", "Popescu", "Quispe",
        "Rossi", "Silva", "Tanaka", "Ueda", "Varga", "Weber", "Young");

    private final double scale;
    private final long dayShift;
    private final long todayMs;
    private final Distributions distributions = Distributions.getDefaultDistributions();
    private final TextPool comments = new TextPool(COMMENT_POOL_LENGTH, distributions);
    private byte[] nationOfCustomer;

    /**
     * A shop as it stands at {@code now}.
     *
     * @param scale more than 0; TPC-H's scale factor
     */
    TpchShop(final double scale, final Instant now) {
        if (!(scale > 0 && scale <= 1000)) {
            throw new IllegalArgumentException("scale out of range: scale=" + scale + ", min>0, max=1000");
        }
        this.scale = scale;
        final long today = now.atOffset(ZoneOffset.UTC).toLocalDate().toEpochDay();
        this.dayShift = today - 1 - LAST_ORDER_DAY;
        this.todayMs = today * DAY_MS;
    }

    /** How many customers there are; their keys are 1 to so many. */
    long customerCount() {
        return GenerateUtils.calculateRowCount(CUSTOMERS, scale, 1, 1);
    }

    /** How many orders there are. */
    long orderCount() {
        return GenerateUtils.calculateRowCount(ORDERS, scale, 1, 1);
    }

    /** How many products there are; their keys are 1 to so many. */
    long productCount() {
        return GenerateUtils.calculateRowCount(PRODUCTS, scale, 1, 1);
    }

    /** Midnight (UTC) of the day as of which the shop stands. */
    long todayMs() {
        return todayMs;
    }

    /** TPC-H's retail price of a product, divided by 100. */
    static long priceUnits(final long product) {
        return 90_000 + product / 10 % 20_001 + 100 * (product % 1_000);
    }

    /** The attributes and websites that are not seeded: declare them first. */
    static List<Command> definitions() {
        return List.of(website(WEBSITE_EU, "{\"id\":2,\"zone\":\"Europe/Berlin\",\"currency\":\"EUR\"}"),
            website(WEBSITE_US, "{\"id\":3,\"zone\":\"America/New_York\",\"currency\":\"USD\"}"),
            attribute("marketSegment", "ENUM"), attribute("accountBalance", "DECIMAL"),
            attribute("nation", "ENUM"));
    }

    private static Command attribute(final String key, final String type) {
        return new Command.PutDefinition(DefinitionKind.ATTRIBUTE, key, -1, "{\"type\":\"" + type + "\"}");
    }

    private static Command website(final String code, final String json) {
        return new Command.PutDefinition(DefinitionKind.WEBSITE, code, -1, json);
    }

    /** Products in order of their keys. */
    Iterable<Command.ProductUpsert> products() {
        return () -> {
            final Iterator<Part> parts = new PartGenerator(scale, 1, 1, distributions, comments).iterator();
            return new Iterator<>() {
                @Override
                public boolean hasNext() {
                    return parts.hasNext();
                }

                @Override
                public Command.ProductUpsert next() {
                    return product(parts.next());
                }
            };
        };
    }

    /** Customers in order of their keys. */
    Iterable<Command.SubjectUpsert> customers() {
        return () -> {
            final Iterator<Customer> customers =
                new CustomerGenerator(scale, 1, 1, distributions, comments).iterator();
            return new Iterator<>() {
                @Override
                public boolean hasNext() {
                    return customers.hasNext();
                }

                @Override
                public Command.SubjectUpsert next() {
                    return customer(customers.next());
                }
            };
        };
    }

    /** Orders in order of TPC-H's keys, each with its items: only one is in memory at a time. */
    Iterable<Command.OrderUpsert> orders() {
        return () -> {
            final byte[] nations = nationOfCustomer();
            final Iterator<Order> orders = new OrderGenerator(scale, 1, 1, distributions, comments).iterator();
            final Iterator<LineItem> lines = new LineItemGenerator(scale, 1, 1, distributions, comments).iterator();
            return new Iterator<>() {
                private LineItem ahead = lines.next();

                @Override
                public boolean hasNext() {
                    return orders.hasNext();
                }

                @Override
                public Command.OrderUpsert next() {
                    final Order order = orders.next();
                    final List<LineItem> own = new ArrayList<>(7);
                    while (ahead != null && ahead.getOrderKey() == order.getOrderKey()) {
                        own.add(ahead);
                        ahead = lines.hasNext() ? lines.next() : null;
                    }
                    return order(order, own, COUNTRIES.get(nations[(int) order.getCustomerKey()]));
                }
            };
        };
    }

    private byte[] nationOfCustomer() {
        if (nationOfCustomer == null) {
            final byte[] nations = new byte[(int) customerCount() + 1];
            for (final Customer customer : new CustomerGenerator(scale, 1, 1, distributions, comments)) {
                nations[(int) customer.getCustomerKey()] = (byte) customer.getNationKey();
            }
            nationOfCustomer = nations;
        }
        return nationOfCustomer;
    }

    private static Command.ProductUpsert product(final Part part) {
        final String[] type = part.getType().toLowerCase(Locale.ROOT).split(" ");
        final String brand = part.getBrand().toLowerCase(Locale.ROOT).replace('#', '-');
        final String size = part.getSize() <= 10 ? "small" : part.getSize() <= 30 ? "medium" : "large";
        final List<NamedValue> fields = new ArrayList<>();
        final List<String> categories = new ArrayList<>(
            List.of("line", type[0], "finish", type[1], "metal", type[2], brand, "size-" + size));
        categories.addAll(Department.of(part.getPartKey()).categories());
        fields.add(new NamedValue("categories", Value.of(categories)));
        text(fields, "sku", String.format(Locale.ROOT, "P-%08d", part.getPartKey()));
        money(fields, "price", part.getRetailPriceInCents());
        fields.add(new NamedValue("onSale", Value.of(type[0].equals("promo"))));
        text(fields, "attributes.brand", brand);
        text(fields, "attributes.manufacturer", part.getManufacturer());
        return new Command.ProductUpsert(Long.toString(part.getPartKey()), fields, null);
    }

    private Command.SubjectUpsert customer(final Customer customer) {
        final long key = customer.getCustomerKey();
        final long gender = Seeded.below(key, TRAIT_GENDER, 100);
        final boolean isFemale = gender < 48 || gender >= 95 && (key & 1) == 0;
        final String firstname = Seeded.pick(key, TRAIT_FIRSTNAME, isFemale ? WOMEN : MEN);
        final String lastname = Seeded.pick(key, TRAIT_LASTNAME, LASTNAMES);
        final List<NamedValue> attributes = new ArrayList<>();
        text(attributes, "email", email(key, firstname, lastname));
        text(attributes, "firstname", firstname);
        text(attributes, "lastname", lastname);
        if (gender < 95) {
            text(attributes, "gender", isFemale ? "F" : "M");
        }
        if (Seeded.below(key, TRAIT_HAS_DOB, 10) != 0) {
            final long day = DOB_FIRST_DAY + Seeded.below(key, TRAIT_DOB, DOB_DAYS);
            text(attributes, "dob", LocalDate.ofEpochDay(day).toString());
        }
        final long newsletter = Seeded.below(key, TRAIT_NEWSLETTER, 100);
        if (newsletter < 85) {
            attributes.add(new NamedValue("newsletter", Value.of(newsletter < 40)));
        }
        attributes.add(new NamedValue("createdAt", Value.of(createdAt(key))));
        text(attributes, "marketSegment", customer.getMarketSegment());
        money(attributes, "accountBalance", customer.getAccountBalanceInCents());
        text(attributes, "nation", NATIONS.get((int) customer.getNationKey()));
        if (Seeded.below(key, TRAIT_STORE_CREDIT, 10) < 3) {
            money(attributes, "storeCredit",
                100 * Seeded.below(key, TRAIT_REWARD_POINTS, STORE_CREDIT_CENTS));
        } else {
            attributes.add(new NamedValue("rewardPoints",
                Value.of(Seeded.below(key, TRAIT_REWARD_POINTS, REWARD_POINTS))));
        }
        final int nation = (int) customer.getNationKey();
        final long group = Seeded.below(key, TRAIT_GROUP, 100);
        return new Command.SubjectUpsert(Long.toString(key), SubjectKind.CUSTOMER, null,
            group < 12 ? GROUP_WHOLESALE : group < 20 ? GROUP_RETAILER : GROUP_GENERAL, attributes,
            Cities.addresses(key, nation, COUNTRIES.get(nation)), null);
    }

    private static String email(final long key, final String firstname, final String lastname) {
        final long domain = Seeded.below(key, TRAIT_DOMAIN, 100);
        return plain(firstname) + "." + plain(lastname) + "." + key
            + (domain < 5 ? "@acme.example" : domain < 8 ? "@globex.example" : "@mail.example");
    }

    /** Lower case without what only some mail servers take. */
    private static String plain(final String name) {
        return Normalizer.normalize(name.replace("ø", "o"), Normalizer.Form.NFD)
            .replaceAll("[^A-Za-z]", "").toLowerCase(Locale.ROOT);
    }

    private long createdAt(final long key) {
        if (key % 3 != 0 || LateShopper.of(key) != LateShopper.NEVER) {
            final long opening = (FIRST_ORDER_DAY + dayShift) * DAY_MS;
            return opening - 1 - Seeded.below(key, TRAIT_CREATED, 90 * DAY_MS);
        }
        final long u = Seeded.below(key, TRAIT_CREATED, 1_000_000);
        return todayMs - 1 - u * u * u / 1_000_000_000 * CREATED_SPAN_HUNDREDTHS / 100 - u % 1_000;
    }

    private Command.OrderUpsert order(final Order order, final List<LineItem> lines, final String country) {
        final List<Command.Item> items = new ArrayList<>(lines.size());
        long qty = 0;
        for (final LineItem line : lines) {
            qty += line.getQuantity();
            final List<NamedValue> fields = new ArrayList<>(3);
            text(fields, "product", Long.toString(line.getPartKey()));
            fields.add(new NamedValue("qty", Value.of(line.getQuantity())));
            money(fields, "rowTotal", line.getExtendedPriceInCents());
            items.add(new Command.Item(null, fields));
        }
        final String clerk = order.getClerk();
        final long clerkNumber = Long.parseLong(clerk, clerk.indexOf('#') + 1, clerk.length(), 10);
        final char priority = order.getOrderPriority().charAt(0);
        final List<NamedValue> fields = new ArrayList<>(11);
        text(fields, "status", status(order.getOrderStatus()));
        money(fields, "grandTotal", order.getTotalPriceInCents());
        fields.add(new NamedValue("qty", Value.of(qty)));
        text(fields, "website",
            EUROPE.contains(country) ? WEBSITE_EU : AMERICA.contains(country) ? WEBSITE_US : WEBSITE_BASE);
        text(fields, "shipping.country", country);
        text(fields, "paymentMethod", paymentMethod(priority));
        text(fields, "shippingMethod", lines.get(0).getShipMode().toLowerCase(Locale.ROOT).replace(" ", ""));
        text(fields, "store", "store-" + clerkNumber % 10);
        if (clerkNumber % 5 == 0) {
            text(fields, "coupon", priority == '1' ? "EXPRESS10" : priority == '5' ? "SPRING" : "THANKS");
        }
        if (Seeded.below(order.getOrderKey(), TRAIT_STORE_CREDIT_USED, 20) == 0) {
            money(fields, "storeCreditUsed", STORE_CREDIT_USED_UNITS);
        }
        final long t = (order.getOrderDate() + dayShift) * DAY_MS
            + Seeded.below(order.getOrderKey(), TRAIT_TIME_OF_DAY, DAY_MS);
        return new Command.OrderUpsert(Long.toString(order.getCustomerKey()), Long.toString(order.getOrderKey()), t,
            fields, items, null);
    }

    private static String status(final char status) {
        return switch (status) {
            case 'F' -> "complete";
            case 'O' -> "processing";
            case 'P' -> "pending";
            default -> throw new IllegalStateException("unknown order status: status=" + status);
        };
    }

    private static String paymentMethod(final char priority) {
        return switch (priority) {
            case '1' -> "card";
            case '2' -> "paypal";
            case '3' -> "invoice";
            case '4' -> "prepayment";
            default -> "banktransfer";
        };
    }

    private static void text(final List<NamedValue> fields, final String name, final String text) {
        fields.add(new NamedValue(name, Value.of(text)));
    }

    /** TPC-H's cents, divided by 100, are units of 1/10000. */
    private static void money(final List<NamedValue> fields, final String name, final long cents) {
        fields.add(new NamedValue(name, new Value.Decimal(cents)));
    }
}
