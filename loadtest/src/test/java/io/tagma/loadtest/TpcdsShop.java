package io.tagma.loadtest;

import io.tagma.engine.protocol.Command;
import io.tagma.engine.protocol.DefinitionKind;
import io.tagma.engine.protocol.NamedValue;
import io.tagma.engine.protocol.SubjectKind;
import io.tagma.engine.protocol.Value;
import io.tagma.loadtest.TpcdsTables.Row;
import java.math.BigDecimal;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * TPC-DS's web shop as commands. Its nulls stay missing and its texts keep their blanks. All days but birthdays are
 * moved by whole days so that the last day of sales, 2003-01-02, is the day before {@code now} (UTC).
 * <table>
 * <caption>What becomes what</caption>
 * <tr><td>customer</td><td>each; key c_customer_sk; home website by the offset of the current address: east (-5),
 * central (-6), mountain (-7), pacific (-8), else base</td></tr>
 * <tr><td>attributes</td><td>prefix, firstname, lastname, email; dob only where day, month and year are there;
 * birthCountry STRING; preferred BOOL; lastReview DATE; lastLoginAt that day and createdAt c_first_sales_date, both at
 * the second of the day that is the key × 7919 modulo 86,400; of customer_demographics gender, maritalStatus,
 * education, creditRating ENUM, purchaseEstimate INT; traits ENUM_SET: marital status, education, credit rating and
 * "preferred", as far as they are there, missing where the demographics are unknown</td></tr>
 * <tr><td>addresses</td><td>the current one as default for billing; then those the customer's own orders went to,
 * by key, the last of them default for shipping; street is ca_street_name, region ca_state, company
 * ca_location_type</td></tr>
 * <tr><td>item</td><td>product: key i_item_sk, sku i_item_id, categories i_category and i_class, price, onSale where
 * a newer version of the item exists, brand, color, size, manager (a number)</td></tr>
 * <tr><td>web_sales</td><td>order of ws_order_number; day, time, customer, website (site_1, site_2), addresses, way of
 * shipping are those of the first line that has one (an order without a customer or day is left out); grandTotal,
 * subtotal, tax, shippingAmount, discount, qty and props.profit: sums over the lines that have one; coupon: the
 * promotion of the first line with one and with a coupon amount above 0; props.modes, props.carriers: the
 * sets of the lines' ways and carriers; status processing until the last line has shipped, then
 * Shipped</td></tr>
 * <tr><td>a line</td><td>item: product, qty, rowTotal ws_ext_sales_price, props.page, props.mode,
 * props.listPrice</td></tr>
 * <tr><td>wish list</td><td>who receives an order wishes its products, at its time</td></tr>
 * <tr><td>web_returns</td><td>at its day, or 30 days after the order, an event {@code return} (props.order, product,
 * amount, qty) and the order again: the line's qty and rowTotal less what was returned, the line gone where all or an
 * unknown quantity was; the order's qty less as much; refunded: the sum of the known amounts, if any; status
 * returned</td></tr>
 * </table>
 */
final class TpcdsShop {
    /** The home websites' zones; {@code base} is UTC. */
    static final Map<String, String> ZONES = zones();

    private static final int EPOCH_JULIAN = 2_440_588;
    private static final long LAST_SALE_DAY = LocalDate.of(2003, 1, 2).toEpochDay();
    private static final long DAY_MS = 86_400_000;
    private static final int DAY_S = 86_400;
    private static final int SPREAD = 7_919;
    private static final int RETURN_DAYS = 30;

    private final TpcdsTables tables;
    private final long today;
    private final long dayShift;
    private final Map<String, Sale> sales = new LinkedHashMap<>();
    private final List<Return> returns = new ArrayList<>();

    TpcdsShop(final TpcdsTables tables, final Instant now) {
        this.tables = tables;
        today = now.atOffset(ZoneOffset.UTC).toLocalDate().toEpochDay();
        dayShift = today - 1 - LAST_SALE_DAY;
        final Map<String, List<Row>> orders = new LinkedHashMap<>();
        for (final Row line : tables.webSales()) {
            orders.computeIfAbsent(line.text("ws_order_number"), number -> new ArrayList<>()).add(line);
        }
        orders.forEach((number, lines) -> {
            if (first(lines, "ws_bill_customer_sk") != null && first(lines, "ws_sold_date_sk") != null) {
                sales.put(number, new Sale(number, lines));
            }
        });
        for (final Row row : tables.webReturns()) {
            final Sale sale = sales.get(row.text("wr_order_number"));
            if (sale != null) {
                final String day = row.text("wr_returned_date_sk");
                final String second = row.text("wr_returned_time_sk");
                returns.add(new Return(sale, row, day == null ? sale.t + RETURN_DAYS * DAY_MS
                    : ms(day, second == null ? "0" : second)));
            }
        }
        returns.sort(Comparator.comparingLong(Return::t));
    }

    private static Map<String, String> zones() {
        final Map<String, String> zones = new LinkedHashMap<>();
        zones.put("base", "UTC");
        zones.put("east", "America/New_York");
        zones.put("central", "America/Chicago");
        zones.put("mountain", "America/Denver");
        zones.put("pacific", "America/Los_Angeles");
        return zones;
    }

    /** Websites and attributes: declare them first. */
    static List<Command> definitions() {
        final List<Command> definitions = new ArrayList<>();
        int id = 1;
        for (final Map.Entry<String, String> zone : ZONES.entrySet()) {
            if (id > 1) {
                definitions.add(website(zone.getKey(), id, zone.getValue()));
            }
            id++;
        }
        definitions.add(website("site_1", id, "UTC"));
        definitions.add(website("site_2", id + 1, "UTC"));
        Map.of("birthCountry", "STRING", "preferred", "BOOL", "lastReview", "DATE", "maritalStatus", "ENUM",
            "education", "ENUM", "creditRating", "ENUM", "purchaseEstimate", "INT", "traits", "ENUM_SET")
            .forEach((key, type) -> definitions.add(new Command.PutDefinition(DefinitionKind.ATTRIBUTE, key, -1,
                "{\"type\":\"" + type + "\"}")));
        return definitions;
    }

    private static Command website(final String code, final int id, final String zone) {
        return new Command.PutDefinition(DefinitionKind.WEBSITE, code, -1,
            "{\"id\":" + id + ",\"zone\":\"" + zone + "\"}");
    }

    /** Products in order of their keys. */
    List<Command.ProductUpsert> products() {
        return tables.items().stream().map(TpcdsShop::product).toList();
    }

    private static Command.ProductUpsert product(final Row item) {
        final List<NamedValue> fields = new ArrayList<>();
        final List<String> categories = new ArrayList<>();
        addTo(categories, item.text("i_category"));
        addTo(categories, item.text("i_class"));
        fields.add(new NamedValue("categories", Value.of(categories)));
        text(fields, "sku", item.text("i_item_id"));
        number(fields, "price", item.number("i_current_price"));
        fields.add(new NamedValue("onSale", Value.of(item.text("i_rec_end_date") != null)));
        text(fields, "attributes.brand", item.text("i_brand"));
        text(fields, "attributes.color", item.text("i_color"));
        text(fields, "attributes.size", item.text("i_size"));
        number(fields, "attributes.manager", item.number("i_manager_id"));
        return new Command.ProductUpsert(item.text("i_item_sk"), fields, null);
    }

    /** Customers in order of their keys. */
    List<Command.SubjectUpsert> customers() {
        final Map<String, Set<Integer>> shippedTo = new LinkedHashMap<>();
        for (final Sale sale : sales.values()) {
            final String address = first(sale.lines, "ws_ship_addr_sk");
            if (address != null) {
                shippedTo.computeIfAbsent(sale.customer, key -> new TreeSet<>()).add(Integer.valueOf(address));
            }
        }
        return tables.customers().stream()
            .map(customer -> customer(customer, shippedTo.getOrDefault(customer.text("c_customer_sk"), Set.of())))
            .toList();
    }

    private Command.SubjectUpsert customer(final Row customer, final Set<Integer> shippedTo) {
        final String key = customer.text("c_customer_sk");
        final List<NamedValue> attributes = new ArrayList<>();
        text(attributes, "prefix", customer.text("c_salutation"));
        text(attributes, "firstname", customer.text("c_first_name"));
        text(attributes, "lastname", customer.text("c_last_name"));
        text(attributes, "email", customer.text("c_email_address"));
        text(attributes, "dob", birthday(customer));
        text(attributes, "birthCountry", customer.text("c_birth_country"));
        final String preferred = customer.text("c_preferred_cust_flag");
        if (preferred != null) {
            attributes.add(new NamedValue("preferred", Value.of(preferred.equals("Y"))));
        }
        final String second = Long.toString(Long.parseLong(key) * SPREAD % DAY_S);
        final String review = customer.text("c_last_review_date_sk");
        if (review != null) {
            text(attributes, "lastReview", LocalDate.ofEpochDay(day(review)).toString());
            attributes.add(new NamedValue("lastLoginAt", Value.of(ms(review, second))));
        }
        final String firstSale = customer.text("c_first_sales_date_sk");
        if (firstSale != null) {
            attributes.add(new NamedValue("createdAt", Value.of(ms(firstSale, second))));
        }
        if (customer.text("c_current_cdemo_sk") != null) {
            demographics(attributes, tables.demographics(customer.text("c_current_cdemo_sk")), "Y".equals(preferred));
        }
        final Row current = tables.address(customer.text("c_current_addr_sk"));
        final List<List<NamedValue>> addresses = new ArrayList<>();
        addresses.add(address(current, true, shippedTo.isEmpty()));
        int left = shippedTo.size();
        for (final int shipped : shippedTo) {
            addresses.add(address(tables.address(Integer.toString(shipped)), false, --left == 0));
        }
        return new Command.SubjectUpsert(key, SubjectKind.CUSTOMER, home(current.number("ca_gmt_offset")), null,
            attributes, addresses, null);
    }

    private static String birthday(final Row customer) {
        final String year = customer.text("c_birth_year");
        final String month = customer.text("c_birth_month");
        final String day = customer.text("c_birth_day");
        if (year == null || month == null || day == null) {
            return null;
        }
        try {
            return LocalDate.of(Integer.parseInt(year), Integer.parseInt(month), Integer.parseInt(day)).toString();
        } catch (final DateTimeException none) {
            throw new IllegalStateException("no such day: key=" + customer.text("c_customer_sk"), none);
        }
    }

    private static void demographics(final List<NamedValue> attributes, final Row row, final boolean isPreferred) {
        text(attributes, "gender", row.text("cd_gender"));
        text(attributes, "maritalStatus", row.text("cd_marital_status"));
        text(attributes, "education", row.text("cd_education_status"));
        text(attributes, "creditRating", row.text("cd_credit_rating"));
        number(attributes, "purchaseEstimate", row.number("cd_purchase_estimate"));
        final List<String> traits = new ArrayList<>(List.of(row.text("cd_marital_status"),
            row.text("cd_education_status"), row.text("cd_credit_rating")));
        if (isPreferred) {
            traits.add("preferred");
        }
        attributes.add(new NamedValue("traits", Value.of(traits)));
    }

    private static List<NamedValue> address(final Row address, final boolean isBilling, final boolean isShipping) {
        final List<NamedValue> fields = new ArrayList<>();
        address(fields, "", address);
        fields.add(new NamedValue("isDefaultBilling", Value.of(isBilling)));
        fields.add(new NamedValue("isDefaultShipping", Value.of(isShipping)));
        return fields;
    }

    private static void address(final List<NamedValue> fields, final String prefix, final Row address) {
        text(fields, prefix + "street", address.text("ca_street_name"));
        text(fields, prefix + "city", address.text("ca_city"));
        text(fields, prefix + "region", address.text("ca_state"));
        text(fields, prefix + "country", address.text("ca_country"));
        text(fields, prefix + "postcode", address.text("ca_zip"));
        text(fields, prefix + "company", address.text("ca_location_type"));
    }

    private static String home(final BigDecimal offset) {
        return switch (offset == null ? 0 : offset.intValue()) {
            case -5 -> "east";
            case -6 -> "central";
            case -7 -> "mountain";
            case -8 -> "pacific";
            default -> "base";
        };
    }

    /** Orders as they were sold, in order of their numbers. */
    List<Command.OrderUpsert> orders() {
        return sales.values().stream().map(Sale::order).toList();
    }

    /** What the receivers of orders wish, in order of the orders. */
    List<Command.WishlistAdd> wishes() {
        final List<Command.WishlistAdd> wishes = new ArrayList<>();
        for (final Sale sale : sales.values()) {
            final String receiver = first(sale.lines, "ws_ship_customer_sk");
            for (final Row line : sale.lines) {
                if (receiver != null) {
                    wishes.add(new Command.WishlistAdd(receiver, line.text("ws_item_sk"), sale.t, null, null));
                }
            }
        }
        return wishes;
    }

    /** What came back after the one instant and until the other, in order of time. */
    List<Command> returns(final Instant after, final Instant until) {
        final List<Command> commands = new ArrayList<>();
        final Map<Sale, Set<Row>> taken = new LinkedHashMap<>();
        for (final Return each : returns) {
            if (each.t <= until.toEpochMilli()) {
                final Set<Row> rows = taken.computeIfAbsent(each.sale, sale -> new LinkedHashSet<>());
                rows.add(each.row);
                if (each.t > after.toEpochMilli()) {
                    commands.add(each.event());
                    commands.add(each.sale.order(rows));
                }
            }
        }
        return commands;
    }

    private static String first(final List<Row> lines, final String column) {
        for (final Row line : lines) {
            if (line.text(column) != null) {
                return line.text(column);
            }
        }
        return null;
    }

    private long day(final String julian) {
        return Long.parseLong(julian) - EPOCH_JULIAN + dayShift;
    }

    private long ms(final String julian, final String second) {
        return day(julian) * DAY_MS + Long.parseLong(second) * 1_000;
    }

    private static void addTo(final List<String> texts, final String text) {
        if (text != null && !texts.contains(text)) {
            texts.add(text);
        }
    }

    private static void text(final List<NamedValue> fields, final String name, final String text) {
        if (text != null) {
            fields.add(new NamedValue(name, Value.of(text)));
        }
    }

    private static void number(final List<NamedValue> fields, final String name, final BigDecimal number) {
        if (number != null) {
            fields.add(new NamedValue(name, Value.of(number)));
        }
    }

    /** A return of one line at an instant. */
    private record Return(Sale sale, Row row, long t) {
        Command event() {
            final List<NamedValue> fields = new ArrayList<>();
            text(fields, "props.order", sale.number);
            text(fields, "props.product", row.text("wr_item_sk"));
            number(fields, "props.amount", row.number("wr_return_amt"));
            number(fields, "props.qty", row.number("wr_return_quantity"));
            return new Command.CustomEvent(sale.customer, "return", t, null, fields, null);
        }
    }

    /** One order's lines. */
    private final class Sale {
        private final String number;
        private final List<Row> lines;
        private final String customer;
        private final long t;

        private Sale(final String number, final List<Row> lines) {
            this.number = number;
            this.lines = lines;
            customer = first(lines, "ws_bill_customer_sk");
            final String second = first(lines, "ws_sold_time_sk");
            t = ms(first(lines, "ws_sold_date_sk"), second == null ? "0" : second);
        }

        /** As it was sold. */
        private Command.OrderUpsert order() {
            final List<Command.Item> items = new ArrayList<>();
            lines.forEach(line -> items.add(item(line, null)));
            return order(isShipped() ? "Shipped" : "processing", sum("ws_quantity"), null, items);
        }

        private boolean isShipped() {
            return lines.stream().map(line -> line.text("ws_ship_date_sk"))
                .allMatch(shipped -> shipped == null || day(shipped) < today);
        }

        /** After these returns. */
        private Command.OrderUpsert order(final Set<Row> taken) {
            final Map<String, Row> byProduct = new LinkedHashMap<>();
            BigDecimal refunded = null;
            for (final Row row : taken) {
                byProduct.put(row.text("wr_item_sk"), row);
                refunded = plus(refunded, row.number("wr_return_amt"));
            }
            final List<Command.Item> items = new ArrayList<>();
            BigDecimal qty = null;
            for (final Row line : lines) {
                final Row back = byProduct.get(line.text("ws_item_sk"));
                final BigDecimal kept = kept(line, back);
                if (back == null || kept != null && kept.signum() > 0) {
                    items.add(item(line, back));
                    qty = plus(qty, kept);
                }
            }
            return order("returned", qty, refunded, items);
        }

        private BigDecimal kept(final Row line, final Row back) {
            final BigDecimal sold = line.number("ws_quantity");
            if (back == null) {
                return sold;
            }
            final BigDecimal returned = back.number("wr_return_quantity");
            return sold == null || returned == null ? null : sold.subtract(returned);
        }

        private Command.Item item(final Row line, final Row back) {
            final List<NamedValue> fields = new ArrayList<>();
            text(fields, "product", line.text("ws_item_sk"));
            number(fields, "qty", kept(line, back));
            final BigDecimal total = line.number("ws_ext_sales_price");
            final BigDecimal amount = back == null ? null : back.number("wr_return_amt");
            number(fields, "rowTotal", total == null || amount == null ? total : total.subtract(amount));
            if (line.text("ws_web_page_sk") != null) {
                text(fields, "props.page", tables.webPage(line.text("ws_web_page_sk")).text("wp_type"));
            }
            if (line.text("ws_ship_mode_sk") != null) {
                text(fields, "props.mode", tables.shipMode(line.text("ws_ship_mode_sk")).text("sm_type"));
            }
            number(fields, "props.listPrice", line.number("ws_list_price"));
            return new Command.Item(null, fields);
        }

        private Command.OrderUpsert order(final String status, final BigDecimal qty, final BigDecimal refunded,
                                          final List<Command.Item> items) {
            final List<NamedValue> fields = new ArrayList<>();
            final String site = first(lines, "ws_web_site_sk");
            final String shipMode = first(lines, "ws_ship_mode_sk");
            text(fields, "website", site == null ? null : "site_" + site);
            text(fields, "status", status);
            number(fields, "grandTotal", sum("ws_net_paid_inc_ship_tax"));
            number(fields, "subtotal", sum("ws_ext_sales_price"));
            number(fields, "tax", sum("ws_ext_tax"));
            number(fields, "shippingAmount", sum("ws_ext_ship_cost"));
            number(fields, "discount", sum("ws_coupon_amt"));
            number(fields, "refunded", refunded);
            number(fields, "qty", qty);
            number(fields, "props.profit", sum("ws_net_profit"));
            text(fields, "props.order", number);
            text(fields, "coupon", coupon());
            text(fields, "shippingMethod", shipMode == null ? null : tables.shipMode(shipMode).text("sm_type"));
            sets(fields);
            final String billing = first(lines, "ws_bill_addr_sk");
            if (billing != null) {
                address(fields, "billing.", tables.address(billing));
            }
            final String shipping = first(lines, "ws_ship_addr_sk");
            if (shipping != null) {
                address(fields, "shipping.", tables.address(shipping));
            }
            return new Command.OrderUpsert(customer, number, t, fields, items, null);
        }

        private String coupon() {
            for (final Row line : lines) {
                final BigDecimal amount = line.number("ws_coupon_amt");
                if (line.text("ws_promo_sk") != null && amount != null && amount.signum() > 0) {
                    return tables.promotion(line.text("ws_promo_sk")).text("p_promo_name");
                }
            }
            return null;
        }

        private void sets(final List<NamedValue> fields) {
            final List<String> modes = new ArrayList<>();
            final List<String> carriers = new ArrayList<>();
            for (final Row line : lines) {
                if (line.text("ws_ship_mode_sk") != null) {
                    addTo(modes, tables.shipMode(line.text("ws_ship_mode_sk")).text("sm_type"));
                    addTo(carriers, tables.shipMode(line.text("ws_ship_mode_sk")).text("sm_carrier"));
                }
            }
            fields.add(new NamedValue("props.modes", Value.of(modes)));
            fields.add(new NamedValue("props.carriers", Value.of(carriers)));
        }

        private BigDecimal sum(final String column) {
            BigDecimal sum = null;
            for (final Row line : lines) {
                sum = plus(sum, line.number(column));
            }
            return sum;
        }

        private static BigDecimal plus(final BigDecimal sum, final BigDecimal number) {
            return number == null ? sum : sum == null ? number : sum.add(number);
        }
    }
}
