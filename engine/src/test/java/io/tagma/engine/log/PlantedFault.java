package io.tagma.engine.log;

/** What is broken on purpose, so that the simulation can be seen to find it. */
public enum PlantedFault {
    /** Nothing. */
    NONE,
    /** A node applies, and acknowledges, what is in its own log before a majority has it. */
    APPLIES_UNCOMMITTED,
    /** A node goes on with whatever a damaged snapshot gave it. */
    RESTORES_DAMAGED,
    /** Every node applies a command again that comes again. */
    APPLIES_TWICE,
    /** Every node stays with the rules that it began with. */
    IGNORES_VERSIONS,
    /** One node stays with the rules that it began with. */
    IGNORES_VERSIONS_ALONE
}
