/**
 * Conditions: parsed from JSON, checked against the catalogue with a pointer to every fault, canonical. The tree
 * ({@link io.tagma.engine.condition.Condition}) is what the engine compiles and what the tests' oracle evaluates.
 *
 * <p>Home of the JSON parser, the regular expressions and the case folding of the engine. Imports {@code protocol} and
 * {@code model}; called by {@code measure}, {@code segment} and the engine, and by the server's edge for folding.
 */
package io.tagma.engine.condition;
