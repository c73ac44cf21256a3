package io.tagma.loadtest;

import io.tagma.engine.protocol.Command;
import io.tagma.engine.protocol.NamedValue;
import io.tagma.engine.protocol.Value;
import java.math.BigDecimal;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.duckdb.DuckDBAppender;
import org.duckdb.DuckDBConnection;

/**
 * A shop's commands as tables of DuckDB, so that a segment can be checked against SQL that a person wrote.
 * <pre>
 * customers(key, email, firstname, lastname, gender, dob DATE, newsletter BOOLEAN, created_at BIGINT ms,
 *           market_segment, account_balance DECIMAL, nation, grp INTEGER)
 * products(product, sku, price DECIMAL, on_sale BOOLEAN, brand)      categories(product, category)
 * orders(customer, id, t BIGINT ms, status, grand_total DECIMAL, qty DECIMAL, country, payment_method,
 *        shipping_method, coupon, store)
 * items(customer, order_id, t BIGINT ms, product, qty DECIMAL, row_total DECIMAL)
 * all_orders, all_items: orders and items are views of these that leave out what lies in the future
 * now_ms() BIGINT, today() DATE (UTC), days(n) BIGINT ms: macros
 * start_ms(), start_day(): what now_ms() and today() said when the shop was loaded
 * </pre>
 */
final class DuckShop {
    private static final String[] TABLES = {
        "CREATE TABLE customers(key VARCHAR, email VARCHAR, firstname VARCHAR, lastname VARCHAR, gender VARCHAR, "
            + "dob DATE, newsletter BOOLEAN, created_at BIGINT, market_segment VARCHAR, "
            + "account_balance DECIMAL(18,4), nation VARCHAR, grp INTEGER)",
        "CREATE TABLE products(product VARCHAR, sku VARCHAR, price DECIMAL(18,4), on_sale BOOLEAN, brand VARCHAR)",
        "CREATE TABLE categories(product VARCHAR, category VARCHAR)",
        "CREATE TABLE all_orders(customer VARCHAR, id VARCHAR, t BIGINT, status VARCHAR, grand_total DECIMAL(18,4), "
            + "qty DECIMAL(18,4), country VARCHAR, payment_method VARCHAR, shipping_method VARCHAR, coupon VARCHAR, "
            + "store VARCHAR)",
        "CREATE TABLE all_items(customer VARCHAR, order_id VARCHAR, t BIGINT, product VARCHAR, qty DECIMAL(18,4), "
            + "row_total DECIMAL(18,4))"};
    private static final String[] VIEWS = {
        "CREATE VIEW orders AS SELECT * FROM all_orders WHERE t <= now_ms()",
        "CREATE VIEW items AS SELECT * FROM all_items WHERE t <= now_ms()"};

    private DuckShop() {
    }

    /** A new database in memory. */
    static Connection open() throws SQLException {
        return DriverManager.getConnection("jdbc:duckdb:");
    }

    /** Makes and fills the tables; {@code now} is what the macros say. */
    static void load(final Connection connection, final TpchShop shop, final Instant now) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            // Small tables: handing work to other threads costs more than the work.
            statement.execute("SET threads = 1");
            for (final String table : TABLES) {
                statement.execute(table);
            }
            statement.execute("CREATE MACRO days(n) AS n::BIGINT * 86400000");
            statement.execute("CREATE MACRO start_ms() AS " + now.toEpochMilli() + "::BIGINT");
            statement.execute("CREATE MACRO start_day() AS DATE '" + day(now) + "'");
            moveTo(connection, now);
            for (final String view : VIEWS) {
                statement.execute(view);
            }
        }
        final DuckDBConnection duck = connection.unwrap(DuckDBConnection.class);
        customers(duck, shop);
        products(duck, shop.products());
        orders(duck, shop.orders());
    }

    /** Moves the clock of the macros. */
    static void moveTo(final Connection connection, final Instant now) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute("CREATE OR REPLACE MACRO now_ms() AS " + now.toEpochMilli() + "::BIGINT");
            statement.execute("CREATE OR REPLACE MACRO today() AS DATE '" + day(now) + "'");
        }
    }

    private static LocalDate day(final Instant instant) {
        return instant.atOffset(ZoneOffset.UTC).toLocalDate();
    }

    /** The keys that a statement selects, in their order as text. */
    static List<String> keys(final Connection connection, final String sql) throws SQLException {
        final List<String> keys = new ArrayList<>();
        try (Statement statement = connection.createStatement(); ResultSet rows = statement.executeQuery(sql)) {
            while (rows.next()) {
                keys.add(rows.getString(1));
            }
        }
        keys.sort(null);
        return keys;
    }

    private static void customers(final DuckDBConnection duck, final TpchShop shop) throws SQLException {
        try (DuckDBAppender rows = duck.createAppender(DuckDBConnection.DEFAULT_SCHEMA, "customers")) {
            for (final Command.SubjectUpsert customer : shop.customers()) {
                final Map<String, Value> values = byName(customer.attributes());
                rows.beginRow();
                rows.append(customer.key());
                rows.append(text(values.get("email")));
                rows.append(text(values.get("firstname")));
                rows.append(text(values.get("lastname")));
                rows.append(text(values.get("gender")));
                final String dob = text(values.get("dob"));
                if (dob == null) {
                    rows.appendNull();
                } else {
                    rows.append(LocalDate.parse(dob));
                }
                if (values.get("newsletter") instanceof Value.Bool newsletter) {
                    rows.append(newsletter.value());
                } else {
                    rows.appendNull();
                }
                rows.append(((Value.Whole) values.get("createdAt")).value());
                rows.append(text(values.get("marketSegment")));
                rows.append(decimal(values.get("accountBalance")));
                rows.append(text(values.get("nation")));
                rows.append((int) customer.group());
                rows.endRow();
            }
        }
    }

    /** Adds products. */
    static void products(final DuckDBConnection duck, final Iterable<Command.ProductUpsert> products)
        throws SQLException {
        try (DuckDBAppender rows = duck.createAppender(DuckDBConnection.DEFAULT_SCHEMA, "products");
            DuckDBAppender categories = duck.createAppender(DuckDBConnection.DEFAULT_SCHEMA, "categories")) {
            for (final Command.ProductUpsert product : products) {
                final Map<String, Value> values = byName(product.fields());
                rows.beginRow();
                rows.append(product.product());
                rows.append(text(values.get("sku")));
                rows.append(decimal(values.get("price")));
                rows.append(((Value.Bool) values.get("onSale")).value());
                rows.append(text(values.get("attributes.brand")));
                rows.endRow();
                for (final String category : ((Value.Texts) values.get("categories")).elements()) {
                    categories.beginRow();
                    categories.append(product.product());
                    categories.append(category);
                    categories.endRow();
                }
            }
        }
    }

    /** Adds orders with their items. */
    static void orders(final DuckDBConnection duck, final Iterable<Command.OrderUpsert> orders) throws SQLException {
        try (DuckDBAppender rows = duck.createAppender(DuckDBConnection.DEFAULT_SCHEMA, "all_orders");
            DuckDBAppender items = duck.createAppender(DuckDBConnection.DEFAULT_SCHEMA, "all_items")) {
            for (final Command.OrderUpsert order : orders) {
                final Map<String, Value> values = byName(order.fields());
                rows.beginRow();
                rows.append(order.key());
                rows.append(order.orderId());
                rows.append((long) order.t());
                rows.append(text(values.get("status")));
                rows.append(decimal(values.get("grandTotal")));
                rows.append(decimal(values.get("qty")));
                rows.append(text(values.get("shipping.country")));
                rows.append(text(values.get("paymentMethod")));
                rows.append(text(values.get("shippingMethod")));
                rows.append(text(values.get("coupon")));
                rows.append(text(values.get("store")));
                rows.endRow();
                for (final Command.Item item : order.items()) {
                    final Map<String, Value> fields = byName(item.fields());
                    items.beginRow();
                    items.append(order.key());
                    items.append(order.orderId());
                    items.append((long) (item.t() == null ? order.t() : item.t()));
                    items.append(text(fields.get("product")));
                    items.append(decimal(fields.get("qty")));
                    items.append(decimal(fields.get("rowTotal")));
                    items.endRow();
                }
            }
        }
    }

    private static Map<String, Value> byName(final List<NamedValue> values) {
        final Map<String, Value> byName = new HashMap<>();
        values.forEach(value -> byName.put(value.name(), value.value()));
        return byName;
    }

    private static String text(final Value value) {
        return value == null ? null : ((Value.Text) value).value();
    }

    private static BigDecimal decimal(final Value value) {
        if (value == null) {
            return null;
        }
        return value instanceof Value.Whole whole ? BigDecimal.valueOf(whole.value()).setScale(4)
            : BigDecimal.valueOf(((Value.Decimal) value).units(), 4);
    }
}
