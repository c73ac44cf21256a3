package io.tagma.loadtest;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Segments over {@link TpchShop} with their statements over {@link DuckShop}; no two have the same shape. */
final class SqlSegments {
    private final Instant now;
    private final List<SqlSegment> all = new ArrayList<>();

    private SqlSegments(final Instant now) {
        this.now = now;
    }

    /** All of them; some name a day near {@code now}: {@code start_day()} of the statements. */
    static List<SqlSegment> all(final Instant now) {
        final SqlSegments segments = new SqlSegments(now);
        segments.attributes();
        segments.trees();
        segments.orders();
        segments.windows();
        segments.items();
        return List.copyOf(segments.all);
    }

    /** Each segment's members by SQL: key of the segment to sorted keys of customers, in the segments' order. */
    static Map<String, List<String>> members(final Connection connection, final Instant now) throws SQLException {
        final Map<String, List<String>> members = new LinkedHashMap<>();
        for (final SqlSegment segment : all(now)) {
            members.put(segment.key(), DuckDatabase.keys(connection, segment.sql()));
        }
        return members;
    }

    private LocalDate today() {
        return now.atOffset(ZoneOffset.UTC).toLocalDate();
    }

    private void add(final String key, final String condition, final String sql) {
        all.add(new SqlSegment(key, condition, sql));
    }

    private void attributes() {
        add("enum-eq", """
            {"attr":"gender","op":"eq","v":"F"}""", """
            SELECT key FROM customers WHERE gender = 'F'""");
        add("enum-ne", """
            {"attr":"gender","op":"ne","v":"F"}""", """
            SELECT key FROM customers WHERE gender IS NOT NULL AND gender <> 'F'""");
        add("enum-in", """
            {"attr":"nation","op":"in","v":["GERMANY","FRANCE","PERU","ATLANTIS"]}""", """
            SELECT key FROM customers WHERE nation IN ('GERMANY', 'FRANCE', 'PERU')""");
        add("enum-not-in", """
            {"attr":"gender","op":"notIn","v":["F","X"]}""", """
            SELECT key FROM customers WHERE gender NOT IN ('F', 'X')""");
        add("date-is-set", """
            {"attr":"dob","op":"isSet"}""", """
            SELECT key FROM customers WHERE dob IS NOT NULL""");
        add("bool-not-set", """
            {"attr":"newsletter","op":"notSet"}""", """
            SELECT key FROM customers WHERE newsletter IS NULL""");
        add("bool-eq-false", """
            {"attr":"newsletter","op":"eq","v":false}""", """
            SELECT key FROM customers WHERE NOT newsletter""");
        add("decimal-between", """
            {"attr":"accountBalance","op":"between","v":["0","12.3456"]}""", """
            SELECT key FROM customers WHERE account_balance >= 0 AND account_balance <= 12.3456""");
        add("decimal-lt", """
            {"attr":"accountBalance","op":"lt","v":-1.5}""", """
            SELECT key FROM customers WHERE account_balance < -1.5""");
        add("text-contains", """
            {"attr":"lastname","op":"contains","v":"ÜLL"}""", """
            SELECT key FROM customers WHERE lastname LIKE '%üll%'""");
        add("text-not-contains", """
            {"attr":"email","op":"notContains","v":".1"}""", """
            SELECT key FROM customers WHERE position('.1' IN email) = 0""");
        add("text-starts-with-case", """
            {"attr":"firstname","op":"startsWith","v":"Ma","cs":true}""", """
            SELECT key FROM customers WHERE substr(firstname, 1, 2) = 'Ma'""");
        add("text-ends-with", """
            {"attr":"email","op":"endsWith","v":"@ACME.example "}""", """
            SELECT key FROM customers WHERE email LIKE '%@acme.example'""");
        add("text-matches", """
            {"attr":"email","op":"matches","v":"^[a-m].*\\\\.[0-9]*7@"}""", """
            SELECT key FROM customers WHERE regexp_matches(email, '^[a-m].*\\.[0-9]*7@')""");
        add("text-eq-folded", """
            {"attr":"firstname","op":"eq","v":"ZOË"}""", """
            SELECT key FROM customers WHERE firstname = 'Zoë'""");
        add("text-in-folded", """
            {"attr":"firstname","op":"in","v":["søren","BRUNO","nobody"]}""", """
            SELECT key FROM customers WHERE firstname IN ('Søren', 'Bruno')""");
        add("birthday", """
            {"attr":"dob","op":"anniversaryWithin","v":[3,20]}""", """
            SELECT key FROM customers WHERE EXISTS (
              SELECT 1 FROM range(3, 21) AS ahead(n)
              WHERE strftime(today() + ahead.n::INTEGER, '%m-%d') = strftime(dob, '%m-%d')
                OR (strftime(dob, '%m-%d') = '02-29' AND strftime(today() + ahead.n::INTEGER, '%m-%d') = '02-28'
                    AND strftime(today() + ahead.n::INTEGER + 1, '%m-%d') <> '02-29'))""");
        add("date-ge", """
            {"attr":"dob","op":"ge","v":"1990-02-28"}""", """
            SELECT key FROM customers WHERE dob >= DATE '1990-02-28'""");
        add("date-older-than", """
            {"attr":"dob","op":"olderThan","v":"P10957D"}""", """
            SELECT key FROM customers WHERE dob <= today() - 10957""");
        add("date-within-last", """
            {"attr":"dob","op":"withinLast","v":"P9000D"}""", """
            SELECT key FROM customers WHERE dob > today() - 9000 AND dob <= today()""");
        add("instant-within-last", """
            {"attr":"createdAt","op":"withinLast","v":"P7DT12H"}""", """
            SELECT key FROM customers WHERE created_at > now_ms() - 648000000 AND created_at <= now_ms()""");
        add("instant-within-last-aligned", """
            {"attr":"createdAt","op":"withinLast","v":"P14D","align":"day"}""", """
            SELECT key FROM customers WHERE created_at >= epoch_ms(today() - 14) AND created_at <= now_ms()""");
        add("instant-older-than-aligned", """
            {"attr":"createdAt","op":"olderThan","v":"P1000D","align":"day"}""", """
            SELECT key FROM customers WHERE created_at < epoch_ms(today() - 1000)""");
        add("instant-on-day", """
            {"attr":"createdAt","op":"onDay","v":"%s"}""".formatted(today().minusDays(1)), """
            SELECT key FROM customers WHERE make_timestamp(created_at * 1000)::DATE = start_day() - 1""");
        add("group-in", """
            {"attr":"group","op":"in","v":["Wholesale",3]}""", """
            SELECT key FROM customers WHERE grp IN (2, 3)""");
        add("group-ne", """
            {"attr":"group","op":"ne","v":1}""", """
            SELECT key FROM customers WHERE grp <> 1 AND grp IS NOT NULL""");
    }

    private void trees() {
        add("all", """
            {"all":[{"attr":"gender","op":"eq","v":"M"},{"attr":"newsletter","op":"eq","v":true},
                    {"attr":"marketSegment","op":"ne","v":"BUILDING"}]}""", """
            SELECT key FROM customers WHERE gender = 'M' AND newsletter AND market_segment <> 'BUILDING'""");
        add("any", """
            {"any":[{"attr":"nation","op":"eq","v":"PERU"},{"attr":"accountBalance","op":"gt","v":95}]}""", """
            SELECT key FROM customers WHERE nation = 'PERU' UNION SELECT key FROM customers
            WHERE account_balance > 95""");
        add("none", """
            {"none":[{"attr":"newsletter","op":"eq","v":true},{"attr":"gender","op":"eq","v":"F"}]}""", """
            SELECT key FROM customers WHERE newsletter IS DISTINCT FROM true AND gender IS DISTINCT FROM 'F'""");
        add("not-all", """
            {"notAll":[{"attr":"newsletter","op":"isSet"},{"attr":"dob","op":"isSet"},
                       {"attr":"gender","op":"isSet"}]}""",
            """
            SELECT key FROM customers WHERE newsletter IS NULL OR dob IS NULL OR gender IS NULL""");
        add("at-least", """
            {"atLeast":2,"of":[{"attr":"newsletter","op":"eq","v":true},{"attr":"accountBalance","op":"ge","v":50},
              {"attr":"marketSegment","op":"in","v":["FURNITURE","HOUSEHOLD"]}]}""", """
            SELECT key FROM customers WHERE coalesce(newsletter, false)::INTEGER
              + coalesce(account_balance >= 50, false)::INTEGER
              + coalesce(market_segment IN ('FURNITURE', 'HOUSEHOLD'), false)::INTEGER >= 2""");
        add("deep", """
            {"all":[{"any":[{"none":[{"attr":"gender","op":"eq","v":"F"}]},
                            {"all":[{"attr":"newsletter","op":"eq","v":true},{"any":[]}]}]},
                    {"notAll":[{"attr":"dob","op":"isSet"},{"none":[{"attr":"nation","op":"eq","v":"JAPAN"}]}]}]}""",
            """
            SELECT key FROM customers WHERE (gender IS NULL OR gender <> 'F') AND (dob IS NULL OR nation = 'JAPAN')""");
        add("sample", """
            {"sample":{"salt":"sql","from":2500,"to":4000}}""", """
            SELECT key FROM customers
            WHERE ('0x' || substr(sha256('sql:' || key), 1, 16))::UBIGINT % 10000 BETWEEN 2500 AND 3999""");
        add("attribute-and-orders", """
            {"all":[{"attr":"newsletter","op":"eq","v":true},
                    {"any":[{"agg":{"fn":"count","source":"order"},"op":"ge","v":20},
                            {"exists":{"source":"order"},"not":true}]}]}""", """
            SELECT c.key FROM customers c LEFT JOIN orders o ON o.customer = c.key WHERE c.newsletter
            GROUP BY c.key HAVING count(o.id) >= 20 OR count(o.id) = 0""");
    }

    private void orders() {
        add("count-zero", """
            {"agg":{"fn":"count","source":"order"},"op":"eq","v":0}""", """
            SELECT key FROM customers WHERE key NOT IN (SELECT customer FROM orders)""");
        add("count-between-by-status", """
            {"agg":{"fn":"count","source":"order","where":[{"f":"status","op":"eq","v":"Processing"}]},
             "op":"between","v":[1,4]}""", """
            SELECT customer FROM orders WHERE status = 'processing' GROUP BY customer
            HAVING count(*) BETWEEN 1 AND 4""");
        add("count-ne", """
            {"agg":{"fn":"count","source":"order","where":[{"f":"status","op":"ne","v":"complete"}]},
             "op":"ne","v":0}""", """
            SELECT DISTINCT customer FROM orders WHERE status <> 'complete'""");
        add("sum-ge", """
            {"agg":{"fn":"sum","source":"order","field":"grandTotal"},"op":"ge","v":"25000.5"}""", """
            SELECT customer FROM orders GROUP BY customer HAVING sum(grand_total) >= 25000.5""");
        add("sum-le-with-nothing", """
            {"agg":{"fn":"sum","source":"order","field":"grandTotal","where":[{"f":"coupon","op":"isSet"}]},
             "op":"le","v":1000}""", """
            SELECT c.key FROM customers c LEFT JOIN orders o ON o.customer = c.key AND o.coupon IS NOT NULL
            GROUP BY c.key HAVING coalesce(sum(o.grand_total), 0) <= 1000""");
        add("avg-exact", """
            {"agg":{"fn":"avg","source":"order","field":"grandTotal","where":[{"f":"status","op":"eq","v":"complete"}]},
             "op":"gt","v":1600.25}""", """
            SELECT customer FROM orders WHERE status = 'complete' GROUP BY customer
            HAVING sum(grand_total) > 1600.25 * count(grand_total)""");
        add("avg-empty-zero", """
            {"agg":{"fn":"avg","source":"order","field":"qty","empty":0},"op":"lt","v":90}""", """
            SELECT c.key FROM customers c LEFT JOIN orders o ON o.customer = c.key GROUP BY c.key
            HAVING count(o.qty) = 0 OR sum(o.qty) < 90 * count(o.qty)""");
        add("min-lt", """
            {"agg":{"fn":"min","source":"order","field":"grandTotal"},"op":"lt","v":100}""", """
            SELECT customer FROM orders GROUP BY customer HAVING min(grand_total) < 100""");
        add("max-of-time", """
            {"agg":{"fn":"max","source":"order","field":"t"},"op":"lt","v":%d}"""
            .formatted(now.toEpochMilli() - 200L * 86_400_000), """
            SELECT customer FROM orders GROUP BY customer HAVING max(t) < start_ms() - days(200)""");
        add("count-distinct-stores", """
            {"agg":{"fn":"countDistinct","source":"order","field":"store"},"op":"ge","v":9}""", """
            SELECT customer FROM orders GROUP BY customer HAVING count(DISTINCT store) >= 9""");
        add("match-any", """
            {"exists":{"source":"order","match":"any","where":[{"f":"status","op":"eq","v":"pending"},
              {"f":"grandTotal","op":"ge","v":4200}]}}""", """
            SELECT DISTINCT customer FROM orders WHERE status = 'pending' OR grand_total >= 4200""");
        add("where-nested", """
            {"agg":{"fn":"count","source":"order","where":[
               {"any":[{"f":"paymentMethod","op":"eq","v":"card"},{"f":"shippingMethod","op":"startsWith","v":"reg"}]},
               {"none":[{"f":"store","op":"in","v":["store-1","store-2"]},{"f":"coupon","op":"isSet"}]}]},
             "op":"ge","v":6}""", """
            SELECT customer FROM orders
            WHERE (payment_method = 'card' OR shipping_method LIKE 'reg%')
              AND (store IS NULL OR store NOT IN ('store-1', 'store-2'))
              AND coupon IS NULL GROUP BY customer HAVING count(*) >= 6""");
        add("coupon-folded", """
            {"exists":{"source":"order","where":[{"f":"coupon","op":"in","v":["spring","express10"]}]},"not":true}""",
            """
            SELECT key FROM customers c WHERE NOT EXISTS (SELECT 1 FROM orders o WHERE o.customer = c.key
              AND o.coupon IN ('SPRING', 'EXPRESS10'))""");
        add("order-id", """
            {"exists":{"source":"order","where":[{"f":"id","op":"in","v":["1","2","3","4","5","6","7","32","33"]}]}}""",
            """
            SELECT DISTINCT customer FROM orders WHERE id IN ('1', '2', '3', '4', '5', '6', '7', '32', '33')""");
        add("country", """
            {"exists":{"source":"order","where":[{"f":"shipping.country","op":"notIn","v":["us","CA"]}]}}""", """
            SELECT DISTINCT customer FROM orders WHERE country NOT IN ('US', 'CA')""");
    }

    private void windows() {
        add("last", """
            {"exists":{"source":"order","window":{"last":"P30D"}}}""", """
            SELECT DISTINCT customer FROM orders WHERE t > now_ms() - days(30) AND t <= now_ms()""");
        add("not-last", """
            {"exists":{"source":"order","window":{"last":"P400D"}},"not":true}""", """
            SELECT key FROM customers EXCEPT SELECT customer FROM orders
            WHERE t > now_ms() - days(400) AND t <= now_ms()""");
        add("last-aligned", """
            {"agg":{"fn":"count","source":"order","window":{"last":"P90D","align":"day"}},"op":"ge","v":2}""", """
            SELECT customer FROM orders WHERE t >= epoch_ms(today() - 90) AND t <= now_ms()
            GROUP BY customer HAVING count(*) >= 2""");
        add("two-sided", """
            {"exists":{"source":"order","window":{"from":"P60D","to":"P30D"}}}""", """
            SELECT DISTINCT customer FROM orders WHERE t > now_ms() - days(60) AND t <= now_ms() - days(30)""");
        add("absolute", """
            {"agg":{"fn":"sum","source":"order","field":"qty",
              "window":{"from":"%sT00:00:00Z","to":"%sT12:00:00+02:00"}},
             "op":"gt","v":200}""".formatted(today().minusDays(500), today().minusDays(300)), """
            SELECT customer FROM orders
            WHERE t >= epoch_ms(start_day() - 500) AND t <= epoch_ms(start_day() - 300) + 36000000
            GROUP BY customer HAVING sum(qty) > 200""");
        add("absolute-open", """
            {"agg":{"fn":"count","source":"order","window":{"to":%d}},"op":"lt","v":8}"""
            .formatted(now.toEpochMilli() - 1000L * 86_400_000), """
            SELECT c.key FROM customers c LEFT JOIN orders o ON o.customer = c.key AND o.t <= start_ms() - days(1000)
            GROUP BY c.key HAVING count(o.id) < 8""");
        add("where-within-last", """
            {"exists":{"source":"order","match":"any","where":[{"f":"t","op":"withinLast","v":"PT36H"},
              {"f":"t","op":"olderThan","v":"P2395D"}]}}""", """
            SELECT customer FROM orders WHERE t > now_ms() - 129600000 UNION
            SELECT customer FROM orders WHERE t <= now_ms() - days(2395)""");
        add("where-on-day", """
            {"exists":{"source":"order","where":[{"f":"t","op":"onDay","v":"%s"}]}}"""
            .formatted(today().minusDays(1)), """
            SELECT DISTINCT customer FROM orders WHERE make_timestamp(t * 1000)::DATE = start_day() - 1""");
        add("max-in-window", """
            {"agg":{"fn":"max","source":"order","field":"grandTotal","window":{"last":"P365D"}},"op":"ge","v":3000}""",
            """
            SELECT customer FROM orders WHERE t > now_ms() - days(365) GROUP BY customer
            HAVING max(grand_total) >= 3000""");
        add("gone-quiet", """
            {"all":[{"agg":{"fn":"count","source":"order","window":{"from":"P730D","to":"P365D"}},"op":"ge","v":3},
                    {"agg":{"fn":"count","source":"order","window":{"last":"P365D"}},"op":"le","v":1}]}""", """
            SELECT customer FROM orders GROUP BY customer
            HAVING count(*) FILTER (t > now_ms() - days(730) AND t <= now_ms() - days(365)) >= 3
              AND count(*) FILTER (t > now_ms() - days(365) AND t <= now_ms()) <= 1""");
        add("avg-missing", """
            {"agg":{"fn":"avg","source":"order","field":"grandTotal","window":{"last":"P120D"}},"op":"le","v":1000}""",
            """
            SELECT customer FROM orders WHERE t > now_ms() - days(120) GROUP BY customer
            HAVING sum(grand_total) <= 1000 * count(grand_total)""");
    }

    private void items() {
        add("category-any", """
            {"agg":{"fn":"count","source":"orderItem","where":[
              {"f":"product.category","op":"containsAny","v":["tin","brand-11"]}]},"op":"ge","v":18}""", """
            SELECT i.customer FROM items i WHERE EXISTS (SELECT 1 FROM categories k WHERE k.product = i.product
              AND k.category IN ('tin', 'brand-11')) GROUP BY i.customer HAVING count(*) >= 18""");
        add("category-all", """
            {"exists":{"source":"orderItem","where":[
              {"f":"product.category","op":"containsAll","v":["promo","brass","size-large"]}]}}""", """
            SELECT DISTINCT i.customer FROM items i
            JOIN categories a ON a.product = i.product AND a.category = 'promo'
            JOIN categories b ON b.product = i.product AND b.category = 'brass'
            JOIN categories c ON c.product = i.product AND c.category = 'size-large'""");
        add("category-none", """
            {"agg":{"fn":"sum","source":"orderItem","field":"qty","where":[
              {"f":"product.category","op":"containsNone","v":["steel","copper","nickel"]}],"window":{"last":"P200D"}},
             "op":"gt","v":60}""", """
            SELECT i.customer FROM items i WHERE i.t > now_ms() - days(200)
              AND i.product IN (SELECT product FROM products)
              AND i.product NOT IN (SELECT product FROM categories WHERE category IN ('steel', 'copper', 'nickel'))
            GROUP BY i.customer HAVING sum(i.qty) > 60""");
        add("category-eq-set", """
            {"exists":{"source":"orderItem","where":[{"f":"product.category","op":"eqSet",
              "v":["brand-13","copper","burnished","promo","size-small","metal","finish","line","shoes",
                   "running"]}]}}""", """
            SELECT DISTINCT i.customer FROM items i JOIN (
              SELECT product FROM categories GROUP BY product
              HAVING list_sort(list(category)) =
                ['brand-13', 'burnished', 'copper', 'finish', 'line', 'metal', 'promo', 'running', 'shoes',
                 'size-small']) p
            ON p.product = i.product""");
        add("on-sale-sum", """
            {"agg":{"fn":"sum","source":"orderItem","field":"rowTotal","where":[
              {"f":"product.onSale","op":"eq","v":true}],"window":{"last":"P365D"}},"op":"ge","v":1200}""", """
            SELECT i.customer FROM items i JOIN products p ON p.product = i.product AND p.on_sale
            WHERE i.t > now_ms() - days(365) GROUP BY i.customer HAVING sum(i.row_total) >= 1200""");
        add("price-and-qty", """
            {"exists":{"source":"orderItem","where":[{"f":"product.price","op":"lt","v":10.5},
              {"f":"qty","op":"between","v":[20,24]}]}}""", """
            SELECT DISTINCT i.customer FROM items i, products p WHERE p.product = i.product AND p.price < 10.5
              AND i.qty BETWEEN 20 AND 24""");
        add("sku", """
            {"agg":{"fn":"count","source":"orderItem","where":[{"f":"product.sku","op":"startsWith","v":"p-000000"}]},
             "op":"gt","v":4}""", """
            SELECT i.customer FROM items i JOIN products p USING (product) WHERE p.sku LIKE 'P-000000%'
            GROUP BY i.customer HAVING count(*) > 4""");
        add("product-key", """
            {"exists":{"source":"orderItem","where":[{"f":"product","op":"in","v":["1","2","3","none"]}],
             "window":{"last":"P2000D"}}}""", """
            SELECT DISTINCT customer FROM items WHERE product IN ('1', '2', '3') AND t > now_ms() - days(2000)""");
        add("distinct-products", """
            {"agg":{"fn":"countDistinct","source":"orderItem","field":"product","window":{"last":"P300D"}},
             "op":"ge","v":12}""", """
            SELECT customer FROM items WHERE t > now_ms() - days(300) GROUP BY customer
            HAVING count(DISTINCT product) >= 12""");
        add("distinct-prices", """
            {"agg":{"fn":"countDistinct","source":"orderItem","field":"product.price","where":[
              {"f":"product.category","op":"containsAny","v":["economy"]}]},"op":"between","v":[3,7]}""", """
            SELECT i.customer FROM items i JOIN products p ON p.product = i.product
            WHERE p.product IN (SELECT product FROM categories WHERE category = 'economy')
            GROUP BY i.customer HAVING count(DISTINCT p.price) BETWEEN 3 AND 7""");
        add("product-attribute", """
            {"agg":{"fn":"count","source":"orderItem","where":[{"f":"product.brand","op":"eq","v":"Brand-13"}]},
             "op":"ge","v":5}""", """
            SELECT i.customer FROM items i JOIN products p ON p.product = i.product AND p.brand = 'brand-13'
            GROUP BY i.customer HAVING count(*) >= 5""");
        add("avg-item-qty", """
            {"agg":{"fn":"avg","source":"orderItem","field":"qty","window":{"from":"P900D","to":"P100D"}},
             "op":"gt","v":27.5}""", """
            SELECT customer FROM items WHERE t > now_ms() - days(900) AND t <= now_ms() - days(100)
            GROUP BY customer HAVING sum(qty) > 27.5 * count(qty)""");
        add("min-product-price", """
            {"agg":{"fn":"min","source":"orderItem","field":"product.price"},"op":"le","v":9.02}""", """
            SELECT i.customer FROM items i JOIN products p ON p.product = i.product GROUP BY i.customer
            HAVING min(p.price) <= 9.02""");
        add("max-row-aligned", """
            {"agg":{"fn":"max","source":"orderItem","field":"rowTotal","window":{"last":"P45D","align":"day"}},
             "op":"ge","v":600}""", """
            SELECT customer FROM items WHERE t >= epoch_ms(today() - 45) GROUP BY customer
            HAVING max(row_total) >= 600""");
        add("of-one-order", """
            {"exists":{"source":"orderItem","where":[{"f":"orderId","op":"in","v":["1","7","32","64"]},
              {"f":"rowTotal","op":"gt","v":200}]}}""", """
            SELECT DISTINCT customer FROM items WHERE order_id IN ('1', '7', '32', '64') AND row_total > 200""");
    }
}
