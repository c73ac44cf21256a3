/**
 * Measures: the scalars that conditions look at, one column each; the windows that move with time, and the calendar of
 * who must be looked at again and when.
 *
 * <p>Imports {@code model}, {@code condition}, {@code subject}, {@code ordinals}; called by {@code segment} and the
 * engine, on the engine's thread.
 */
package io.tagma.engine.measure;
