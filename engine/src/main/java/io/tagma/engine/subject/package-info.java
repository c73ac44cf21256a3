/**
 * Subjects off-heap: the key table that look-ups probe, profiles (attributes and consents), and {@link Records}:
 * orders, carts, wishes, views, events and addresses as entries in pages.
 *
 * <p>Home of Chronicle Map, which look-ups never touch. Imports {@code protocol} and {@code model}.
 */
package io.tagma.engine.subject;
