package io.tagma.loadtest;

import java.math.BigDecimal;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import org.duckdb.DuckDBAppender;
import org.duckdb.DuckDBConnection;

/**
 * A DuckDB in memory with the macros that every data set's statements use.
 * <pre>
 * now_ms() BIGINT, today() DATE (UTC), days(n) BIGINT ms
 * start_ms(), start_day(): what now_ms() and today() said when the shop was loaded
 * </pre>
 */
final class DuckDatabase {
    private DuckDatabase() {
    }

    /** A new database in memory. */
    static Connection open() throws SQLException {
        return DriverManager.getConnection("jdbc:duckdb:");
    }

    /** Makes the macros; {@code now} is what they say. */
    static void begin(final Connection connection, final Instant now) throws SQLException {
        // Small tables: handing work to other threads costs more than the work.
        run(connection, "SET threads = 1", "CREATE MACRO days(n) AS n::BIGINT * 86400000",
            "CREATE MACRO start_ms() AS " + now.toEpochMilli() + "::BIGINT",
            "CREATE MACRO start_day() AS DATE '" + day(now) + "'");
        moveTo(connection, now);
    }

    /** Moves the clock of the macros. */
    static void moveTo(final Connection connection, final Instant now) throws SQLException {
        run(connection, "CREATE OR REPLACE MACRO now_ms() AS " + now.toEpochMilli() + "::BIGINT",
            "CREATE OR REPLACE MACRO today() AS DATE '" + day(now) + "'");
    }

    private static LocalDate day(final Instant instant) {
        return instant.atOffset(ZoneOffset.UTC).toLocalDate();
    }

    /** Runs statements in order. */
    static void run(final Connection connection, final String... statements) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            for (final String sql : statements) {
                statement.execute(sql);
            }
        }
    }

    /** Runs a statement with its values. */
    static void run(final Connection connection, final String sql, final Object... values) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            for (int i = 0; i < values.length; i++) {
                statement.setObject(i + 1, values[i]);
            }
            statement.execute();
        }
    }

    /** Adds rows of texts, whole numbers, decimals, booleans and days, any of which may be null. */
    static void append(final Connection connection, final String table, final Iterable<Object[]> rows)
        throws SQLException {
        final DuckDBConnection duck = connection.unwrap(DuckDBConnection.class);
        try (DuckDBAppender appender = duck.createAppender(DuckDBConnection.DEFAULT_SCHEMA, table)) {
            for (final Object[] row : rows) {
                appender.beginRow();
                for (final Object value : row) {
                    append(appender, value);
                }
                appender.endRow();
            }
        }
    }

    private static void append(final DuckDBAppender appender, final Object value) throws SQLException {
        if (value == null) {
            appender.appendNull();
        } else if (value instanceof String text) {
            appender.append(text);
        } else if (value instanceof Long number) {
            appender.append((long) number);
        } else if (value instanceof BigDecimal decimal) {
            appender.append(decimal);
        } else if (value instanceof Boolean bool) {
            appender.append((boolean) bool);
        } else if (value instanceof LocalDate day) {
            appender.append(day);
        } else {
            throw new IllegalArgumentException("no column takes this: value=" + value);
        }
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
}
