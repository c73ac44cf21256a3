package io.tagma.server.magento;

/** If ALL or ANY of these conditions are TRUE or FALSE. Stateless. */
final class Combinations {
    private Combinations() {
    }

    /** Our name of it. Without conditions it holds, as in Magento. */
    static String name(final Posted combination) throws Untranslatable {
        final boolean isAny = combination.isAny();
        final boolean isTrue = combination.isTrue();
        if (combination.size() == 0) {
            return "all";
        }
        if (isTrue) {
            return isAny ? "any" : "all";
        }
        return isAny ? "notAll" : "none";
    }
}
