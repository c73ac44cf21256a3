package io.tagma.engine.condition;

import java.util.List;

/**
 * What a merchandiser said of a segment, checked (DOMAIN: segments). Website codes are resolved to ids. Immutable.
 *
 * @param websites   ids; empty means all
 * @param purpose    null where none
 * @param validFrom  epoch milliseconds; null where open
 * @param validTo    epoch milliseconds, exclusive; null where open
 * @param condition  checked tree; an absent condition is {@code All([])}
 * @param json       the whole definition in canonical form: members in the order of this record, no white space
 */
public record SegmentDefinition(String key, String name, String description, Status status, List<Integer> websites,
                                boolean websiteScope, ApplyTo applyTo, String purpose, Long validFrom, Long validTo,
                                boolean cacheRelevant, boolean confirmAll, String owner, List<String> tags,
                                Condition condition, String json) {
    /** Copies the lists. */
    public SegmentDefinition {
        websites = List.copyOf(websites);
        tags = List.copyOf(tags);
    }

    /** Only an ACTIVE segment has members. */
    public enum Status {
        /** Being written. */
        DRAFT,
        /** In use. */
        ACTIVE,
        /** Switched off. */
        PAUSED,
        /** Out of use. */
        ARCHIVED
    }

    /** Which kinds of subjects a segment is about. */
    public enum ApplyTo {
        /** Customers and visitors. */
        BOTH,
        /** Customers. */
        REGISTERED,
        /** Visitors. */
        VISITORS
    }
}
