package io.tagma.engine.measure;

import io.tagma.engine.condition.Condition;
import io.tagma.engine.condition.Operand;
import io.tagma.engine.condition.Operator;
import io.tagma.engine.model.Refusal;
import io.tagma.engine.condition.TextPattern;
import io.tagma.engine.subject.FieldsView;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import org.agrona.DirectBuffer;

/**
 * A test of a text in place, on its UTF-8 bytes: as sent where case-sensitive, else folded. Byte-wise search is
 * code-point-wise search because UTF-8 is self-synchronising. Equal tests are equal. Engine's thread.
 */
public final class TextTest {
    private final Operator operator;
    private final boolean isCaseSensitive;
    private final List<String> constants;
    private final byte[][] bytes;
    private final int[] fallbacks;
    private final TextPattern pattern;

    private TextTest(final Operator operator, final boolean isCaseSensitive, final List<String> constants,
                     final TextPattern pattern) {
        this.operator = operator;
        this.isCaseSensitive = isCaseSensitive;
        this.constants = constants;
        this.pattern = pattern;
        bytes = new byte[constants.size()][];
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = constants.get(i).getBytes(StandardCharsets.UTF_8);
        }
        fallbacks = operator == Operator.CONTAINS || operator == Operator.NOT_CONTAINS ? fallbacks(bytes[0]) : null;
    }

    /**
     * For each number of bytes that match: how many still do, the last of them being the text's last, where the next
     * one does not (Knuth, Morris, Pratt 1977). Searching takes at most two steps a byte, whatever is searched.
     */
    private static int[] fallbacks(final byte[] constant) {
        final int[] fallbacks = new int[constant.length + 1];
        for (int at = 1; at < constant.length; at++) {
            fallbacks[at + 1] = matching(constant, fallbacks, fallbacks[at], constant[at]);
        }
        return fallbacks;
    }

    /** How many bytes match once the text goes on with this one, some having matched before. */
    private static int matching(final byte[] constant, final int[] fallbacks, final int before, final byte next) {
        int matched = before;
        while (matched > 0 && constant[matched] != next) {
            matched = fallbacks[matched];
        }
        return constant[matched] == next ? matched + 1 : matched;
    }

    /** The test of a checked leaf on STRING; with {@code isExact} on KEY. */
    public static TextTest of(final Condition.Test test, final boolean isExact) {
        final boolean asSent = isExact || test.caseSensitive();
        final Operator operator = test.operator();
        if (operator == Operator.MATCHES) {
            final String regex = ((Operand.Text)test.operand()).text();
            try {
                return new TextTest(operator, test.caseSensitive(), List.of(regex),
                    TextPattern.compile(regex, test.caseSensitive()));
            } catch (final Refusal refusal) {
                throw new IllegalStateException("a checked pattern does not compile: pattern=" + regex, refusal);
            }
        }
        final List<String> constants;
        if (test.operand() instanceof Operand.Text text) {
            constants = List.of(asSent ? text.text() : text.folded());
        } else if (test.operand() instanceof Operand.Texts texts) {
            constants = texts.values().stream().map(text -> asSent ? text.text() : text.folded()).toList();
        } else {
            constants = List.of();
        }
        return new TextTest(operator, asSent, constants, null);
    }

    /** Whether it looks at the text as sent. */
    public boolean isCaseSensitive() {
        return isCaseSensitive;
    }

    /** Its operator. */
    public Operator operator() {
        return operator;
    }

    /** Its constants in the form it compares. */
    public List<String> constants() {
        return constants;
    }

    /** Whether it is true of a TEXT field; an index below 0 is a missing value. */
    public boolean test(final FieldsView fields, final int index, final WorkMeter work) {
        if (index < 0) {
            return operator == Operator.NOT_SET;
        }
        if (operator == Operator.MATCHES) {
            work.patternSteps((long)pattern.cost() * fields.rawLength(index));
            return pattern.find(fields.text(index));
        }
        return isCaseSensitive ? test(fields.buffer(), fields.rawOffset(index), fields.rawLength(index))
            : test(fields.buffer(), fields.foldedOffset(index), fields.foldedLength(index));
    }

    /** Whether it is true of present bytes. */
    public boolean test(final DirectBuffer text, final int offset, final int length) {
        switch (operator) {
            case EQ:
            case IN:
                return isOneOf(text, offset, length);
            case NE:
            case NOT_IN:
                return !isOneOf(text, offset, length);
            case IS_SET:
                return true;
            case NOT_SET:
                return false;
            case CONTAINS:
                return contains(text, offset, length);
            case NOT_CONTAINS:
                return !contains(text, offset, length);
            case STARTS_WITH:
                return length >= bytes[0].length && matchesAt(text, offset, bytes[0]);
            case ENDS_WITH:
                return length >= bytes[0].length && matchesAt(text, offset + length - bytes[0].length, bytes[0]);
            default:
                throw new IllegalStateException("no test of text: operator=" + operator);
        }
    }

    private boolean isOneOf(final DirectBuffer text, final int offset, final int length) {
        for (final byte[] constant : bytes) {
            if (constant.length == length && matchesAt(text, offset, constant)) {
                return true;
            }
        }
        return false;
    }

    private boolean contains(final DirectBuffer text, final int offset, final int length) {
        final byte[] constant = bytes[0];
        final int end = offset + length;
        int matched = 0;
        for (int at = offset; matched < constant.length && at < end; at++) {
            matched = matching(constant, fallbacks, matched, text.getByte(at));
        }
        return matched == constant.length;
    }

    private static boolean matchesAt(final DirectBuffer text, final int at, final byte[] constant) {
        for (int i = 0; i < constant.length; i++) {
            if (text.getByte(at + i) != constant[i]) {
                return false;
            }
        }
        return true;
    }

    @Override
    public boolean equals(final Object other) {
        return other instanceof TextTest test && operator == test.operator && isCaseSensitive == test.isCaseSensitive
            && constants.equals(test.constants);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(new Object[]{operator, isCaseSensitive, constants});
    }
}
