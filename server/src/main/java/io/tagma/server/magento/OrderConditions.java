package io.tagma.server.magento;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;

/** Orders: their addresses, amounts, number and quantities. One translation's. */
final class OrderConditions {
    private final Findings findings;
    private final AddressFields fields;

    OrderConditions(final Findings findings, final AddressFields fields) {
        this.findings = findings;
        this.fields = fields;
    }

    /** {@code Order\Address}: if an address of an order matches ALL or ANY of these conditions. */
    ObjectNode address(final Posted condition) throws Untranslatable {
        if (!condition.isTrue()) {
            throw condition.badValue("an address has no FALSE");
        }
        final List<ObjectNode> kinds = new ArrayList<>();
        for (final String kind : List.of("billing", "shipping")) {
            final RecordWhere where = RecordWhere.of(condition, findings, null,
                (child, parent) -> address(child, parent, kind));
            if (!where.isNever()) {
                final ObjectNode node = Nodes.object();
                where.to(node.putObject("exists").put("source", "order"));
                kinds.add(node);
            }
        }
        return kinds.size() == 1 ? kinds.get(0) : Nodes.group("any", kinds);
    }

    /** What is asked of the billing, or of the shipping address. */
    private ObjectNode address(final Posted condition, final Posted parent, final String kind)
        throws Untranslatable {
        switch (condition.type()) {
            case "Order\\Address\\Type":
                return isOfKind(condition, kind) ? RecordWhere.ALWAYS : RecordWhere.NEVER;
            case "Order\\Address\\Attributes":
                return fields.test(condition, kind + ".");
            default:
                throw condition.misplaced(parent);
        }
    }

    private static boolean isOfKind(final Posted condition, final String kind) throws Untranslatable {
        condition.requireLeaf();
        final String value = condition.value();
        if (!value.equals("billing") && !value.equals("shipping")) {
            throw condition.badValue("must be billing or shipping: value=" + Untranslatable.clip(value));
        }
        return value.equals(kind) == condition.isAffirmed();
    }

    /** {@code Sales\Salesamount}: total or average sales amount. */
    ObjectNode amount(final Posted condition, final ZoneId zone) throws Untranslatable {
        return sumOrAverage(condition, "grandTotal", zone);
    }

    /** {@code Sales\Purchasedquantity}: total or average purchased quantity. */
    ObjectNode quantity(final Posted condition, final ZoneId zone) throws Untranslatable {
        return sumOrAverage(condition, "qty", zone);
    }

    /** {@code Sales\Ordersnumber}: number of orders. */
    ObjectNode number(final Posted condition, final ZoneId zone) throws Untranslatable {
        return aggregate(condition, "count", null, zone);
    }

    private ObjectNode sumOrAverage(final Posted condition, final String field, final ZoneId zone)
        throws Untranslatable {
        switch (condition.attribute()) {
            case "total":
                return aggregate(condition, "sum", field, zone);
            case "average":
                return aggregate(condition, "avg", field, zone);
            default:
                throw condition.unknownAttribute("must be total or average: attribute="
                    + Untranslatable.clip(condition.attribute()));
        }
    }

    private ObjectNode aggregate(final Posted condition, final String fn, final String field, final ZoneId zone)
        throws Untranslatable {
        final RecordWhere where = RecordWhere.of(condition, findings, zone, this::status);
        final ObjectNode node = Nodes.object();
        final ObjectNode aggregate = node.putObject("agg");
        aggregate.put("fn", fn);
        aggregate.put("source", "order");
        if (field != null) {
            aggregate.put("field", field);
        }
        where.to(aggregate);
        if (fn.equals("avg")) {
            aggregate.put("empty", 0);
        }
        node.put("op", Operators.comparison(condition));
        node.set("v", Nodes.number(condition.number()));
        return node;
    }

    /** {@code Order\Status}; any status is no condition. */
    private ObjectNode status(final Posted condition, final Posted parent) throws Untranslatable {
        if (!condition.type().equals("Order\\Status")) {
            throw condition.misplaced(parent);
        }
        if (condition.hasValue() && condition.value().equals("any")) {
            condition.requireLeaf();
            condition.requirePlainOperator();
            return RecordWhere.ALWAYS;
        }
        condition.isAffirmed();
        return Operators.code(condition, Operand.field("status"));
    }
}
