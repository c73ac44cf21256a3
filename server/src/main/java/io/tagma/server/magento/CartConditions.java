package io.tagma.server.magento;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Map;

/** The shopping cart's amounts and quantities. Stateless. */
final class CartConditions {
    private static final Map<String, String> AMOUNTS = Map.of("subtotal", "subtotal", "grand_total", "grandTotal",
        "tax", "tax", "shipping", "shippingAmount", "store_credit", "storeCredit", "gift_card", "giftCard");

    private CartConditions() {
    }

    /** {@code Shoppingcart\Amount}. */
    static ObjectNode amount(final Posted condition) throws Untranslatable {
        final String field = AMOUNTS.get(condition.attribute());
        if (field == null) {
            throw condition.unknownAttribute("unknown total of a cart: attribute="
                + Untranslatable.clip(condition.attribute()));
        }
        return field(condition, field);
    }

    /** A cart whose field compares so. */
    static ObjectNode field(final Posted condition, final String field) throws Untranslatable {
        condition.requireLeaf();
        final ObjectNode node = Nodes.object();
        final ObjectNode exists = node.putObject("exists");
        exists.put("source", "cart");
        exists.putArray("where").add(Operand.field(field).test(Operators.comparison(condition),
            Nodes.number(condition.number())));
        return node;
    }
}
