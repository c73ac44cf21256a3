package io.tagma.server.magento;

/**
 * A condition of Magento's form and what it means here. Immutable.
 *
 * @param wording  as Magento's form says it
 * @param posted   as Magento stores it
 * @param expected in our grammar
 */
public record MagentoRow(String wording, String posted, String expected) {
    @Override
    public String toString() {
        return wording;
    }
}
