/**
 * Load at a fixed rate timed from the intended send: an {@link io.tagma.loadtest.load.OpenLoop} is what is called how
 * often, {@link io.tagma.loadtest.load.Traffic} the thread that sends. Knows nothing of what is called; the demo and
 * the torture call in.
 */
package io.tagma.loadtest.load;
