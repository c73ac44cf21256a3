package io.tagma.server.magento;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.ZoneId;

/** Products in the cart or the wish list, viewed or ordered. One translation's. */
final class ProductConditions {
    private final Findings findings;

    ProductConditions(final Findings findings) {
        this.findings = findings;
    }

    /** {@code Product\Combine\ListCombine}: if a product is found, or not found, in the cart or the wish list. */
    ObjectNode list(final Posted condition, final ZoneId zone) throws Untranslatable {
        switch (condition.value()) {
            case "shopping_cart":
                return exists(condition, "cartItem", zone);
            case "wishlist":
                return exists(condition, "wishlistItem", zone);
            default:
                throw condition.badValue("must be shopping_cart or wishlist: value="
                    + Untranslatable.clip(condition.value()));
        }
    }

    /** {@code Product\Combine\History}: if a product was, or was not, viewed or ordered. */
    ObjectNode history(final Posted condition, final ZoneId zone) throws Untranslatable {
        switch (condition.value()) {
            case "viewed_history":
                return exists(condition, "view", zone);
            case "ordered_history":
                return exists(condition, "orderItem", zone);
            default:
                throw condition.badValue("must be viewed_history or ordered_history: value="
                    + Untranslatable.clip(condition.value()));
        }
    }

    private ObjectNode exists(final Posted condition, final String source, final ZoneId zone) throws Untranslatable {
        final boolean isFound = condition.isAffirmed();
        final ObjectNode node = Nodes.object();
        final ObjectNode exists = node.putObject("exists");
        exists.put("source", source);
        RecordWhere.of(condition, findings, zone, new Products(zone)).to(exists);
        if (!isFound) {
            node.put("not", true);
        }
        return node;
    }

    /** What is asked of the product on a line. */
    private final class Products implements RecordWhere.Leaf {
        private final ZoneId zone;

        Products(final ZoneId zone) {
            this.zone = zone;
        }

        @Override
        public ObjectNode test(final Posted condition, final Posted parent) throws Untranslatable {
            switch (condition.type()) {
                case "Product\\Attributes":
                    return attribute(condition);
                case "Product\\Combine":
                case "Combine":
                    return RecordWhere.nested(condition, findings, zone, this);
                default:
                    throw condition.misplaced(parent);
            }
        }
    }

    private static ObjectNode attribute(final Posted condition) throws Untranslatable {
        final String attribute = condition.attribute();
        switch (attribute) {
            case "category_ids":
                return Operators.categories(condition, Operand.field("product.category"));
            case "price":
                return Operators.number(condition, Operand.field("product.price"));
            case "sku":
                return Operators.text(condition, Operand.field("product.sku"));
            default:
                return other(condition, Operand.field("product." + attribute));
        }
    }

    /** An attribute that is declared nowhere: the operator tells what kind of value it has. */
    private static ObjectNode other(final Posted condition, final Operand what) throws Untranslatable {
        switch (condition.operator()) {
            case "[]":
            case "![]":
                return Operators.set(condition, what);
            case ">=":
            case ">":
            case "<=":
            case "<":
                return Operators.number(condition, what);
            default:
                return Operators.text(condition, what);
        }
    }
}
