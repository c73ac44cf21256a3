package io.tagma.server.magento;

import java.util.ArrayList;
import java.util.List;

/**
 * Every condition of Magento's segment builder, named as its form words it, with what it means here. JSON is written
 * with single quotes for the eye's sake.
 */
public final class MagentoRows {
    private static final List<MagentoRow> ROWS = new ArrayList<>();

    static {
        combinations();
        attributes();
        customer();
        addresses();
        cart();
        products();
        orderAddresses();
        sales();
    }

    private MagentoRows() {
    }

    /** All rows. */
    public static List<MagentoRow> all() {
        return List.copyOf(ROWS);
    }

    /** What Magento writes: a type without what all have in common, and the other members. */
    public static String posted(final String type, final String members, final String... children) {
        return "{'type':'Magento\\\\CustomerSegment\\\\Model\\\\Segment\\\\Condition\\\\" + type.replace("\\", "\\\\")
            + "'," + (members.contains("'attribute'") ? "" : "'attribute':null,")
            + (members.contains("'operator'") ? "" : "'operator':null,") + "'is_value_processed':null"
            + (members.isEmpty() ? "" : "," + members)
            + (children.length == 0 ? "" : ",'conditions':[" + String.join(",", children) + "]") + "}";
    }

    /** A test of one value. */
    public static String test(final String type, final String attribute, final String operator, final String value) {
        return posted(type, (attribute == null ? "" : "'attribute':'" + attribute + "',") + "'operator':'" + operator
            + "','value':" + value);
    }

    /** The root with conditions. */
    public static String root(final String... children) {
        return posted("Combine\\Root", "'value':'1','aggregator':'all'", children);
    }

    private static void row(final String wording, final String posted, final String expected) {
        ROWS.add(new MagentoRow(wording, posted, expected));
    }

    private static String attribute(final String attribute, final String operator, final String value) {
        return test("Customer\\Attributes", attribute, operator, value);
    }

    private static void combinations() {
        final String first = attribute("firstname", "==", "'Ada'");
        final String last = attribute("lastname", "==", "'Byron'");
        final String tests = "[{'attr':'firstname','op':'eq','v':'Ada'},{'attr':'lastname','op':'eq','v':'Byron'}]";
        row("If ALL of these conditions are TRUE", posted("Combine", "'value':'1','aggregator':'all'", first, last),
            "{'all':" + tests + "}");
        row("If ANY of these conditions are TRUE", posted("Combine", "'value':'1','aggregator':'any'", first, last),
            "{'any':" + tests + "}");
        row("If ALL of these conditions are FALSE", posted("Combine", "'value':'0','aggregator':'all'", first, last),
            "{'none':" + tests + "}");
        row("If ANY of these conditions are FALSE", posted("Combine", "'value':'0','aggregator':'any'", first, last),
            "{'notAll':" + tests + "}");
        row("If ANY of these conditions are TRUE: none given", posted("Combine", "'value':'1','aggregator':'any'"),
            "{'all':[]}");
    }

    private static void attributes() {
        row("Email is", attribute("email", "==", "'ada@mail.example'"),
            "{'attr':'email','op':'eq','v':'ada@mail.example'}");
        row("Email is not", attribute("email", "!=", "'ada@mail.example'"),
            "{'attr':'email','op':'ne','v':'ada@mail.example'}");
        row("Email contains", attribute("email", "{}", "'@mail.example'"),
            "{'attr':'email','op':'contains','v':'@mail.example'}");
        row("Email does not contain", attribute("email", "!{}", "'@mail.example'"),
            "{'attr':'email','op':'notContains','v':'@mail.example'}");
        row("Last Name is, a list", attribute("lastname", "==", "'Byron, Größe'"),
            "{'attr':'lastname','op':'in','v':['Byron','Größe']}");
        row("Last Name is not, a list", attribute("lastname", "!=", "'Byron,King'"),
            "{'attr':'lastname','op':'notIn','v':['Byron','King']}");
        row("Email contains, a list", attribute("email", "{}", "'ada,@mail.example'"),
            "{'all':[{'attr':'email','op':'contains','v':'ada'},"
                + "{'attr':'email','op':'contains','v':'@mail.example'}]}");
        row("Email does not contain, a list", attribute("email", "!{}", "'ada,@mail.example'"),
            "{'all':[{'attr':'email','op':'notContains','v':'ada'},"
                + "{'attr':'email','op':'notContains','v':'@mail.example'}]}");
        row("Tax/VAT Number is undefined", attribute("taxvat", "<=>", "''"), "{'attr':'taxvat','op':'notSet'}");
        row("Gender is (select)", attribute("gender", "==", "'1'"), "{'attr':'gender','op':'eq','v':'1'}");
        row("Gender is not (select)", attribute("gender", "!=", "'1'"), "{'attr':'gender','op':'ne','v':'1'}");
        row("Gender is one of (select)", attribute("gender", "()", "['1','2']"),
            "{'attr':'gender','op':'in','v':['1','2']}");
        row("Gender is undefined (select)", attribute("gender", "<=>", "null"), "{'attr':'gender','op':'notSet'}");
        row("Group is", attribute("group_id", "==", "'2'"), "{'attr':'group','op':'eq','v':2}");
        row("Group is not", attribute("group_id", "!=", "['2','3']"), "{'attr':'group','op':'notIn','v':[2,3]}");
        row("Website is", attribute("website_id", "==", "1"), "{'attr':'website','op':'eq','v':'base'}");
        row("Interests is (multiselect)", attribute("interests", "==", "['7','9']"),
            "{'attr':'interests','op':'eqSet','v':['7','9']}");
        row("Interests is not (multiselect)", attribute("interests", "!=", "'7,9'"),
            "{'all':[{'attr':'interests','op':'isSet'},"
                + "{'none':[{'attr':'interests','op':'eqSet','v':['7','9']}]}]}");
        row("Interests contains (multiselect)", attribute("interests", "[]", "['7','9']"),
            "{'attr':'interests','op':'containsAll','v':['7','9']}");
        row("Interests does not contain (multiselect)", attribute("interests", "![]", "'7'"),
            "{'all':[{'attr':'interests','op':'isSet'},"
                + "{'none':[{'attr':'interests','op':'containsAll','v':['7']}]}]}");
        row("Date of Birth is", attribute("dob", "==", "'1990-02-28'"),
            "{'attr':'dob','op':'onDay','v':'1990-02-28'}");
        row("Date of Birth equals or greater than", attribute("dob", ">=", "'1990-02-28'"),
            "{'attr':'dob','op':'ge','v':'1990-02-28'}");
        row("Date of Birth equals or less than", attribute("dob", "<=", "'1990-02-28 00:00:00'"),
            "{'attr':'dob','op':'lt','v':'1990-03-01'}");
        row("Created At is", attribute("created_at", "==", "'2014-01-01'"),
            "{'attr':'createdAt','op':'onDay','v':'2014-01-01'}");
        row("Created At equals or greater than", attribute("created_at", ">=", "'2014-01-01'"),
            "{'attr':'createdAt','op':'ge','v':'2014-01-01T00:00:00Z'}");
        row("Created At equals or less than", attribute("created_at", "<=", "'2014-01-01'"),
            "{'attr':'createdAt','op':'lt','v':'2014-01-02T00:00:00Z'}");
        row("Disable Automatic Group Change is Yes", attribute("disable_auto_group_change", "==", "'1'"),
            "{'attr':'disableAutoGroupChange','op':'eq','v':true}");
        row("Disable Automatic Group Change is not Yes", attribute("disable_auto_group_change", "!=", "1"),
            "{'attr':'disableAutoGroupChange','op':'ne','v':true}");
        row("Reward Points greater than", attribute("rewardPoints", ">", "'100'"),
            "{'attr':'rewardPoints','op':'gt','v':100}");
        row("Reward Points is, a list", attribute("rewardPoints", "==", "'100,200'"),
            "{'attr':'rewardPoints','op':'in','v':[100,200]}");
    }

    private static void customer() {
        row("Default Billing Address exists", attribute("default_billing", "==", "'is_exists'"),
            "{'exists':{'source':'address','where':[{'f':'isDefaultBilling','op':'eq','v':true}]}}");
        row("Default Shipping Address does not exist", attribute("default_shipping", "==", "'is_not_exists'"),
            "{'exists':{'source':'address','where':[{'f':'isDefaultShipping','op':'eq','v':true}]},'not':true}");
        row("Customer is subscribed to newsletter", posted("Customer\\Newsletter", "'value':'1'"),
            "{'attr':'newsletter','op':'eq','v':true}");
        row("Customer is not subscribed to newsletter", posted("Customer\\Newsletter", "'value':0"),
            "{'none':[{'attr':'newsletter','op':'eq','v':true}]}");
        row("Store Credit Amount equals or greater than 10.50", test("Customer\\Storecredit", null, ">=", "'10.50'"),
            "{'attr':'storeCredit','op':'ge','v':10.5}");
        row("Store Credit Amount less than 10", test("Customer\\Storecredit", null, "<", "'10'"),
            "{'any':[{'attr':'storeCredit','op':'lt','v':10},{'attr':'storeCredit','op':'notSet'}]}");
        row("Store Credit Amount is 0", test("Customer\\Storecredit", null, "==", "0"),
            "{'any':[{'attr':'storeCredit','op':'eq','v':0},{'attr':'storeCredit','op':'notSet'}]}");
    }

    private static void addresses() {
        row("If Customer Addresses match ALL of these Conditions", posted("Customer\\Address", "'aggregator':'all'",
            test("Customer\\Address\\Attributes", "country_id", "==", "'GB'"),
            test("Customer\\Address\\Attributes", "city", "{}", "'London'")),
            "{'exists':{'source':'address','where':[{'f':'country','op':'eq','v':'GB'},"
                + "{'f':'city','op':'contains','v':'London'}]}}");
        row("If Customer Addresses match ANY of these Conditions", posted("Customer\\Address", "'aggregator':'any'",
            test("Customer\\Address\\Attributes", "postcode", "==", "'10115'"),
            test("Customer\\Address\\Attributes", "vat_id", "!=", "'DE1'")),
            "{'exists':{'source':'address','match':'any','where':[{'f':'postcode','op':'eq','v':'10115'},"
                + "{'f':'vatId','op':'ne','v':'DE1'}]}}");
        row("If Customer Address has State/Province specified", posted("Customer\\Address", "'aggregator':'all'",
            posted("Customer\\Address\\Region", "'value':'1'")),
            "{'exists':{'source':'address','where':[{'f':'region','op':'isSet'}]}}");
        row("If Customer Address does not have State/Province specified", posted("Customer\\Address",
            "'aggregator':'all'", posted("Customer\\Address\\Region", "'value':'0'")),
            "{'exists':{'source':'address','where':[{'f':'region','op':'notSet'}]}}");
        row("Customer Address is Default Billing Address", posted("Customer\\Address", "'aggregator':'all'",
            test("Customer\\Address\\DefaultAddress", null, "==", "'default_billing'")),
            "{'exists':{'source':'address','where':[{'f':'isDefaultBilling','op':'eq','v':true}]}}");
        row("Customer Address is not Default Shipping Address", posted("Customer\\Address", "'aggregator':'all'",
            test("Customer\\Address\\DefaultAddress", null, "!=", "'default_shipping'")),
            "{'exists':{'source':'address','where':[{'none':[{'f':'isDefaultShipping','op':'eq','v':true}]}]}}");
        row("Customer Address State/Province is (by its number)", posted("Customer\\Address", "'aggregator':'all'",
            test("Customer\\Address\\Attributes", "region_id", "==", "'12'")),
            "{'exists':{'source':'address','where':[{'f':'region','op':'eq','v':'California'}]}}");
    }

    private static void cart() {
        final String[][] amounts = {{"Subtotal", "subtotal", "subtotal"}, {"Grand Total", "grand_total", "grandTotal"},
            {"Tax", "tax", "tax"}, {"Shipping", "shipping", "shippingAmount"},
            {"Store Credit", "store_credit", "storeCredit"}, {"Gift Card", "gift_card", "giftCard"}};
        for (final String[] amount : amounts) {
            row("Shopping Cart " + amount[0] + " Amount equals or greater than 100",
                test("Shoppingcart\\Amount", amount[1], ">=", "'100'"),
                "{'exists':{'source':'cart','where':[{'f':'" + amount[2] + "','op':'ge','v':100}]}}");
        }
        row("Number of Cart Line Items greater than 3", test("Shoppingcart\\Itemsquantity", null, ">", "'3'"),
            "{'exists':{'source':'cart','where':[{'f':'lineItems','op':'gt','v':3}]}}");
        row("Products Quantity is 5", test("Shoppingcart\\Productsquantity", null, "==", "'5'"),
            "{'exists':{'source':'cart','where':[{'f':'qty','op':'eq','v':5}]}}");
    }

    private static String product(final String attribute, final String operator, final String value) {
        return test("Product\\Attributes", attribute, operator, value);
    }

    private static String list(final String operator, final String value, final String aggregator,
                               final String... children) {
        return posted("Product\\Combine\\ListCombine", "'operator':'" + operator + "','value':'" + value
            + "','aggregator':'" + aggregator + "'", children);
    }

    private static String history(final String operator, final String value, final String aggregator,
                                  final String... children) {
        return posted("Product\\Combine\\History", "'operator':'" + operator + "','value':'" + value
            + "','aggregator':'" + aggregator + "'", children);
    }

    private static void products() {
        row("If Product is found in the Shopping Cart with ALL of these Conditions match",
            list("==", "shopping_cart", "all", product("sku", "==", "'boot-1'"), product("price", ">=", "'49.90'")),
            "{'exists':{'source':'cartItem','where':[{'f':'product.sku','op':'eq','v':'boot-1'},"
                + "{'f':'product.price','op':'ge','v':49.9}]}}");
        row("If Product is not found in the Shopping Cart with ANY of these Conditions match",
            list("!=", "shopping_cart", "any", product("category_ids", "==", "'2, 5'"),
                product("brand", "{}", "'Acme'")),
            "{'exists':{'source':'cartItem','match':'any','where':[{'f':'product.category','op':'containsAny',"
                + "'v':['2','5']},{'f':'product.brand','op':'contains','v':'Acme'}]},'not':true}");
        row("If Product is found in the Wish List with ALL of these Conditions match",
            list("==", "wishlist", "all", product("category_ids", "!=", "'2'"), product("sku", "()", "'a,b'")),
            "{'exists':{'source':'wishlistItem','where':[{'f':'product.category','op':'containsNone','v':['2']},"
                + "{'f':'product.sku','op':'in','v':['a','b']}]}}");
        row("If Product is not found in the Wish List",
            list("!=", "wishlist", "all"), "{'exists':{'source':'wishlistItem'},'not':true}");
        row("If Product is found in the Shopping Cart, Period equals or less than 7 Days Up To Date",
            list("==", "shopping_cart", "all", test("Uptodate", null, ">=", "'7'"), product("colour", "[]", "'1'")),
            "{'exists':{'source':'cartItem','where':[{'f':'product.colour','op':'containsAll','v':['1']}],"
                + "'window':{'last':'P7D','align':'day'}}}");
        row("If ANY of these product conditions are FALSE",
            list("==", "shopping_cart", "all", posted("Product\\Combine", "'value':'0','aggregator':'any'",
                product("sku", "==", "'a'"), product("weight", "<", "'2.5'"))),
            "{'exists':{'source':'cartItem','where':[{'notAll':[{'f':'product.sku','op':'eq','v':'a'},"
                + "{'f':'product.weight','op':'lt','v':2.5}]}]}}");
        row("If Product was viewed and matches ALL of these Conditions",
            history("==", "viewed_history", "all", product("category_ids", "{}", "['2','5']")),
            "{'exists':{'source':'view','where':[{'f':'product.category','op':'containsAll','v':['2','5']}]}}");
        row("If Product was not viewed",
            history("!=", "viewed_history", "all", product("sku", "==", "'a'")),
            "{'exists':{'source':'view','where':[{'f':'product.sku','op':'eq','v':'a'}]},'not':true}");
        row("If Product was ordered, Period equals or less than 365 Days Up To Date, Category is 2",
            history("==", "ordered_history", "all", test("Uptodate", null, ">=", "'365'"),
                product("category_ids", "==", "'2'")),
            "{'exists':{'source':'orderItem','where':[{'f':'product.category','op':'containsAny','v':['2']}],"
                + "'window':{'last':'P365D','align':'day'}}}");
        row("If Product was not ordered, Date Range is within",
            history("!=", "ordered_history", "all", test("Daterange", null, "==", "'2026-01-01...2026-01-31'")),
            "{'exists':{'source':'orderItem','where':[{'f':'t','op':'between',"
                + "'v':['2026-01-01T00:00:00Z','2026-01-31T23:59:59.999Z']}]},'not':true}");
        row("If Product was ordered, Date Range is not within",
            history("==", "ordered_history", "any", test("Daterange", null, "!=", "'2026-01-01...2026-01-31'")),
            "{'exists':{'source':'orderItem','where':[{'none':[{'f':'t','op':'between',"
                + "'v':['2026-01-01T00:00:00Z','2026-01-31T23:59:59.999Z']}]}]}}");
    }

    private static void orderAddresses() {
        final String city = test("Order\\Address\\Attributes", "city", "==", "'Berlin'");
        row("If Order Addresses match ALL of these Conditions: a Billing Address", posted("Order\\Address",
            "'aggregator':'all'", test("Order\\Address\\Type", null, "==", "'billing'"), city),
            "{'exists':{'source':'order','where':[{'f':'billing.city','op':'eq','v':'Berlin'}]}}");
        row("If Order Addresses match ALL of these Conditions: not a Billing Address", posted("Order\\Address",
            "'aggregator':'all'", test("Order\\Address\\Type", null, "!=", "'billing'"), city),
            "{'exists':{'source':'order','where':[{'f':'shipping.city','op':'eq','v':'Berlin'}]}}");
        row("If Order Addresses match ALL of these Conditions: no type", posted("Order\\Address",
            "'aggregator':'all'", city),
            "{'any':[{'exists':{'source':'order','where':[{'f':'billing.city','op':'eq','v':'Berlin'}]}},"
                + "{'exists':{'source':'order','where':[{'f':'shipping.city','op':'eq','v':'Berlin'}]}}]}");
        row("If Order Addresses match ANY of these Conditions: a Shipping Address", posted("Order\\Address",
            "'aggregator':'any'", test("Order\\Address\\Type", null, "==", "'shipping'"), city),
            "{'any':[{'exists':{'source':'order','where':[{'f':'billing.city','op':'eq','v':'Berlin'}]}},"
                + "{'exists':{'source':'order'}}]}");
        row("If Order Addresses match ALL of these Conditions: both types", posted("Order\\Address",
            "'aggregator':'all'", test("Order\\Address\\Type", null, "==", "'billing'"),
            test("Order\\Address\\Type", null, "==", "'shipping'"), city), "{'any':[]}");
    }

    private static String sales(final String type, final String attribute, final String operator, final String value,
                                final String aggregator, final String... children) {
        return posted("Sales\\" + type, (attribute == null ? "" : "'attribute':'" + attribute + "',")
            + "'operator':'" + operator + "','value':" + value + ",'aggregator':'" + aggregator + "'", children);
    }

    private static void sales() {
        final String complete = test("Order\\Status", null, "==", "'complete'");
        row("Total Sales Amount equals or greater than 1000 while ALL of these Conditions match",
            sales("Salesamount", "total", ">=", "'1000'", "all", complete),
            "{'agg':{'fn':'sum','source':'order','field':'grandTotal',"
                + "'where':[{'f':'status','op':'eq','v':'complete'}]},'op':'ge','v':1000}");
        row("Average Sales Amount less than 99.90 while ANY of these Conditions match",
            sales("Salesamount", "average", "<", "'99.90'", "any", complete,
                test("Order\\Status", null, "!=", "'canceled'")),
            "{'agg':{'fn':'avg','source':'order','field':'grandTotal','match':'any',"
                + "'where':[{'f':'status','op':'eq','v':'complete'},{'f':'status','op':'ne','v':'canceled'}],"
                + "'empty':0},'op':'lt','v':99.9}");
        row("Number of Orders is 0", sales("Ordersnumber", null, "==", "0", "all"),
            "{'agg':{'fn':'count','source':'order'},'op':'eq','v':0}");
        row("Number of Orders greater than 0, Period equals or less than 30 Days Up To Date, Order Status is",
            sales("Ordersnumber", null, ">", "0", "all", test("Uptodate", null, ">=", "30"), complete),
            "{'agg':{'fn':'count','source':'order','where':[{'f':'status','op':'eq','v':'complete'}],"
                + "'window':{'last':'P30D','align':'day'}},'op':'gt','v':0}");
        row("Total Purchased Quantity equals or less than 50",
            sales("Purchasedquantity", "total", "<=", "'50'", "all"),
            "{'agg':{'fn':'sum','source':'order','field':'qty'},'op':'le','v':50}");
        row("Average Purchased Quantity is not 2", sales("Purchasedquantity", "average", "!=", "'2'", "all"),
            "{'agg':{'fn':'avg','source':'order','field':'qty','empty':0},'op':'ne','v':2}");
        row("Order Status is not", sales("Ordersnumber", null, ">=", "'1'", "all",
            test("Order\\Status", null, "!=", "'canceled'")),
            "{'agg':{'fn':'count','source':'order','where':[{'f':'status','op':'ne','v':'canceled'}]},"
                + "'op':'ge','v':1}");
        row("Order Status is Any, under ALL", sales("Ordersnumber", null, ">=", "'1'", "all",
            test("Order\\Status", null, "==", "'any'"), test("Daterange", null, "!=", "'2026-01-01...2026-01-01'")),
            "{'agg':{'fn':'count','source':'order','where':[{'none':[{'f':'t','op':'between',"
                + "'v':['2026-01-01T00:00:00Z','2026-01-01T23:59:59.999Z']}]}]},'op':'ge','v':1}");
        row("Order Status is Any, under ANY", sales("Ordersnumber", null, ">=", "'1'", "any",
            test("Order\\Status", null, "==", "'any'"), test("Uptodate", null, ">=", "'30'")),
            "{'agg':{'fn':'count','source':'order'},'op':'ge','v':1}");
        row("Period equals or greater than 30 Days Up To Date, under ALL", sales("Ordersnumber", null, ">=", "'1'",
            "all", test("Uptodate", null, "<=", "'30'")),
            "{'agg':{'fn':'count','source':'order','where':[{'f':'t','op':'olderThan','v':'P30D','align':'day'}]},"
                + "'op':'ge','v':1}");
        row("Period equals or less than 30 Days Up To Date, under ANY", sales("Ordersnumber", null, ">=", "'1'",
            "any", test("Uptodate", null, ">=", "'30'"), complete),
            "{'agg':{'fn':'count','source':'order','match':'any','where':[{'f':'t','op':'withinLast','v':'P30D',"
                + "'align':'day'},{'f':'status','op':'eq','v':'complete'}]},'op':'ge','v':1}");
        row("Two Periods Up To Date, under ALL", sales("Ordersnumber", null, ">=", "'1'", "all",
            test("Uptodate", null, ">=", "'60'"), test("Uptodate", null, "<=", "'30'"),
            test("Uptodate", null, ">", "'90'")),
            "{'agg':{'fn':'count','source':'order','where':[{'f':'t','op':'olderThan','v':'P30D','align':'day'},"
                + "{'f':'t','op':'withinLast','v':'P90D','align':'day'}],"
                + "'window':{'last':'P60D','align':'day'}},'op':'ge','v':1}");
    }
}
