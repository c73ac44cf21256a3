package io.tagma.loadtest;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The demo's own segments as statements over {@link DuckShop}, written by hand. */
final class DemoSegmentsSql {
    private static final Map<String, String> SQL = new HashMap<>();

    static {
        SQL.put("top-spenders", """
            SELECT customer FROM orders WHERE status IN ('complete', 'processing') GROUP BY customer
            HAVING sum(grand_total) >= 30000""");
        SQL.put("high-average-order", """
            SELECT customer FROM orders GROUP BY customer HAVING count(*) >= 2
              AND sum(grand_total) FILTER (status = 'complete')
                >= 1800 * count(grand_total) FILTER (status = 'complete')""");
        SQL.put("few-orders", """
            SELECT customer FROM orders GROUP BY customer HAVING count(*) < 10""");
        SQL.put("frequent-90d", """
            SELECT customer FROM orders WHERE t > now_ms() - days(90) GROUP BY customer HAVING count(*) >= 3""");
        SQL.put("lapsed-60d", """
            SELECT customer FROM orders GROUP BY customer HAVING max(t) <= now_ms() - days(60)""");
        SQL.put("ordered-this-week", """
            SELECT DISTINCT customer FROM orders WHERE t >= epoch_ms(today() - 7)""");
        SQL.put("ask-for-review", """
            SELECT DISTINCT customer FROM orders WHERE t > now_ms() - days(30) AND t <= now_ms() - days(7)""");
        SQL.put("thank-you-due", """
            SELECT DISTINCT customer FROM orders WHERE t > now_ms() - days(4) AND t <= now_ms() - 2000""");
        SQL.put("quiet-vip", """
            SELECT customer FROM orders GROUP BY customer
            HAVING sum(grand_total) >= 30000 AND max(t) <= now_ms() - 4000""");
        SQL.put("smallest-order-under-50", """
            SELECT DISTINCT customer FROM orders WHERE grand_total < 50""");
        SQL.put("big-ticket-year", """
            SELECT DISTINCT customer FROM orders WHERE grand_total > 3300 AND t > now_ms() - days(365)""");
        SQL.put("explorers", """
            SELECT customer FROM items WHERE t > now_ms() - days(365) GROUP BY customer
            HAVING count(DISTINCT product) >= 15""");
        SQL.put("tin-fans", """
            SELECT customer FROM items SEMI JOIN (SELECT product FROM categories WHERE category = 'tin') USING (product)
            GROUP BY customer HAVING count(*) >= 18""");
        SQL.put("promo-brass-180d", """
            SELECT DISTINCT customer FROM items WHERE t > now_ms() - days(180)
              AND product IN (SELECT product FROM categories WHERE category = 'promo')
              AND product IN (SELECT product FROM categories WHERE category = 'brass')""");
        SQL.put("sale-shoppers", """
            SELECT customer FROM items JOIN products USING (product) WHERE on_sale AND t > now_ms() - days(365)
            GROUP BY customer HAVING sum(row_total) >= 700""");
        SQL.put("cheap-and-many", """
            SELECT DISTINCT customer FROM items JOIN products p USING (product)
            WHERE items.qty >= 45 AND p.price < 12 AND t > now_ms() - days(730)""");
        SQL.put("new-and-undecided", """
            SELECT key FROM customers ANTI JOIN orders ON orders.customer = customers.key
            WHERE created_at >= epoch_ms(today() - 60) AND created_at <= now_ms()""");
        SQL.put("old-guard-subscribed", """
            SELECT key FROM customers WHERE newsletter AND created_at <= now_ms() - days(2000)""");
        SQL.put("newsletter-tenth", """
            SELECT key FROM customers WHERE newsletter
              AND ('0x' || substr(sha256('newsletter-26:' || key), 1, 16))::UBIGINT % 10000 < 1000""");
        SQL.put("shipped-to-europe", """
            SELECT DISTINCT customer FROM orders WHERE country IN ('DE', 'FR', 'GB', 'RO')
              AND t > now_ms() - days(365)""");
        SQL.put("machinery-in-debt", """
            SELECT key FROM customers WHERE market_segment = 'MACHINERY' AND account_balance < 0""");
        SQL.put("pending-orders", """
            SELECT DISTINCT customer FROM orders WHERE status = 'pending'""");
        SQL.put("two-of-three-habits", """
            SELECT customer FROM orders WHERE t > now_ms() - days(365) GROUP BY customer
            HAVING coalesce(bool_or(payment_method = 'card'), false)::INTEGER
              + coalesce(bool_or(shipping_method IN ('air', 'regair')), false)::INTEGER
              + coalesce(bool_or(store = 'store-3'), false)::INTEGER >= 2""");
        SQL.put("subscribed-women-40", """
            SELECT key FROM customers WHERE newsletter AND gender = 'F' AND dob <= today() - 14610""");
        SQL.put("cooling-off", """
            SELECT customer FROM orders GROUP BY customer
            HAVING max(t) > now_ms() - days(365) AND max(t) <= now_ms() - days(180)""");
        SQL.put("not-a-regular-subscriber", """
            SELECT key FROM customers LEFT JOIN orders ON customer = key GROUP BY key, newsletter
            HAVING newsletter IS DISTINCT FROM true OR count(id) < 10""");
    }

    private DemoSegmentsSql() {
    }

    /** The demo's own segments in their order, each with its statement. */
    static List<SqlSegment> all() {
        final List<SqlSegment> all = new ArrayList<>();
        for (final DemoSegment segment : DemoSegments.all()) {
            all.add(new SqlSegment(segment.key(), segment.condition(), SQL.get(segment.key())));
        }
        return all;
    }
}
