/**
 * One lane of commands into the log, for the server's own faces (HTTP, Redis protocol): many threads submit, one agent
 * gives sequences and offers, results come back as futures.
 *
 * <p>Imports {@code engine}, {@code engine.log} and {@code engine.protocol}; called by whoever wires the server.
 */
package io.tagma.server.lane;
