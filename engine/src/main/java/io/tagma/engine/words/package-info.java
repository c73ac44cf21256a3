/**
 * Conditions in words that a merchandiser reads: what a leaf asks, what it found ({@link
 * io.tagma.engine.words.LeafFacts}), what can change it ({@link io.tagma.engine.words.LeafWords}); tests, values,
 * instants and durations. Knows no state: what there is to tell is handed to it.
 *
 * <p>Imports {@code model}, {@code condition}, and of {@code measure} which tests move with time; called by the
 * engine's explanations. Everything is immutable.
 */
package io.tagma.engine.words;
