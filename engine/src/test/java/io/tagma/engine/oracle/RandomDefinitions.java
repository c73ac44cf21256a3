package io.tagma.engine.oracle;

import io.tagma.engine.condition.Operator;
import io.tagma.engine.model.RecordFields;
import io.tagma.engine.model.Source;
import io.tagma.engine.model.ValueType;
import io.tagma.engine.protocol.Command;
import io.tagma.engine.protocol.DefinitionKind;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * Random definitions as the API's JSON. A segment refers only to segments of lower number, so that cycles are rare and
 * meant. Keys that are a multiple of seven change their status and are referred to by none; number 5 is paused once
 * and for all and referred to like any other: what pausing a segment twice means is not asked here.
 */
final class RandomDefinitions {
    private static final int PAUSED = 5;
    private static final int CONDITION_BYTES_MAX = 40_000;
    /** Verdicts that time alone changes, so that flips are frequent, and others that would be rare. */
    private static final Map<ValueType, List<Operator>> FAVOURED = Map.of(
        ValueType.INSTANT, List.of(Operator.WITHIN_LAST, Operator.OLDER_THAN, Operator.WITHIN_NEXT),
        ValueType.DATE, List.of(Operator.WITHIN_LAST, Operator.OLDER_THAN, Operator.WITHIN_NEXT,
            Operator.ANNIVERSARY_WITHIN),
        ValueType.ENUM_SET, List.of(Operator.EQ_SET),
        ValueType.STRING, List.of(Operator.EQ, Operator.NE, Operator.IN));
    private static final List<RandomCatalog.Declared> TIME_ATTRIBUTES = RandomCatalog.ATTRIBUTES.stream()
        .filter(declared -> declared.type() == ValueType.INSTANT || declared.type() == ValueType.DATE).toList();
    private static final List<String> AMOUNTS = List.of("grandTotal", "qty", "refunded", "subtotal", "product.price",
        "rowTotal", "props.score");

    /** A field that a source has; {@code isFree} where nothing declares its type. */
    private record RandomField(String name, ValueType type, boolean isFree) {
    }

    private static final List<RandomField> ORDER_FIELDS = List.of(
        new RandomField("t", ValueType.INSTANT, false), new RandomField("id", ValueType.KEY, false),
        new RandomField("website", ValueType.KEY, false), new RandomField("grandTotal", ValueType.DECIMAL, false),
        new RandomField("qty", ValueType.DECIMAL, false), new RandomField("refunded", ValueType.DECIMAL, false),
        new RandomField("status", ValueType.STRING, false), new RandomField("coupon", ValueType.STRING, false),
        new RandomField("shipping.country", ValueType.STRING, false),
        new RandomField("billing.city", ValueType.STRING, false),
        new RandomField("props.channel", ValueType.STRING, true),
        new RandomField("props.score", ValueType.DECIMAL, true), new RandomField("props.gift", ValueType.BOOL, true),
        new RandomField("props.tags", ValueType.ENUM_SET, true));
    private static final List<RandomField> ITEM_FIELDS = List.of(
        new RandomField("t", ValueType.INSTANT, false), new RandomField("orderId", ValueType.KEY, false),
        new RandomField("website", ValueType.KEY, false), new RandomField("product", ValueType.KEY, false),
        new RandomField("qty", ValueType.DECIMAL, false), new RandomField("rowTotal", ValueType.DECIMAL, false),
        new RandomField("props.score", ValueType.DECIMAL, true), new RandomField("props.gift", ValueType.BOOL, true),
        new RandomField("product.category", ValueType.ENUM_SET, false),
        new RandomField("product.sku", ValueType.STRING, false),
        new RandomField("product.price", ValueType.DECIMAL, false),
        new RandomField("product.onSale", ValueType.BOOL, false),
        new RandomField("product.brand", ValueType.STRING, true),
        new RandomField("product.weight", ValueType.DECIMAL, true),
        new RandomField("product.eco", ValueType.BOOL, true));

    private static final List<RandomField> PRODUCT_FIELDS =
        ITEM_FIELDS.stream().filter(field -> field.name().startsWith("product.")).toList();
    private static final List<RandomField> VIEW_FIELDS = Stream.concat(PRODUCT_FIELDS.stream(), Stream.of(
        new RandomField("t", ValueType.INSTANT, false), new RandomField("website", ValueType.KEY, false),
        new RandomField("product", ValueType.KEY, false))).toList();
    private static final Map<Source, List<RandomField>> WHOLE_FIELDS = Map.of(
        Source.ORDER, ORDER_FIELDS, Source.ORDER_ITEM, ITEM_FIELDS, Source.VIEW, VIEW_FIELDS,
        Source.WISHLIST_ITEM, VIEW_FIELDS,
        Source.CART_ITEM, ITEM_FIELDS.stream().filter(field -> !field.name().equals("orderId")).toList(),
        Source.CART, List.of(
            new RandomField("t", ValueType.INSTANT, false), new RandomField("website", ValueType.KEY, false),
            new RandomField("grandTotal", ValueType.DECIMAL, false),
            new RandomField("subtotal", ValueType.DECIMAL, false), new RandomField("tax", ValueType.DECIMAL, false),
            new RandomField("giftCard", ValueType.DECIMAL, false),
            new RandomField("lineItems", ValueType.INT, false), new RandomField("qty", ValueType.DECIMAL, false)),
        Source.ADDRESS, List.of(
            new RandomField("city", ValueType.STRING, false), new RandomField("region", ValueType.STRING, false),
            new RandomField("country", ValueType.STRING, false),
            new RandomField("postcode", ValueType.STRING, false),
            new RandomField("isDefaultBilling", ValueType.BOOL, false),
            new RandomField("isDefaultShipping", ValueType.BOOL, false)),
        Source.EVENT, List.of(
            new RandomField("t", ValueType.INSTANT, false), new RandomField("website", ValueType.KEY, false),
            new RandomField("props.channel", ValueType.STRING, true),
            new RandomField("props.score", ValueType.DECIMAL, true),
            new RandomField("props.tags", ValueType.ENUM_SET, true),
            new RandomField("props.gift", ValueType.BOOL, true)));
    private static final List<Source> WHOLE_SOURCES = List.of(Source.ORDER, Source.ORDER, Source.ORDER_ITEM,
        Source.VIEW, Source.VIEW, Source.EVENT, Source.EVENT, Source.CART, Source.CART, Source.CART_ITEM,
        Source.CART_ITEM, Source.WISHLIST_ITEM, Source.ADDRESS);
    private static final List<String> NOT_IN_FIELDS = List.of("product", "product", "product", "product.sku",
        "website", "qty", "props.channel", "props.score", "rowTotal", "t");

    private final RandomValues values;
    private final int segmentCount;
    private final boolean isWhole;
    private final TreeSet<Integer> defined = new TreeSet<>();
    private long now;

    RandomDefinitions(final RandomValues values, final int segmentCount, final boolean isWhole) {
        this.values = values;
        this.segmentCount = segmentCount;
        this.isWhole = isWhole;
    }

    /** Creates, replaces or deletes a segment; a few are to be refused. */
    Command next(final long nowMs) {
        now = nowMs;
        final int number = values.below(segmentCount);
        if (values.chance(6) && number != PAUSED) {
            final boolean isForced = values.chance(30);
            if (isForced) {
                defined.remove(number);
            }
            return new Command.DeleteDefinition(DefinitionKind.SEGMENT, key(number), -1, isForced);
        }
        if (number == PAUSED && defined.contains(number)) {
            return put(number + 1);
        }
        return put(number);
    }

    static String key(final int number) {
        return "s" + number;
    }

    private Command put(final int number) {
        final StringBuilder json = new StringBuilder("{");
        String condition = values.chance(3) ? faultyLeaf(number) : node(number, 1 + values.below(5));
        while (condition.getBytes(StandardCharsets.UTF_8).length > CONDITION_BYTES_MAX) {
            condition = node(number, 2);
        }
        if (values.chance(30)) {
            json.append("\"name\":").append(values.quote(values.text())).append(',');
        }
        json.append(status(number));
        if (values.chance(30)) {
            json.append("\"websites\":").append(values.pick(List.of("[\"base\"]", "[\"de\"]", "[\"us\",\"de\"]",
                "[]", "[\"base\",\"us\"]"))).append(',');
        }
        if (values.chance(30)) {
            json.append("\"eventScope\":\"").append(values.chance(70) ? "WEBSITE" : "GLOBAL").append("\",");
        }
        if (values.chance(30)) {
            json.append("\"applyTo\":\"").append(values.pick(List.of("REGISTERED", "VISITORS", "BOTH"))).append("\",");
        }
        if (isWhole ? values.chance(12) : values.chance(2)) {
            json.append("\"purpose\":\"").append(isWhole ? values.pick(RandomTraffic.PURPOSES) : "marketing")
                .append("\",");
        }
        if (values.chance(8)) {
            json.append("\"validFrom\":").append(values.instantJson(values.instantNear(now))).append(',');
        }
        if (values.chance(8)) {
            json.append("\"validTo\":").append(values.instantJson(values.instantNear(now))).append(',');
        }
        if (values.chance(10)) {
            json.append("\"cacheRelevant\":").append(values.chance(50)).append(',');
        }
        if (condition.equals("{\"all\":[]}") && values.chance(70)) {
            json.append("\"confirmAll\":true,");
        }
        json.append("\"condition\":").append(condition).append('}');
        if (number % 7 != 0) {
            defined.add(number);
        }
        return new Command.PutDefinition(DefinitionKind.SEGMENT, key(number), -1, json.toString());
    }

    private String status(final int number) {
        if (number == PAUSED) {
            return "\"status\":\"PAUSED\",";
        }
        if (number % 7 == 0) {
            return "\"status\":\"" + values.pick(List.of("ACTIVE", "ACTIVE", "DRAFT", "PAUSED", "ARCHIVED")) + "\",";
        }
        return values.chance(20) ? "\"status\":\"ACTIVE\"," : "";
    }

    // ----- nodes

    private String node(final int number, final int depth) {
        if (depth <= 1 || values.chance(15)) {
            return leaf(number);
        }
        final String name = values.pick(List.of("all", "any", "none", "notAll", "atLeast"));
        final List<String> children = new ArrayList<>();
        final int count = values.chance(4) ? 0 : 1 + values.below(3);
        for (int i = 0; i < count; i++) {
            children.add(node(number, depth - 1));
        }
        if (!name.equals("atLeast")) {
            return "{\"" + name + "\":[" + String.join(",", children) + "]}";
        }
        while (children.size() < 2) {
            children.add(leaf(number));
        }
        return "{\"atLeast\":" + (1 + values.below(children.size())) + ",\"of\":[" + String.join(",", children) + "]}";
    }

    private String leaf(final int number) {
        final int dice = values.below(100);
        if (dice < 6) {
            return builtIn("group", this::groupLiteral);
        } else if (dice < 11) {
            return builtIn("website", () -> values.chance(50) ? "\"" + values.pick(RandomCatalog.WEBSITES) + "\""
                : Integer.toString(1 + values.below(3)));
        } else if (dice < 29) {
            final String exists = "{\"exists\":{" + query(source(), null) + "}";
            return exists + (values.chance(35) ? ",\"not\":" + values.chance(85) : "") + "}";
        } else if (dice < 50) {
            return aggregate();
        } else if (dice < (isWhole ? 61 : 57) && !defined.headSet(number).isEmpty()) {
            return "{\"segment\":\"" + key(values.pick(new ArrayList<>(defined.headSet(number)))) + "\"}";
        } else if (dice < (isWhole ? 65 : 61)) {
            final int from = values.below(10_001);
            return "{\"sample\":{\"salt\":" + values.quote(values.pick(List.of("s", "winter-26", "", "ä:b")))
                + ",\"from\":" + from + ",\"to\":" + (from + values.below(10_001 - from)) + "}}";
        }
        final RandomCatalog.Declared attribute = values.chance(35) ? values.pick(TIME_ATTRIBUTES)
            : values.pick(RandomCatalog.ATTRIBUTES);
        return "{\"attr\":\"" + attribute.key() + "\"," + test(attribute.type(), false, null) + "}";
    }

    private String faultyLeaf(final int number) {
        return values.pick(List.of("{\"attr\":\"undeclared\",\"op\":\"isSet\"}",
            "{\"attr\":\"c_int\",\"op\":\"contains\",\"v\":\"1\"}", "{\"attr\":\"c_int\",\"op\":\"eq\",\"v\":\"1\"}",
            "{\"attr\":\"c_bool\",\"op\":\"eq\",\"v\":1}", "{\"attr\":\"group\",\"op\":\"eq\",\"v\":\"nobody\"}",
            "{\"attr\":\"website\",\"op\":\"eq\",\"v\":\"nowhere\"}", "{\"segment\":\"unknown-segment\"}",
            "{\"segment\":\"" + key(number) + "\"}", "{\"exists\":{\"source\":\"orders\"}}",
            "{\"agg\":{\"fn\":\"sum\",\"source\":\"order\",\"field\":\"status\"},\"op\":\"eq\",\"v\":1}",
            "{\"attr\":\"c_string\",\"op\":\"like\",\"v\":\"a\"}"));
    }

    private String builtIn(final String name, final Supplier<String> literal) {
        final String operator = values.pick(List.of("eq", "ne", "in", "notIn"));
        return "{\"attr\":\"" + name + "\",\"op\":\"" + operator + "\",\"v\":"
            + (operator.length() == 2 && !operator.equals("in") ? literal.get() : list(literal, true)) + "}";
    }

    private String groupLiteral() {
        if (values.chance(4)) {
            return Integer.toString(RandomCatalog.PASSING_GROUP);
        }
        return values.chance(30) ? values.pick(List.of("\"General\"", "\"wholesale\"", "\"GROSSHANDEL\"", "\"gold\""))
            : Integer.toString(values.chance(15) ? 0 : values.pick(RandomCatalog.GROUPS));
    }

    // ----- tests

    /** {@code "op":…,"v":…} and what goes with it; {@code keys} gives the literals of a KEY. */
    private String test(final ValueType type, final boolean isFree, final List<String> keys) {
        final List<Operator> legal = new ArrayList<>();
        for (final Operator operator : Operator.values()) {
            if (NaiveParser.isLegal(operator, type)) {
                legal.add(operator);
            }
        }
        final List<Operator> favoured = FAVOURED.getOrDefault(type, legal);
        final Operator operator = values.pick(values.chance(35) ? favoured : legal);
        final StringBuilder json = new StringBuilder("\"op\":\"").append(operator.code()).append('"');
        switch (operator) {
            case IS_SET:
            case NOT_SET:
                return json.toString();
            case WITHIN_LAST:
            case OLDER_THAN:
            case WITHIN_NEXT: {
                final boolean isAligned = type == ValueType.INSTANT && values.chance(40);
                json.append(",\"v\":\"").append(isAligned || type == ValueType.DATE ? values.days() : values.duration())
                    .append('"').append(isAligned ? ",\"align\":\"day\"" : "");
                return json.toString();
            }
            case ON_DAY:
                return json.append(",\"v\":\"").append(values.dayNear(now)).append('"').toString();
            case ANNIVERSARY_WITHIN: {
                final int lo = values.chance(40) ? 0 : values.chance(90) ? values.below(8) : values.below(366);
                final int hi = Math.min(365, lo + (values.chance(80) ? values.below(6) : values.below(366)));
                return json.append(",\"v\":[").append(lo).append(',').append(hi).append(']').toString();
            }
            case BETWEEN:
                json.append(",\"v\":").append(range(type, isFree));
                break;
            case IN:
            case NOT_IN:
                json.append(",\"v\":").append(list(() -> literal(type, isFree, keys), !isFree));
                break;
            case CONTAINS_ANY:
            case CONTAINS_ALL:
            case CONTAINS_NONE:
            case EQ_SET:
                json.append(",\"v\":").append(list(() -> literal(type, isFree, keys), true));
                break;
            case CONTAINS:
            case NOT_CONTAINS:
            case STARTS_WITH:
            case ENDS_WITH:
                json.append(",\"v\":").append(values.quote(values.needle()));
                break;
            case MATCHES:
                json.append(",\"v\":").append(values.quote(values.pattern()));
                break;
            default:
                json.append(",\"v\":").append(literal(type, isFree, keys));
                break;
        }
        if (type == ValueType.STRING && values.chance(40)) {
            json.append(",\"cs\":").append(values.chance(90));
        }
        return json.toString();
    }

    private String range(final ValueType type, final boolean isFree) {
        final String a = values.literal(type, now, isFree);
        final String b = values.chance(25) ? a : values.literal(type, now, isFree);
        return "[" + a + "," + b + "]";
    }

    private String literal(final ValueType type, final boolean isFree, final List<String> keys) {
        if (type == ValueType.INSTANT && values.chance(70)) {
            return values.instantJson(values.meetingPoint(now));
        }
        return type == ValueType.KEY ? values.quote(values.pick(keys)) : values.literal(type, now, isFree);
    }

    private String list(final Supplier<String> literal, final boolean mayBeEmpty) {
        final List<String> list = new ArrayList<>();
        for (int i = mayBeEmpty ? values.below(4) : 1 + values.below(3); i > 0; i--) {
            list.add(literal.get());
        }
        return "[" + String.join(",", list) + "]";
    }

    // ----- records

    private Source source() {
        if (isWhole) {
            return values.pick(WHOLE_SOURCES);
        }
        return values.chance(50) ? Source.ORDER : Source.ORDER_ITEM;
    }

    /** Members of a query, without braces; {@code field} where an aggregate has one. */
    private String query(final Source source, final String field) {
        final StringBuilder json = new StringBuilder("\"source\":").append(code(source));
        if (field != null) {
            json.append(",\"field\":\"").append(field).append('"');
        }
        if (values.chance(55)) {
            json.append(",\"where\":").append(filters(source, 3));
        }
        if (values.chance(30)) {
            json.append(",\"match\":\"").append(values.chance(70) ? "any" : "all").append('"');
        }
        if (values.chance(75) && source.isTimed()) {
            json.append(",\"window\":").append(window());
        }
        if (isWhole) {
            if (values.chance(20)) {
                json.append(notIn(source));
            }
        } else if (values.chance(12)) {
            json.append(",\"notIn\":{\"source\":\"");
            final int dice = values.below(3);
            if (source == Source.ORDER_ITEM && dice == 0) {
                json.append("orderItem\",\"on\":\"product\"}");
            } else {
                json.append(values.chance(85) == (source == Source.ORDER) ? "orderItem" : "order")
                    .append("\",\"on\":\"").append(dice == 1 ? "website" : "qty").append("\"}");
            }
        }
        return json.toString();
    }

    private String code(final Source source) {
        return source == Source.EVENT ? values.quote("event:" + values.pick(RandomTraffic.EVENT_NAMES))
            : "\"" + source.code() + "\"";
    }

    /** On a field that both have; nothing where there is none. */
    private String notIn(final Source source) {
        final String on = values.pick(NOT_IN_FIELDS);
        final Source other = values.pick(WHOLE_SOURCES);
        if (!hasField(source, on) || !hasField(other, on)) {
            return "";
        }
        return ",\"notIn\":{\"source\":" + code(other) + ",\"on\":\"" + on + "\"}";
    }

    private String window() {
        final int dice = values.below(10);
        if (dice < 4) {
            return "{\"last\":\"" + values.duration() + "\"" + (values.chance(10) ? ",\"align\":\"ms\"" : "") + "}";
        } else if (dice < 6) {
            return "{\"last\":\"" + values.days() + "\",\"align\":\"day\"}";
        } else if (dice < 8) {
            return values.pick(List.of("{\"from\":\"PT1H\",\"to\":\"PT5M\"}", "{\"from\":\"P1D\",\"to\":\"PT1H\"}",
                "{\"from\":\"P3D\",\"to\":\"P1D\"}", "{\"from\":\"P7D\",\"to\":\"P3D\"}",
                "{\"from\":\"P1D\",\"to\":\"P0D\"}", "{\"from\":\"P1W\",\"to\":\"PT1H\"}"));
        }
        final long a = values.instantNear(now);
        final long b = values.instantNear(now);
        final boolean isOrdered = values.chance(80);
        final String from = values.instantJson(isOrdered ? Math.min(a, b) : a);
        final String to = values.instantJson(isOrdered ? Math.max(a, b) : b);
        return dice == 8 ? "{\"from\":" + from + ",\"to\":" + to + "}"
            : values.chance(50) ? "{\"from\":" + from + "}" : "{\"to\":" + to + "}";
    }

    private String filters(final Source source, final int depth) {
        return list(() -> filter(source, depth), true);
    }

    private String filter(final Source source, final int depth) {
        if (depth > 1 && values.chance(20)) {
            return "{\"" + values.pick(List.of("all", "any", "none", "notAll")) + "\":" + filters(source, depth - 1)
                + "}";
        }
        if (isWhole) {
            final List<RandomField> fields = WHOLE_FIELDS.get(source);
            final String favoured = source == Source.CART ? "lineItems" : "t";
            final RandomField field = fields.stream().filter(each -> each.name().equals(favoured)
                && values.chance(25)).findFirst().orElseGet(() -> values.pick(fields));
            return "{\"f\":\"" + field.name() + "\"," + test(field.type(), field.isFree(), keys(field.name())) + "}";
        }
        final List<RandomField> fields = source == Source.ORDER ? ORDER_FIELDS : ITEM_FIELDS;
        final RandomField field = values.chance(15) ? fields.get(0)
            : source == Source.ORDER_ITEM && values.chance(30) ? values.pick(PRODUCT_FIELDS) : values.pick(fields);
        return "{\"f\":\"" + field.name() + "\"," + test(field.type(), field.isFree(), keys(field.name())) + "}";
    }

    private static List<String> keys(final String field) {
        return switch (field) {
            case "website" -> RandomCatalog.WEBSITES;
            case "product" -> RandomCommands.PRODUCTS;
            default -> RandomCommands.ORDER_IDS;
        };
    }

    // ----- aggregates

    private String aggregate() {
        if (isWhole) {
            return wholeAggregate();
        }
        final Source source = source();
        final String function = values.pick(List.of("count", "sum", "avg", "min", "max", "countDistinct"));
        final boolean isExtreme = function.equals("min") || function.equals("max");
        final boolean isTime = isExtreme && values.chance(30);
        String field = null;
        if (function.equals("countDistinct")) {
            field = values.pick(source == Source.ORDER ? List.of("status", "qty", "website", "coupon", "id")
                : List.of("product", "product.sku", "qty", "orderId", "product.price"));
        } else if (isTime) {
            field = "t";
        } else if (!function.equals("count")) {
            do {
                field = values.pick(AMOUNTS);
            } while (!field.startsWith("props.") && !hasField(source, field));
        }
        final StringBuilder json = new StringBuilder("{\"agg\":{\"fn\":\"").append(function).append("\",")
            .append(query(source, field));
        if ((isExtreme && !isTime || function.equals("avg")) && values.chance(40)) {
            json.append(",\"empty\":").append(values.average());
        }
        final String operator = values.pick(List.of("eq", "ne", "lt", "le", "gt", "ge", "between"));
        json.append("},\"op\":\"").append(operator).append("\",\"v\":");
        if (operator.equals("between")) {
            final String a = threshold(function, isTime);
            final String b = values.chance(20) ? a : threshold(function, isTime);
            json.append('[').append(a).append(',').append(b).append(']');
        } else {
            json.append(threshold(function, isTime));
        }
        return json.append('}').toString();
    }

    /** Of any source and any field that the function takes; where the source has none, its records are counted. */
    private String wholeAggregate() {
        final Source source = source();
        final String wished = values.pick(List.of("count", "sum", "avg", "min", "max", "countDistinct"));
        final List<RandomField> fields =
            WHOLE_FIELDS.get(source).stream().filter(field -> takes(wished, field)).toList();
        final RandomField field = fields.isEmpty() ? null : values.pick(fields);
        final String function = field == null ? "count" : wished;
        final boolean isExtreme = function.equals("min") || function.equals("max");
        final boolean isTime = isExtreme && field.type() == ValueType.INSTANT;
        final boolean isWholeNumber = field != null && field.type() == ValueType.INT && !function.equals("avg")
            || function.startsWith("count");
        final Supplier<String> literal = () -> isWholeNumber ? Integer.toString(values.below(5))
            : threshold(function, isTime);
        final StringBuilder json = new StringBuilder("{\"agg\":{\"fn\":\"").append(function).append("\",")
            .append(query(source, field == null ? null : field.name()));
        if ((isExtreme || function.equals("avg")) && !isTime && values.chance(40)) {
            json.append(",\"empty\":").append(isWholeNumber ? literal.get() : values.average());
        }
        final String operator = values.pick(List.of("eq", "ne", "lt", "le", "gt", "ge", "between"));
        json.append("},\"op\":\"").append(operator).append("\",\"v\":");
        if (operator.equals("between")) {
            final String a = literal.get();
            json.append('[').append(a).append(',').append(values.chance(20) ? a : literal.get()).append(']');
        } else {
            json.append(literal.get());
        }
        return json.append('}').toString();
    }

    private static boolean takes(final String function, final RandomField field) {
        final boolean isNumber = field.type() == ValueType.DECIMAL || field.type() == ValueType.INT;
        switch (function) {
            case "count":
                return false;
            case "countDistinct":
                return field.type() != ValueType.ENUM_SET && !field.isFree();
            case "min":
            case "max":
                return isNumber || field.type() == ValueType.INSTANT;
            default:
                return isNumber;
        }
    }

    private static boolean hasField(final Source source, final String name) {
        return RecordFields.named(source, name) != null
            || name.startsWith("props.") && RecordFields.hasProperties(source);
    }

    private String threshold(final String function, final boolean isTime) {
        if (isTime) {
            return values.instantJson(values.instantNear(now));
        }
        switch (function) {
            case "count":
            case "countDistinct":
                return Integer.toString(values.below(5));
            case "avg":
                return values.average();
            default:
                return values.total();
        }
    }
}
