package io.tagma.loadtest;

import java.util.List;

/**
 * The demo's own segments beside {@link SampleSegments}: attributes, orders and their items, every kind of window and
 * aggregate over {@link TpchShop}.
 * Bounds are chosen so that at any scale from 0.01 on none is empty and none holds everyone, whatever the hour, and
 * stays so as the clock moves on for a day. Constant.
 */
final class DemoSegments {
    /** A thank-you is due so long after an order: short, so that the demo shows members coming by time alone. */
    static final int THANK_YOU_SECONDS = 2;
    /** A VIP who ordered is left in peace for so long: members leave by event and come back by time. */
    static final int QUIET_SECONDS = 4;

    private static final List<DemoSegment> ALL = List.of(
        segment("top-spenders", "Spent 30,000 or more", """
            {"agg":{"fn":"sum","source":"order","field":"grandTotal","where":[
              {"f":"status","op":"in","v":["complete","processing"]}]},"op":"ge","v":30000}"""),
        segment("high-average-order", "Average complete order of 1,800 or more, at least two orders", """
            {"all":[
              {"agg":{"fn":"avg","source":"order","field":"grandTotal","where":[
                {"f":"status","op":"eq","v":"complete"}]},"op":"ge","v":1800},
              {"agg":{"fn":"count","source":"order"},"op":"ge","v":2}]}"""),
        segment("few-orders", "One to nine orders ever", """
            {"agg":{"fn":"count","source":"order"},"op":"between","v":[1,9]}"""),
        segment("frequent-90d", "Three orders or more in 90 days", """
            {"agg":{"fn":"count","source":"order","window":{"last":"P90D"}},"op":"ge","v":3}"""),
        segment("lapsed-60d", "Has ordered, but not in the last 60 days", """
            {"all":[
              {"exists":{"source":"order"}},
              {"exists":{"source":"order","window":{"last":"P60D"}},"not":true}]}"""),
        segment("ordered-this-week", "Ordered today or in the seven days before, by the calendar", """
            {"exists":{"source":"order","window":{"last":"P7D","align":"day"}}}"""),
        segment("ask-for-review", "Ordered 30 to 7 days ago", """
            {"exists":{"source":"order","window":{"from":"P30D","to":"P7D"}}}"""),
        segment("thank-you-due", "Ordered in the last four days, but not in the last seconds", """
            {"exists":{"source":"order","window":{"from":"P4D","to":"PT%dS"}}}""".formatted(THANK_YOU_SECONDS)),
        segment("quiet-vip", "A VIP who did not order just now", """
            {"all":[
              {"agg":{"fn":"sum","source":"order","field":"grandTotal"},"op":"ge","v":30000},
              {"agg":{"fn":"count","source":"order","window":{"last":"PT%dS"}},"op":"eq","v":0}]}"""
            .formatted(QUIET_SECONDS)),
        segment("smallest-order-under-50", "Has an order of less than 50", """
            {"agg":{"fn":"min","source":"order","field":"grandTotal"},"op":"lt","v":50}"""),
        segment("big-ticket-year", "An order above 3,300 in the last year", """
            {"agg":{"fn":"max","source":"order","field":"grandTotal","window":{"last":"P365D"}},"op":"gt","v":3300}"""),
        segment("explorers", "15 different products or more in a year", """
            {"agg":{"fn":"countDistinct","source":"orderItem","field":"product","window":{"last":"P365D"}},
             "op":"ge","v":15}"""),
        segment("tin-fans", "18 items of tin or more", """
            {"agg":{"fn":"count","source":"orderItem","where":[
              {"f":"product.category","op":"containsAny","v":["tin"]}]},"op":"ge","v":18}"""),
        segment("promo-brass-180d", "Bought brass of the promo line in the last 180 days", """
            {"exists":{"source":"orderItem","where":[
              {"f":"product.category","op":"containsAll","v":["promo","brass"]}],"window":{"last":"P180D"}}}"""),
        segment("sale-shoppers", "Spent 700 or more on products on sale in a year", """
            {"agg":{"fn":"sum","source":"orderItem","field":"rowTotal","where":[
              {"f":"product.onSale","op":"eq","v":true}],"window":{"last":"P365D"}},"op":"ge","v":700}"""),
        segment("cheap-and-many", "Items of 45 pieces or more of a product under 12, in two years", """
            {"exists":{"source":"orderItem","where":[
              {"f":"qty","op":"ge","v":45},{"f":"product.price","op":"lt","v":12}],"window":{"last":"P730D"}}}"""),
        segment("new-and-undecided", "Registered in the last 60 days by the calendar, no order yet", """
            {"all":[
              {"attr":"createdAt","op":"withinLast","v":"P60D","align":"day"},
              {"exists":{"source":"order"},"not":true}]}"""),
        segment("old-guard-subscribed", "Subscriber registered 2,000 days ago or earlier", """
            {"all":[
              {"attr":"createdAt","op":"olderThan","v":"P2000D"},
              {"attr":"newsletter","op":"eq","v":true}]}"""),
        segment("newsletter-tenth", "A tenth of the subscribers", """
            {"all":[
              {"sample":{"salt":"newsletter-26","from":0,"to":1000}},
              {"attr":"newsletter","op":"eq","v":true}]}"""),
        segment("shipped-to-europe", "Shipped to Germany, France, Britain or Romania in a year", """
            {"exists":{"source":"order","where":[
              {"f":"shipping.country","op":"in","v":["DE","FR","GB","RO"]}],"window":{"last":"P365D"}}}"""),
        segment("machinery-in-debt", "Machinery trade with a negative balance", """
            {"all":[
              {"attr":"marketSegment","op":"eq","v":"MACHINERY"},
              {"attr":"accountBalance","op":"lt","v":0}]}"""),
        segment("pending-orders", "Has a pending order", """
            {"exists":{"source":"order","where":[{"f":"status","op":"eq","v":"pending"}]}}"""),
        segment("two-of-three-habits", "Two of: pays by card, air mail, store 3; in a year", """
            {"atLeast":2,"of":[
              {"exists":{"source":"order","where":[{"f":"paymentMethod","op":"eq","v":"card"}],
               "window":{"last":"P365D"}}},
              {"exists":{"source":"order","where":[{"f":"shippingMethod","op":"in","v":["air","regair"]}],
               "window":{"last":"P365D"}}},
              {"exists":{"source":"order","where":[{"f":"store","op":"eq","v":"store-3"}],
               "window":{"last":"P365D"}}}]}"""),
        segment("subscribed-women-40", "Subscribed women born 40 years ago or earlier", """
            {"all":[
              {"attr":"gender","op":"eq","v":"F"},
              {"attr":"dob","op":"olderThan","v":"P14610D"},
              {"attr":"newsletter","op":"eq","v":true}]}"""),
        segment("cooling-off", "Ordered a year to half a year ago, not since", """
            {"all":[
              {"exists":{"source":"order","window":{"from":"P365D","to":"P180D"}}},
              {"exists":{"source":"order","window":{"last":"P180D"}},"not":true}]}"""),
        segment("not-a-regular-subscriber", "Not both: subscriber and ten orders", """
            {"notAll":[
              {"attr":"newsletter","op":"eq","v":true},
              {"agg":{"fn":"count","source":"order"},"op":"ge","v":10}]}"""));

    private DemoSegments() {
    }

    /** All of them, in the order of the demo's table. */
    static List<DemoSegment> all() {
        return ALL;
    }

    private static DemoSegment segment(final String key, final String name, final String condition) {
        return DemoSegment.registered(key, name, condition);
    }
}
