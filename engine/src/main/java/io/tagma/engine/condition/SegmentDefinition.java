package io.tagma.engine.condition;

import java.util.List;
import java.util.Map;

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

    /** Keys of the segments it refers to, each with the JSON Pointer to where it does. */
    public Map<String, String> references() {
        return SegmentReferences.of(condition);
    }

    /** Whether it is valid from that instant or an earlier one, if it ever is. */
    public boolean hasBegun(final long now) {
        return validFrom == null || validFrom <= now;
    }

    /** Whether it is not valid any more at that instant. */
    public boolean isOver(final long now) {
        return validTo != null && validTo <= now;
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
