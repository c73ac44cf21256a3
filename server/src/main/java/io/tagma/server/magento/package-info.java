/**
 * Customer segments as Magento 2 and Adobe Commerce write them ({@code conditions_serialized}), put into our grammar.
 *
 * <p>{@link io.tagma.server.magento.SegmentTranslator} reads a segment; {@code ConditionTree} walks its combinations
 * and asks one class per family of conditions: customer, address, cart, products, orders. Nothing is guessed: what
 * has no exact counterpart is refused with a pointer to where it was posted.
 *
 * <p>Imports the engine's {@code model} for the types of attributes. Home of Jackson's tree. Called by the HTTP face.
 */
package io.tagma.server.magento;
