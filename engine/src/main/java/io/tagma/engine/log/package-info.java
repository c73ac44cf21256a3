/**
 * The seam between the engine and the replicated log: {@link io.tagma.engine.log.StateMachine} is what a log drives,
 * {@link io.tagma.engine.log.CommandLog} is what an edge offers commands to. {@code InMemoryLog}
 * is the log of tests and of a server that keeps nothing.
 *
 * <p>Imports {@code protocol} only.
 */
package io.tagma.engine.log;
