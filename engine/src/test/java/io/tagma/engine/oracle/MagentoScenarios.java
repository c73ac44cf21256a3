package io.tagma.engine.oracle;

import static io.tagma.engine.oracle.CollectionScenarios.count;
import static io.tagma.engine.oracle.CollectionScenarios.exists;
import static io.tagma.engine.oracle.CollectionScenarios.test;
import static io.tagma.engine.oracle.Story.item;
import static io.tagma.engine.oracle.Story.ms;
import static io.tagma.engine.oracle.Story.orderAt;
import static io.tagma.engine.oracle.Story.values;

import io.tagma.engine.protocol.Command;
import io.tagma.engine.protocol.SubjectKind;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** A story for every row of DOMAIN's table of Magento's conditions, named by the row. */
final class MagentoScenarios {
    private static final long HOUR = Duration.ofHours(1).toMillis();
    private static final long DAY = Duration.ofDays(1).toMillis();
    private static final String NOON = "2026-03-10T12:00:00Z";

    private final List<Scenario> scenarios = new ArrayList<>();

    private MagentoScenarios() {
    }

    static List<Scenario> all() {
        final MagentoScenarios all = new MagentoScenarios();
        all.attributes();
        all.addressesAndCarts();
        all.products();
        all.orders();
        all.times();
        return all.scenarios;
    }

    private void add(final Story story) {
        scenarios.add(story.end());
    }

    private static Story magento(final String row) {
        return new Story("Magento: " + row, NOON);
    }

    private static String attr(final String key, final String operator, final String literal) {
        return "{'attr':'" + key + "','op':'" + operator + "','v':" + literal + "}";
    }

    private static String node(final String name, final String... children) {
        return "{'" + name + "':[" + String.join(",", children) + "]}";
    }

    private void attributes() {
        final String one = attr("x", "eq", "1");
        final String two = attr("y", "eq", "2");
        add(magento("Combination ALL/ANY TRUE/FALSE").declare("x", "INT").declare("y", "INT")
            .condition("all-true", node("all", one, two)).condition("any-true", node("any", one, two))
            .condition("all-false", node("none", one, two)).condition("any-false", node("notAll", one, two))
            .customer("both", "x", 1, "y", 2).in("both", "all-true").in("both", "any-true").out("both", "all-false")
            .out("both", "any-false")
            .customer("first", "x", 1, "y", 3).out("first", "all-true").in("first", "any-true")
            .out("first", "all-false").in("first", "any-false")
            .customer("none").out("none", "all-true").out("none", "any-true").in("none", "all-false")
            .in("none", "any-false"));
        add(magento("Customer attribute is / is not / contains / does not contain (comma list)")
            .customer("c", "lastname", "Müller-Lüdenscheidt", "gender", "F").customer("d")
            .holds("c", attr("gender", "eq", "'F'")).holds("c", attr("gender", "ne", "'M'"))
            .fails("d", attr("gender", "ne", "'M'")).holds("c", attr("lastname", "contains", "'MÜLLER'"))
            .holds("c", attr("lastname", "notContains", "'meier'"))
            .fails("d", attr("lastname", "notContains", "'meier'"))
            .holds("c", attr("gender", "in", "['M','F']")).fails("c", attr("gender", "notIn", "['M','F']"))
            .holds("c", node("all", attr("lastname", "contains", "'müller'"), attr("lastname", "contains", "'lüden'")))
            .fails("c", node("all", attr("lastname", "contains", "'müller'"), attr("lastname", "contains", "'meier'")))
            .holds("c", node("all", attr("lastname", "notContains", "'meier'"), attr("lastname", "notContains",
                "'xy'")))
            .fails("c", node("all", attr("lastname", "notContains", "'meier'"),
                attr("lastname", "notContains", "'lüden'"))));
        final String set = "{'attr':'x','op':'isSet'}";
        add(magento("Multiselect is / is not / contains / does not contain").declare("x", "ENUM_SET")
            .customer("ab", "x", List.of("b", "a")).customer("abc", "x", List.of("a", "b", "c"))
            .customer("a", "x", List.of("a")).customer("empty", "x", List.of()).customer("unset")
            .condition("is", attr("x", "eqSet", "['a','b']"))
            .condition("is-not", node("all", set, node("none", attr("x", "eqSet", "['a','b']"))))
            .condition("contains", attr("x", "containsAll", "['a','b']"))
            .condition("not-contains", node("all", set, node("none", attr("x", "containsAll", "['a','b']"))))
            .in("ab", "is").out("ab", "is-not").in("ab", "contains").out("ab", "not-contains")
            .out("abc", "is").in("abc", "is-not").in("abc", "contains").out("abc", "not-contains")
            .out("a", "is").in("a", "is-not").out("a", "contains").in("a", "not-contains")
            .in("empty", "is-not").in("empty", "not-contains").out("unset", "is").out("unset", "is-not")
            .out("unset", "contains").out("unset", "not-contains"));
        add(magento("Date attribute is d, >= d, <= d").declare("x", "INSTANT")
            .condition("is", attr("x", "onDay", "'2026-03-10'"))
            .condition("ge", attr("x", "ge", "'2026-03-10T00:00:00Z'"))
            .condition("le", attr("x", "lt", "'2026-03-11T00:00:00Z'"))
            .customer("a", "x", ms("2026-03-10T00:00:00Z") - 1).out("a", "is").out("a", "ge").in("a", "le")
            .customer("b", "x", ms("2026-03-10T00:00:00Z")).in("b", "is").in("b", "ge").in("b", "le")
            .customer("c", "x", ms("2026-03-11T00:00:00Z") - 1).in("c", "is").in("c", "ge").in("c", "le")
            .customer("d", "x", ms("2026-03-11T00:00:00Z")).out("d", "is").in("d", "ge").out("d", "le"));
        add(magento("Newsletter subscribed / not subscribed")
            .condition("yes", attr("newsletter", "eq", "true"))
            .condition("no", node("none", attr("newsletter", "eq", "true")))
            .customer("a", "newsletter", true).customer("b", "newsletter", false).customer("c")
            .in("a", "yes").out("a", "no").out("b", "yes").in("b", "no").out("c", "yes").in("c", "no")
            .customer("a", "newsletter", null).out("a", "yes").in("a", "no"));
        add(magento("Store credit op n").condition("ge", attr("storeCredit", "ge", "10"))
            .condition("lt", node("any", attr("storeCredit", "lt", "10"), "{'attr':'storeCredit','op':'notSet'}"))
            .customer("a", "storeCredit", "10.00").customer("b", "storeCredit", "9.9999").customer("c")
            .in("a", "ge").out("a", "lt").out("b", "ge").in("b", "lt").out("c", "ge").in("c", "lt"));
        add(magento("Assigned to website, apply to, status").website("de", 2, "Europe/Berlin")
            .segment("s", "{'websites':['de'],'applyTo':'REGISTERED','status':'ACTIVE','condition':{'none':[]}}")
            .customer("a").customerOf("de", "b").accept(new Command.SubjectUpsert("v",
                SubjectKind.VISITOR, "de", null, List.of(), null, null))
            .out("a", "s").in("b", "s").out("v", "s")
            .segment("s", "{'websites':['de'],'applyTo':'VISITORS','condition':{'none':[]}}").out("b", "s").in("v", "s")
            .segment("s", "{'websites':['de','base'],'condition':{'none':[]}}").in("a", "s").in("b", "s").in("v", "s")
            .segment("s", "{'status':'PAUSED','condition':{'none':[]}}").out("a", "s").out("b", "s").out("v", "s"));
    }

    private void addressesAndCarts() {
        add(magento("Default billing/shipping address exists")
            .condition("billing", exists("address", test("isDefaultBilling", "eq", "true")))
            .condition("shipping", exists("address", test("isDefaultShipping", "eq", "true")))
            .condition("no-billing", "{'exists':{'source':'address','where':["
                + test("isDefaultBilling", "eq", "true") + "]},'not':true}")
            .customer("c").out("c", "billing").in("c", "no-billing")
            .addresses("c", List.of(values("city", "Rom", "isDefaultBilling", false), values("isDefaultShipping",
                true)))
            .out("c", "billing").in("c", "shipping").in("c", "no-billing")
            .addresses("c", List.of(values("isDefaultBilling", true))).in("c", "billing").out("c", "shipping")
            .out("c", "no-billing"));
        add(magento("Customer address ALL/ANY of; Has State/Province")
            .condition("all", "{'exists':{'source':'address','match':'all','where':[" + test("country", "eq", "'US'")
                + "," + test("postcode", "startsWith", "'90'") + "]}}")
            .condition("any", "{'exists':{'source':'address','match':'any','where':[" + test("country", "eq", "'US'")
                + "," + test("postcode", "startsWith", "'90'") + "]}}")
            .condition("region", exists("address", "{'f':'region','op':'isSet'}"))
            .addresses("c", List.of(values("country", "US", "postcode", "10001"),
                values("country", "DE", "postcode", "90402"))).out("c", "all").in("c", "any").out("c", "region")
            .addresses("c", List.of(values("country", "us", "postcode", "90001", "region", "")))
            .in("c", "all").in("c", "any").in("c", "region"));
        add(magento("Cart total subtotal/grand total/tax/shipping/store credit/gift card; line items; "
            + "products quantity")
            .cart("c", List.of(item("product", "a", "qty", 2), item("product", "b", "qty", 3)), "subtotal", 100,
                "grandTotal", "119.90", "tax", "15.90", "shippingAmount", 4, "storeCredit", 10, "giftCard", 20)
            .holds("c", exists("cart", test("subtotal", "ge", "100"))).fails("c", exists("cart", test("subtotal", "gt",
                "100"))).holds("c", exists("cart", test("grandTotal", "lt", "119.9001")))
            .holds("c", exists("cart", test("tax", "eq", "15.9")))
            .holds("c", exists("cart", test("shippingAmount", "le", "4")))
            .holds("c", exists("cart", test("storeCredit", "ne", "9")))
            .holds("c", exists("cart", test("giftCard", "between", "[20,20]")))
            .holds("c", exists("cart", test("lineItems", "eq", "2")))
            .fails("c", exists("cart", test("lineItems", "gt", "2")))
            .holds("c", exists("cart", test("qty", "eq", "5"))));
    }

    private void products() {
        final String running = test("product.category", "containsAny", "['running']");
        add(magento("Product list found / not found in cart / wish list")
            .product("a", "categories", List.of("shoes", "running"), "price", 50)
            .condition("cart", exists("cartItem", running, test("product.price", "ge", "50")))
            .condition("no-cart", "{'exists':{'source':'cartItem','where':[" + running + "]},'not':true}")
            .condition("wish", exists("wishlistItem", running))
            .condition("no-wish", "{'exists':{'source':'wishlistItem','where':[" + running + "]},'not':true}")
            .condition("old-wish", exists("wishlistItem", running, test("t", "olderThan", "'P1D'")))
            .customer("c").out("c", "cart").in("c", "no-cart").out("c", "wish").in("c", "no-wish")
            .cart("c", List.of(item("product", "a"), item("product", "b"))).in("c", "cart").out("c", "no-cart")
            .wish("c", "a").in("c", "wish").out("c", "no-wish").out("c", "old-wish")
            .later(DAY - 1).out("c", "old-wish").later(1).in("c", "old-wish"));
        add(magento("Product history was / was not viewed / ordered")
            .product("a", "categories", List.of("running"))
            .condition("viewed", "{'exists':{'source':'view','where':[" + running + "],'window':{'last':'P7D'}}}")
            .condition("not-viewed", "{'exists':{'source':'view','where':[" + running
                + "],'window':{'last':'P7D'}},'not':true}")
            .condition("ordered", "{'exists':{'source':'orderItem','where':[" + running + "],'window':{'last':'P7D'}}}")
            .condition("not-ordered", "{'exists':{'source':'orderItem','where':[" + running + "]},'not':true}")
            .customer("c").out("c", "viewed").in("c", "not-viewed").in("c", "not-ordered")
            .view("c", "a").in("c", "viewed").out("c", "not-viewed").later(HOUR)
            .order("c", "1", List.of(item("product", "a"))).in("c", "ordered").out("c", "not-ordered")
            .later(7 * DAY - HOUR - 1).in("c", "viewed").later(1).out("c", "viewed").in("c", "not-viewed")
            .later(HOUR - 1).in("c", "ordered").later(1).out("c", "ordered").out("c", "not-ordered"));
    }

    private void orders() {
        add(magento("Order address (type billing, shipping, or none)")
            .condition("billing", exists("order", test("billing.country", "eq", "'DE'")))
            .condition("shipping", exists("order", test("shipping.country", "eq", "'DE'")))
            .condition("none", node("any", exists("order", test("billing.country", "eq", "'DE'")),
                exists("order", test("shipping.country", "eq", "'DE'"))))
            .order("c", "1", "billing.country", "DE", "shipping.country", "AT").in("c", "billing").out("c", "shipping")
            .in("c", "none").order("d", "1", "billing.country", "AT", "shipping.country", "de").out("d", "billing")
            .in("d", "shipping").in("d", "none").order("e", "1").out("e", "none"));
        add(magento("Sales amount total/average while ALL/ANY of")
            .condition("total", "{'agg':{'fn':'sum','source':'order','field':'grandTotal','match':'all','where':["
                + test("status", "eq", "'complete'") + "," + test("coupon", "eq", "'SPRING'") + "]},'op':'ge','v':100}")
            .condition("any", "{'agg':{'fn':'sum','source':'order','field':'grandTotal','match':'any','where':["
                + test("status", "eq", "'complete'") + "," + test("coupon", "eq", "'SPRING'") + "]},'op':'ge','v':100}")
            .condition("average", "{'agg':{'fn':'avg','source':'order','field':'grandTotal','empty':0},'op':'lt',"
                + "'v':50}")
            .customer("c").out("c", "total").in("c", "average")
            .order("c", "1", "status", "complete", "coupon", "SPRING", "grandTotal", "60").out("c", "average")
            .order("c", "2", "status", "complete", "grandTotal", "40").out("c", "total").in("c", "any")
            .order("c", "2", "status", "complete", "grandTotal", "39.9999").in("c", "average").out("c", "any")
            .order("c", "3", "status", "Complete", "coupon", "spring", "grandTotal", "40").in("c", "total"));
        add(magento("Number of orders; purchased quantity total/average")
            .condition("number", "{'agg':{'fn':'count','source':'order'},'op':'ge','v':2}")
            .condition("total", "{'agg':{'fn':'sum','source':'order','field':'qty'},'op':'ge','v':5}")
            .condition("average", "{'agg':{'fn':'avg','source':'order','field':'qty'},'op':'eq','v':2.5}")
            .order("c", "1", "qty", 2).out("c", "number").out("c", "total").out("c", "average")
            .order("c", "2", "qty", 3).in("c", "number").in("c", "total").in("c", "average")
            .accept(new Command.OrderDelete("c", "1", null)).out("c", "number").out("c", "total").out("c", "average"));
        add(magento("Order status is / is not; any")
            .condition("is", exists("order", test("status", "eq", "'complete'")))
            .condition("is-not", exists("order", test("status", "ne", "'complete'")))
            .condition("any", exists("order")).condition("any-of",
                "{'exists':{'source':'order','match':'any','where':[]}}")
            .customer("c").out("c", "any").order("c", "1").in("c", "any").in("c", "any-of").out("c", "is")
            .out("c", "is-not").order("c", "1", "status", "complete").in("c", "is").out("c", "is-not")
            .order("c", "2", "status", "closed").in("c", "is-not").in("c", "is"));
    }

    private void times() {
        final String old = test("t", "olderThan", "'P3D','align':'day'");
        final String recent = test("t", "withinLast", "'P3D','align':'day'");
        add(magento("Up To Date <= N (or >= N) days").website("de", 2, "Europe/Berlin")
            .condition("le", "{'exists':{'source':'order','where':[" + test("status", "eq", "'complete'")
                + "],'window':{'last':'P3D','align':'day'}}}")
            .condition("ge", exists("order", test("status", "eq", "'complete'"), old))
            .condition("any-le", "{'exists':{'source':'order','match':'any','where':[" + test("qty", "gt", "9") + ","
                + recent + "]}}")
            .condition("any-ge", "{'exists':{'source':'order','match':'any','where':[" + test("qty", "gt", "9") + ","
                + old + "]}}")
            .customerOf("de", "c").order("c", "1", "status", "complete").in("c", "le").out("c", "ge")
            .in("c", "any-le").out("c", "any-ge")
            .at(ms("2026-03-14T00:00:00+01:00") - 1).in("c", "le").out("c", "ge").in("c", "any-le").out("c", "any-ge")
            .later(1).out("c", "le").in("c", "ge").out("c", "any-le").in("c", "any-ge"));
        add(magento("Date range within / not within a…b")
            .condition("within", exists("order", test("t", "between",
                "['2026-03-01T00:00:00Z','2026-03-10T12:00:00Z']")))
            .condition("not-within", exists("order", node("none", test("t", "between",
                "['2026-03-01T00:00:00Z','2026-03-10T12:00:00Z']"))))
            .accept(orderAt("a", "1", ms("2026-03-01T00:00:00Z") - 1, List.of())).out("a", "within")
            .in("a", "not-within").accept(orderAt("b", "1", ms("2026-03-01T00:00:00Z"), List.of())).in("b", "within")
            .out("b", "not-within").order("c", "1").in("c", "within").out("c", "not-within").later(1).order("d", "1")
            .out("d", "within").in("d", "not-within").holds("c", count("order", 1)));
    }
}
