package io.tagma.loadtest;

import io.tagma.engine.protocol.NamedValue;
import io.tagma.engine.protocol.Value;
import java.util.ArrayList;
import java.util.List;

/**
 * Where a shop's customers live: the capital of TPC-H's nation, and in the United States one of six places, so that a
 * city and a region together say more than each alone. Constant.
 */
final class Cities {
    private static final List<String> CAPITALS = List.of("Algiers", "Buenos Aires", "Brasília", "Ottawa", "Cairo",
        "Addis Ababa", "Paris", "Berlin", "New Delhi", "Jakarta", "Tehran", "Baghdad", "Tokyo", "Amman", "Nairobi",
        "Rabat", "Maputo", "Lima", "Beijing", "Bucharest", "Riyadh", "Hanoi", "Moscow", "London", "Washington");
    /** Two of them are called Los Angeles, and one of these does not lie in California. */
    private static final List<String> US_CITIES = List.of("Los Angeles", "East Los Angeles", "San Francisco",
        "New York", "Chicago", "Los Angeles");
    private static final List<String> US_REGIONS = List.of("US-CA", "US-CA", "US-CA", "US-NY", "US-IL", "US-TX");

    private static final int TRAIT_CITY = 14;
    private static final int TRAIT_HAS_SECOND = 15;
    private static final int TRAIT_SECOND_CITY = 16;

    private Cities() {
    }

    /** A customer's addresses: the first is both defaults, a second one neither. */
    static List<List<NamedValue>> addresses(final long customer, final int nation, final String country) {
        final List<List<NamedValue>> addresses = new ArrayList<>(2);
        addresses.add(address(nation, country, Seeded.below(customer, TRAIT_CITY, US_CITIES.size()), true));
        if (Seeded.below(customer, TRAIT_HAS_SECOND, 8) == 0) {
            addresses.add(address(nation, country, Seeded.below(customer, TRAIT_SECOND_CITY, US_CITIES.size()),
                false));
        }
        return addresses;
    }

    private static List<NamedValue> address(final int nation, final String country, final long place,
                                            final boolean isDefault) {
        final List<NamedValue> fields = new ArrayList<>(5);
        if (country.equals("US")) {
            fields.add(new NamedValue("city", Value.of(US_CITIES.get((int) place))));
            fields.add(new NamedValue("region", Value.of(US_REGIONS.get((int) place))));
        } else {
            fields.add(new NamedValue("city", Value.of(CAPITALS.get(nation))));
        }
        fields.add(new NamedValue("country", Value.of(country)));
        fields.add(new NamedValue("isDefaultBilling", Value.of(isDefault)));
        fields.add(new NamedValue("isDefaultShipping", Value.of(isDefault)));
        return fields;
    }
}
