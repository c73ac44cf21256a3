/**
 * Nodes of this machine as processes that are treated badly: {@link io.tagma.loadtest.nodes.LocalNode} starts, kills,
 * halts and wipes {@code tagma serve}; {@link io.tagma.loadtest.nodes.Await} waits for what it does.
 *
 * <p>Imports the server's main class only; {@code torture} and {@code linear} call it.
 */
package io.tagma.loadtest.nodes;
