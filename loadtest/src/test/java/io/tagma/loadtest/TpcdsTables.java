package io.tagma.loadtest;

import io.trino.tpcds.Results;
import io.trino.tpcds.Session;
import io.trino.tpcds.Table;
import io.trino.tpcds.column.Column;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The TPC-DS benchmark's tables as its generator writes them. Dates are days of the Julian calendar's count, in which
 * the epoch is 2440588. Any column but keys of the own table may be null. Immutable.
 *
 * <p>Of customer_demographics, the cross product of its columns, only the first 5,600 rows are here: they hold every
 * combination of gender, marital status, education, purchase estimate and credit rating, and repeat.
 */
final class TpcdsTables {
    private static final int DEMOGRAPHICS_PERIOD = 5_600;

    private final List<Row> customers;
    private final List<Row> addresses;
    private final List<Row> items;
    private final List<Row> webPages;
    private final List<Row> shipModes;
    private final List<Row> promotions;
    private final List<Row> demographics;
    private final List<Row> webSales = new ArrayList<>();
    private final List<Row> webReturns = new ArrayList<>();

    /** Generates them; scale 0.01 is 1,000 customers and 1,000 orders of 8 to 16 lines. */
    TpcdsTables(final double scale) {
        final Session session = Session.getDefaultSession().withScale(scale);
        customers = rows(Table.CUSTOMER, session, Integer.MAX_VALUE);
        addresses = rows(Table.CUSTOMER_ADDRESS, session, Integer.MAX_VALUE);
        items = rows(Table.ITEM, session, Integer.MAX_VALUE);
        webPages = rows(Table.WEB_PAGE, session, Integer.MAX_VALUE);
        shipModes = rows(Table.SHIP_MODE, session, Integer.MAX_VALUE);
        promotions = rows(Table.PROMOTION, session, Integer.MAX_VALUE);
        demographics = rows(Table.CUSTOMER_DEMOGRAPHICS, session, DEMOGRAPHICS_PERIOD);
        final Map<String, Integer> sale = columns(Table.WEB_SALES);
        final Map<String, Integer> taken = columns(Table.WEB_RETURNS);
        for (final List<List<String>> rows : Results.constructResults(Table.WEB_SALES, session)) {
            webSales.add(new Row(rows.get(0), sale));
            if (rows.size() > 1) {
                webReturns.add(new Row(rows.get(1), taken));
            }
        }
    }

    private static List<Row> rows(final Table table, final Session session, final int max) {
        final Map<String, Integer> columns = columns(table);
        final List<Row> rows = new ArrayList<>();
        for (final List<List<String>> row : Results.constructResults(table, session)) {
            rows.add(new Row(row.get(0), columns));
            if (rows.size() == max) {
                break;
            }
        }
        return rows;
    }

    private static Map<String, Integer> columns(final Table table) {
        final Map<String, Integer> columns = new HashMap<>();
        for (final Column column : table.getColumns()) {
            columns.put(column.getName(), columns.size());
        }
        return columns;
    }

    List<Row> customers() {
        return customers;
    }

    /** The address of that key. */
    Row address(final String key) {
        return addresses.get(Integer.parseInt(key) - 1);
    }

    List<Row> items() {
        return items;
    }

    /** The page of that key. */
    Row webPage(final String key) {
        return webPages.get(Integer.parseInt(key) - 1);
    }

    /** The way of shipping of that key. */
    Row shipMode(final String key) {
        return shipModes.get(Integer.parseInt(key) - 1);
    }

    /** The promotion of that key. */
    Row promotion(final String key) {
        return promotions.get(Integer.parseInt(key) - 1);
    }

    /** The five columns above of the demographics of that key. */
    Row demographics(final String key) {
        return demographics.get((Integer.parseInt(key) - 1) % DEMOGRAPHICS_PERIOD);
    }

    /** Lines in the order of their orders. */
    List<Row> webSales() {
        return webSales;
    }

    /** In the order of the lines that they take back. */
    List<Row> webReturns() {
        return webReturns;
    }

    /** One row; its columns have TPC-DS's names in lower case. */
    static final class Row {
        private final List<String> values;
        private final Map<String, Integer> columns;

        private Row(final List<String> values, final Map<String, Integer> columns) {
            this.values = values;
            this.columns = columns;
        }

        /** The column's text with its blanks, or null. */
        String text(final String column) {
            return values.get(columns.get(column));
        }

        /** The column's number or null. */
        BigDecimal number(final String column) {
            final String text = text(column);
            return text == null ? null : new BigDecimal(text);
        }
    }
}
