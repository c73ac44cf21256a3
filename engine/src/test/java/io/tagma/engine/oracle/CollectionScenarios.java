package io.tagma.engine.oracle;

import static io.tagma.engine.oracle.Story.cartAt;
import static io.tagma.engine.oracle.Story.eventAt;
import static io.tagma.engine.oracle.Story.item;
import static io.tagma.engine.oracle.Story.itemAt;
import static io.tagma.engine.oracle.Story.ms;
import static io.tagma.engine.oracle.Story.orderAt;
import static io.tagma.engine.oracle.Story.values;

import io.tagma.engine.protocol.Command;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Addresses, carts, wish lists, views, events, and notIn, computed by hand. */
final class CollectionScenarios {
    private static final long MINUTE = Duration.ofMinutes(1).toMillis();
    private static final long HOUR = Duration.ofHours(1).toMillis();
    private static final long DAY = Duration.ofDays(1).toMillis();
    private static final String NOON = "2026-03-10T12:00:00Z";

    private final List<Scenario> scenarios = new ArrayList<>();

    private CollectionScenarios() {
    }

    static List<Scenario> all() {
        final CollectionScenarios all = new CollectionScenarios();
        all.addresses();
        all.carts();
        all.cartTimes();
        all.wishlists();
        all.views();
        all.rings();
        all.events();
        all.notIn();
        all.scopes();
        return all.scenarios;
    }

    private void add(final Story story) {
        scenarios.add(story.end());
    }

    private static Story story(final String name) {
        return new Story(name, NOON);
    }

    static String exists(final String source, final String... filters) {
        return "{'exists':{'source':'" + source + "','where':[" + String.join(",", filters) + "]}}";
    }

    static String existsIn(final String source, final String window) {
        return "{'exists':{'source':'" + source + "','window':" + window + "}}";
    }

    static String count(final String source, final int count) {
        return "{'agg':{'fn':'count','source':'" + source + "'},'op':'eq','v':" + count + "}";
    }

    static String test(final String field, final String operator, final String literal) {
        return "{'f':'" + field + "','op':'" + operator + "','v':" + literal + "}";
    }

    // ----- addresses

    private void addresses() {
        add(story("addresses replace all, and none sent leaves them")
            .condition("berlin", exists("address", test("city", "eq", "'berlin'")))
            .condition("paris", exists("address", test("city", "eq", "'PARIS'")))
            .addresses("c", List.of(values("city", "Berlin"), values("city", "Rom"))).in("c", "berlin")
            .customer("c").in("c", "berlin").addresses("c", List.of(values("city", "Paris"))).out("c", "berlin")
            .in("c", "paris").addresses("c", List.of()).out("c", "paris").holds("c", count("address", 0)));
        add(story("all of where must hold on one and the same address")
            .condition("all", "{'exists':{'source':'address','match':'all','where':["
                + test("city", "contains", "'los angeles'") + "," + test("region", "eq", "'US-CA'") + "]}}")
            .condition("any", "{'exists':{'source':'address','match':'any','where':["
                + test("city", "contains", "'los angeles'") + "," + test("region", "eq", "'US-CA'") + "]}}")
            .addresses("c", List.of(values("city", "East Los Angeles", "region", "US-NY"),
                values("city", "Fresno", "region", "US-CA"))).out("c", "all").in("c", "any")
            .addresses("c", List.of(values("city", "LOS ANGELES", "region", "us-ca"))).in("c", "all"));
        add(story("an address has no time, and a window on it is refused").customer("c")
            .noSegment("s", "{'condition':" + existsIn("address", "{'last':'P1D'}") + "}")
            .noSegment("s", "{'condition':" + exists("address", test("t", "olderThan", "'P1D'")) + "}")
            .noSegment("s", "{'condition':{'agg':{'fn':'count','source':'address','window':{'from':1}},'op':'eq',"
                + "'v':1}}"));
        add(story("a line with a wrong address is refused wholly").customer("c")
            .addresses("c", List.of(values("city", "Berlin")))
            .refuse(new Command.SubjectUpsert("c", null, null, null, values("firstname", "Eva"),
                List.of(values("city", "Rom"), values("nope", "x")), null))
            .refuse(new Command.SubjectUpsert("c", null, null, null, List.of(),
                List.of(values("isDefaultBilling", "yes")), null))
            .refuse(new Command.SubjectUpsert("c", null, null, null, List.of(), List.of(values("city", 5)), null))
            .holds("c", exists("address", test("city", "eq", "'Berlin'")))
            .holds("c", "{'attr':'firstname','op':'notSet'}"));
        add(story("aggregates count addresses and their different values")
            .addresses("c", List.of(values("country", "DE"), values("country", "de "), values("country", "AT"),
                values("city", "Wien")))
            .holds("c", count("address", 4))
            .holds("c", "{'agg':{'fn':'countDistinct','source':'address','field':'country'},'op':'eq','v':2}")
            .holds("c", "{'exists':{'source':'address','where':[{'f':'country','op':'notSet'}]}}")
            .fails("c", exists("address", test("city", "ne", "'Wien'"))));
    }

    // ----- carts

    private void carts() {
        final String product = exists("cartItem", test("product", "eq", "'a'"));
        add(story("cart.put replaces the website's cart with its items").condition("s", product)
            .condition("big", exists("cart", test("grandTotal", "ge", "100")))
            .cart("c", List.of(item("product", "a"), item("product", "b")), "grandTotal", "119.90").in("c", "s")
            .in("c", "big").cart("c", List.of(item("product", "b")), "subtotal", 5).out("c", "s").out("c", "big")
            .holds("c", count("cart", 1)).holds("c", count("cartItem", 1)));
        add(story("a subject has a cart a website").website("de", 2, "Europe/Berlin")
            .cart("c", List.of(item("product", "a"))).cartOf("de", "c", null, List.of(item("product", "b")))
            .holds("c", count("cart", 2)).holds("c", count("cartItem", 2))
            .holds("c", exists("cartItem", test("website", "eq", "'de'"), test("product", "eq", "'b'")))
            .fails("c", exists("cartItem", test("website", "eq", "'de'"), test("product", "eq", "'a'")))
            .clearCart("c", "de").holds("c", count("cart", 1))
            .holds("c", exists("cart", test("website", "eq", "'base'"))).clearCart("c", null)
            .holds("c", count("cart", 0)).holds("c", count("cartItem", 0)));
        add(story("lineItems counts lines and qty sums them unless given")
            .cart("a", List.of(item("product", "x", "qty", 2), item("product", "x", "qty", "0.5"), item("product",
                "y")))
            .holds("a", exists("cart", test("lineItems", "eq", "3"), test("qty", "eq", "2.5")))
            .cart("b", List.of()).holds("b", exists("cart", test("lineItems", "eq", "0"), test("qty", "eq", "0")))
            .cart("c", List.of(item("product", "x", "qty", 2)), "lineItems", 7)
            .holds("c", exists("cart", test("lineItems", "eq", "7"), test("qty", "eq", "2")))
            .cart("d", List.of(item("product", "x", "qty", 2)), "qty", 9)
            .holds("d", exists("cart", test("lineItems", "eq", "1"), test("qty", "eq", "9")))
            .cart("e", List.of(item("product", "x", "qty", 2)), "qty", null, "lineItems", null)
            .holds("e", exists("cart", test("lineItems", "eq", "1"), test("qty", "eq", "2"))));
        add(story("a cart without a website is the home's, and stays that one's").website("de", 2, "Europe/Berlin")
            .condition("de", exists("cart", test("website", "eq", "'de'")))
            .condition("base", exists("cart", test("website", "eq", "'base'")))
            .customerOf("de", "c").cart("c", List.of()).in("c", "de").out("c", "base")
            .customerOf("base", "c").in("c", "de").out("c", "base")
            .cart("c", List.of()).in("c", "de").in("c", "base").clearCart("c", null).in("c", "de").out("c", "base"));
        add(story("a line about a cart creates a visitor whose home is base").website("de", 2, "Europe/Berlin")
            .segment("g", "{'applyTo':'VISITORS','condition':{'attr':'website','op':'eq','v':'base'}}")
            .cartOf("de", "v", null, List.of()).in("v", "g").clearCart("w", "de").in("w", "g").clearCart("w", null)
            .holds("v", "{'attr':'group','op':'eq','v':0}").refuse(orderAt("v", "1", null, List.of())));
        add(story("a cart's line that is wrong is refused wholly").condition("s", exists("cart"))
            .condition("a", product).cart("c", List.of(item("product", "a")))
            .refuse(cartAt("c", "nowhere", null, List.of())).refuse(new Command.CartClear("c", "nowhere", null))
            .refuse(cartAt("c", null, null, List.of(), "nope", 1))
            .refuse(cartAt("c", null, null, List.of(), "grandTotal", "1.23456"))
            .refuse(cartAt("c", null, null, List.of(), "website", "base"))
            .refuse(cartAt("c", null, null, List.of(item("product", 5))))
            .refuse(cartAt("c", null, null, List.of(item("website", "base"))))
            .refuse(cartAt("c", null, null, List.of(), "props.x", 1))
            .refuse(cartAt("d", "nowhere", null, List.of())).in("c", "s").in("c", "a").out("d", "s")
            .segment("k", "{'condition':{'none':[]}}").out("d", "k"));
        add(story("a cart's lines have props and a current product")
            .condition("sale", exists("cartItem", test("product.onSale", "eq", "true")))
            .cart("c", List.of(item("product", "p", "props.gift", true, "rowTotal", "9.99"))).out("c", "sale")
            .holds("c", exists("cartItem", test("props.gift", "eq", "true"), test("rowTotal", "lt", "10")))
            .product("p", "onSale", true).in("c", "sale").accept(new Command.ProductDelete("p", null))
            .out("c", "sale"));
        add(story("every amount of a cart can be asked for")
            .cart("c", List.of(), "subtotal", 1, "grandTotal", 2, "tax", 3, "shippingAmount", 4, "giftCard", 5,
                "storeCredit", 6)
            .holds("c", exists("cart", test("subtotal", "eq", "1"), test("grandTotal", "eq", "2"),
                test("tax", "eq", "3"), test("shippingAmount", "eq", "4"), test("giftCard", "eq", "5"),
                test("storeCredit", "eq", "6"))));
    }

    private void cartTimes() {
        add(story("a cart is abandoned two hours after its t")
            .condition("s", exists("cart", test("grandTotal", "ge", "100"), test("t", "olderThan", "'PT2H'")))
            .cart("c", List.of(item("product", "a")), "grandTotal", 100).later(2 * HOUR - 1).out("c", "s").later(1)
            .in("c", "s").cart("c", List.of(item("product", "a")), "grandTotal", 100).out("c", "s")
            .later(2 * HOUR - 1).out("c", "s").later(1).in("c", "s").clearCart("c", "base").out("c", "s"));
        add(story("a line of a cart has the cart's t unless it has its own")
            .condition("s", "{'agg':{'fn':'count','source':'cartItem','window':{'last':'PT1H'}},'op':'ge','v':1}")
            .cartOf(null, "c", ms(NOON) - HOUR, List.of(item("product", "a"), itemAt(ms(NOON) - 1, "product", "b")))
            .in("c", "s").later(HOUR - 2).in("c", "s").later(1).out("c", "s"));
        add(story("a cart dated ahead replaces at once and is visible at its t").condition("s", exists("cart"))
            .cart("c", List.of()).in("c", "s").cartOf(null, "c", ms(NOON) + 5 * MINUTE, List.of()).out("c", "s")
            .later(5 * MINUTE - 1).out("c", "s").later(1).in("c", "s"));
        add(story("a cart or a line of it more than five minutes ahead is refused").condition("s", exists("cart"))
            .refuse(cartAt("c", null, ms(NOON) + 5 * MINUTE + 1, List.of()))
            .refuse(cartAt("c", null, null, List.of(itemAt(ms(NOON) + 5 * MINUTE + 1, "product", "a"))))
            .later(6 * MINUTE).out("c", "s"));
        add(story("a cart sent late replaces all the same")
            .condition("s", exists("cart", test("grandTotal", "eq", "1")))
            .cart("c", List.of(), "grandTotal", 2).cartOf(null, "c", ms(NOON) - DAY, List.of(), "grandTotal", 1)
            .in("c", "s"));
    }

    // ----- wish lists

    private void wishlists() {
        add(story("a wish added again keeps its t unless one is sent")
            .condition("s", existsIn("wishlistItem", "{'last':'PT1H'}"))
            .wish("c", "a").later(30 * MINUTE).wish("c", "a").later(30 * MINUTE - 1).in("c", "s").later(1).out("c", "s")
            .wish("c", "a").out("c", "s").wishAt("c", "a", ms(NOON) + HOUR).in("c", "s")
            .holds("c", count("wishlistItem", 1)).later(HOUR - 1).in("c", "s").later(1).out("c", "s"));
        add(story("a wish removed and added anew has a new t")
            .condition("s", existsIn("wishlistItem", "{'last':'PT1H'}")).wish("c", "a").later(HOUR).out("c", "s")
            .unwish("c", "a").wish("c", "a").in("c", "s").unwish("c", "b").in("c", "s").unwish("c", "a").out("c", "s")
            .unwish("c", "a").holds("c", count("wishlistItem", 0)));
        add(story("a line about a wish list creates a customer")
            .segment("r", "{'applyTo':'REGISTERED','condition':{'attr':'group','op':'eq','v':1}}").wish("c", "a")
            .in("c", "r").unwish("d", "a").in("d", "r"));
        add(story("a visitor may have a wish list").view("v", "a").wish("v", "a")
            .segment("g", "{'applyTo':'VISITORS','condition':" + count("wishlistItem", 1) + "}").in("v", "g")
            .unwish("v", "a").out("v", "g"));
        add(story("a wished product is on sale now")
            .condition("s", exists("wishlistItem", test("product.onSale", "eq", "true")))
            .product("a", "onSale", false).wish("c", "a").out("c", "s").product("a", "onSale", true).in("c", "s")
            .unwish("c", "a").out("c", "s"));
        add(story("a wish dated ahead is visible at its t, and no more than five minutes")
            .condition("s", exists("wishlistItem")).wishAt("c", "a", ms(NOON) + 5 * MINUTE).out("c", "s")
            .refuse(new Command.WishlistAdd("c", "b", ms(NOON) + 5 * MINUTE + 1, null, null))
            .refuse(new Command.WishlistAdd("c", "b", null, "nowhere", null))
            .later(5 * MINUTE - 1).out("c", "s").later(1).in("c", "s").holds("c", count("wishlistItem", 1)));
        add(story("a wish keeps its website unless one is sent").website("de", 2, "Europe/Berlin")
            .condition("de", exists("wishlistItem", test("website", "eq", "'de'")))
            .accept(new Command.WishlistAdd("c", "a", null, "de", null)).in("c", "de").wish("c", "a").in("c", "de")
            .accept(new Command.WishlistAdd("c", "a", null, "base", null)).out("c", "de"));
    }

    // ----- views

    private void views() {
        add(story("a view leaves its window exactly at t + D").condition("s", existsIn("view", "{'last':'P7D'}"))
            .view("v", "a").in("v", "s").later(7 * DAY - 1).in("v", "s").later(1).out("v", "s"));
        add(story("a late view counts from its own t").condition("s", existsIn("view", "{'last':'P1D'}"))
            .viewAt("v", "a", ms(NOON) - DAY).out("v", "s").viewAt("v", "a", ms(NOON) - DAY + 1).in("v", "s")
            .later(1).out("v", "s").holds("v", count("view", 2)));
        add(story("a view dated ahead is visible at its t, and no more than five minutes")
            .condition("s", exists("view")).viewAt("v", "a", ms(NOON) + 5 * MINUTE)
            .refuse(new Command.View("v", "a", ms(NOON) + 5 * MINUTE + 1, null, null)).out("v", "s")
            .later(5 * MINUTE - 1).out("v", "s").later(1).in("v", "s").holds("v", count("view", 1)));
        add(story("a view of a website nobody declared is refused").segment("k", "{'condition':{'none':[]}}")
            .refuse(new Command.View("v", "a", null, "nowhere", null)).out("v", "k"));
        add(story("a view of an unknown key creates a visitor, and suits a customer")
            .segment("g", "{'applyTo':'VISITORS','condition':" + exists("view") + "}")
            .segment("r", "{'applyTo':'REGISTERED','condition':" + exists("view") + "}")
            .view("v", "a").in("v", "g").out("v", "r").customer("c").out("c", "r").view("c", "a").in("c", "r")
            .out("c", "g").inGroup("v", 0).inGroup("c", 1));
        add(story("views of the same product are several, and different ones are counted once")
            .view("v", "a").view("v", "a").view("v", "b").holds("v", count("view", 3))
            .holds("v", "{'agg':{'fn':'countDistinct','source':'view','field':'product'},'op':'eq','v':2}"));
        add(story("three views of running shoes and none bought")
            .condition("s", "{'all':[{'agg':{'fn':'count','source':'view','where':["
                + test("product.category", "containsAny",
                    "['running']") + "],'window':{'last':'P7D'}},'op':'ge','v':3},"
                + "{'agg':{'fn':'count','source':'orderItem','where':["
                + test("product.category", "containsAny", "['running']") + "],'window':{'last':'P30D'}},'op':'eq',"
                + "'v':0}]}")
            .product("a", "categories", List.of("shoes", "running")).customer("c").view("c", "a").view("c", "a")
            .view("c", "b").out("c", "s").view("c", "a").in("c", "s").product("b", "categories", List.of("running"))
            .order("c", "1", List.of(item("product", "b"))).out("c", "s")
            .accept(new Command.OrderDelete("c", "1", null)).in("c", "s").later(7 * DAY - 1).in("c", "s").later(1)
            .out("c", "s"));
        add(story("a view is of a day of the home website").website("us", 3, "America/New_York")
            .condition("s", existsIn("view", "{'last':'P1D','align':'day'}"))
            .customerOf("us", "c").view("c", "a").at(ms("2026-03-12T04:00:00Z") - 1).in("c", "s").later(1)
            .out("c", "s"));
    }

    private void rings() {
        final Story newest = story("views keep the newest two hundred by t").viewAt("v", "old", ms(NOON) - HOUR)
            .condition("old", exists("view", test("product", "eq", "'old'")));
        for (int i = 0; i < 199; i++) {
            newest.viewAt("v", "p", ms(NOON) - i);
        }
        add(newest.in("v", "old").holds("v", count("view", 200)).view("v", "q").out("v", "old")
            .holds("v", count("view", 200)).holds("v", exists("view", test("product", "eq", "'q'"))));
        final Story late = story("a view older than all two hundred is not kept").condition("old",
            exists("view", test("product", "eq", "'old'")));
        for (int i = 0; i < 200; i++) {
            late.viewAt("v", "p", ms(NOON) - MINUTE + i);
        }
        add(late.viewAt("v", "old", ms(NOON) - HOUR).out("v", "old").holds("v", count("view", 200))
            .viewAt("v", "old", ms(NOON) - MINUTE).in("v", "old").holds("v", count("view", 200)));
        final Story ties = story("of two views of the same instant the later arrived is the newer")
            .viewAt("v", "first", ms(NOON) - HOUR).viewAt("v", "second", ms(NOON) - HOUR)
            .condition("first", exists("view", test("product", "eq", "'first'")))
            .condition("second", exists("view", test("product", "eq", "'second'")));
        for (int i = 0; i < 198; i++) {
            ties.view("v", "p");
        }
        add(ties.in("v", "first").view("v", "p").out("v", "first").in("v", "second").view("v", "p").out("v", "second")
            .holds("v", count("view", 200)));
        final Story ahead = story("a view ahead of its time has its place among the two hundred")
            .viewAt("v", "old", ms(NOON) - HOUR).condition("old", exists("view", test("product", "eq", "'old'")));
        for (int i = 0; i < 199; i++) {
            ahead.view("v", "p");
        }
        add(ahead.in("v", "old").viewAt("v", "q", ms(NOON) + MINUTE).out("v", "old").holds("v", count("view", 199))
            .later(MINUTE).holds("v", count("view", 200)));
        final Story names = story("events of each name keep their own two hundred").event("v", "login")
            .view("v", "a");
        for (int i = 0; i < 205; i++) {
            names.event("v", "search");
        }
        add(names.holds("v", count("event:search", 200)).holds("v", count("event:login", 1))
            .holds("v", count("view", 1)));
        final Story orders = story("orders are not forgotten");
        for (int i = 0; i < 201; i++) {
            orders.order("c", "o" + i);
        }
        add(orders.holds("c", count("order", 201)));
    }

    // ----- events

    private void events() {
        add(story("any name is a source of events").event("v", "emailOpen").event("v", "Ünï côde 🙂")
            .holds("v", exists("event:emailOpen")).holds("v", exists("event:Ünï côde 🙂"))
            .fails("v", exists("event:emailopen")).fails("v", exists("event:nobody did this"))
            .holds("v", count("event:nobody did this", 0)).noSegment("s", "{'condition':" + exists("event:") + "}")
            .noSegment("s", "{'condition':" + exists("event") + "}").refuse(eventAt("v", "", null)));
        add(story("an event's props have the type that the literal expects")
            .event("v", "search", "props.results", 0, "props.term", "Shoes ", "props.tags", List.of("a", "b"))
            .holds("v", exists("event:search", test("props.results", "eq", "0")))
            .fails("v", exists("event:search", test("props.results", "eq", "'0'")))
            .holds("v", exists("event:search", test("props.term", "eq", "'SHOES'")))
            .holds("v", exists("event:search", test("props.tags", "containsAll", "['a']")))
            .holds("v", exists("event:search", "{'f':'props.results','op':'isSet'}"))
            .fails("v", exists("event:search", "{'f':'props.none','op':'isSet'}"))
            .holds("v", "{'agg':{'fn':'sum','source':'event:search','field':'props.results'},'op':'eq','v':0}")
            .refuse(eventAt("v", "search", null, "results", 1)));
        add(story("an event leaves its window and becomes visible like every record")
            .condition("s", existsIn("event:emailClick", "{'last':'P30D'}"))
            .accept(eventAt("c", "emailClick", ms(NOON) + 5 * MINUTE))
            .refuse(eventAt("c", "emailClick", ms(NOON) + 5 * MINUTE + 1)).out("c", "s").later(5 * MINUTE - 1)
            .out("c", "s").later(1).in("c", "s").later(10 * DAY).event("c", "other").later(20 * DAY - 1).in("c", "s")
            .later(1).out("c", "s"));
        add(story("an event of an unknown key creates a visitor")
            .segment("g", "{'applyTo':'VISITORS','condition':" + exists("event:login") + "}").event("v", "login")
            .in("v", "g").refuse(new Command.CustomEvent("w", "login", null, "nowhere", List.of(), null))
            .segment("k", "{'condition':{'none':[]}}").out("w", "k"));
        add(story("an event sent twice with one id counts once")
            .accept(new Command.CustomEvent("v", "login", null, null, List.of(), "e1"))
            .accept(new Command.CustomEvent("v", "login", null, null, List.of(), "e1"))
            .accept(new Command.View("v", "a", null, null, "e2")).accept(new Command.View("v", "b", null, null, "e2"))
            .holds("v", count("event:login", 1)).holds("v", count("view", 1)));
    }

    // ----- notIn

    private void notIn() {
        final String viewedNotBought =
            "{'exists':{'source':'view','notIn':{'source':'orderItem','on':'product'}}}";
        add(story("viewed and never bought").condition("s", viewedNotBought).customer("c").view("c", "a").in("c", "s")
            .order("c", "1", List.of(item("product", "a"))).out("c", "s").view("c", "b").in("c", "s")
            .order("c", "2", List.of(item("product", "b"))).out("c", "s")
            .accept(new Command.OrderDelete("c", "1", null)).in("c", "s"));
        add(story("notIn sees a record at its t and keeps no window of its own")
            .condition("s", "{'exists':{'source':'view','window':{'last':'P1D'},'notIn':{'source':'orderItem',"
                + "'on':'product'}}}")
            .customer("c").view("c", "a").view("c", "b").in("c", "s")
            .accept(orderAt("c", "1", ms(NOON) - 300 * DAY, List.of(item("product", "b"))))
            .accept(orderAt("c", "2", ms(NOON) + MINUTE, List.of(item("product", "a")))).in("c", "s")
            .later(MINUTE - 1).in("c", "s").later(1).out("c", "s"));
        add(story("an item of the cart that is on no wish list")
            .condition("s", "{'exists':{'source':'cartItem','notIn':{'source':'wishlistItem','on':'product'}}}")
            .customer("c").cart("c", List.of(item("product", "a"))).in("c", "s").wish("c", "a").out("c", "s")
            .unwish("c", "a").in("c", "s").wish("c", "a").cart("c", List.of(item("qty", 1))).in("c", "s"));
        add(story("notIn of the same source keeps only what lacks the field")
            .condition("s", "{'exists':{'source':'orderItem','notIn':{'source':'orderItem','on':'product'}}}")
            .order("c", "1", List.of(item("product", "a"))).out("c", "s")
            .order("c", "2", List.of(item("qty", 1))).in("c", "s"));
        add(story("notIn compares texts folded and keys exactly")
            .condition("sku", "{'exists':{'source':'view','notIn':{'source':'orderItem','on':'product.sku'}}}")
            .condition("key", viewedNotBought).product("a", "sku", "Straße").product("A", "sku", "STRASSE ")
            .customer("c")
            .view("c", "a").in("c", "sku").order("c", "1", List.of(item("product", "A"))).out("c", "sku")
            .in("c", "key").product("A", "sku", "else").in("c", "sku"));
        add(story("an opened mail that was never clicked")
            .condition("s", "{'exists':{'source':'event:emailOpen','notIn':{'source':'event:emailClick',"
                + "'on':'props.campaign'}}}")
            .event("v", "emailOpen", "props.campaign", "May").in("v", "s").event("v", "emailClick", "props.campaign",
                "may").out("v", "s").event("v", "emailOpen", "props.campaign", "June").in("v", "s"));
        add(story("notIn in an aggregate")
            .condition("s", "{'agg':{'fn':'countDistinct','source':'view','field':'product','notIn':"
                + "{'source':'orderItem','on':'product'}},'op':'ge','v':2}")
            .customer("c").view("c", "a").view("c", "b").view("c", "b").in("c", "s")
            .order("c", "1", List.of(item("product", "b"))).out("c", "s").view("c", "d").in("c", "s"));
        add(story("notIn's record is looked for whatever where says")
            .condition("s", "{'exists':{'source':'orderItem','where':[" + test("qty", "ge", "2")
                + "],'notIn':{'source':'view','on':'product'}}}")
            .order("c", "1", List.of(item("product", "a", "qty", 2))).in("c", "s").view("c", "a").out("c", "s"));
        add(story("notIn asks for a field that both have")
            .noSegment("s", "{'condition':{'exists':{'source':'view','notIn':{'source':'order','on':'product'}}}}")
            .noSegment("s", "{'condition':{'exists':{'source':'view','notIn':{'source':'nope','on':'product'}}}}")
            .noSegment("s", "{'condition':{'exists':{'source':'view','notIn':{'source':'cartItem','on':'qty'}}}}"));
    }

    // ----- scopes

    private void scopes() {
        final String websiteScope = "{'websites':['de'],'eventScope':'WEBSITE','condition':";
        add(story("eventScope counts carts, wishes, views and events of the segment's websites, and those of none")
            .website("de", 2, "Europe/Berlin").customerOf("de", "c")
            .segment("cart", websiteScope + exists("cart") + "}")
            .segment("item", websiteScope + exists("cartItem") + "}")
            .segment("wish", websiteScope + count("wishlistItem", 1) + "}")
            .segment("view", websiteScope + count("view", 1) + "}")
            .segment("event", websiteScope + count("event:x", 1) + "}")
            .cartOf("base", "c", null, List.of(item("product", "a"))).out("c", "cart").out("c", "item")
            .cart("c", List.of(item("product", "a"))).in("c", "cart").in("c", "item")
            .accept(new Command.WishlistAdd("c", "a", null, "base", null)).out("c", "wish").wish("c", "b")
            .in("c", "wish")
            .viewOf("base", "c", "a").out("c", "view").viewOf("de", "c", "a").in("c", "view").view("c", "a")
            .out("c", "view")
            .accept(new Command.CustomEvent("c", "x", null, "base", List.of(), null)).out("c", "event")
            .accept(new Command.CustomEvent("c", "x", null, "de", List.of(), null)).in("c", "event"));
        add(story("eventScope leaves addresses alone").website("de", 2, "Europe/Berlin").customerOf("de", "c")
            .segment("s", websiteScope + exists("address") + "}").addresses("c", List.of(values("city", "Rom")))
            .in("c", "s"));
        add(story("eventScope without websites counts everything").website("de", 2, "Europe/Berlin")
            .segment("s", "{'eventScope':'WEBSITE','condition':" + count("view", 2) + "}")
            .viewOf("de", "v", "a").viewOf("base", "v", "a").in("v", "s"));
        add(story("a segment's event scope is its own, also where another refers to it")
            .website("de", 2, "Europe/Berlin").customerOf("de", "c").viewOf("base", "c", "a")
            .segment("scoped", websiteScope + exists("view") + "}").segment("global", "{'condition':" + exists("view")
                + "}")
            .segment("a", websiteScope + "{'segment':'global'}}").condition("b", "{'segment':'scoped'}")
            .in("c", "a").out("c", "b").out("c", "scoped").viewOf("de", "c", "a").in("c", "b"));
        add(story("beside a reference a segment's own event scope still counts").website("de", 2, "Europe/Berlin")
            .customerOf("de", "c").viewOf("base", "c", "a").condition("global", exists("view"))
            .segment("scoped", websiteScope + exists("view") + "}")
            .segment("a", websiteScope + "{'all':[{'segment':'global'}," + exists("view") + "]}}")
            .condition("b", "{'all':[{'none':[{'segment':'scoped'}]}," + exists("view") + "]}")
            .out("c", "a").in("c", "b").viewOf("de", "c", "a").in("c", "a").out("c", "b"));
        add(story("eventScope reaches notIn's source of every kind").website("de", 2, "Europe/Berlin")
            .customerOf("de", "c")
            .segment("s", websiteScope + "{'exists':{'source':'view','notIn':{'source':'cartItem','on':'product'}}}}")
            .view("c", "a").in("c", "s").cartOf("base", "c", null, List.of(item("product", "a"))).in("c", "s")
            .cart("c", List.of(item("product", "a"))).out("c", "s"));
    }
}
