/**
 * The naive oracle: the whole shop as ordinary Java collections, every condition evaluated from scratch, written
 * straight from DOMAIN and sharing nothing with the engine but commands, definitions and the parsed tree. Beside it the
 * seeded generators of the simulation and scenarios computed by hand.
 *
 * <p>{@link io.tagma.engine.oracle.NaiveShop} applies commands, {@link io.tagma.engine.oracle.NaiveOracle} answers,
 * {@link io.tagma.engine.oracle.RandomShop} makes commands, definitions and steps of time,
 * {@link io.tagma.engine.oracle.DomainScenarios} is the list of scenarios for oracle and engine alike. Clarity over
 * speed.
 */
package io.tagma.engine.oracle;
