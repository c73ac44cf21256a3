package io.tagma.engine.model;

/** The definitions a condition is checked against. Read on the engine's thread. */
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
}
