package io.tagma.engine.measure;

import io.tagma.engine.condition.Operator;
import io.tagma.engine.subject.FieldsView;
import java.util.Arrays;
import java.util.List;

/**
 * A test of a set of codes: both sides ascend, so that they are merged in one pass. Equal tests are equal. Engine's
 * thread.
 */
public final class SetTest {
    private final Operator operator;
    private final int[] codes;

    /** Codes ascending, without repetition; a code below 0 is one that nobody has. */
    public SetTest(final Operator operator, final List<Integer> codes) {
        this.operator = operator;
        this.codes = codes.stream().mapToInt(Integer::intValue).toArray();
    }

    /** Whether it is true of a CODES field; an index below 0 is a missing value. */
    public boolean test(final FieldsView fields, final int index) {
        if (index < 0) {
            return operator == Operator.NOT_SET;
        }
        switch (operator) {
            case IS_SET:
                return true;
            case NOT_SET:
                return false;
            case CONTAINS_ANY:
                return shared(fields, index) > 0;
            case CONTAINS_ALL:
                return shared(fields, index) == codes.length;
            case CONTAINS_NONE:
                return shared(fields, index) == 0;
            case EQ_SET:
                return fields.codeCount(index) == codes.length && shared(fields, index) == codes.length;
            default:
                throw new IllegalStateException("no test of sets: operator=" + operator);
        }
    }

    private int shared(final FieldsView fields, final int index) {
        final int count = fields.codeCount(index);
        int shared = 0;
        int asked = 0;
        int held = 0;
        while (asked < codes.length && held < count) {
            final int code = fields.code(index, held);
            if (code == codes[asked]) {
                shared++;
                asked++;
                held++;
            } else if (code < codes[asked]) {
                held++;
            } else {
                asked++;
            }
        }
        return shared;
    }

    @Override
    public boolean equals(final Object other) {
        return other instanceof SetTest test && operator == test.operator && Arrays.equals(codes, test.codes);
    }

    @Override
    public int hashCode() {
        return 31 * operator.hashCode() + Arrays.hashCode(codes);
    }
}
