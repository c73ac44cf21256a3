package io.tagma.engine.ordinals;

/** Takes the members of a set one by one. */
@FunctionalInterface
public interface OrdinalConsumer {
    /** The next member, ascending. */
    void accept(int ordinal);
}
