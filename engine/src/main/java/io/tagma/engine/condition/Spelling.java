package io.tagma.engine.condition;

import java.util.Locale;

/** Finds what a misspelt name was probably meant to be. */
final class Spelling {
    private static final int LENGTH_MAX = 64;

    private Spelling() {
    }

    /** A half-sentence that names the nearest known name, or empty where none is near. */
    static String hint(final String wrong, final Iterable<String> known) {
        final String nearest = nearest(wrong, known);
        return nearest == null ? "" : "; did you mean " + nearest + "?";
    }

    /** The nearest name (the first of several), or null where none is near. */
    static String nearest(final String wrong, final Iterable<String> known) {
        if (wrong.isEmpty() || wrong.length() > LENGTH_MAX) {
            return null;
        }
        final String lower = wrong.toLowerCase(Locale.ROOT);
        String nearest = null;
        int best = Math.min(3, 1 + wrong.length() / 4) + 1;
        for (final String name : known) {
            if (name.length() <= LENGTH_MAX) {
                final int distance = distance(lower, name.toLowerCase(Locale.ROOT));
                if (distance < best && distance < name.length()) {
                    best = distance;
                    nearest = name;
                }
            }
        }
        return nearest;
    }

    /** Insertions, deletions, changes and swaps of neighbours (Damerau and Levenshtein, optimal string alignment). */
    private static int distance(final String a, final String b) {
        int[] beforeLast = new int[b.length() + 1];
        int[] last = new int[b.length() + 1];
        int[] row = new int[b.length() + 1];
        for (int j = 0; j <= b.length(); j++) {
            last[j] = j;
        }
        for (int i = 1; i <= a.length(); i++) {
            row[0] = i;
            for (int j = 1; j <= b.length(); j++) {
                final int change = a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1;
                int cost = Math.min(Math.min(row[j - 1], last[j]) + 1, last[j - 1] + change);
                if (i > 1 && j > 1 && a.charAt(i - 1) == b.charAt(j - 2) && a.charAt(i - 2) == b.charAt(j - 1)) {
                    cost = Math.min(cost, beforeLast[j - 2] + 1);
                }
                row[j] = cost;
            }
            final int[] free = beforeLast;
            beforeLast = last;
            last = row;
            row = free;
        }
        return last[b.length()];
    }
}
