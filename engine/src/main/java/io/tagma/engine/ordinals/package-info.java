/**
 * Sets of ordinals: the members of a segment, the subjects due at an instant, the holders of a product.
 *
 * <p>Home of the compressed bitmaps. Imports nothing of Tagma; owned by the engine's thread.
 */
package io.tagma.engine.ordinals;
