package io.tagma.engine.condition;

import io.tagma.engine.model.Refusal;
import io.tagma.engine.protocol.ResultCode;

/** Words and pointers of refusals. */
final class Faults {
    private static final int CLIP = 64;

    private Faults() {
    }

    /** The usual refusal. */
    static Refusal invalid(final String pointer, final String detail) {
        return new Refusal(ResultCode.INVALID, pointer, detail);
    }

    /** The value is of another kind than asked for. */
    static Refusal expected(final String what, final Json found, final String at) {
        return invalid(at, "expected " + what + ", found " + found.kind());
    }

    /** Pointer to a member. */
    static String below(final String at, final String name) {
        return at + '/' + name.replace("~", "~0").replace("/", "~1");
    }

    /** Pointer to an element. */
    static String below(final String at, final int index) {
        return at + '/' + index;
    }

    /** A name as a sentence can bear it. */
    static String clip(final String name) {
        return clip(name, CLIP);
    }

    /** At most so many chars, without cutting a pair of surrogates. */
    static String clip(final String text, final int countMax) {
        if (text.length() <= countMax) {
            return text;
        }
        final int end = Character.isHighSurrogate(text.charAt(countMax - 1)) ? countMax - 1 : countMax;
        return text.substring(0, end) + "...";
    }
}
