package io.tagma.server.admin;

import java.nio.charset.StandardCharsets;

/** What may be a key or an id: 1 to so many bytes of UTF-8, no control characters. Stateless. */
final class Keys {
    /** A subject's key, in bytes. */
    static final int SUBJECT_LENGTH_MAX = 64;
    /** A product's, order's, event's or website's key or id, in bytes; the engine may want less. */
    static final int ID_LENGTH_MAX = 255;

    private Keys() {
    }

    /** What is wrong with it, or null. */
    static String fault(final String key, final int lengthMax) {
        if (key.isEmpty()) {
            return "must not be empty";
        }
        for (int i = 0; i < key.length(); i++) {
            if (Character.isISOControl(key.charAt(i))) {
                return "must not have control characters";
            }
        }
        if (!isWellFormed(key)) {
            return "is no Unicode text: a surrogate stands alone";
        }
        return isLonger(key, lengthMax) ? "is longer than " + lengthMax + " bytes of UTF-8" : null;
    }

    /** Whether the text takes more bytes of UTF-8. */
    static boolean isLonger(final String text, final int lengthMax) {
        return text.length() > lengthMax
            || text.length() * 3 > lengthMax && text.getBytes(StandardCharsets.UTF_8).length > lengthMax;
    }

    /** Whether no surrogate stands alone. */
    static boolean isWellFormed(final String text) {
        for (int i = 0; i < text.length(); i++) {
            final char c = text.charAt(i);
            if (Character.isHighSurrogate(c) && i + 1 < text.length()
                && Character.isLowSurrogate(text.charAt(i + 1))) {
                i++;
            } else if (Character.isSurrogate(c)) {
                return false;
            }
        }
        return true;
    }
}
