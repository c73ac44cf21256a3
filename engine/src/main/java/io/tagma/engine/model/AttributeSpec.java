package io.tagma.engine.model;

/** An attribute's declaration as it was sent; null where a member is absent. Immutable. */
public record AttributeSpec(String key, ValueType type, Boolean pii, Boolean sensitive, Boolean visitorAllowed) {
}
