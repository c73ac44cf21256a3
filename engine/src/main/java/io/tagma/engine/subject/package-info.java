/**
 * Subjects off-heap: the key table that look-ups probe, profiles (attributes), and pages of records.
 *
 * <p>Home of Chronicle Map, which look-ups never touch. Imports {@code protocol} and {@code model}.
 */
package io.tagma.engine.subject;
