package io.tagma.server.magento;

import io.tagma.engine.model.ValueType;
import io.tagma.engine.model.Website;
import java.util.List;
import java.util.Map;

/**
 * What a translation must know of the shop. Immutable.
 *
 * @param attributes declared attributes with their types
 * @param websites   all websites
 */
public record Shop(Map<String, ValueType> attributes, List<Website> websites) {
    /** Copies both. */
    public Shop {
        attributes = Map.copyOf(attributes);
        websites = List.copyOf(websites);
    }

    /** The website with Magento's number, which is also ours; null where there is none. */
    Website website(final int id) {
        for (final Website website : websites) {
            if (website.id() == id) {
                return website;
            }
        }
        return null;
    }
}
