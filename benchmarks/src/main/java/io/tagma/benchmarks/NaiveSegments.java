package io.tagma.benchmarks;

import io.tagma.engine.condition.Condition;
import io.tagma.engine.condition.Operand;
import java.util.List;

/**
 * What a server without an index does: every condition compiled once to a tree, and all trees evaluated over the
 * subject's attributes whenever one of them changes. The attributes lie in one array of integers, so a leaf costs an
 * array access and a comparison, and a combination stops as soon as its verdict is clear; nothing is decoded, stored or
 * published.
 */
final class NaiveSegments {
    private final Tree[] trees;
    private final int attributes;
    private final int words;
    private final long[] values;
    private final long[] members;

    /** Over conditions whose attributes have the ids 0 to {@code attributes} - 1. */
    NaiveSegments(final List<Condition> conditions, final int subjects, final int attributes) {
        trees = conditions.stream().map(NaiveSegments::compile).toArray(Tree[]::new);
        this.attributes = attributes;
        words = (trees.length + Long.SIZE - 1) / Long.SIZE;
        values = new long[subjects * attributes];
        members = new long[subjects * words];
    }

    /** Sets an attribute without evaluating. */
    void set(final int subject, final int attribute, final long value) {
        values[subject * attributes + attribute] = value;
    }

    /** Evaluates all segments of a subject; returns how many memberships changed. */
    int evaluate(final int subject) {
        final int row = subject * attributes;
        final int base = subject * words;
        int changed = 0;
        for (int word = 0; word < words; word++) {
            final int end = Math.min(trees.length, (word + 1) * Long.SIZE);
            long bits = 0;
            for (int i = word * Long.SIZE; i < end; i++) {
                if (trees[i].test(values, row)) {
                    bits |= 1L << i;
                }
            }
            changed += Long.bitCount(members[base + word] ^ bits);
            members[base + word] = bits;
        }
        return changed;
    }

    /** Whether the subject was a member at its last evaluation. */
    boolean isMember(final int subject, final int segment) {
        return (members[subject * words + segment / Long.SIZE] >>> segment & 1) != 0;
    }

    private static Tree compile(final Condition condition) {
        if (condition instanceof Condition.All all) {
            return new All(all.children().stream().map(NaiveSegments::compile).toArray(Tree[]::new));
        } else if (condition instanceof Condition.Any any) {
            return new Any(any.children().stream().map(NaiveSegments::compile).toArray(Tree[]::new));
        } else if (condition instanceof Condition.AttributeTest leaf) {
            return leaf(leaf.attribute().id(), leaf.test());
        }
        throw new IllegalArgumentException("not needed here: condition=" + condition);
    }

    private static Tree leaf(final int attribute, final Condition.Test test) {
        final long[] constants = test.operand() instanceof Operand.Number one ? new long[]{one.value()}
            : ((Operand.Numbers)test.operand()).values().stream().mapToLong(Long::longValue).toArray();
        switch (test.operator()) {
            case EQ:
                return new Range(attribute, constants[0], constants[0]);
            case GE:
                return new Range(attribute, constants[0], Long.MAX_VALUE);
            case LT:
                return new Range(attribute, Long.MIN_VALUE, constants[0] - 1);
            case BETWEEN:
                return new Range(attribute, constants[0], constants[1]);
            case IN:
                return new OneOf(attribute, constants);
            default:
                throw new IllegalArgumentException("not needed here: operator=" + test.operator());
        }
    }

    private abstract static class Tree {
        abstract boolean test(long[] values, int row);
    }

    private static final class All extends Tree {
        private final Tree[] children;

        All(final Tree[] children) {
            this.children = children;
        }

        @Override
        boolean test(final long[] values, final int row) {
            for (final Tree child : children) {
                if (!child.test(values, row)) {
                    return false;
                }
            }
            return true;
        }
    }

    private static final class Any extends Tree {
        private final Tree[] children;

        Any(final Tree[] children) {
            this.children = children;
        }

        @Override
        boolean test(final long[] values, final int row) {
            for (final Tree child : children) {
                if (child.test(values, row)) {
                    return true;
                }
            }
            return false;
        }
    }

    private static final class Range extends Tree {
        private final int attribute;
        private final long low;
        private final long high;

        Range(final int attribute, final long low, final long high) {
            this.attribute = attribute;
            this.low = low;
            this.high = high;
        }

        @Override
        boolean test(final long[] values, final int row) {
            final long value = values[row + attribute];
            return value >= low && value <= high;
        }
    }

    private static final class OneOf extends Tree {
        private final int attribute;
        private final long[] constants;

        OneOf(final int attribute, final long[] constants) {
            this.attribute = attribute;
            this.constants = constants;
        }

        @Override
        boolean test(final long[] values, final int row) {
            final long value = values[row + attribute];
            for (final long constant : constants) {
                if (value == constant) {
                    return true;
                }
            }
            return false;
        }
    }
}
