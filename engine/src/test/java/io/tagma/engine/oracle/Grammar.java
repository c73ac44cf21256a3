package io.tagma.engine.oracle;

/** How much of the domain random definitions and commands speak of. */
enum Grammar {
    /** Orders alone, many definitions that time changes; few nodes that need more than orders. */
    KEPT,
    /** Orders alone, and every node of the grammar. */
    ANYTHING,
    /** Everything; many definitions that time changes. */
    WHOLE;

    boolean isWhole() {
        return this == WHOLE;
    }
}
