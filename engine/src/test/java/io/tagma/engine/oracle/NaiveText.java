package io.tagma.engine.oracle;

import com.ibm.icu.text.Normalizer2;

/** How texts are compared without {@code cs}: NFKC_Casefold, then U+0020 trimmed at the end. */
final class NaiveText {
    private NaiveText() {
    }

    static String fold(final String text) {
        return Normalizer2.getNFKCCasefoldInstance().normalize(text).replaceAll(" +$", "");
    }
}
