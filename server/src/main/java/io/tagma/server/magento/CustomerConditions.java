package io.tagma.server.magento;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.BooleanNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tagma.engine.model.ValueType;
import io.tagma.engine.model.Website;
import java.math.BigDecimal;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Conditions on the customer: attributes, default addresses, newsletter, store credit. Immutable. */
final class CustomerConditions {
    /** Magento's names of what has another name here; every other attribute keeps its own. */
    private static final Map<String, String> NAMES = Map.of("created_at", "createdAt", "created_in", "createdIn",
        "disable_auto_group_change", "disableAutoGroupChange");
    private static final Map<String, String> DEFAULT_ADDRESSES = Map.of("default_billing", "isDefaultBilling",
        "default_shipping", "isDefaultShipping");
    private static final Operand STORE_CREDIT = Operand.attribute("storeCredit");

    private final Shop shop;

    CustomerConditions(final Shop shop) {
        this.shop = shop;
    }

    /** {@code Customer\Attributes}. */
    ObjectNode attribute(final Posted condition, final ZoneId zone) throws Untranslatable {
        final String name = condition.attribute();
        if (DEFAULT_ADDRESSES.containsKey(name)) {
            return defaultAddress(condition, DEFAULT_ADDRESSES.get(name));
        }
        if (name.equals("group_id")) {
            return numbered(condition, "group");
        }
        if (name.equals("website_id")) {
            return numbered(condition, "website");
        }
        final String key = NAMES.getOrDefault(name, name);
        final ValueType type = shop.attributes().get(key);
        if (type == null) {
            throw condition.unknownAttribute("undeclared attribute: attribute=" + Untranslatable.clip(key));
        }
        final Operand what = Operand.attribute(key);
        switch (type) {
            case BOOL:
                return Operators.bool(condition, what);
            case INT:
            case DECIMAL:
            case DOUBLE:
                return Operators.number(condition, what);
            case ENUM:
                return Operators.code(condition, what);
            case ENUM_SET:
                return Operators.set(condition, what);
            case DATE:
                return Operators.date(condition, what);
            case INSTANT:
                return Operators.instant(condition, what, zone);
            default:
                return Operators.text(condition, what);
        }
    }

    /** {@code Customer\Newsletter}: who has never been seen there is not subscribed. */
    ObjectNode newsletter(final Posted condition) throws Untranslatable {
        condition.requireLeaf();
        condition.requirePlainOperator();
        final ObjectNode subscribed = Operand.attribute("newsletter").test("eq", BooleanNode.TRUE);
        return condition.flag() ? subscribed : Nodes.none(subscribed);
    }

    /** {@code Customer\Storecredit}: who has no credit on file has a credit of 0. */
    ObjectNode storeCredit(final Posted condition) throws Untranslatable {
        condition.requireLeaf();
        final String op = Operators.comparison(condition);
        final BigDecimal amount = condition.number();
        final ObjectNode test = STORE_CREDIT.test(op, Nodes.number(amount));
        return holds(BigDecimal.ZERO.compareTo(amount), op)
            ? Nodes.group("any", List.of(test, STORE_CREDIT.test("notSet"))) : test;
    }

    private static boolean holds(final int order, final String op) {
        switch (op) {
            case "eq":
                return order == 0;
            case "ne":
                return order != 0;
            case "ge":
                return order >= 0;
            case "gt":
                return order > 0;
            case "le":
                return order <= 0;
            default:
                return order < 0;
        }
    }

    private static ObjectNode defaultAddress(final Posted condition, final String field) throws Untranslatable {
        condition.requireLeaf();
        condition.requirePlainOperator();
        final String value = condition.value();
        if (!value.equals("is_exists") && !value.equals("is_not_exists")) {
            throw condition.badValue("must be is_exists or is_not_exists: value=" + Untranslatable.clip(value));
        }
        final ObjectNode node = Nodes.object();
        final ObjectNode exists = node.putObject("exists");
        exists.put("source", "address");
        exists.putArray("where").add(Operand.field(field).test("eq", BooleanNode.TRUE));
        if (value.equals("is_not_exists")) {
            node.put("not", true);
        }
        return node;
    }

    /** The group by its number, the website by its code. */
    private ObjectNode numbered(final Posted condition, final String key) throws Untranslatable {
        condition.requireLeaf();
        final List<JsonNode> values = new ArrayList<>();
        for (final String text : condition.values()) {
            final int id = id(condition, text);
            if (key.equals("group")) {
                values.add(Nodes.number(BigDecimal.valueOf(id)));
            } else {
                final Website website = shop.website(id);
                if (website == null) {
                    throw condition.badValue("no such website: id=" + id);
                }
                values.add(Nodes.text(website.code()));
            }
        }
        final boolean isOne = values.size() == 1;
        final Operand what = Operand.attribute(key);
        switch (condition.operator()) {
            case "==":
            case "()":
                return isOne ? what.test("eq", values.get(0)) : what.test("in", Nodes.array(values));
            case "!=":
            case "!()":
                return isOne ? what.test("ne", values.get(0)) : what.test("notIn", Nodes.array(values));
            default:
                throw condition.unknownOperator("== != () !()");
        }
    }

    private static int id(final Posted condition, final String text) throws Untranslatable {
        if (!text.strip().matches("\\d{1,5}")) {
            throw condition.badValue("not a number of Magento's: value=" + Untranslatable.clip(text));
        }
        return Integer.parseInt(text.strip());
    }
}
