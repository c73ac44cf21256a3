package io.tagma.engine.protocol;

/** The value of an attribute or field, with its name; fields of records are dotted: {@code shipping.country}. */
public record NamedValue(String name, Value value) {
}
