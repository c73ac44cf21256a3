package io.tagma.server.magento;

/** A posted condition that has no counterpart here. Without a stack trace: an expected answer. */
final class Untranslatable extends Exception {
    private static final long serialVersionUID = 1L;
    private static final int CLIP = 80;

    private final transient MagentoFault fault;

    Untranslatable(final String pointer, final String detail) {
        super(detail, null, false, false);
        fault = new MagentoFault(pointer, detail);
    }

    MagentoFault fault() {
        return fault;
    }

    /** A text from outside, short enough for a sentence. */
    static String clip(final String text) {
        return text.length() <= CLIP ? text : text.substring(0, CLIP) + "...";
    }
}
