/**
 * The definitions a shop makes, apart from segments: attributes and their types, websites, customer groups, products,
 * and the fields that records have. Immutable values and the tables that hold them.
 *
 * <p>The tables belong to the engine's thread; {@link io.tagma.engine.model.Catalog} is what a condition is checked
 * against. Imports only {@code protocol}.
 */
package io.tagma.engine.model;
