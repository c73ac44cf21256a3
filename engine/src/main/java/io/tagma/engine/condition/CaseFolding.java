package io.tagma.engine.condition;

import com.ibm.icu.text.Normalizer2;

/**
 * How texts are compared without regard to case: NFKC case folding (Unicode's NFKC_Casefold, by ICU, so that every
 * node and JDK agrees) and trimming of U+0020 at the end. Thread-safe.
 */
public final class CaseFolding {
    private static final Normalizer2 NFKC_CASEFOLD = Normalizer2.getNFKCCasefoldInstance();

    private CaseFolding() {
    }

    /** The folded form; the same instance where the text already is. */
    public static String fold(final String text) {
        final String folded = isAscii(text) ? foldAscii(text) : NFKC_CASEFOLD.normalize(text);
        int end = folded.length();
        while (end > 0 && folded.charAt(end - 1) == ' ') {
            end--;
        }
        return end == folded.length() ? folded : folded.substring(0, end);
    }

    /** Whether every character is below U+0080. */
    public static boolean isAscii(final String text) {
        for (int i = 0; i < text.length(); i++) {
            if (text.charAt(i) >= 0x80) {
                return false;
            }
        }
        return true;
    }

    private static String foldAscii(final String text) {
        for (int i = 0; i < text.length(); i++) {
            final char c = text.charAt(i);
            if (c >= 'A' && c <= 'Z') {
                return lowerAscii(text);
            }
        }
        return text;
    }

    private static String lowerAscii(final String text) {
        final char[] chars = text.toCharArray();
        for (int i = 0; i < chars.length; i++) {
            if (chars[i] >= 'A' && chars[i] <= 'Z') {
                chars[i] += 'a' - 'A';
            }
        }
        return new String(chars);
    }
}
