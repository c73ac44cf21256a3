package io.tagma.loadtest;

import io.tagma.engine.protocol.Command;
import io.tagma.engine.protocol.NamedValue;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * {@link TpcdsShop} in tables of DuckDB; sets are lists.
 * <pre>
 * customers(key, website, prefix, firstname, lastname, email, dob DATE, gender, marital_status, education,
 *           credit_rating, purchase_estimate BIGINT, birth_country, preferred BOOLEAN, last_review DATE,
 *           created_at BIGINT ms, last_login_at BIGINT ms, traits[])
 * addresses(customer, street, city, region, country, postcode, company, is_billing BOOLEAN, is_shipping BOOLEAN)
 * products(product, sku, price DECIMAL, on_sale BOOLEAN, brand, color, size, manager DECIMAL, categories[])
 * orders(customer, id, t BIGINT ms, website, status, grand_total, subtotal, tax, shipping_amount, discount,
 *        refunded, qty, profit DECIMAL, coupon, shipping_method, billing_region, shipping_city, modes[], carriers[])
 * items(customer, order_id, t, product, qty, row_total, list_price DECIMAL, page, mode)
 * wishes(customer, product, t)      returns(customer, t, order_id, product, amount, qty DECIMAL)
 * local_days(website, day DATE, start_ms): when each day began in the website's zone, for the zones of customers
 * local_today(website, today DATE): the day it is there now
 * </pre>
 * Orders, items, wishes and returns are views that leave out what lies in the future.
 */
final class TpcdsSqlShop implements SqlShop {
    private static final String[] TABLES = {
        "CREATE TABLE all_customers(key VARCHAR, website VARCHAR, prefix VARCHAR, firstname VARCHAR, "
            + "lastname VARCHAR, email VARCHAR, dob DATE, gender VARCHAR, marital_status VARCHAR, education VARCHAR, "
            + "credit_rating VARCHAR, purchase_estimate BIGINT, birth_country VARCHAR, preferred BOOLEAN, "
            + "last_review DATE, created_at BIGINT, last_login_at BIGINT, traits VARCHAR)",
        "CREATE TABLE addresses(customer VARCHAR, street VARCHAR, city VARCHAR, region VARCHAR, country VARCHAR, "
            + "postcode VARCHAR, company VARCHAR, is_billing BOOLEAN, is_shipping BOOLEAN)",
        "CREATE TABLE all_products(product VARCHAR, sku VARCHAR, price DECIMAL(18,4), on_sale BOOLEAN, "
            + "brand VARCHAR, color VARCHAR, size VARCHAR, manager DECIMAL(18,4), categories VARCHAR)",
        "CREATE TABLE all_orders(customer VARCHAR, id VARCHAR, t BIGINT, website VARCHAR, status VARCHAR, "
            + "grand_total DECIMAL(18,4), subtotal DECIMAL(18,4), tax DECIMAL(18,4), shipping_amount DECIMAL(18,4), "
            + "discount DECIMAL(18,4), refunded DECIMAL(18,4), qty DECIMAL(18,4), profit DECIMAL(18,4), "
            + "coupon VARCHAR, shipping_method VARCHAR, billing_region VARCHAR, shipping_city VARCHAR, "
            + "modes VARCHAR, carriers VARCHAR)",
        "CREATE TABLE all_items(customer VARCHAR, order_id VARCHAR, t BIGINT, product VARCHAR, qty DECIMAL(18,4), "
            + "row_total DECIMAL(18,4), list_price DECIMAL(18,4), page VARCHAR, mode VARCHAR)",
        "CREATE TABLE all_wishes(customer VARCHAR, product VARCHAR, t BIGINT)",
        "CREATE TABLE all_returns(customer VARCHAR, t BIGINT, order_id VARCHAR, product VARCHAR, "
            + "amount DECIMAL(18,4), qty DECIMAL(18,4))",
        "CREATE TABLE replaced(customer VARCHAR, id VARCHAR)",
        "CREATE TABLE local_days(website VARCHAR, day DATE, start_ms BIGINT)"};
    private static final String[] VIEWS = {
        "CREATE MACRO set_of(codes) AS CASE codes WHEN '' THEN []::VARCHAR[] ELSE string_split(codes, '|') END",
        "CREATE VIEW customers AS SELECT * REPLACE (set_of(traits) AS traits) FROM all_customers",
        "CREATE VIEW products AS SELECT * REPLACE (set_of(categories) AS categories) FROM all_products",
        "CREATE VIEW orders AS SELECT * REPLACE (set_of(modes) AS modes, set_of(carriers) AS carriers) "
            + "FROM all_orders WHERE t <= now_ms()",
        "CREATE VIEW items AS SELECT * FROM all_items WHERE t <= now_ms()",
        "CREATE VIEW wishes AS SELECT * FROM all_wishes WHERE t <= now_ms()",
        "CREATE VIEW returns AS SELECT * FROM all_returns WHERE t <= now_ms()",
        "CREATE VIEW local_today AS SELECT website, max(day) AS today FROM local_days WHERE start_ms <= now_ms() "
            + "GROUP BY website"};
    /** The local days that the statements can name. */
    private static final Duration DAYS_BEFORE = Duration.ofDays(2_500);
    private static final Duration DAYS_AFTER = Duration.ofDays(400);

    private final TpcdsShop shop;
    private final Instant now;
    private final Instant returnsUntil;

    /** A shop as it stands at {@code now}, to be loaded with what came back until an instant. */
    TpcdsSqlShop(final TpcdsShop shop, final Instant now, final Instant returnsUntil) {
        this.shop = shop;
        this.now = now;
        this.returnsUntil = returnsUntil;
    }

    @Override
    public List<Command> definitions() {
        return TpcdsShop.definitions();
    }

    @Override
    public void forEachLoaded(final Consumer<Command> consumer) {
        loaded().forEach(consumer);
    }

    private List<Command> loaded() {
        final List<Command> commands = new ArrayList<>();
        commands.addAll(shop.products());
        commands.addAll(shop.customers());
        commands.addAll(shop.orders());
        commands.addAll(shop.wishes());
        commands.addAll(shop.returns(Instant.EPOCH, returnsUntil));
        return commands;
    }

    @Override
    public void loadTables(final Connection connection) throws SQLException {
        DuckDatabase.run(connection, TABLES);
        DuckDatabase.run(connection, VIEWS);
        final List<Object[]> days = new ArrayList<>();
        for (final Map.Entry<String, String> website : TpcdsShop.ZONES.entrySet()) {
            final ZoneId zone = ZoneId.of(website.getValue());
            final LocalDate last = LocalDate.ofInstant(now.plus(DAYS_AFTER), zone);
            for (LocalDate day = LocalDate.ofInstant(now.minus(DAYS_BEFORE), zone); !day.isAfter(last);
                day = day.plusDays(1)) {
                days.add(new Object[] {website.getKey(), day, day.atStartOfDay(zone).toInstant().toEpochMilli()});
            }
        }
        DuckDatabase.append(connection, "local_days", days);
        change(connection, loaded());
    }

    @Override
    public void change(final Connection connection, final List<? extends Command> commands) throws SQLException {
        final Changes changes = new Changes();
        for (final Command command : commands) {
            changes.add(command);
        }
        changes.write(connection);
    }

    /** Rows to be written; of what is sent again, the last. */
    private static final class Changes {
        private final List<Object[]> customers = new ArrayList<>();
        private final List<Object[]> addresses = new ArrayList<>();
        private final List<Object[]> products = new ArrayList<>();
        private final List<Object[]> returns = new ArrayList<>();
        private final Map<List<String>, Object[]> wishes = new LinkedHashMap<>();
        private final Map<List<String>, Command.OrderUpsert> orders = new LinkedHashMap<>();

        private void add(final Command command) {
            if (command instanceof Command.OrderUpsert order) {
                orders.put(List.of(order.key(), order.orderId()), order);
            } else if (command instanceof Command.WishlistAdd wish) {
                wishes.put(List.of(wish.key(), wish.product()),
                    new Object[] {wish.key(), wish.product(), wish.t()});
            } else if (command instanceof Command.CustomEvent event) {
                final SentValues values = new SentValues(event.fields());
                returns.add(new Object[] {event.key(), event.t(), values.text("props.order"),
                    values.text("props.product"), values.decimal("props.amount"), values.decimal("props.qty")});
            } else if (command instanceof Command.SubjectUpsert customer) {
                customer(customer);
            } else if (command instanceof Command.ProductUpsert product) {
                product(product);
            } else {
                throw new IllegalArgumentException("no table knows this command: command=" + command);
            }
        }

        private void customer(final Command.SubjectUpsert customer) {
            final SentValues values = new SentValues(customer.attributes());
            customers.add(new Object[] {customer.key(), customer.website(), values.text("prefix"),
                values.text("firstname"), values.text("lastname"), values.text("email"), values.day("dob"),
                values.text("gender"), values.text("maritalStatus"), values.text("education"),
                values.text("creditRating"), values.whole("purchaseEstimate"), values.text("birthCountry"),
                values.bool("preferred"), values.day("lastReview"), values.whole("createdAt"),
                values.whole("lastLoginAt"), joined(values.texts("traits"))});
            for (final List<NamedValue> address : customer.addresses()) {
                final SentValues fields = new SentValues(address);
                addresses.add(new Object[] {customer.key(), fields.text("street"), fields.text("city"),
                    fields.text("region"), fields.text("country"), fields.text("postcode"), fields.text("company"),
                    fields.bool("isDefaultBilling"), fields.bool("isDefaultShipping")});
            }
        }

        private void product(final Command.ProductUpsert product) {
            final SentValues values = new SentValues(product.fields());
            products.add(new Object[] {product.product(), values.text("sku"), values.decimal("price"),
                values.bool("onSale"), values.text("attributes.brand"), values.text("attributes.color"),
                values.text("attributes.size"), values.decimal("attributes.manager"),
                joined(values.texts("categories"))});
        }

        private void write(final Connection connection) throws SQLException {
            DuckDatabase.append(connection, "all_customers", customers);
            DuckDatabase.append(connection, "addresses", addresses);
            DuckDatabase.append(connection, "all_products", products);
            DuckDatabase.append(connection, "all_returns", returns);
            DuckDatabase.append(connection, "all_wishes", wishes.values());
            final List<Object[]> replaced = new ArrayList<>();
            orders.keySet().forEach(id -> replaced.add(id.toArray()));
            DuckDatabase.append(connection, "replaced", replaced);
            DuckDatabase.run(connection,
                "DELETE FROM all_orders WHERE (customer, id) IN (SELECT (customer, id) FROM replaced)",
                "DELETE FROM all_items WHERE (customer, order_id) IN (SELECT (customer, id) FROM replaced)",
                "DELETE FROM replaced");
            final List<Object[]> rows = new ArrayList<>();
            final List<Object[]> items = new ArrayList<>();
            orders.values().forEach(order -> order(order, rows, items));
            DuckDatabase.append(connection, "all_orders", rows);
            DuckDatabase.append(connection, "all_items", items);
        }

        private static void order(final Command.OrderUpsert order, final List<Object[]> rows,
                                  final List<Object[]> items) {
            final SentValues values = new SentValues(order.fields());
            rows.add(new Object[] {order.key(), order.orderId(), order.t(), values.text("website"),
                values.text("status"), values.decimal("grandTotal"), values.decimal("subtotal"),
                values.decimal("tax"), values.decimal("shippingAmount"), values.decimal("discount"),
                values.decimal("refunded"), values.decimal("qty"), values.decimal("props.profit"),
                values.text("coupon"), values.text("shippingMethod"), values.text("billing.region"),
                values.text("shipping.city"), joined(values.texts("props.modes")),
                joined(values.texts("props.carriers"))});
            for (final Command.Item item : order.items()) {
                final SentValues fields = new SentValues(item.fields());
                items.add(new Object[] {order.key(), order.orderId(), order.t(), fields.text("product"),
                    fields.decimal("qty"), fields.decimal("rowTotal"), fields.decimal("props.listPrice"),
                    fields.text("props.page"), fields.text("props.mode")});
            }
        }

        private static String joined(final List<String> codes) {
            return codes == null ? null : String.join("|", codes);
        }
    }
}
