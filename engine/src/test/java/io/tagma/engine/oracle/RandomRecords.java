package io.tagma.engine.oracle;

import io.tagma.engine.condition.Operator;
import io.tagma.engine.model.RecordFields;
import io.tagma.engine.model.Source;
import io.tagma.engine.model.ValueType;
import io.tagma.engine.oracle.RandomDefinitions.Cell;
import io.tagma.engine.oracle.RandomDefinitions.Comparison;
import io.tagma.engine.oracle.RandomDefinitions.RandomField;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;

/** Deals what random conditions of the whole domain ask of records: sources, tests of fields, aggregates, notIn. */
final class RandomRecords {
    /** A test of a field; {@code isFree} where nothing declares its type. */
    record FieldCell(String field, boolean isFree, Cell cell) {
    }

    /** An aggregate over a field, or over none. */
    record AggregateCell(Comparison comparison, RandomField field) {
    }

    /** Records of the other source are left out by a field that both have. */
    private record NotInCell(Source other, String on) {
    }

    private static final List<RandomField> VIEW_FIELDS = Stream.concat(RandomDefinitions.PRODUCT_FIELDS.stream(),
        Stream.of(field("t", ValueType.INSTANT), field("website", ValueType.KEY), field("product", ValueType.KEY)))
        .toList();
    private static final Map<Source, List<RandomField>> FIELDS = Map.of(
        Source.ORDER, RandomDefinitions.ORDER_FIELDS, Source.ORDER_ITEM, RandomDefinitions.ITEM_FIELDS,
        Source.VIEW, VIEW_FIELDS, Source.WISHLIST_ITEM, VIEW_FIELDS,
        Source.CART_ITEM, RandomDefinitions.ITEM_FIELDS.stream()
            .filter(field -> !field.name().equals("orderId")).toList(),
        Source.CART, List.of(field("t", ValueType.INSTANT), field("website", ValueType.KEY),
            field("grandTotal", ValueType.DECIMAL), field("subtotal", ValueType.DECIMAL),
            field("tax", ValueType.DECIMAL), field("giftCard", ValueType.DECIMAL), field("lineItems", ValueType.INT),
            field("qty", ValueType.DECIMAL)),
        Source.ADDRESS, List.of(field("city", ValueType.STRING), field("region", ValueType.STRING),
            field("country", ValueType.STRING), field("postcode", ValueType.STRING),
            field("isDefaultBilling", ValueType.BOOL), field("isDefaultShipping", ValueType.BOOL)),
        Source.EVENT, List.of(field("t", ValueType.INSTANT), field("website", ValueType.KEY),
            free("props.channel", ValueType.STRING), free("props.score", ValueType.DECIMAL),
            free("props.tags", ValueType.ENUM_SET), free("props.gift", ValueType.BOOL)));
    private static final List<Source> SOURCES = List.of(Source.ORDER, Source.ORDER, Source.ORDER_ITEM, Source.VIEW,
        Source.VIEW, Source.EVENT, Source.EVENT, Source.CART, Source.CART, Source.CART_ITEM, Source.CART_ITEM,
        Source.WISHLIST_ITEM, Source.ADDRESS);
    /** Of a cart's lineItems, which no other source has a like of, and every cart has. */
    private static final List<Cell> INTEGER_CELLS = RandomDefinitions.cells(List.of(ValueType.INT)).stream()
        .filter(cell -> cell.operator() != Operator.IS_SET && cell.operator() != Operator.NOT_SET).toList();
    private static final List<Source> TIMED_SOURCES = SOURCES.stream().filter(Source::isTimed).toList();
    private static final List<String> NOT_IN_FIELDS = List.of("product", "product", "product", "product.sku",
        "website", "qty", "props.channel", "props.score", "rowTotal", "t");

    private final RandomValues values;
    private final Coverage coverage;
    private final Deck<Source> sources;
    private final Deck<Source> timedSources;
    private final Map<Source, Deck<FieldCell>> fieldCells = new EnumMap<>(Source.class);
    private final Map<Source, Deck<AggregateCell>> aggregateCells = new EnumMap<>(Source.class);
    private final Map<Source, Deck<NotInCell>> notInCells = new EnumMap<>(Source.class);

    RandomRecords(final RandomValues values, final Coverage coverage) {
        this.values = values;
        this.coverage = coverage;
        sources = new Deck<>(values, SOURCES);
        timedSources = new Deck<>(values, TIMED_SOURCES);
        for (final Source source : Source.values()) {
            fieldCells.put(source, new Deck<>(values, fieldCells(source)));
            aggregateCells.put(source, new Deck<>(values, aggregateCells(source)));
            notInCells.put(source, new Deck<>(values, notInCells(source)));
        }
    }

    private static RandomField field(final String name, final ValueType type) {
        return new RandomField(name, type, false);
    }

    private static RandomField free(final String name, final ValueType type) {
        return new RandomField(name, type, true);
    }

    /** Those of instants and integers twice: there are few such fields. */
    private static List<FieldCell> fieldCells(final Source source) {
        final List<FieldCell> cells = new ArrayList<>();
        for (final RandomField field : FIELDS.get(source)) {
            final int times = field.type() == ValueType.INSTANT || field.type() == ValueType.INT ? 2 : 1;
            for (final Cell cell : RandomDefinitions.cells(List.of(field.type()))) {
                for (int i = 0; i < times; i++) {
                    cells.add(new FieldCell(field.name(), field.isFree(), cell));
                }
            }
        }
        return cells;
    }

    private static List<AggregateCell> aggregateCells(final Source source) {
        final List<AggregateCell> cells = new ArrayList<>();
        for (final Comparison comparison : RandomDefinitions.COMPARISONS) {
            if (comparison.function().equals("count")) {
                for (int i = 0; i < 3; i++) {
                    cells.add(new AggregateCell(comparison, null));
                }
            }
            for (final RandomField field : FIELDS.get(source)) {
                if (takes(comparison.function(), field)) {
                    cells.add(new AggregateCell(comparison, field));
                }
            }
        }
        return cells;
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

    private static List<NotInCell> notInCells(final Source source) {
        final List<NotInCell> cells = new ArrayList<>();
        for (final Source other : SOURCES) {
            for (final String on : NOT_IN_FIELDS) {
                if (hasField(source, on) && hasField(other, on)) {
                    cells.add(new NotInCell(other, on));
                }
            }
        }
        return cells;
    }

    static boolean hasField(final Source source, final String name) {
        return RecordFields.named(source, name) != null
            || name.startsWith("props.") && RecordFields.hasProperties(source);
    }

    /** As JSON; of events some name. */
    static String code(final RandomValues values, final Source source) {
        return source == Source.EVENT ? values.quote("event:" + values.pick(RandomTraffic.EVENT_NAMES))
            : "\"" + source.code() + "\"";
    }

    Source source() {
        return sources.next(source -> coverage.isMissing("source " + source.name())
            || source == Source.CART && INTEGER_CELLS.stream().anyMatch(cell -> isMissing(false, cell)));
    }

    Source timedSource() {
        return timedSources.next(source -> coverage.isMissing("source " + source.name()));
    }

    FieldCell fieldCell(final Source source) {
        return fieldCells.get(source).next(each -> isMissing(each.isFree(), each.cell()));
    }

    private boolean isMissing(final boolean isFree, final Cell cell) {
        final boolean isPresence = cell.operator() == Operator.IS_SET || cell.operator() == Operator.NOT_SET;
        return coverage.isMissing(Coverage.testName("field", isFree && isPresence ? null : cell.type(),
            cell.operator(), cell.isCaseSensitive(), cell.isAligned()));
    }

    AggregateCell aggregateCell(final Source source) {
        return aggregateCells.get(source).next(each -> {
            final String function = each.comparison().function();
            return coverage.isMissing("agg " + (function.equals("countDistinct") ? "COUNT_DISTINCT"
                : function.toUpperCase(Locale.ROOT)) + " " + each.comparison().operator());
        });
    }

    /** A member of a query with a comma before it; nothing where no other source has a field of this one's. */
    String notIn(final Source source) {
        final Deck<NotInCell> deck = notInCells.get(source);
        if (deck.isEmpty()) {
            return "";
        }
        final NotInCell cell = deck.next(each -> false);
        return ",\"notIn\":{\"source\":" + code(values, cell.other()) + ",\"on\":\"" + cell.on() + "\"}";
    }
}
