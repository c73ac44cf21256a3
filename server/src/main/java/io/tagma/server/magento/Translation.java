package io.tagma.server.magento;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;

/** A posted segment in our words, or why there is none. */
public final class Translation {
    private final String name;
    private final ObjectNode definition;
    private final String pointer;
    private final Findings findings;

    Translation(final String name, final ObjectNode definition, final String pointer, final Findings findings) {
        this.name = name;
        this.definition = definition;
        this.pointer = pointer;
        this.findings = findings;
    }

    /** The segment's name; null where it has none. */
    public String name() {
        return name;
    }

    /** What has no counterpart; empty for a segment that can be defined. */
    public List<MagentoFault> faults() {
        return findings.faults();
    }

    /** The definition; of use only where there are no faults. */
    public ObjectNode definition() {
        return definition;
    }

    /** Where in the posted document the part of the definition comes from: the nearest condition. */
    public String origin(final String definitionPointer) {
        String origin = pointer;
        JsonNode node = definition;
        final String[] tokens = definitionPointer.split("/");
        for (int i = 1; i < tokens.length && node != null; i++) {
            final String token = tokens[i].replace("~1", "/").replace("~0", "~");
            node = node.isArray() ? token.matches("\\d{1,6}") ? node.get(Integer.parseInt(token)) : null
                : node.get(token);
            final String known = node == null ? null : findings.origin(node);
            origin = known == null ? origin : known;
        }
        return origin;
    }
}
