package io.tagma.engine.oracle;

import com.ibm.icu.text.Normalizer2;

/** How texts are compared without {@code cs}: NFKC_Casefold, then U+0020 trimmed at the end. */
final class NaiveText {
    private NaiveText() {
    }

    static String fold(final String text) {
        String folded = Normalizer2.getNFKCCasefoldInstance().normalize(text);
        while (folded.endsWith(" ")) {
            folded = folded.substring(0, folded.length() - 1);
        }
        return folded;
    }
}
