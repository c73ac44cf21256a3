package io.tagma.engine.oracle;

import io.tagma.engine.condition.Operator;
import io.tagma.engine.model.Source;
import io.tagma.engine.model.ValueType;
import io.tagma.engine.protocol.Command;
import io.tagma.engine.protocol.DefinitionKind;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeSet;
import java.util.function.Supplier;
import java.util.regex.Pattern;

/**
 * Random definitions as the API's JSON. A segment refers only to segments of lower number, so that cycles are rare and
 * meant. Keys that are a multiple of seven change their status and are referred to by none; number 5 is paused once
 * and for all and referred to like any other: what pausing a segment twice means is not asked here.
 */
final class RandomDefinitions {
    private static final int PAUSED = 5;
    /** Time alone changes what these say. */
    private static final Pattern TIMED =
        Pattern.compile("\"last\"|\"from\":\"P|withinLast|olderThan|withinNext|anniversaryWithin");
    private static final int CONDITION_BYTES_MAX = 40_000;
    /** Verdicts that time alone changes, so that flips are frequent, and others that would be rare. */
    private static final Map<ValueType, List<Operator>> FAVOURED = Map.of(
        ValueType.INSTANT, List.of(Operator.WITHIN_LAST, Operator.OLDER_THAN, Operator.WITHIN_NEXT),
        ValueType.DATE, List.of(Operator.WITHIN_LAST, Operator.OLDER_THAN, Operator.WITHIN_NEXT,
            Operator.ANNIVERSARY_WITHIN),
        ValueType.ENUM_SET, List.of(Operator.EQ_SET),
        ValueType.STRING, List.of(Operator.EQ, Operator.NE, Operator.IN));
    /** A test as an operator on a type, with or without {@code cs} and {@code align}. */
    record Cell(ValueType type, Operator operator, boolean isCaseSensitive, boolean isAligned) {
    }

    /** An aggregate's function and the operator on its result. */
    record Comparison(String function, String operator) {
    }

    private static final List<Operator> TEXT_OPERATORS = List.of(Operator.EQ, Operator.NE, Operator.IN,
        Operator.NOT_IN, Operator.CONTAINS, Operator.NOT_CONTAINS, Operator.STARTS_WITH, Operator.ENDS_WITH,
        Operator.MATCHES);
    private static final List<Operator> SPANS = List.of(Operator.WITHIN_LAST, Operator.OLDER_THAN,
        Operator.WITHIN_NEXT);
    private static final List<Cell> ATTRIBUTE_CELLS = cells(List.of(ValueType.BOOL, ValueType.INT, ValueType.DECIMAL,
        ValueType.DOUBLE, ValueType.STRING, ValueType.ENUM, ValueType.ENUM_SET, ValueType.DATE, ValueType.INSTANT));
    private static final List<Cell> FIELD_CELLS = cells(List.of(ValueType.BOOL, ValueType.DECIMAL, ValueType.STRING,
        ValueType.ENUM_SET, ValueType.INSTANT, ValueType.KEY));
    static final List<Comparison> COMPARISONS = comparisons();
    private static final List<String> AMOUNTS = List.of("grandTotal", "qty", "refunded", "subtotal", "product.price",
        "rowTotal", "props.score");

    /** A field that a source has; {@code isFree} where nothing declares its type. */
    record RandomField(String name, ValueType type, boolean isFree) {
    }

    static final List<RandomField> ORDER_FIELDS = List.of(
        new RandomField("t", ValueType.INSTANT, false), new RandomField("id", ValueType.KEY, false),
        new RandomField("website", ValueType.KEY, false), new RandomField("grandTotal", ValueType.DECIMAL, false),
        new RandomField("qty", ValueType.DECIMAL, false), new RandomField("refunded", ValueType.DECIMAL, false),
        new RandomField("status", ValueType.STRING, false), new RandomField("coupon", ValueType.STRING, false),
        new RandomField("shipping.country", ValueType.STRING, false),
        new RandomField("billing.city", ValueType.STRING, false),
        new RandomField("props.channel", ValueType.STRING, true),
        new RandomField("props.score", ValueType.DECIMAL, true), new RandomField("props.gift", ValueType.BOOL, true),
        new RandomField("props.tags", ValueType.ENUM_SET, true));
    static final List<RandomField> ITEM_FIELDS = List.of(
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

    static final List<RandomField> PRODUCT_FIELDS =
        ITEM_FIELDS.stream().filter(field -> field.name().startsWith("product.")).toList();

    private final RandomValues values;
    private final int segmentCount;
    private final boolean isForEngine;
    private final Grammar grammar;
    /** Null where the shop has orders alone. */
    private final RandomRecords records;
    private final Coverage coverage;
    private final Deck<Cell> attributeCells;
    private final Deck<Cell> orderCells;
    private final Deck<Cell> itemCells;
    private final Deck<Comparison> comparisons;
    private final TreeSet<Integer> defined = new TreeSet<>();
    private boolean isAnything = true;
    private long now;

    /** What the coverage has not seen yet comes more often. */
    RandomDefinitions(final RandomValues values, final int segmentCount, final Grammar grammar,
                      final Coverage coverage) {
        this.coverage = coverage;
        this.values = values;
        this.segmentCount = segmentCount;
        this.grammar = grammar;
        isForEngine = grammar == Grammar.KEPT;
        records = grammar.isWhole() ? new RandomRecords(values, coverage) : null;
        attributeCells = new Deck<>(values, ATTRIBUTE_CELLS);
        orderCells = new Deck<>(values, FIELD_CELLS);
        itemCells = new Deck<>(values, FIELD_CELLS);
        comparisons = new Deck<>(values, COMPARISONS);
    }

    static List<Cell> cells(final List<ValueType> types) {
        final List<Cell> cells = new ArrayList<>();
        for (final ValueType type : types) {
            for (final Operator operator : Operator.values()) {
                if (NaiveParser.isLegal(operator, type)) {
                    final boolean isFavoured = FAVOURED.getOrDefault(type, List.of()).contains(operator);
                    for (int i = isFavoured ? 2 : 1; i > 0; i--) {
                        cells.add(new Cell(type, operator, false, false));
                    }
                    if (type == ValueType.STRING && TEXT_OPERATORS.contains(operator)) {
                        cells.add(new Cell(type, operator, true, false));
                    }
                    if (type == ValueType.INSTANT && SPANS.contains(operator)) {
                        cells.add(new Cell(type, operator, false, true));
                    }
                }
            }
        }
        return cells;
    }

    private static List<Comparison> comparisons() {
        final List<Comparison> all = new ArrayList<>();
        for (final String function : List.of("count", "sum", "avg", "min", "max", "countDistinct")) {
            for (final String operator : List.of("eq", "ne", "lt", "le", "gt", "ge", "between")) {
                all.add(new Comparison(function, operator));
            }
        }
        return all;
    }

    /** Creates one of the segments. */
    Command first(final int number, final long nowMs) {
        now = nowMs;
        return put(number);
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
        isAnything = !isForEngine || values.chance(4);
        String condition = values.chance(3) ? faultyLeaf(number) : node(number, 1 + values.below(5));
        while (condition.getBytes(StandardCharsets.UTF_8).length > CONDITION_BYTES_MAX) {
            condition = node(number, 2);
        }
        if ((isForEngine || isWhole()) && !TIMED.matcher(condition).find() && values.chance(75)) {
            condition = "{\"" + values.pick(List.of("all", "any", "none", "notAll")) + "\":[" + condition + ","
                + timed() + "]}";
        }
        if (values.chance(30)) {
            json.append("\"name\":").append(values.quote(values.text())).append(',');
        }
        json.append(status(number));
        if (values.chance(30)) {
            json.append("\"websites\":").append(values.pick(List.of("[\"base\"]", "[\"de\"]", "[\"us\",\"de\"]",
                "[]", "[\"base\",\"us\"]"))).append(',');
        }
        if (isAnything && values.chance(30)) {
            json.append("\"eventScope\":\"").append(values.chance(70) ? "WEBSITE" : "GLOBAL").append("\",");
        }
        if (values.chance(30)) {
            json.append("\"applyTo\":\"").append(values.pick(List.of("REGISTERED", "VISITORS", "BOTH"))).append("\",");
        }
        if (isWhole() ? values.chance(15) : isAnything && values.chance(2)) {
            json.append("\"purpose\":\"").append(isWhole() ? values.pick(RandomTraffic.PURPOSES) : "marketing")
                .append("\",");
        }
        if (isAnything && values.chance(8)) {
            json.append("\"validFrom\":").append(values.instantJson(values.instantNear(now))).append(',');
        }
        if (isAnything && values.chance(8)) {
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
        } else if (dice < (isWhole() ? 61 : 57) && isAnything
            && !defined.headSet(number).isEmpty()) {
            return "{\"segment\":\"" + key(values.pick(new ArrayList<>(defined.headSet(number)))) + "\"}";
        } else if (isWhole() ? dice >= 61 && dice < 65 : dice < 61) {
            final int from = values.below(10_001);
            return "{\"sample\":{\"salt\":" + values.quote(values.pick(List.of("s", "winter-26", "", "ä:b")))
                + ",\"from\":" + from + ",\"to\":" + (from + values.below(10_001 - from)) + "}}";
        }
        return attribute(attributeCells.next(cell -> isMissing("attr", cell)));
    }

    private boolean isWhole() {
        return records != null;
    }

    private boolean isMissing(final String of, final Cell cell) {
        return coverage.isMissing(Coverage.testName(of, cell.type(), cell.operator(), cell.isCaseSensitive(),
            cell.isAligned()));
    }

    private String attribute(final Cell cell) {
        RandomCatalog.Declared attribute = values.pick(RandomCatalog.ATTRIBUTES);
        while (attribute.type() != cell.type()) {
            attribute = values.pick(RandomCatalog.ATTRIBUTES);
        }
        return "{\"attr\":\"" + attribute.key() + "\"," + test(cell, false, null) + "}";
    }

    /** Something that time alone changes. */
    private String timed() {
        if (values.chance(50)) {
            return attribute(new Cell(values.chance(60) ? ValueType.INSTANT : ValueType.DATE, values.pick(SPANS), false,
                false));
        }
        final Source source = isWhole() ? records.timedSource() : source();
        return "{\"exists\":{\"source\":" + RandomRecords.code(values, source) + ",\"window\":{\"last\":\""
            + values.duration() + "\"}},\"not\":" + values.chance(50) + "}";
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
        if (values.rare(isForEngine || isWhole() ? 1 : 40)) {
            return Integer.toString(RandomCatalog.PASSING_GROUP);
        }
        return values.chance(30) ? values.pick(List.of("\"General\"", "\"wholesale\"", "\"GROSSHANDEL\"", "\"gold\""))
            : Integer.toString(values.chance(15) ? 0 : values.pick(RandomCatalog.GROUPS));
    }

    // ----- tests

    /** {@code "op":…,"v":…} and what goes with it; {@code keys} gives a field's literals of a KEY. */
    private String test(final Cell cell, final boolean isFree, final List<String> keys) {
        final ValueType type = cell.type();
        final Operator operator = cell.operator();
        final StringBuilder json = new StringBuilder("\"op\":\"").append(operator.code()).append('"');
        switch (operator) {
            case IS_SET:
            case NOT_SET:
                return json.toString();
            case WITHIN_LAST:
            case OLDER_THAN:
            case WITHIN_NEXT: {
                final boolean isAligned = cell.isAligned();
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
        if (cell.isCaseSensitive() || type == ValueType.STRING && values.chance(10)) {
            json.append(",\"cs\":").append(cell.isCaseSensitive());
        }
        return json.toString();
    }

    private String range(final ValueType type, final boolean isFree) {
        final String a = values.literal(type, now, isFree);
        final String b = values.chance(25) ? a : values.literal(type, now, isFree);
        return ordered(a, b);
    }

    /** Mostly the lesser first. */
    private String ordered(final String a, final String b) {
        final boolean isSwapped = isGreater(a, b) && values.chance(80);
        return "[" + (isSwapped ? b : a) + "," + (isSwapped ? a : b) + "]";
    }

    private static boolean isGreater(final String a, final String b) {
        if (a.contains("\\u") || b.contains("\\u")) {
            return false;
        }
        final boolean isTime = a.contains(":") || b.contains(":");
        if (isTime) {
            return instant(a).isAfter(instant(b));
        }
        final String left = a.replace("\"", "");
        final String right = b.replace("\"", "");
        return left.indexOf('-', 1) > 0 && !left.contains("e") ? left.compareTo(right) > 0
            : new BigDecimal(left).compareTo(new BigDecimal(right)) > 0;
    }

    private static Instant instant(final String json) {
        return json.startsWith("\"") ? Instant.parse(json.replace("\"", ""))
            : Instant.ofEpochMilli(Long.parseLong(json));
    }

    private String literal(final ValueType type, final boolean isFree, final List<String> keys) {
        if (type == ValueType.INT && keys != null && values.chance(85)) {
            return Integer.toString(values.below(6));
        }
        if (type == ValueType.INSTANT && values.chance(85)) {
            return values.instantJson(keys != null && values.chance(70) ? values.recordInstant(now)
                : values.meetingPoint(now));
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
        if (isWhole()) {
            return records.source();
        }
        return values.chance(50) ? Source.ORDER : Source.ORDER_ITEM;
    }

    /** Members of a query, without braces; {@code field} where an aggregate has one. */
    private String query(final Source source, final String field) {
        final StringBuilder json = new StringBuilder("\"source\":").append(RandomRecords.code(values, source));
        if (field != null) {
            json.append(",\"field\":\"").append(field).append('"');
        }
        if (values.chance(55)) {
            json.append(",\"where\":").append(filters(source, 3));
        }
        if (values.chance(30)) {
            json.append(",\"match\":\"").append(values.chance(70) ? "any" : "all").append('"');
        }
        if (values.chance(isWhole() ? 45 : 75) && source.isTimed()) {
            json.append(",\"window\":").append(window());
        }
        if (isWhole()) {
            if (values.chance(20)) {
                json.append(records.notIn(source));
            }
        } else if (isAnything && values.chance(12)) {
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
        if (isWhole()) {
            final RandomRecords.FieldCell cell = records.fieldCell(source);
            return "{\"f\":\"" + cell.field() + "\"," + test(cell.cell(), cell.isFree(), keys(cell.field())) + "}";
        }
        final Cell cell =
            (source == Source.ORDER ? orderCells : itemCells).next(each -> isMissing("field", each));
        final RandomField field = field(source, cell);
        return "{\"f\":\"" + field.name() + "\"," + test(cell, field.isFree(), keys(field.name())) + "}";
    }

    private static List<String> keys(final String field) {
        return switch (field) {
            case "website" -> RandomCatalog.WEBSITES;
            case "product" -> RandomCommands.PRODUCTS;
            default -> RandomCommands.ORDER_IDS;
        };
    }

    /** A field of the cell's type; of a free one nothing but the literal says that it is. */
    private RandomField field(final Source source, final Cell cell) {
        final List<RandomField> fields = source == Source.ORDER ? ORDER_FIELDS : ITEM_FIELDS;
        while (true) {
            final RandomField field = source == Source.ORDER_ITEM && values.chance(40) ? values.pick(PRODUCT_FIELDS)
                : values.pick(fields);
            final boolean isPresence = cell.operator() == Operator.IS_SET || cell.operator() == Operator.NOT_SET;
            if (field.type() == cell.type() && !(isPresence && field.isFree() && values.chance(70))) {
                return field;
            }
        }
    }

    // ----- aggregates

    private String aggregate() {
        final Source source = source();
        if (isWhole()) {
            return wholeAggregate(source);
        }
        final Comparison comparison = comparisons.next(each -> coverage.isMissing("agg "
            + (each.function().equals("countDistinct") ? "COUNT_DISTINCT" : each.function().toUpperCase(Locale.ROOT))
            + " " + each.operator()));
        final String function = comparison.function();
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
            } while (!field.startsWith("props.") && !RandomRecords.hasField(source, field));
        }
        final StringBuilder json = new StringBuilder("{\"agg\":{\"fn\":\"").append(function).append("\",")
            .append(query(source, field));
        if ((isExtreme && !isTime || function.equals("avg")) && values.chance(40)) {
            json.append(",\"empty\":").append(values.average());
        }
        final String operator = comparison.operator();
        json.append("},\"op\":\"").append(operator).append("\",\"v\":");
        if (operator.equals("between")) {
            final String a = threshold(function, isTime);
            final String b = values.chance(20) ? a : threshold(function, isTime);
            json.append(ordered(a, b));
        } else {
            json.append(threshold(function, isTime));
        }
        return json.append('}').toString();
    }

    private String wholeAggregate(final Source source) {
        final RandomRecords.AggregateCell cell = records.aggregateCell(source);
        final String function = cell.comparison().function();
        final RandomField field = cell.field();
        final boolean isExtreme = function.equals("min") || function.equals("max");
        final boolean isTime = isExtreme && field.type() == ValueType.INSTANT;
        final boolean isInteger = field != null && field.type() == ValueType.INT && !function.equals("avg")
            || function.startsWith("count");
        final Supplier<String> literal = () -> isInteger ? Integer.toString(values.below(5))
            : threshold(function, isTime);
        final StringBuilder json = new StringBuilder("{\"agg\":{\"fn\":\"").append(function).append("\",")
            .append(query(source, field == null ? null : field.name()));
        if ((isExtreme || function.equals("avg")) && !isTime && values.chance(40)) {
            json.append(",\"empty\":").append(isInteger ? literal.get() : values.average());
        }
        final String operator = cell.comparison().operator();
        json.append("},\"op\":\"").append(operator).append("\",\"v\":");
        if (operator.equals("between")) {
            final String a = literal.get();
            json.append(ordered(a, values.chance(20) ? a : literal.get()));
        } else {
            json.append(literal.get());
        }
        return json.append('}').toString();
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
                return values.chance(40) ? values.frequentAmount() : values.total();
        }
    }
}
