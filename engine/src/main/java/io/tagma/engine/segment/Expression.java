package io.tagma.engine.segment;

import io.tagma.engine.condition.Condition;
import java.util.List;
import java.util.function.Function;

/** A compiled condition: combinations over predicates. Immutable; engine's thread. */
abstract sealed class Expression {

    /** Where the values of measures come from. */
    interface Values {
        /** Value of a predicate's measure for the subject in question. */
        long value(Predicate predicate);

        /** Whether the subject in question is a member of the plan. */
        boolean isMember(SegmentPlan plan);
    }

    /** True of nobody. */
    static final Expression NEVER = new Count(new Expression[0], 1, false);

    abstract boolean test(Values values);

    /** Compiles combinations; leaves by the function. */
    static Expression compile(final Condition condition, final Function<Condition, Expression> leaves) {
        if (condition instanceof Condition.All all) {
            return count(all.children(), leaves, all.children().size(), false);
        } else if (condition instanceof Condition.Any any) {
            return count(any.children(), leaves, 1, false);
        } else if (condition instanceof Condition.None none) {
            return count(none.children(), leaves, 1, true);
        } else if (condition instanceof Condition.NotAll notAll) {
            return count(notAll.children(), leaves, notAll.children().size(), true);
        } else if (condition instanceof Condition.AtLeast atLeast) {
            return count(atLeast.children(), leaves, atLeast.k(), false);
        }
        return leaves.apply(condition);
    }

    /** All of some expressions. */
    static Expression all(final List<Expression> children) {
        return children.size() == 1 ? children.get(0)
            : new Count(children.toArray(Expression[]::new), children.size(), false);
    }

    private static Expression count(final List<Condition> children, final Function<Condition, Expression> leaves,
                                    final int needed, final boolean isNegated) {
        final Expression[] compiled = new Expression[children.size()];
        for (int i = 0; i < compiled.length; i++) {
            compiled[i] = compile(children.get(i), leaves);
        }
        return new Count(compiled, needed, isNegated);
    }

    /** At least so many children are true, or not. All is n of n, any is 1 of n. */
    private static final class Count extends Expression {
        private final Expression[] children;
        private final int needed;
        private final boolean isNegated;

        Count(final Expression[] children, final int needed, final boolean isNegated) {
            this.children = children;
            this.needed = needed;
            this.isNegated = isNegated;
        }

        @Override
        boolean test(final Values values) {
            int missing = needed;
            for (int i = 0; missing > 0; i++) {
                if (children.length - i < missing) {
                    return isNegated;
                }
                if (children[i].test(values)) {
                    missing--;
                }
            }
            return !isNegated;
        }
    }

    /** A predicate. */
    static final class Leaf extends Expression {
        private final Predicate predicate;

        Leaf(final Predicate predicate) {
            this.predicate = predicate;
        }

        @Override
        boolean test(final Values values) {
            return predicate.values().contains(values.value(predicate));
        }
    }

    /** Membership of another segment. */
    static final class Member extends Expression {
        private final SegmentPlan plan;

        Member(final SegmentPlan plan) {
            this.plan = plan;
        }

        @Override
        boolean test(final Values values) {
            return values.isMember(plan);
        }
    }
}
