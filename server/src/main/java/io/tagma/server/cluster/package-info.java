/**
 * The engine behind a replicated log: {@link io.tagma.server.cluster.ClusterNode} embeds media driver, archive,
 * consensus module and service of Aeron Cluster in this process and drives a
 * {@link io.tagma.engine.log.StateMachine}; {@link io.tagma.server.cluster.ClusterConfig} says how.
 *
 * <p>The only home of Aeron. Imports the engine's {@code log} only; {@code server} imports it.
 */
package io.tagma.server.cluster;
