package io.tagma.engine.measure;

import io.tagma.engine.condition.Condition;
import io.tagma.engine.condition.Operand;
import java.util.List;

/** The values for which a comparison of integers is true. */
public final class NumberTests {
    private NumberTests() {
    }

    /** Of a checked test whose operands are numbers; each is multiplied by the factor first. */
    public static ValueSet values(final Condition.Test test, final long factor) {
        final List<Long> constants = test.operand() instanceof Operand.Number number ? List.of(number.value())
            : test.operand() instanceof Operand.Numbers numbers ? numbers.values() : List.of();
        final long[] values = constants.stream().mapToLong(v -> v * factor).toArray();
        switch (test.operator()) {
            case EQ:
            case IN:
                return ValueSet.points(values);
            case NE:
            case NOT_IN:
                return ValueSet.points(values).butNot();
            case IS_SET:
                return ValueSet.range(ValueSet.MIN, ValueSet.MAX);
            case NOT_SET:
                return ValueSet.point(ValueSet.MISSING);
            case LT:
                return values[0] == ValueSet.MIN ? ValueSet.NONE : ValueSet.range(ValueSet.MIN, values[0] - 1);
            case LE:
                return ValueSet.range(ValueSet.MIN, values[0]);
            case GT:
                return values[0] == ValueSet.MAX ? ValueSet.NONE : ValueSet.range(values[0] + 1, ValueSet.MAX);
            case GE:
                return ValueSet.range(values[0], ValueSet.MAX);
            case BETWEEN:
                return ValueSet.range(values[0], values[1]);
            default:
                throw new IllegalStateException("no test of numbers: operator=" + test.operator());
        }
    }
}
