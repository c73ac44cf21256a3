package io.tagma.engine.oracle;

import io.tagma.engine.condition.Condition;
import io.tagma.engine.condition.Operand;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** Walks a condition: its nodes and what it refers to. */
final class ConditionParts {
    private ConditionParts() {
    }

    static List<Condition> children(final Condition condition) {
        if (condition instanceof Condition.All all) {
            return all.children();
        } else if (condition instanceof Condition.Any any) {
            return any.children();
        } else if (condition instanceof Condition.None none) {
            return none.children();
        } else if (condition instanceof Condition.NotAll notAll) {
            return notAll.children();
        } else if (condition instanceof Condition.AtLeast atLeast) {
            return atLeast.children();
        }
        return List.of();
    }

    /** The node itself and all below it, from the top. */
    static List<Condition> nodes(final Condition condition) {
        final List<Condition> nodes = new ArrayList<>();
        nodes.add(condition);
        for (final Condition child : children(condition)) {
            nodes.addAll(nodes(child));
        }
        return nodes;
    }

    /** Keys of the segments that it asks for. */
    static Set<String> segments(final Condition condition) {
        final Set<String> keys = new TreeSet<>();
        for (final Condition node : nodes(condition)) {
            if (node instanceof Condition.Membership membership) {
                keys.add(membership.segment());
            }
        }
        return keys;
    }

    static boolean usesGroup(final Condition condition, final int group) {
        for (final Condition node : nodes(condition)) {
            if (node instanceof Condition.GroupTest test) {
                final Operand operand = test.test().operand();
                if (operand instanceof Operand.Number number && number.value() == group
                    || operand instanceof Operand.Numbers numbers && numbers.values().contains((long)group)) {
                    return true;
                }
            }
        }
        return false;
    }

    static boolean usesAttribute(final Condition condition, final String attribute) {
        for (final Condition node : nodes(condition)) {
            if (node instanceof Condition.AttributeTest test && test.attribute().key().equals(attribute)) {
                return true;
            }
        }
        return false;
    }
}
