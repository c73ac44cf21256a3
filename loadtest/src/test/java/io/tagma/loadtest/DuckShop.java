package io.tagma.loadtest;

import io.tagma.engine.protocol.Command;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

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
 * </pre>
 * The macros are {@link DuckDatabase}'s.
 */
final class DuckShop {
    private static final int ORDERS_AT_ONCE = 10_000;
    private static final String[] TABLES = {
        "CREATE TABLE customers(key VARCHAR, email VARCHAR, firstname VARCHAR, lastname VARCHAR, gender VARCHAR, "
            + "dob DATE, newsletter BOOLEAN, created_at BIGINT, market_segment VARCHAR, "
            + "account_balance DECIMAL(18,4), nation VARCHAR, grp BIGINT)",
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

    /** Makes the macros, and makes and fills the tables; {@code now} is what the macros say. */
    static void load(final Connection connection, final TpchShop shop, final Instant now) throws SQLException {
        DuckDatabase.begin(connection, now);
        loadTables(connection, shop);
    }

    /** Makes and fills the tables; the macros are there. */
    static void loadTables(final Connection connection, final TpchShop shop) throws SQLException {
        DuckDatabase.run(connection, TABLES);
        DuckDatabase.run(connection, VIEWS);
        customers(connection, shop.customers());
        products(connection, shop.products());
        orders(connection, shop.orders());
    }

    private static void customers(final Connection connection, final Iterable<Command.SubjectUpsert> customers)
        throws SQLException {
        final List<Object[]> rows = new ArrayList<>();
        for (final Command.SubjectUpsert customer : customers) {
            final SentValues values = new SentValues(customer.attributes());
            rows.add(new Object[] {customer.key(), values.text("email"), values.text("firstname"),
                values.text("lastname"), values.text("gender"), values.day("dob"), values.bool("newsletter"),
                values.whole("createdAt"), values.text("marketSegment"), values.decimal("accountBalance"),
                values.text("nation"), (long) customer.group()});
        }
        DuckDatabase.append(connection, "customers", rows);
    }

    /** Adds products. */
    static void products(final Connection connection, final Iterable<Command.ProductUpsert> products)
        throws SQLException {
        final List<Object[]> rows = new ArrayList<>();
        final List<Object[]> categories = new ArrayList<>();
        for (final Command.ProductUpsert product : products) {
            final SentValues values = new SentValues(product.fields());
            rows.add(new Object[] {product.product(), values.text("sku"), values.decimal("price"),
                values.bool("onSale"), values.text("attributes.brand")});
            for (final String category : values.texts("categories")) {
                categories.add(new Object[] {product.product(), category});
            }
        }
        DuckDatabase.append(connection, "products", rows);
        DuckDatabase.append(connection, "categories", categories);
    }

    /** Adds orders with their items. */
    static void orders(final Connection connection, final Iterable<Command.OrderUpsert> orders) throws SQLException {
        final List<Object[]> rows = new ArrayList<>();
        final List<Object[]> items = new ArrayList<>();
        for (final Command.OrderUpsert order : orders) {
            final SentValues values = new SentValues(order.fields());
            rows.add(new Object[] {order.key(), order.orderId(), order.t(), values.text("status"),
                values.decimal("grandTotal"), values.decimal("qty"), values.text("shipping.country"),
                values.text("paymentMethod"), values.text("shippingMethod"), values.text("coupon"),
                values.text("store")});
            for (final Command.Item item : order.items()) {
                final SentValues fields = new SentValues(item.fields());
                items.add(new Object[] {order.key(), order.orderId(), item.t() == null ? order.t() : item.t(),
                    fields.text("product"), fields.decimal("qty"), fields.decimal("rowTotal")});
            }
            if (rows.size() == ORDERS_AT_ONCE) {
                flush(connection, rows, items);
            }
        }
        flush(connection, rows, items);
    }

    private static void flush(final Connection connection, final List<Object[]> orders, final List<Object[]> items)
        throws SQLException {
        DuckDatabase.append(connection, "all_orders", orders);
        DuckDatabase.append(connection, "all_items", items);
        orders.clear();
        items.clear();
    }
}
