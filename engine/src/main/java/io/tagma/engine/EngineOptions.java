package io.tagma.engine;

import io.tagma.engine.subject.StoreSizes;

/**
 * What differs from node to node without a trace in the state: how the key table is scattered, how much memory the
 * stores may take, and which rules the node knows.
 *
 * @param keySeed      scatters the key table; random on a server, so that strangers cannot choose colliding keys
 * @param storeSizes   how large the off-heap maps are laid out
 * @param versionKnown the newest application version that the node goes by; less than the newest only in tests
 */
public record EngineOptions(long keySeed, StoreSizes storeSizes, int versionKnown) {
    /** Checked. */
    public EngineOptions {
        if (versionKnown < ApplicationVersion.FIRST || versionKnown > ApplicationVersion.NEWEST) {
            throw new IllegalArgumentException("no application version of this software: versionKnown=" + versionKnown
                + ", allowed=" + ApplicationVersion.FIRST + ".." + ApplicationVersion.NEWEST);
        }
    }

    /** Of a node that knows all rules of this software. */
    public EngineOptions(final long keySeed, final StoreSizes storeSizes) {
        this(keySeed, storeSizes, ApplicationVersion.NEWEST);
    }
}
