/**
 * The engine behind a replicated log: {@link io.tagma.server.cluster.ClusterNode} embeds media driver, archive,
 * consensus module and service of Aeron Cluster in this process and drives a
 * {@link io.tagma.engine.log.StateMachine}; {@link io.tagma.server.cluster.ClusterConfig} says how.
 *
 * <p>What Aeron leaves to its users is here too, in the order in which a node comes to it: the directory's lock, the
 * scrubber of log and snapshots, the seeder of a member that has nothing, Aeron's parts under a watchdog, the watching
 * agent with the guard of the disk and the acknowledged mark, the ingress agent that sends again what a change of
 * leader lost, the janitor that takes snapshots and purges. {@code server/RELIABILITY.md} lists the threads.
 *
 * <p>The only home of Aeron. Imports the engine's {@code log} only; {@code server} imports it.
 */
package io.tagma.server.cluster;
