package io.tagma.loadtest;

import io.tagma.engine.protocol.Command;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.function.Consumer;

/** TPC-H in {@link DuckShop}'s tables. */
record TpchSqlShop(TpchShop shop) implements SqlShop {
    @Override
    public List<Command> definitions() {
        return TpchShop.definitions();
    }

    @Override
    public void forEachLoaded(final Consumer<Command> consumer) {
        shop.products().forEach(consumer);
        shop.customers().forEach(consumer);
        shop.orders().forEach(consumer);
    }

    @Override
    public void loadTables(final Connection connection) throws SQLException {
        DuckShop.loadTables(connection, shop);
    }

    @Override
    public void change(final Connection connection, final List<? extends Command> commands) throws SQLException {
        final DuckChanges changes = new DuckChanges(connection);
        for (final Command command : commands) {
            changes.apply(command);
        }
    }
}
