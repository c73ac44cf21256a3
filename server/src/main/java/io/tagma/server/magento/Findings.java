package io.tagma.server.magento;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.IdentityHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** What comes up while a segment is translated: its faults, and where each part of the result comes from. */
final class Findings {
    private final Set<MagentoFault> faults = new LinkedHashSet<>();
    private final Map<JsonNode, String> origins = new IdentityHashMap<>();

    /** One of the conditions has no counterpart; the others are looked at all the same. */
    void fault(final Untranslatable untranslatable) {
        faults.add(untranslatable.fault());
    }

    void fault(final String pointer, final String detail) {
        faults.add(new MagentoFault(pointer, detail));
    }

    List<MagentoFault> faults() {
        return List.copyOf(faults);
    }

    /** Notes that the node stands for the condition. */
    ObjectNode from(final Posted condition, final ObjectNode node) {
        origins.put(node, condition.pointer());
        return node;
    }

    /** Where the node was posted, or null. */
    String origin(final JsonNode node) {
        return origins.get(node);
    }
}
