package io.tagma.server.magento;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** An address's attributes, whether a customer's or an order's. Immutable. */
final class AddressFields {
    private static final Map<String, String> FIELDS = Map.ofEntries(
        Map.entry("firstname", "firstname"), Map.entry("middlename", "middlename"), Map.entry("lastname", "lastname"),
        Map.entry("prefix", "prefix"), Map.entry("suffix", "suffix"), Map.entry("company", "company"),
        Map.entry("street", "street"), Map.entry("city", "city"), Map.entry("region", "region"),
        Map.entry("country_id", "country"), Map.entry("postcode", "postcode"),
        Map.entry("telephone", "telephone"), Map.entry("fax", "fax"), Map.entry("vat_id", "vatId"));
    private static final String REGION_NUMBER = "region_id";

    private final Map<String, String> regions;

    /**
     * The attributes of one posted segment.
     *
     * @param regions Magento's numbers of regions to their names, as far as the post gave them
     */
    AddressFields(final Map<String, String> regions) {
        this.regions = regions;
    }

    /**
     * The test of an attribute.
     *
     * @param prefix what comes before a field's name: nothing, {@code billing.} or {@code shipping.}
     */
    ObjectNode test(final Posted condition, final String prefix) throws Untranslatable {
        final String attribute = condition.attribute();
        if (attribute.equals(REGION_NUMBER)) {
            return region(condition, Operand.field(prefix + "region"));
        }
        final String field = FIELDS.get(attribute);
        if (field == null) {
            throw condition.unknownAttribute("unknown attribute of an address: attribute="
                + Untranslatable.clip(attribute));
        }
        return Operators.text(condition, Operand.field(prefix + field));
    }

    private ObjectNode region(final Posted condition, final Operand what) throws Untranslatable {
        condition.requireLeaf();
        if (condition.operator().equals("<=>")) {
            return what.test("notSet");
        }
        final List<String> names = new ArrayList<>();
        for (final String number : condition.values()) {
            final String name = regions.get(number.strip());
            if (name == null) {
                throw condition.badValue("Magento's number of a region says nothing here: give its name in the "
                    + "segment's regions: region_id=" + Untranslatable.clip(number));
            }
            names.add(name);
        }
        final boolean isOne = names.size() == 1;
        switch (condition.operator()) {
            case "==":
            case "()":
                return isOne ? what.test("eq", Nodes.text(names.get(0))) : what.test("in", Nodes.texts(names));
            case "!=":
            case "!()":
                return isOne ? what.test("ne", Nodes.text(names.get(0))) : what.test("notIn", Nodes.texts(names));
            default:
                throw condition.unknownOperator("== != () !() <=>");
        }
    }
}
