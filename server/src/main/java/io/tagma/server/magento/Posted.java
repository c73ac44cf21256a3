package io.tagma.server.magento;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/** A condition as Magento wrote it, with its place in the posted document. Immutable. */
final class Posted {
    /** What every condition of a customer segment begins with. */
    private static final String PREFIX = "Magento\\CustomerSegment\\Model\\Segment\\Condition\\";
    private static final Set<String> MEMBERS = Set.of("type", "attribute", "attribute_scope", "operator", "value",
        "is_value_processed", "aggregator", "conditions", "new_child");
    private static final int DEPTH_MAX = 32;
    private static final Pattern NUMBER = Pattern.compile("[+-]?\\d{1,18}(\\.\\d{1,12})?");

    private final ObjectNode node;
    private final String pointer;
    private final String type;
    private final int depth;

    private Posted(final ObjectNode node, final String pointer, final String type, final int depth) {
        this.node = node;
        this.pointer = pointer;
        this.type = type;
        this.depth = depth;
    }

    /** The outermost condition: its shape, not yet what it means. */
    static Posted root(final JsonNode posted, final String pointer) throws Untranslatable {
        return of(posted, pointer, 1);
    }

    private static Posted of(final JsonNode posted, final String pointer, final int depth) throws Untranslatable {
        if (depth > DEPTH_MAX) {
            throw new Untranslatable(pointer, "too deep: max=" + DEPTH_MAX);
        }
        if (!(posted instanceof ObjectNode node)) {
            throw new Untranslatable(pointer, "a condition is an object");
        }
        for (final Iterator<String> names = node.fieldNames(); names.hasNext();) {
            final String name = names.next();
            if (!MEMBERS.contains(name)) {
                throw new Untranslatable(pointer + "/" + name.replace("~", "~0").replace("/", "~1"),
                    "unknown member of a condition");
            }
        }
        final JsonNode type = node.get("type");
        if (type == null || !type.isTextual()) {
            throw new Untranslatable(pointer, "a condition names its type");
        }
        final String name = type.textValue().startsWith("\\") ? type.textValue().substring(1) : type.textValue();
        if (!name.startsWith(PREFIX)) {
            throw new Untranslatable(pointer, "unknown condition: type=" + Untranslatable.clip(type.textValue()));
        }
        return new Posted(node, pointer, name.substring(PREFIX.length()), depth);
    }

    String pointer() {
        return pointer;
    }

    /** The type without what all have in common: {@code Customer\Attributes}. */
    String type() {
        return type;
    }

    /** That nothing here stands for such a condition. */
    Untranslatable unknown() {
        return new Untranslatable(pointer, "unknown condition: type=" + Untranslatable.clip(PREFIX + type));
    }

    /** That such a condition does not belong there. */
    Untranslatable misplaced(final Posted parent) {
        return new Untranslatable(pointer, "unknown condition within " + parent.type + ": type="
            + Untranslatable.clip(PREFIX + type));
    }

    /** The attribute's name, which must be given. */
    String attribute() throws Untranslatable {
        final String attribute = text("attribute");
        if (attribute == null || attribute.isEmpty()) {
            throw new Untranslatable(pointer, "an attribute is needed: type=" + type);
        }
        return attribute;
    }

    Untranslatable unknownAttribute(final String detail) {
        return new Untranslatable(pointer + "/attribute", detail);
    }

    /** The operator; {@code ==} where none is given, as in Magento's form. */
    String operator() throws Untranslatable {
        final String operator = text("operator");
        return operator == null || operator.isEmpty() ? "==" : operator;
    }

    Untranslatable unknownOperator(final String allowed) throws Untranslatable {
        return new Untranslatable(pointer + "/operator", "unknown operator: operator="
            + Untranslatable.clip(operator()) + ", allowed=" + allowed);
    }

    /** Whether the operator is {@code ==} and not {@code !=}; there is no other. */
    boolean isAffirmed() throws Untranslatable {
        switch (operator()) {
            case "==":
                return true;
            case "!=":
                return false;
            default:
                throw unknownOperator("== !=");
        }
    }

    /** Refuses any operator but {@code ==}. */
    void requirePlainOperator() throws Untranslatable {
        if (!operator().equals("==")) {
            throw unknownOperator("==");
        }
    }

    Untranslatable badValue(final String detail) {
        return new Untranslatable(pointer + "/value", detail);
    }

    /** The value as one text. */
    String value() throws Untranslatable {
        return scalar(node.get("value"));
    }

    /** The values: of a list, or of a text with commas. */
    List<String> values() throws Untranslatable {
        final JsonNode value = node.get("value");
        if (value == null || !value.isArray()) {
            final String text = scalar(value);
            return text.indexOf(',') < 0 ? List.of(text) : parts(text);
        }
        final List<String> values = new ArrayList<>(value.size());
        for (final JsonNode element : value) {
            values.add(scalar(element));
        }
        if (values.isEmpty()) {
            throw badValue("a value is needed");
        }
        return values;
    }

    /** The value as a number. */
    BigDecimal number() throws Untranslatable {
        return number(value());
    }

    /** One of the values as a number. */
    BigDecimal number(final String text) throws Untranslatable {
        if (!NUMBER.matcher(text.strip()).matches()) {
            throw badValue("not a number: value=" + Untranslatable.clip(text));
        }
        return new BigDecimal(text.strip());
    }

    /** The value as a yes (1) or no (0). */
    boolean flag() throws Untranslatable {
        final String value = value();
        if (!value.equals("1") && !value.equals("0")) {
            throw badValue("must be 1 or 0: value=" + Untranslatable.clip(value));
        }
        return value.equals("1");
    }

    /** Whether a value is given at all. */
    boolean hasValue() {
        final JsonNode value = node.get("value");
        return value != null && !value.isNull() && !(value.isTextual() && value.textValue().isEmpty());
    }

    /** ALL or ANY; ALL where nothing is said. */
    boolean isAny() throws Untranslatable {
        final String aggregator = text("aggregator");
        if (aggregator == null || aggregator.equals("all")) {
            return false;
        }
        if (aggregator.equals("any")) {
            return true;
        }
        throw new Untranslatable(pointer + "/aggregator", "must be all or any: aggregator="
            + Untranslatable.clip(aggregator));
    }

    /** TRUE or FALSE of a combination; TRUE where nothing is said. */
    boolean isTrue() throws Untranslatable {
        return !hasValue() || flag();
    }

    /** Number of conditions below. */
    int size() throws Untranslatable {
        final JsonNode conditions = node.get("conditions");
        if (conditions == null || conditions.isNull()) {
            return 0;
        }
        if (!conditions.isArray()) {
            throw new Untranslatable(pointer + "/conditions", "must be a list");
        }
        return conditions.size();
    }

    /** A condition below. */
    Posted child(final int i) throws Untranslatable {
        return of(node.get("conditions").get(i), pointer + "/conditions/" + i, depth + 1);
    }

    /** Refuses conditions below one that has none. */
    void requireLeaf() throws Untranslatable {
        if (size() > 0) {
            throw new Untranslatable(pointer + "/conditions", "no conditions belong below: type=" + type);
        }
    }

    private String text(final String name) throws Untranslatable {
        final JsonNode text = node.get(name);
        if (text == null || text.isNull()) {
            return null;
        }
        if (!text.isTextual()) {
            throw new Untranslatable(pointer + "/" + name, "must be a text");
        }
        return text.textValue();
    }

    private String scalar(final JsonNode value) throws Untranslatable {
        if (value == null || value.isNull()) {
            throw badValue("a value is needed");
        }
        if (value.isBoolean()) {
            return value.booleanValue() ? "1" : "0";
        }
        if (value.isNumber()) {
            final BigDecimal number = value.decimalValue();
            if (Math.abs((long) number.scale()) > 18 || number.precision() > 36) {
                throw badValue("not a number of a reasonable size");
            }
            return number.toPlainString();
        }
        if (!value.isTextual()) {
            throw badValue("must be a text, a number or a list of them");
        }
        return value.textValue();
    }

    private List<String> parts(final String text) throws Untranslatable {
        final List<String> parts = new ArrayList<>();
        for (final String part : text.split(",")) {
            if (!part.isBlank()) {
                parts.add(part.strip());
            }
        }
        if (parts.isEmpty()) {
            throw badValue("a list without a value: value=" + Untranslatable.clip(text));
        }
        return parts;
    }
}
