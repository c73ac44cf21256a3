package io.tagma.engine.measure;

import io.tagma.engine.condition.Operator;
import io.tagma.engine.subject.FieldsView;
import java.util.List;

/**
 * A test of a set of codes.
 *
 * @param codes ascending, without repetition; a code below 0 is one that nobody has
 */
public record SetTest(Operator operator, List<Integer> codes) {
    /** Copies the list. */
    public SetTest {
        codes = List.copyOf(codes);
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
                return shared(fields, index) == codes.size();
            case CONTAINS_NONE:
                return shared(fields, index) == 0;
            case EQ_SET:
                return fields.codeCount(index) == codes.size() && shared(fields, index) == codes.size();
            default:
                throw new IllegalStateException("no test of sets: operator=" + operator);
        }
    }

    private int shared(final FieldsView fields, final int index) {
        int shared = 0;
        for (int i = 0; i < codes.size(); i++) {
            if (fields.hasCode(index, codes.get(i))) {
                shared++;
            }
        }
        return shared;
    }
}
