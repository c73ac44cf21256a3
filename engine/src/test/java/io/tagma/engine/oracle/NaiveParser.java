package io.tagma.engine.oracle;

import io.tagma.engine.condition.Condition;
import io.tagma.engine.condition.Condition.Filter;
import io.tagma.engine.condition.Condition.Window;
import io.tagma.engine.condition.Operand;
import io.tagma.engine.condition.Operator;
import io.tagma.engine.condition.SegmentDefinition;
import io.tagma.engine.model.Attribute;
import io.tagma.engine.model.Catalog;
import io.tagma.engine.model.CustomerGroup;
import io.tagma.engine.model.Field;
import io.tagma.engine.model.RecordFields;
import io.tagma.engine.model.Source;
import io.tagma.engine.model.ValueType;
import io.tagma.engine.model.Website;
import java.math.BigDecimal;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A second reader of segment definitions, so that the oracle does not depend on the parser under test. It reads what
 * DOMAIN's grammar allows and throws IllegalArgumentException on the faults it sees; pointers, sizes and canonical
 * form are the real parser's business.
 */
public final class NaiveParser {
    private static final Pattern DURATION =
        Pattern.compile("P(?:(\\d+)W)?(?:(\\d+)D)?(T(?:(\\d+)H)?(?:(\\d+)M)?(?:(\\d+)S)?)?");

    private final Catalog catalog;

    private NaiveParser(final Catalog catalog) {
        this.catalog = catalog;
    }

    /** The checked definition. Its {@code json} is the text as given. */
    public static SegmentDefinition parse(final String key, final String json, final Catalog catalog) {
        return new NaiveParser(catalog).definition(key, json);
    }

    private SegmentDefinition definition(final String key, final String text) {
        final Map<String, Object> json = Json.readObject(text);
        only(json, "key", "name", "description", "status", "websites", "eventScope", "applyTo", "purpose", "validFrom",
            "validTo", "cacheRelevant", "confirmAll", "condition", "owner", "tags");
        check(key.matches("[a-z0-9][a-z0-9._-]{0,63}") && key.equals(json.getOrDefault("key", key)), "key=" + key);
        final List<Integer> websites = new ArrayList<>();
        for (final Object code : Json.list(json.getOrDefault("websites", List.of()))) {
            websites.add(website(code));
        }
        final List<String> tags = new ArrayList<>();
        Json.list(json.getOrDefault("tags", List.of())).forEach(tag -> tags.add(Json.text(tag)));
        final Object condition = json.get("condition");
        return new SegmentDefinition(key, (String)json.get("name"), (String)json.get("description"),
            SegmentDefinition.Status.valueOf((String)json.getOrDefault("status", "ACTIVE")), websites,
            json.getOrDefault("eventScope", "GLOBAL").equals("WEBSITE"),
            SegmentDefinition.ApplyTo.valueOf((String)json.getOrDefault("applyTo", "BOTH")),
            (String)json.get("purpose"), instantOrNull(json.get("validFrom")), instantOrNull(json.get("validTo")),
            Json.bool(json.getOrDefault("cacheRelevant", true)), Json.bool(json.getOrDefault("confirmAll", false)),
            (String)json.get("owner"), tags,
            condition == null ? new Condition.All(List.of()) : node(Json.object(condition)), text);
    }

    private Condition node(final Map<String, Object> json) {
        if (json.containsKey("all")) {
            only(json, "all");
            return new Condition.All(nodes(json.get("all")));
        } else if (json.containsKey("any")) {
            only(json, "any");
            return new Condition.Any(nodes(json.get("any")));
        } else if (json.containsKey("none")) {
            only(json, "none");
            return new Condition.None(nodes(json.get("none")));
        } else if (json.containsKey("notAll")) {
            only(json, "notAll");
            return new Condition.NotAll(nodes(json.get("notAll")));
        } else if (json.containsKey("atLeast")) {
            only(json, "atLeast", "of");
            final List<Condition> children = nodes(json.get("of"));
            final int k = (int)Json.whole(json.get("atLeast"));
            check(k >= 1 && k <= children.size(), "atLeast=" + k);
            return new Condition.AtLeast(k, children);
        } else if (json.containsKey("attr")) {
            return attribute(json);
        } else if (json.containsKey("exists")) {
            only(json, "exists", "not");
            final Map<String, Object> query = Json.object(json.get("exists"));
            only(query, "source", "where", "match", "window", "notIn");
            return new Condition.Exists(query(query), Json.bool(json.getOrDefault("not", false)));
        } else if (json.containsKey("agg")) {
            return aggregate(json);
        } else if (json.containsKey("segment")) {
            only(json, "segment");
            return new Condition.Membership(Json.text(json.get("segment")));
        } else if (json.containsKey("sample")) {
            only(json, "sample");
            final Map<String, Object> sample = Json.object(json.get("sample"));
            only(sample, "salt", "from", "to");
            return new Condition.Sample(Json.text(sample.get("salt")), (int)Json.whole(sample.get("from")),
                (int)Json.whole(sample.get("to")));
        }
        throw new IllegalArgumentException("no node of a condition: " + json.keySet());
    }

    private List<Condition> nodes(final Object json) {
        final List<Condition> nodes = new ArrayList<>();
        Json.list(json).forEach(child -> nodes.add(node(Json.object(child))));
        return nodes;
    }

    private Condition attribute(final Map<String, Object> json) {
        only(json, "attr", "op", "v", "cs", "align");
        final String key = Json.text(json.get("attr"));
        if (key.equals("group") || key.equals("website")) {
            final Operator operator = operator(json);
            check(List.of(Operator.EQ, Operator.NE, Operator.IN, Operator.NOT_IN).contains(operator),
                key + " " + operator);
            final boolean isList = operator == Operator.IN || operator == Operator.NOT_IN;
            final List<Long> ids = new ArrayList<>();
            for (final Object id : isList ? Json.list(json.get("v")) : List.of(json.get("v"))) {
                ids.add((long)(key.equals("group") ? group(id) : website(id)));
            }
            final Condition.Test test = new Condition.Test(operator,
                isList ? new Operand.Numbers(ids) : new Operand.Number(ids.get(0)), false, false);
            return key.equals("group") ? new Condition.GroupTest(test) : new Condition.WebsiteTest(test);
        }
        final Attribute attribute = catalog.attribute(key);
        check(attribute != null, "attr=" + key);
        return new Condition.AttributeTest(attribute, test(attribute.type(), json));
    }

    private Condition aggregate(final Map<String, Object> json) {
        only(json, "agg", "op", "v");
        final Map<String, Object> agg = Json.object(json.get("agg"));
        only(agg, "fn", "source", "field", "where", "match", "window", "notIn", "empty");
        final Condition.Query query = query(agg);
        final Condition.Function function = switch (Json.text(agg.get("fn"))) {
            case "count" -> Condition.Function.COUNT;
            case "sum" -> Condition.Function.SUM;
            case "avg" -> Condition.Function.AVG;
            case "min" -> Condition.Function.MIN;
            case "max" -> Condition.Function.MAX;
            case "countDistinct" -> Condition.Function.COUNT_DISTINCT;
            default -> throw new IllegalArgumentException("fn=" + agg.get("fn"));
        };
        check((function == Condition.Function.COUNT) != agg.containsKey("field"), "field of " + function);
        final boolean isCount = function == Condition.Function.COUNT || function == Condition.Function.COUNT_DISTINCT;
        final Field field = agg.containsKey("field")
            ? field(query.source(), Json.text(agg.get("field")), isCount ? null : ValueType.DECIMAL) : null;
        if (field != null && !isCount) {
            final boolean isTime = field.type() == ValueType.DATE || field.type() == ValueType.INSTANT;
            final boolean isExtreme = function == Condition.Function.MIN || function == Condition.Function.MAX;
            check(field.type().isOrdered() && (isExtreme || !isTime), function + " of " + field.type());
        }
        final ValueType resultType = isCount ? ValueType.INT
            : function == Condition.Function.AVG ? ValueType.DECIMAL : field.type();
        final Condition.Test test = test(resultType, json);
        check(List.of(Operator.EQ, Operator.NE, Operator.LT, Operator.LE, Operator.GT, Operator.GE, Operator.BETWEEN)
            .contains(test.operator()), "op=" + test.operator());
        final Long empty = agg.get("empty") == null ? null : integer(resultType, agg.get("empty"));
        return new Condition.Aggregate(function, query, field, empty, resultType, test);
    }

    private Condition.Query query(final Map<String, Object> json) {
        final String code = Json.text(json.get("source"));
        final Source source = source(code);
        final List<Filter> filters = filters(source, json.getOrDefault("where", List.of()));
        final String match = Json.text(json.getOrDefault("match", "all"));
        check(match.equals("all") || match.equals("any"), "match=" + match);
        final Filter where = match.equals("any") && !filters.isEmpty()
            ? new Filter.Any(filters) : new Filter.All(filters);
        Condition.NotIn notIn = null;
        if (json.containsKey("notIn")) {
            final Map<String, Object> other = Json.object(json.get("notIn"));
            only(other, "source", "on");
            final String otherCode = Json.text(other.get("source"));
            final String on = Json.text(other.get("on"));
            check(field(source, on, null) != null && field(source(otherCode), on, null) != null, "on=" + on);
            notIn = new Condition.NotIn(source(otherCode), eventName(otherCode), on);
        }
        check(source.isTimed() || !json.containsKey("window"), "a window on " + code);
        return new Condition.Query(source, eventName(code), where,
            json.containsKey("window") ? window(Json.object(json.get("window"))) : null, notIn);
    }

    private static Source source(final String code) {
        final Source source = eventName(code) != null ? Source.EVENT : Source.ofCode(code);
        check(source != null, "source=" + code);
        return source;
    }

    private static String eventName(final String code) {
        return code.startsWith("event:") && code.length() > 6 ? code.substring(6) : null;
    }

    private List<Filter> filters(final Source source, final Object json) {
        final List<Filter> filters = new ArrayList<>();
        Json.list(json).forEach(child -> filters.add(filter(source, Json.object(child))));
        return filters;
    }

    private Filter filter(final Source source, final Map<String, Object> json) {
        if (json.containsKey("all")) {
            only(json, "all");
            return new Filter.All(filters(source, json.get("all")));
        } else if (json.containsKey("any")) {
            only(json, "any");
            return new Filter.Any(filters(source, json.get("any")));
        } else if (json.containsKey("none")) {
            only(json, "none");
            return new Filter.None(filters(source, json.get("none")));
        } else if (json.containsKey("notAll")) {
            only(json, "notAll");
            return new Filter.NotAll(filters(source, json.get("notAll")));
        }
        only(json, "f", "op", "v", "cs", "align");
        final Field field = field(source, Json.text(json.get("f")), literalType(operator(json), json.get("v")));
        return new Filter.FieldTest(field, test(field.type(), json));
    }

    /** The type that a literal expects of an undeclared value; null where it says nothing. */
    private static ValueType literalType(final Operator operator, final Object v) {
        switch (operator) {
            case IS_SET:
            case NOT_SET:
                return null;
            case CONTAINS_ANY:
            case CONTAINS_ALL:
            case CONTAINS_NONE:
            case EQ_SET:
                return ValueType.ENUM_SET;
            default:
                break;
        }
        final Object first = v instanceof List<?> list ? list.isEmpty() ? null : list.get(0) : v;
        return first instanceof String ? ValueType.STRING
            : first instanceof BigDecimal ? ValueType.DECIMAL
            : first instanceof Boolean ? ValueType.BOOL : null;
    }

    private static Field field(final Source source, final String name, final ValueType freeType) {
        final Field named = RecordFields.named(source, name);
        if (named != null) {
            return named;
        }
        final boolean isProperty = name.startsWith("props.") && RecordFields.hasProperties(source);
        final boolean isProduct = name.startsWith("product.") && RecordFields.hasProduct(source);
        check(isProperty || isProduct, "field=" + name);
        return new Field(source, name, freeType, isProperty ? Field.Origin.PROPERTY : Field.Origin.PRODUCT);
    }

    private static Window window(final Map<String, Object> json) {
        only(json, "last", "align", "from", "to");
        if (json.containsKey("last")) {
            final Operand.Span span = span(json.get("last"));
            check(span.durationMs() > 0, "last=" + json.get("last"));
            if (json.getOrDefault("align", "ms").equals("day")) {
                check(span.days() > 0, "whole days: last=" + json.get("last"));
                return new Window.LastDays(span.days());
            }
            return new Window.Last(span.durationMs());
        }
        final Object from = json.get("from");
        final Object to = json.get("to");
        check(from != null || to != null, "an empty window");
        if (from instanceof String text && text.startsWith("P")) {
            final long fromMs = span(from).durationMs();
            final long toMs = span(to).durationMs();
            check(fromMs > toMs, "from > to: from=" + from + ", to=" + to);
            return new Window.Ago(fromMs, toMs);
        }
        return new Window.Between(instantOrNull(from), instantOrNull(to));
    }

    private Condition.Test test(final ValueType type, final Map<String, Object> json) {
        final Operator operator = operator(json);
        final boolean caseSensitive = Json.bool(json.getOrDefault("cs", false));
        check(!json.containsKey("cs") || type == ValueType.STRING, "cs on " + type);
        final boolean alignDay = json.getOrDefault("align", "ms").equals("day");
        check(isLegal(operator, type), operator + " on " + type);
        final Operand operand = operand(operator, type, json.get("v"));
        check(!alignDay || operand instanceof Operand.Span span && span.days() > 0, "align");
        return new Condition.Test(operator, operand, caseSensitive, alignDay);
    }

    private static Operator operator(final Map<String, Object> json) {
        final Operator operator = Operator.ofCode(Json.text(json.get("op")));
        check(operator != null, "op=" + json.get("op"));
        return operator;
    }

    /** DOMAIN's table of types and operators; a null type is an undeclared value asked for presence only. */
    static boolean isLegal(final Operator operator, final ValueType type) {
        switch (operator) {
            case IS_SET:
            case NOT_SET:
                return true;
            case IN:
            case NOT_IN:
                return type != ValueType.ENUM_SET;
            case EQ:
            case NE:
                return type != null && type != ValueType.ENUM_SET;
            case LT:
            case LE:
            case GT:
            case GE:
            case BETWEEN:
                return type != null && type.isOrdered();
            case WITHIN_LAST:
            case OLDER_THAN:
            case WITHIN_NEXT:
            case ON_DAY:
                return type == ValueType.INSTANT || type == ValueType.DATE;
            case ANNIVERSARY_WITHIN:
                return type == ValueType.DATE;
            case CONTAINS:
            case NOT_CONTAINS:
            case STARTS_WITH:
            case ENDS_WITH:
            case MATCHES:
                return type == ValueType.STRING;
            default:
                return type == ValueType.ENUM_SET;
        }
    }

    private Operand operand(final Operator operator, final ValueType type, final Object v) {
        switch (operator) {
            case IS_SET:
            case NOT_SET:
                check(v == null, "v of " + operator);
                return Operand.NONE;
            case WITHIN_LAST:
            case OLDER_THAN:
            case WITHIN_NEXT:
                check(span(v).durationMs() > 0, "v=" + v);
                check(type != ValueType.DATE || span(v).days() > 0, "whole days: v=" + v);
                return span(v);
            case ON_DAY:
                return new Operand.Number(day(v));
            case ANNIVERSARY_WITHIN: {
                final List<Long> range = new ArrayList<>();
                Json.list(v).forEach(bound -> range.add(Json.whole(bound)));
                check(range.size() == 2 && 0 <= range.get(0) && range.get(0) <= range.get(1) && range.get(1) <= 365,
                    "v=" + v);
                return new Operand.Numbers(range);
            }
            case BETWEEN:
                check(Json.list(v).size() == 2, "v=" + v);
                return values(type, v);
            case IN:
            case NOT_IN:
            case CONTAINS_ANY:
            case CONTAINS_ALL:
            case CONTAINS_NONE:
            case EQ_SET:
                return values(type, v);
            case MATCHES:
                return new Operand.Text(Json.text(v), Json.text(v));
            default:
                return isText(type) ? text(type, v) : new Operand.Number(integer(type, v));
        }
    }

    private static boolean isText(final ValueType type) {
        return type == ValueType.STRING || type == ValueType.ENUM || type == ValueType.ENUM_SET
            || type == ValueType.KEY;
    }

    private static Operand values(final ValueType type, final Object v) {
        if (isText(type)) {
            final List<Operand.Text> texts = new ArrayList<>();
            Json.list(v).forEach(each -> texts.add(text(type, each)));
            return new Operand.Texts(texts);
        }
        final List<Long> numbers = new ArrayList<>();
        Json.list(v).forEach(each -> numbers.add(integer(type, each)));
        return new Operand.Numbers(numbers);
    }

    /** Codes and keys are compared exactly: they have no folded form of their own. */
    private static Operand.Text text(final ValueType type, final Object v) {
        final String text = Json.text(v);
        return new Operand.Text(text, type == ValueType.STRING ? NaiveText.fold(text) : text);
    }

    private static long integer(final ValueType type, final Object v) {
        switch (type) {
            case BOOL:
                return Json.bool(v) ? 1 : 0;
            case INT:
                return Json.whole(v);
            case DECIMAL: {
                final BigDecimal number = v instanceof String text ? new BigDecimal(text) : Json.number(v);
                try {
                    return number.movePointRight(4).longValueExact();
                } catch (final ArithmeticException inexact) {
                    throw new IllegalArgumentException("not a DECIMAL: v=" + v, inexact);
                }
            }
            case DOUBLE:
                return Operand.ofDouble(Json.number(v).doubleValue());
            case DATE:
                return day(v);
            case INSTANT:
                return instantOrNull(v);
            default:
                throw new IllegalArgumentException("no number: type=" + type + ", v=" + v);
        }
    }

    private static long day(final Object v) {
        try {
            final LocalDate date = Conversion.date(Json.text(v));
            return date.toEpochDay();
        } catch (final Refused refused) {
            throw new IllegalArgumentException(refused.getMessage(), refused);
        }
    }

    private static Long instantOrNull(final Object v) {
        try {
            return v == null ? null
                : v instanceof String text ? Conversion.instant(text).toEpochMilli() : (Long)Json.whole(v);
        } catch (final Refused refused) {
            throw new IllegalArgumentException(refused.getMessage(), refused);
        }
    }

    static Operand.Span span(final Object v) {
        final String text = Json.text(v);
        final Matcher parts = DURATION.matcher(text);
        check(parts.matches() && !text.endsWith("P") && !text.endsWith("T"), "duration=" + text);
        final long seconds = part(parts, 1) * 7 * 86_400 + part(parts, 2) * 86_400 + part(parts, 4) * 3_600
            + part(parts, 5) * 60 + part(parts, 6);
        return new Operand.Span(seconds * 1000, seconds % 86_400 == 0 ? (int)(seconds / 86_400) : -1);
    }

    private static long part(final Matcher matcher, final int group) {
        return matcher.group(group) == null ? 0 : Long.parseLong(matcher.group(group));
    }

    private int website(final Object codeOrId) {
        final Website website = codeOrId instanceof BigDecimal
            ? catalog.website((int)Json.whole(codeOrId)) : catalog.website(Json.text(codeOrId));
        check(website != null, "website=" + codeOrId);
        return website.id();
    }

    private int group(final Object codeOrId) {
        final CustomerGroup group = codeOrId instanceof BigDecimal
            ? catalog.group((int)Json.whole(codeOrId)) : catalog.group(Json.text(codeOrId));
        check(group != null, "group=" + codeOrId);
        return group.id();
    }

    private static void only(final Map<String, Object> json, final String... known) {
        for (final String name : json.keySet()) {
            check(List.of(known).contains(name), "unknown: name=" + name);
        }
    }

    private static void check(final boolean holds, final String what) {
        if (!holds) {
            throw new IllegalArgumentException("refused: " + what);
        }
    }
}
