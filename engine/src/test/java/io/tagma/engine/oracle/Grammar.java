package io.tagma.engine.oracle;

/** How much of the domain random definitions and commands speak of. */
enum Grammar {
    /** Orders alone; of definitions few that the engine refuses as not supported yet, many that time changes. */
    KEPT,
    /** Orders alone, and every node of the grammar. */
    ANYTHING,
    /** Every collection and every node, but no segment that refers to another or is valid for a time. */
    WHOLE_UNLINKED,
    /** Everything; many definitions that time changes. */
    WHOLE;

    boolean isWhole() {
        return this == WHOLE_UNLINKED || this == WHOLE;
    }

    boolean isLinked() {
        return this != WHOLE_UNLINKED;
    }
}
