package io.tagma.engine;

import io.tagma.engine.subject.StoreSizes;

/**
 * What differs from node to node without a trace in the state: how the key table is scattered, and how much memory the
 * stores may take.
 *
 * @param keySeed    scatters the key table; random on a server, so that strangers cannot choose colliding keys
 * @param storeSizes how large the off-heap maps are laid out
 */
public record EngineOptions(long keySeed, StoreSizes storeSizes) {
}
