package io.tagma.loadtest;

import io.tagma.engine.protocol.Command;
import io.tagma.engine.protocol.NamedValue;
import io.tagma.engine.protocol.Value;
import java.math.BigDecimal;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;

/** What commands do to the tables of {@link DuckShop} after it was loaded. */
final class DuckChanges {
    private static final int GROUP_GENERAL = 1;
    private static final Map<String, String> COLUMNS = Map.of("email", "email", "firstname", "firstname",
        "gender", "gender", "dob", "dob", "newsletter", "newsletter", "createdAt", "created_at",
        "accountBalance", "account_balance", "nation", "nation");

    private final Connection connection;

    DuckChanges(final Connection connection) {
        this.connection = connection;
    }

    /** Applies a command to the tables. */
    void apply(final Command command) throws SQLException {
        if (command instanceof Command.OrderUpsert order) {
            createCustomer(order.key());
            deleteOrder(order.key(), order.orderId());
            DuckShop.orders(connection, List.of(order));
        } else if (command instanceof Command.OrderDelete order) {
            deleteOrder(order.key(), order.orderId());
        } else if (command instanceof Command.ProductUpsert product) {
            deleteProduct(product.product());
            DuckShop.products(connection, List.of(product));
        } else if (command instanceof Command.ProductDelete product) {
            deleteProduct(product.product());
        } else if (command instanceof Command.SubjectUpsert customer) {
            changeCustomer(customer);
        } else if (command instanceof Command.SubjectDelete customer) {
            execute("DELETE FROM customers WHERE key = ?", customer.key());
            execute("DELETE FROM all_orders WHERE customer = ?", customer.key());
            execute("DELETE FROM all_items WHERE customer = ?", customer.key());
        } else if (command instanceof Command.GroupAssign assign) {
            execute("UPDATE customers SET grp = ? WHERE key = ?", assign.group(), assign.key());
        } else {
            throw new IllegalArgumentException("no table knows this command: command=" + command);
        }
    }

    private void createCustomer(final String key) throws SQLException {
        execute("INSERT INTO customers(key, grp) SELECT ?, ? WHERE NOT EXISTS (SELECT 1 FROM customers WHERE key = ?)",
            key, GROUP_GENERAL, key);
    }

    private void deleteOrder(final String customer, final String id) throws SQLException {
        execute("DELETE FROM all_orders WHERE customer = ? AND id = ?", customer, id);
        execute("DELETE FROM all_items WHERE customer = ? AND order_id = ?", customer, id);
    }

    private void deleteProduct(final String product) throws SQLException {
        execute("DELETE FROM products WHERE product = ?", product);
        execute("DELETE FROM categories WHERE product = ?", product);
    }

    private void changeCustomer(final Command.SubjectUpsert customer) throws SQLException {
        createCustomer(customer.key());
        for (final NamedValue attribute : customer.attributes()) {
            execute("UPDATE customers SET " + COLUMNS.get(attribute.name()) + " = ? WHERE key = ?",
                plain(attribute.name(), attribute.value()), customer.key());
        }
        if (customer.group() != null) {
            execute("UPDATE customers SET grp = ? WHERE key = ?", customer.group(), customer.key());
        }
    }

    private static Object plain(final String attribute, final Value value) {
        if (value instanceof Value.Text text) {
            return attribute.equals("dob") ? LocalDate.parse(text.value()) : text.value();
        } else if (value instanceof Value.Bool bool) {
            return bool.value();
        } else if (value instanceof Value.Whole whole) {
            return whole.value();
        } else if (value instanceof Value.Decimal decimal) {
            return BigDecimal.valueOf(decimal.units(), 4);
        }
        return null;
    }

    private void execute(final String sql, final Object... values) throws SQLException {
        DuckDatabase.run(connection, sql, values);
    }
}
