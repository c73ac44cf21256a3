package io.tagma.engine.condition;

import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import io.tagma.engine.model.Refusal;

/**
 * A regular expression of the operator {@code matches}: RE2 syntax, found anywhere in the text as it was sent, in time
 * linear in the text. Immutable; safe from any thread.
 */
public final class TextPattern {
    /** Cost of a pattern: bounds the time a text takes. A list of 200 words is about 1,500. */
    public static final int COST_MAX = 2_000;

    private final Pattern pattern;
    private final int cost;

    private TextPattern(final Pattern pattern, final int cost) {
        this.pattern = pattern;
        this.cost = cost;
    }

    /** Compiles; the refusal's pointer is empty, its sentence says what is wrong with the pattern. */
    public static TextPattern compile(final String regex, final boolean caseSensitive) throws Refusal {
        final int cost = PatternCost.of(regex, COST_MAX);
        if (cost == PatternCost.TOO_HIGH) {
            throw Faults.invalid("", "pattern too costly: its characters, repetitions and parentheses multiply beyond "
                + "max=" + COST_MAX);
        }
        try {
            return new TextPattern(Pattern.compile(regex, caseSensitive ? 0 : Pattern.CASE_INSENSITIVE), cost);
        } catch (final PatternSyntaxException wrong) {
            throw Faults.invalid("", "the pattern is not RE2 syntax: " + wrong.getDescription() + ", pattern="
                + Faults.clip(regex));
        }
    }

    /** Instructions, within a factor of two: a text takes at most about so many steps a character. */
    public int cost() {
        return cost;
    }

    /** Whether the pattern matches anywhere in the text. */
    public boolean find(final CharSequence text) {
        return pattern.matcher(text).find();
    }
}
