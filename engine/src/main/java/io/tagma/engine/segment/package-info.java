/**
 * Segments: predicates and their index, slots, rows that look-ups read, columns of members, jobs.
 *
 * <p>Imports every package of the engine but {@code log}. {@code LookupReader} is for any
 * thread that owns one; everything else belongs to the engine's thread.
 */
package io.tagma.engine.segment;
