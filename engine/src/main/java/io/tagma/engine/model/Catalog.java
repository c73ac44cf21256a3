package io.tagma.engine.model;

import java.util.List;

/**
 * The definitions a condition is checked against. Read on the engine's thread. The listings serve only to suggest a
 * spelling in a refusal; a catalogue without them suggests nothing.
 */
public interface Catalog {
    /** The declared attribute, or null. */
    Attribute attribute(String key);

    /** The website with that code, or null. */
    Website website(String code);

    /** The website with that id, or null. */
    Website website(int id);

    /** The group with that code (regardless of case), or null. */
    CustomerGroup group(String code);

    /** The group with that id, or null. */
    CustomerGroup group(int id);

    /** Whether a segment with that key exists. */
    boolean hasSegment(String key);

    /** Keys of the declared attributes, in a fixed order. */
    default Iterable<String> attributeKeys() {
        return List.of();
    }

    /** Codes of the websites, in a fixed order. */
    default Iterable<String> websiteCodes() {
        return List.of();
    }

    /** Codes of the groups, in a fixed order. */
    default Iterable<String> groupCodes() {
        return List.of();
    }

    /** Keys of the segments, in a fixed order. */
    default Iterable<String> segmentKeys() {
        return List.of();
    }
}
