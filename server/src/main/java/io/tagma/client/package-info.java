/**
 * The Java client of the binary protocol: {@link io.tagma.client.TagmaClient} is the door, the records are its answers.
 *
 * <p>Imports Netty, Agrona and {@code engine.protocol} only, so that a shop can take it without the server.
 */
package io.tagma.client;
