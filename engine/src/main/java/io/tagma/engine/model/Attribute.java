package io.tagma.engine.model;

/** A declared attribute of subjects. {@code id} is dense, in order of declaration. Immutable. */
public record Attribute(int id, String key, ValueType type, boolean pii, boolean sensitive, boolean visitorAllowed) {
}
