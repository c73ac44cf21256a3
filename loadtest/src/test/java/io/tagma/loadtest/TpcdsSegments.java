package io.tagma.loadtest;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * Segments over {@link TpcdsShop} with their statements over {@link TpcdsSqlShop}'s tables; no two have the same shape,
 * and none has one of {@link SqlSegments}.
 */
final class TpcdsSegments {
    private final Instant now;
    private final List<SqlSegment> all = new ArrayList<>();

    private TpcdsSegments(final Instant now) {
        this.now = now;
    }

    /** All of them; some name instants near {@code now}: {@code start_ms()} of the statements. */
    static List<SqlSegment> all(final Instant now) {
        final TpcdsSegments segments = new TpcdsSegments(now);
        segments.attributes();
        segments.days();
        segments.addresses();
        segments.orders();
        segments.items();
        segments.otherSources();
        return List.copyOf(segments.all);
    }

    private void add(final String key, final String condition, final String sql) {
        all.add(new SqlSegment(key, condition, sql));
    }

    private Instant ago(final int days) {
        return now.minus(Duration.ofDays(days));
    }

    private void attributes() {
        add("known-but-not-by-mail", """
            {"all":[{"attr":"email","op":"notSet"},{"attr":"lastname","op":"isSet"}]}""", """
            SELECT key FROM customers WHERE email IS NULL AND lastname IS NOT NULL""");
        add("none-of-eq-and-in", """
            {"none":[{"attr":"preferred","op":"eq","v":false},
                     {"attr":"creditRating","op":"in","v":["Good","Low Risk","good"]}]}""", """
            SELECT key FROM customers WHERE (preferred IS NULL OR preferred)
              AND (credit_rating IS NULL OR (credit_rating <> 'Good' AND credit_rating <> 'Low Risk'))""");
        add("not-all-with-ne", """
            {"notAll":[{"attr":"maritalStatus","op":"ne","v":"M"},
                       {"any":[{"attr":"dob","op":"lt","v":"1960-02-29"},{"attr":"dob","op":"notSet"}]}]}""", """
            SELECT key FROM customers WHERE marital_status IS NULL OR marital_status = 'M'
              OR (dob IS NOT NULL AND dob >= DATE '1960-02-29')""");
        add("folded-countries", """
            {"any":[{"attr":"birthCountry","op":"contains","v":"éun"},
                    {"attr":"birthCountry","op":"startsWith","v":"CÔ","cs":true},
                    {"attr":"birthCountry","op":"startsWith","v":"rÉ","cs":true},
                    {"attr":"birthCountry","op":"endsWith","v":" Islands  "}]}""", """
            SELECT key FROM customers WHERE birth_country = 'RÉUNION' OR substr(birth_country, 1, 2) = 'CÔ'
              OR birth_country LIKE '% ISLANDS'""");
        add("learned-with-money", """
            {"all":[{"attr":"education","op":"notIn","v":["Primary","Unknown","primary school"]},
                    {"atLeast":2,"of":[{"attr":"purchaseEstimate","op":"ge","v":5000},
                                       {"attr":"creditRating","op":"ne","v":"High Risk"},
                                       {"attr":"prefix","op":"in","v":["DR.","sir "]}]}]}""", """
            SELECT key FROM customers WHERE education IS NOT NULL AND education <> 'Primary'
              AND education <> 'Unknown'
              AND (CASE WHEN purchase_estimate >= 5000 THEN 1 ELSE 0 END)
                + (CASE WHEN credit_rating <> 'High Risk' THEN 1 ELSE 0 END)
                + (CASE WHEN prefix = 'Dr.' OR prefix = 'Sir' THEN 1 ELSE 0 END) >= 2""");
        add("low-above-high", """
            {"any":[{"attr":"purchaseEstimate","op":"between","v":[9000,100]},
                    {"attr":"createdAt","op":"between","v":["%s","%s"]}]}"""
            .formatted(ago(1500), now.plus(Duration.ofDays(1))), """
            SELECT key FROM customers WHERE created_at >= start_ms() - days(1500)
              AND created_at <= start_ms() + days(1)""");
        add("sets-of-the-customer", """
            {"all":[{"attr":"traits","op":"containsNone","v":["M","Unknown"]},
                    {"attr":"traits","op":"containsAny","v":["4 yr Degree","College","preferred","nothing"]}]}""", """
            SELECT key FROM customers WHERE traits IS NOT NULL
              AND NOT list_contains(traits, 'M') AND NOT list_contains(traits, 'Unknown')
              AND (list_contains(traits, '4 yr Degree') OR list_contains(traits, 'College')
                   OR list_contains(traits, 'preferred'))""");
        add("home-website", """
            {"all":[{"attr":"website","op":"notIn","v":["central","base"]},
                    {"attr":"firstname","op":"matches","v":"^[A-M].*(a|n)$","cs":true}]}""", """
            SELECT key FROM customers WHERE website IN ('east', 'mountain', 'pacific')
              AND regexp_matches(firstname, '^[A-M].*[an]$')""");
    }

    private void days() {
        add("birthday-or-lady", """
            {"atLeast":2,"of":[{"attr":"dob","op":"anniversaryWithin","v":[2,30]},
                               {"attr":"gender","op":"eq","v":"F"},
                               {"none":[{"attr":"prefix","op":"in","v":["Dr.","Sir"]}]}]}""", """
            WITH near AS (
              SELECT c.key FROM customers c JOIN local_today z ON z.website = c.website
              WHERE EXISTS (SELECT 1 FROM range(2, 31) AS ahead(n)
                WHERE strftime(z.today + ahead.n::INTEGER, '%m-%d') = strftime(c.dob, '%m-%d')
                  OR (strftime(c.dob, '%m-%d') = '02-29'
                      AND strftime(z.today + ahead.n::INTEGER, '%m-%d') = '02-28'
                      AND strftime(z.today + ahead.n::INTEGER + 1, '%m-%d') = '03-01')))
            SELECT key FROM customers WHERE (CASE WHEN key IN (SELECT key FROM near) THEN 1 ELSE 0 END)
              + (CASE WHEN gender = 'F' THEN 1 ELSE 0 END)
              + (CASE WHEN prefix IS NULL OR prefix NOT IN ('Dr.', 'Sir') THEN 1 ELSE 0 END) >= 2""");
        add("leap-day-soon", """
            {"all":[{"attr":"dob","op":"anniversaryWithin","v":[0,9]},{"attr":"dob","op":"isSet"}]}""", """
            SELECT c.key FROM customers c JOIN local_today z ON z.website = c.website
            WHERE EXISTS (SELECT 1 FROM range(0, 10) AS ahead(n)
              WHERE (month(z.today + ahead.n::INTEGER), day(z.today + ahead.n::INTEGER)) = (month(c.dob), day(c.dob))
                OR (month(c.dob) = 2 AND day(c.dob) = 29 AND month(z.today + ahead.n::INTEGER) = 2
                    AND day(z.today + ahead.n::INTEGER) = 28
                    AND month(z.today + ahead.n::INTEGER + 1) = 3))""");
        add("reviewed-lately-or-soon", """
            {"any":[{"attr":"lastReview","op":"withinLast","v":"P60D"},
                    {"attr":"lastReview","op":"withinNext","v":"P3D"},
                    {"attr":"lastReview","op":"olderThan","v":"P380D"}]}""", """
            SELECT c.key FROM customers c JOIN local_today z ON z.website = c.website
            WHERE (c.last_review > z.today - 60 AND c.last_review <= z.today + 3)
              OR c.last_review <= z.today - 380""");
        add("logins-local-days", """
            {"any":[{"attr":"lastLoginAt","op":"olderThan","v":"P300D","align":"day"},
                    {"attr":"lastLoginAt","op":"withinLast","v":"P30D","align":"day"},
                    {"all":[{"attr":"lastLoginAt","op":"withinNext","v":"P2D","align":"day"}]}]}""", """
            SELECT c.key FROM customers c JOIN local_today z ON z.website = c.website
            JOIN local_days old ON old.website = c.website AND old.day = z.today - 300
            JOIN local_days late ON late.website = c.website AND late.day = z.today - 30
            JOIN local_days soon ON soon.website = c.website AND soon.day = z.today + 3
            WHERE c.last_login_at < old.start_ms
              OR (c.last_login_at >= late.start_ms AND c.last_login_at <= now_ms())
              OR (c.last_login_at > now_ms() AND c.last_login_at < soon.start_ms)""");
        add("shipping-local-days", """
            {"agg":{"fn":"sum","source":"order","field":"shippingAmount","where":[
               {"f":"website","op":"isSet"}],"window":{"last":"P773D","align":"day"}},"op":"gt","v":500}""", """
            SELECT c.key FROM customers c JOIN local_today z ON z.website = c.website
            JOIN local_days d ON d.website = c.website AND d.day = z.today - 773
            JOIN orders o ON o.customer = c.key AND o.website IS NOT NULL AND o.t >= d.start_ms
            GROUP BY c.key HAVING sum(o.shipping_amount) > 500""");
    }

    private void addresses() {
        add("address-any", """
            {"exists":{"source":"address","match":"any","where":[{"f":"region","op":"eq","v":"ca "},
               {"f":"city","op":"contains","v":"VALLEY"},{"f":"postcode","op":"notSet"}]}}""", """
            SELECT DISTINCT customer FROM addresses WHERE region = 'CA' OR city LIKE '%Valley%'
              OR postcode IS NULL""");
        add("address-all-not", """
            {"exists":{"source":"address","where":[{"f":"isDefaultBilling","op":"eq","v":true},
               {"f":"region","op":"notIn","v":["tx","Ga","VA"]},
               {"none":[{"f":"street","op":"endsWith","v":"SON"}]}]},"not":true}""", """
            SELECT key FROM customers WHERE key NOT IN (SELECT customer FROM addresses
              WHERE is_billing AND region <> 'TX' AND region <> 'GA' AND region <> 'VA'
                AND (street IS NULL OR lower(rtrim(street, ' ')) NOT LIKE '%son'))""");
        add("address-regions", """
            {"agg":{"fn":"countDistinct","source":"address","field":"region","where":[
               {"f":"isDefaultShipping","op":"ne","v":true},{"f":"company","op":"ne","v":"CONDO"}]},
             "op":"ge","v":2}""", """
            SELECT customer FROM addresses WHERE NOT is_shipping AND company IS NOT NULL AND company <> 'condo'
            GROUP BY customer HAVING count(DISTINCT region) >= 2""");
    }

    private void orders() {
        add("nothing-came-back", """
            {"exists":{"source":"order","where":[{"f":"status","op":"ne","v":"PROCESSING"}],
               "notIn":{"source":"event:return","on":"props.order"}}}""", """
            SELECT DISTINCT o.customer FROM orders o WHERE o.status <> 'processing'
              AND NOT EXISTS (SELECT 1 FROM returns r WHERE r.customer = o.customer AND r.order_id = o.id)""");
        add("avg-refund-empty", """
            {"agg":{"fn":"avg","source":"order","field":"refunded","where":[{"f":"website","op":"eq","v":"site_1"}],
               "window":{"last":"P1500D"},"empty":-1},"op":"lt","v":900.5}""", """
            SELECT c.key FROM customers c LEFT JOIN orders o ON o.customer = c.key AND o.website = 'site_1'
              AND o.t > now_ms() - days(1500) AND o.refunded IS NOT NULL
            GROUP BY c.key HAVING count(o.refunded) = 0 OR sum(o.refunded) < 900.5 * count(o.refunded)""");
        add("big-refund-among-few", """
            {"all":[{"agg":{"fn":"max","source":"order","field":"refunded"},"op":"gt","v":500},
                    {"agg":{"fn":"count","source":"order","where":[{"f":"refunded","op":"notSet"}]},
                     "op":"le","v":1}]}""", """
            SELECT customer FROM orders GROUP BY customer
            HAVING max(refunded) > 500 AND count(*) FILTER (refunded IS NULL) <= 1""");
        add("qty-kept", """
            {"agg":{"fn":"sum","source":"order","field":"qty","match":"any","where":[
               {"f":"status","op":"in","v":["RETURNED ","refused"]},{"f":"discount","op":"gt","v":2000}]},
             "op":"between","v":[300,900]}""", """
            SELECT customer FROM orders WHERE status = 'returned' OR discount > 2000
            GROUP BY customer HAVING sum(qty) BETWEEN 300 AND 900""");
        add("sets-of-the-order", """
            {"exists":{"source":"order","where":[{"f":"props.carriers","op":"containsAll","v":["UPS","DHL"]},
               {"none":[{"f":"props.modes","op":"eqSet","v":["EXPRESS","LIBRARY","NEXT DAY","OVERNIGHT",
                  "REGULAR","TWO DAY"]}]},
               {"f":"props.carriers","op":"containsNone","v":["MSC"]}]}}""", """
            SELECT DISTINCT customer FROM orders WHERE list_contains(carriers, 'UPS')
              AND list_contains(carriers, 'DHL') AND NOT list_contains(carriers, 'MSC')
              AND len(modes) < 6""");
        add("loss-outside-a-year", """
            {"agg":{"fn":"min","source":"order","field":"props.profit","where":[
               {"none":[{"f":"t","op":"between","v":["%s","%s"]}]},{"f":"billing.region","op":"isSet"},
               {"notAll":[{"f":"shipping.city","op":"startsWith","v":"o"},{"f":"coupon","op":"isSet"}]}]},
             "op":"lt","v":-9000}""".formatted(ago(800), ago(435)), """
            SELECT customer FROM orders WHERE (t < start_ms() - days(800) OR t > start_ms() - days(435))
              AND billing_region IS NOT NULL
              AND (shipping_city IS NULL OR shipping_city NOT LIKE 'O%' OR coupon IS NULL)
            GROUP BY customer HAVING min(profit) < -9000""");
    }

    private void items() {
        add("avg-price-match-any", """
            {"agg":{"fn":"avg","source":"orderItem","field":"product.price","match":"any","where":[
               {"f":"props.page","op":"eq","v":"WELCOME"},
               {"f":"product.color","op":"in","v":["Red","salmon","sky"]}]},"op":"gt","v":9.5}""", """
            SELECT i.customer FROM items i LEFT JOIN products p ON p.product = i.product
            WHERE i.page = 'welcome' OR p.color IN ('red', 'salmon', 'sky')
            GROUP BY i.customer HAVING sum(p.price) > 9.5 * count(p.price)""");
        add("colors-of-clothes", """
            {"agg":{"fn":"countDistinct","source":"orderItem","field":"product.color","where":[
               {"f":"product.category","op":"containsAny","v":["Women","Men"]},
               {"f":"product.manager","op":"between","v":[10,80]},
               {"f":"product.size","op":"ne","v":"petite"}],
               "window":{"from":"P1500D","to":"P10D"}},"op":"ge","v":2}""", """
            SELECT i.customer FROM items i JOIN products p ON p.product = i.product
            WHERE i.t > now_ms() - days(1500) AND i.t <= now_ms() - days(10)
              AND (list_contains(p.categories, 'Women') OR list_contains(p.categories, 'Men'))
              AND p.manager >= 10 AND p.manager <= 80 AND p.size <> 'petite'
            GROUP BY i.customer HAVING count(DISTINCT p.color) >= 2""");
        add("bought-but-not-wished", """
            {"agg":{"fn":"sum","source":"orderItem","field":"rowTotal","where":[
               {"f":"props.mode","op":"notIn","v":["express","next day"]}],
               "notIn":{"source":"wishlistItem","on":"product"}},"op":"between","v":["4000","25000.5"]}""", """
            SELECT i.customer FROM items i WHERE i.mode NOT IN ('EXPRESS', 'NEXT DAY')
              AND NOT EXISTS (SELECT 1 FROM wishes w WHERE w.customer = i.customer AND w.product = i.product)
            GROUP BY i.customer HAVING sum(i.row_total) BETWEEN 4000 AND 25000.5""");
        add("dear-or-unpriced", """
            {"exists":{"source":"orderItem","where":[{"any":[{"f":"product.price","op":"notSet"},
               {"all":[{"f":"props.listPrice","op":"ge","v":250.5},{"f":"product.onSale","op":"ne","v":true}]}]}],
               "window":{"last":"P1000D"}}}""", """
            SELECT DISTINCT i.customer FROM items i LEFT JOIN products p ON p.product = i.product
            WHERE i.t > now_ms() - days(1000)
              AND (p.price IS NULL OR (i.list_price >= 250.5 AND NOT p.on_sale))""");
    }

    private void otherSources() {
        add("came-back-between", """
            {"exists":{"source":"event:return","where":[{"f":"props.amount","op":"ge","v":100}],
               "window":{"from":"P120D","to":"P20D"}}}""", """
            SELECT DISTINCT customer FROM returns WHERE amount >= 100 AND t > now_ms() - days(120)
              AND t <= now_ms() - days(20)""");
        add("last-return-old", """
            {"all":[{"agg":{"fn":"max","source":"event:return","field":"t","where":[
                       {"f":"props.qty","op":"gt","v":1}]},"op":"lt","v":%d},
                    {"agg":{"fn":"countDistinct","source":"event:return","field":"props.order"},"op":"ne","v":2}]}"""
            .formatted(ago(500).toEpochMilli()), """
            SELECT customer FROM returns GROUP BY customer
            HAVING max(t) FILTER (qty > 1) < start_ms() - days(500) AND count(DISTINCT order_id) <> 2""");
        add("wishes-since", """
            {"agg":{"fn":"count","source":"wishlistItem","where":[
               {"f":"product.category","op":"containsNone","v":["Shoes","Sports"]}],
               "window":{"from":"%s"}},"op":"ge","v":9}""".formatted(ago(700)), """
            SELECT w.customer FROM wishes w JOIN products p ON p.product = w.product
            WHERE w.t >= start_ms() - days(700) AND NOT list_contains(p.categories, 'Shoes')
              AND NOT list_contains(p.categories, 'Sports') GROUP BY w.customer HAVING count(*) >= 9""");
        add("wished-not-bought", """
            {"agg":{"fn":"min","source":"wishlistItem","field":"t","match":"any","where":[
               {"f":"product.brand","op":"contains","v":"SCHOLAR"},{"f":"product.sku","op":"endsWith","v":"baaa"}],
               "notIn":{"source":"orderItem","on":"product"}},"op":"between","v":[%d,%d]}"""
            .formatted(ago(1700).toEpochMilli(), ago(200).toEpochMilli()), """
            SELECT w.customer FROM wishes w JOIN products p ON p.product = w.product
            WHERE (p.brand LIKE '%scholar%' OR p.sku LIKE '%BAAA')
              AND NOT EXISTS (SELECT 1 FROM items i WHERE i.customer = w.customer AND i.product = w.product)
            GROUP BY w.customer
            HAVING min(w.t) BETWEEN start_ms() - days(1700) AND start_ms() - days(200)""");
        add("visible-somewhere", """
            {"notAll":[{"exists":{"source":"address","where":[{"f":"city","op":"isSet"},
                          {"f":"region","op":"isSet"}]}},
                       {"any":[{"exists":{"source":"event:return","window":{"last":"P365D"}},"not":true},
                               {"exists":{"source":"wishlistItem","window":{"last":"PT2400H"}}}]}]}""", """
            SELECT key FROM customers WHERE
              key NOT IN (SELECT customer FROM addresses WHERE city IS NOT NULL AND region IS NOT NULL)
              OR (key IN (SELECT customer FROM returns WHERE t > now_ms() - days(365))
                  AND key NOT IN (SELECT customer FROM wishes WHERE t > now_ms() - days(100)))""");
    }
}
