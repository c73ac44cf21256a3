package io.tagma.engine.condition;

import java.util.Arrays;

/**
 * Bounds the size of a regular expression's program, within a factor of two, before it is compiled: the compiler itself
 * would unroll nested repetitions until memory is full, and recurses into parentheses. Reads classes, quotes and
 * escapes as RE2 does, because a parenthesis taken for what it is not would hide a repetition.
 */
final class PatternCost {
    /** No cost, but a refusal. */
    static final int TOO_HIGH = -1;
    /** Levels of parentheses. */
    static final int GROUPS_DEEP_MAX = 200;

    private final String regex;
    private final long max;
    private final long[] costs = new long[GROUPS_DEEP_MAX + 1];
    private int deep;
    private long atom;
    private int i;

    private PatternCost(final String regex, final long max) {
        this.regex = regex;
        this.max = max;
    }

    /** The program's cost; {@link #TOO_HIGH} where it is above that, or parentheses are too deep. */
    static int of(final String regex, final int max) {
        return new PatternCost(regex, max).cost();
    }

    private int cost() {
        while (i < regex.length()) {
            switch (regex.charAt(i)) {
                case '(':
                    endAtom();
                    if (deep == GROUPS_DEEP_MAX) {
                        return TOO_HIGH;
                    }
                    costs[++deep] = 2;
                    i++;
                    break;
                case ')':
                    endAtom();
                    if (deep > 0) {
                        atom = costs[deep--];
                    }
                    i++;
                    break;
                case '[':
                    endAtom();
                    atom = 1;
                    skipClass();
                    break;
                case '\\':
                    endAtom();
                    atom = 1;
                    skipEscape();
                    break;
                case '{':
                    repeat();
                    break;
                case '*':
                case '+':
                case '?':
                    atom++;
                    i++;
                    break;
                default:
                    endAtom();
                    atom = 1;
                    i++;
                    break;
            }
            if (atom > max || costs[deep] > max) {
                return TOO_HIGH;
            }
        }
        endAtom();
        final long sum = Arrays.stream(costs, 0, deep + 1).sum();
        return sum > max ? TOO_HIGH : (int)sum;
    }

    private void endAtom() {
        costs[deep] += atom;
        atom = 0;
    }

    /** {@code {n}}, {@code {n,}}, {@code {n,m}}; any other brace is a character. */
    private void repeat() {
        final int end = regex.indexOf('}', i);
        final int comma = regex.indexOf(',', i);
        final boolean hasComma = comma > 0 && comma < end;
        final int least = end < 0 ? -1 : count(i + 1, hasComma ? comma : end);
        if (least < 0) {
            endAtom();
            atom = 1;
            i++;
            return;
        }
        final int most = !hasComma ? least : comma + 1 == end ? least + 1 : count(comma + 1, end);
        if (most < 0) {
            endAtom();
            atom = 1;
            i++;
            return;
        }
        atom = 1 + (atom + 1) * Math.max(1, Math.max(least, most));
        i = end + 1;
    }

    /** Digits as a number, capped; -1 where there are none. */
    private int count(final int from, final int to) {
        int count = 0;
        for (int k = from; k < to; k++) {
            final char c = regex.charAt(k);
            if (c < '0' || c > '9') {
                return -1;
            }
            count = Math.min(100_000, count * 10 + c - '0');
        }
        return to > from ? count : -1;
    }

    /** Skips a class, with the named classes in it and ranges, whose upper end may be a bracket. */
    private void skipClass() {
        i++;
        if (i < regex.length() && regex.charAt(i) == '^') {
            i++;
        }
        boolean isFirst = true;
        while (i < regex.length() && (isFirst || regex.charAt(i) != ']')) {
            isFirst = false;
            final int nameEnd = regex.startsWith("[:", i) ? regex.indexOf(":]", i + 2) : -1;
            if (nameEnd > 0) {
                i = nameEnd + 2;
            } else if (skipClassChar() && regex.startsWith("-", i) && !regex.startsWith("-]", i)) {
                i++;
                skipClassChar();
            }
        }
        i++;
    }

    /** Whether what was skipped is one character, which may begin a range. */
    private boolean skipClassChar() {
        if (i >= regex.length() || regex.charAt(i) != '\\') {
            i++;
            return true;
        }
        final char c = i + 1 < regex.length() ? regex.charAt(i + 1) : ' ';
        skipBraced(c);
        return "pPdDsSwW".indexOf(c) < 0;
    }

    private void skipEscape() {
        if (regex.startsWith("\\Q", i)) {
            final int end = regex.indexOf("\\E", i + 2);
            atom = (end < 0 ? regex.length() : end) - i;
            i = end < 0 ? regex.length() : end + 2;
            return;
        }
        final char c = i + 1 < regex.length() ? regex.charAt(i + 1) : ' ';
        skipBraced(c);
    }

    /** A backslash, the character behind it, and the name or number that some have: of a class. */
    private void skipBraced(final char c) {
        final boolean isClass = c == 'p' || c == 'P';
        final boolean hasBrace = (isClass || c == 'x') && regex.startsWith("{", i + 2);
        final int end = hasBrace ? regex.indexOf('}', i) : -1;
        i = end >= 0 ? end + 1 : isClass ? i + 3 : i + 2;
    }
}
