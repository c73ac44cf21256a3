package io.tagma.server.magento;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tagma.engine.model.Website;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The combinations of a segment and what is in them. One translation's. */
final class ConditionTree {
    private final Findings findings;
    private final CustomerConditions customer;
    private final AddressConditions address;
    private final ProductConditions products;
    private final OrderConditions orders;
    /** Websites by the zone in which their subjects' days begin. */
    private final Map<ZoneId, List<String>> zones = new LinkedHashMap<>();

    /** @param websites those whose subjects the segment is about */
    ConditionTree(final Findings findings, final Shop shop, final List<Website> websites,
                  final Map<String, String> regions) {
        final AddressFields fields = new AddressFields(regions);
        this.findings = findings;
        customer = new CustomerConditions(shop);
        address = new AddressConditions(findings, fields);
        products = new ProductConditions(findings);
        orders = new OrderConditions(findings, fields);
        for (final Website website : websites) {
            zones.computeIfAbsent(website.zone(), zone -> new ArrayList<>()).add(website.code());
        }
    }

    /** The root, which must be a combination. */
    ObjectNode root(final Posted root) throws Untranslatable {
        if (!isCombination(root)) {
            throw new Untranslatable(root.pointer(), "the outermost condition is a Combine\\Root: type="
                + Untranslatable.clip(root.type()));
        }
        return combination(root);
    }

    private ObjectNode node(final Posted condition) throws Untranslatable {
        return isCombination(condition) ? combination(condition) : perZone(condition);
    }

    private static boolean isCombination(final Posted condition) {
        return condition.type().equals("Combine\\Root") || condition.type().equals("Combine");
    }

    private ObjectNode combination(final Posted condition) throws Untranslatable {
        final String name = Combinations.name(condition);
        final List<ObjectNode> children = new ArrayList<>();
        for (int i = 0; i < condition.size(); i++) {
            try {
                children.add(node(condition.child(i)));
            } catch (final Untranslatable fault) {
                findings.fault(fault);
            }
        }
        return findings.from(condition, Nodes.group(name, children));
    }

    /** Where days begin at several instants, a condition that names days is asked of each zone's websites. */
    private ObjectNode perZone(final Posted condition) throws Untranslatable {
        final List<ObjectNode> cases = new ArrayList<>();
        ObjectNode first = null;
        boolean isSame = true;
        for (final Map.Entry<ZoneId, List<String>> zone : zones.entrySet()) {
            final ObjectNode node = findings.from(condition, leaf(condition, zone.getKey()));
            isSame &= first == null || first.equals(node);
            first = first == null ? node : first;
            cases.add(Nodes.group("all",
                List.of(Operand.attribute("website").test("in", Nodes.texts(zone.getValue())), node)));
        }
        return isSame ? first : findings.from(condition, Nodes.group("any", cases));
    }

    private ObjectNode leaf(final Posted condition, final ZoneId zone) throws Untranslatable {
        switch (condition.type()) {
            case "Customer\\Attributes":
                return customer.attribute(condition, zone);
            case "Customer\\Newsletter":
                return customer.newsletter(condition);
            case "Customer\\Storecredit":
                return customer.storeCredit(condition);
            case "Customer\\Address":
                return address.address(condition);
            case "Shoppingcart\\Amount":
                return CartConditions.amount(condition);
            case "Shoppingcart\\Itemsquantity":
                return CartConditions.field(condition, "lineItems");
            case "Shoppingcart\\Productsquantity":
                return CartConditions.field(condition, "qty");
            case "Product\\Combine\\ListCombine":
                return products.list(condition, zone);
            case "Product\\Combine\\History":
                return products.history(condition, zone);
            case "Order\\Address":
                return orders.address(condition);
            case "Sales\\Salesamount":
                return orders.amount(condition, zone);
            case "Sales\\Ordersnumber":
                return orders.number(condition, zone);
            case "Sales\\Purchasedquantity":
                return orders.quantity(condition, zone);
            default:
                throw condition.unknown();
        }
    }
}
