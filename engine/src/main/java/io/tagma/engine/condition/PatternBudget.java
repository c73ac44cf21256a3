package io.tagma.engine.condition;

import io.tagma.engine.model.Refusal;

/**
 * What all patterns of one definition may cost together, so that no definition holds the engine up at a subject: a step
 * of a pattern is some 12 ns, and a text takes at most as many steps a character as the pattern costs. Used once.
 */
final class PatternBudget {
    /** Cost of a definition's patterns: a list of 200 words is about 1,500. */
    static final int COST_MAX = TextPattern.COST_MAX;

    private int spent;

    /** Compiles a definition's next pattern, refused at the pointer. */
    TextPattern compile(final String regex, final boolean caseSensitive, final String at) throws Refusal {
        final TextPattern pattern;
        try {
            pattern = TextPattern.compile(regex, caseSensitive);
        } catch (final Refusal refusal) {
            throw new Refusal(refusal.code(), at, refusal.getMessage());
        }
        spent += pattern.cost();
        if (spent > COST_MAX) {
            throw Faults.invalid(at, "pattern too costly: the definition's patterns together cost=" + spent + ", max="
                + COST_MAX);
        }
        return pattern;
    }
}
