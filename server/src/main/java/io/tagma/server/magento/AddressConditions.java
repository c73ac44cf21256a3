package io.tagma.server.magento;

import com.fasterxml.jackson.databind.node.BooleanNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

/** {@code Customer\Address}: if a customer's address matches ALL or ANY of these conditions. One translation's. */
final class AddressConditions {
    private final Findings findings;
    private final AddressFields fields;

    AddressConditions(final Findings findings, final AddressFields fields) {
        this.findings = findings;
        this.fields = fields;
    }

    ObjectNode address(final Posted condition) throws Untranslatable {
        if (!condition.isTrue()) {
            throw condition.badValue("an address has no FALSE");
        }
        final ObjectNode node = Nodes.object();
        final ObjectNode exists = node.putObject("exists");
        exists.put("source", "address");
        RecordWhere.of(condition, findings, null, this::test).to(exists);
        return node;
    }

    private ObjectNode test(final Posted condition, final Posted parent) throws Untranslatable {
        switch (condition.type()) {
            case "Customer\\Address\\Attributes":
                return fields.test(condition, "");
            case "Customer\\Address\\DefaultAddress":
                return defaultAddress(condition);
            case "Customer\\Address\\Region":
                condition.requireLeaf();
                condition.requirePlainOperator();
                return Operand.field("region").test(condition.flag() ? "isSet" : "notSet");
            default:
                throw condition.misplaced(parent);
        }
    }

    private static ObjectNode defaultAddress(final Posted condition) throws Untranslatable {
        condition.requireLeaf();
        final String field;
        switch (condition.value()) {
            case "default_billing":
                field = "isDefaultBilling";
                break;
            case "default_shipping":
                field = "isDefaultShipping";
                break;
            default:
                throw condition.badValue("must be default_billing or default_shipping: value="
                    + Untranslatable.clip(condition.value()));
        }
        final ObjectNode test = Operand.field(field).test("eq", BooleanNode.TRUE);
        return condition.isAffirmed() ? test : Nodes.none(test);
    }
}
