package io.tagma.server.magento;

/**
 * One thing of a posted segment that has no counterpart here. Immutable.
 *
 * @param pointer JSON Pointer into the posted document
 * @param detail  why, as a sentence
 */
public record MagentoFault(String pointer, String detail) {
}
