package io.tagma.loadtest;

import io.tagma.engine.protocol.Command;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.function.Consumer;

/** A data set as {@link TwinShops} needs it: a shop's commands, and what they do to tables of DuckDB. */
interface SqlShop {
    /** What is declared before anything else. */
    List<Command> definitions();

    /** The commands that load the shop, in order. */
    void forEachLoaded(Consumer<Command> consumer);

    /** Makes the tables as they are when those commands were applied; {@link DuckDatabase}'s macros are there. */
    void loadTables(Connection connection) throws SQLException;

    /** Applies later commands to the tables, in order. */
    void change(Connection connection, List<? extends Command> commands) throws SQLException;
}
