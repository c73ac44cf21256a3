/**
 * Whether a cluster's answers fit one order of its writes: {@link io.tagma.loadtest.linear.LinearRun} starts real
 * processes, records what clients ask of them while leaders are killed, nodes stand still and packets are lost, and has
 * every key's history judged by {@link io.tagma.loadtest.linear.RegisterCheck}.
 *
 * <p>A subject's customer group is the register: an update writes it, a look-up reads it. Talks to the nodes through
 * the client and their status page; imports the client, the protocol's values and the name of the server's main class.
 */
package io.tagma.loadtest.linear;
