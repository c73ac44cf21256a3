package io.tagma.engine;

import io.tagma.engine.condition.Condition;
import io.tagma.engine.condition.SegmentDefinition;
import io.tagma.engine.measure.LeafCompiler;
import io.tagma.engine.measure.MeasureSpec;
import io.tagma.engine.measure.RecordMeasure;
import io.tagma.engine.measure.SubjectScope;
import io.tagma.engine.model.WebsiteTable;
import io.tagma.engine.segment.Segments;
import io.tagma.engine.segment.Subjects;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;

/**
 * A definition compiled for asking: each leaf is taken from the subject's stores, not from columns, and nothing is
 * shared with segments or left behind. Engine's thread.
 */
final class Question {
    private final Subjects subjects;
    private final Condition condition;
    private final List<Leaf> universe = new ArrayList<>();
    private final Map<Condition, Leaf> leaves = new IdentityHashMap<>();
    private final List<Leaf> all = new ArrayList<>();

    /** A leaf with its measure. */
    static final class Leaf {
        private final LeafCompiler.Leaf compiled;
        private final RecordMeasure records;

        Leaf(final LeafCompiler.Leaf compiled, final RecordMeasure records) {
            this.compiled = compiled;
            this.records = records;
        }

        MeasureSpec spec() {
            return compiled.spec();
        }

        /** Its aggregate; null where it is none over records. */
        RecordMeasure records() {
            return records;
        }

        /** Whether it is true of a value. */
        boolean isTrueOf(final long value) {
            return compiled.values().contains(value);
        }
    }

    Question(final Subjects subjects, final WebsiteTable websites, final SegmentDefinition definition) {
        this.subjects = subjects;
        condition = definition.condition();
        final LeafCompiler compiler = new LeafCompiler(subjects.measures(), true);
        Segments.universe(definition, compiler).forEach(leaf -> universe.add(new Leaf(leaf, null)));
        collect(condition, compiler, Segments.scope(definition, websites));
    }

    private void collect(final Condition node, final LeafCompiler compiler, final List<String> scope) {
        final List<Condition> children = children(node);
        if (children != null) {
            for (final Condition child : children) {
                collect(child, compiler, scope);
            }
            return;
        }
        final LeafCompiler.Leaf compiled = compiler.compile(node, scope);
        final Leaf leaf = new Leaf(compiled, compiled.spec() instanceof MeasureSpec.Records records
            ? subjects.measures().compileForQuestion(records) : null);
        leaves.put(node, leaf);
        all.add(leaf);
    }

    /** Children of a combination; null for a leaf. */
    static List<Condition> children(final Condition node) {
        if (node instanceof Condition.All all) {
            return all.children();
        } else if (node instanceof Condition.Any any) {
            return any.children();
        } else if (node instanceof Condition.None none) {
            return none.children();
        } else if (node instanceof Condition.NotAll notAll) {
            return notAll.children();
        } else if (node instanceof Condition.AtLeast atLeast) {
            return atLeast.children();
        }
        return null;
    }

    /** How many true children make a combination true, or false where it is negated. */
    static boolean combine(final Condition node, final int trueCount, final int count) {
        if (node instanceof Condition.All) {
            return trueCount == count;
        } else if (node instanceof Condition.Any) {
            return trueCount > 0;
        } else if (node instanceof Condition.None) {
            return trueCount == 0;
        } else if (node instanceof Condition.NotAll) {
            return trueCount < count;
        }
        return trueCount >= ((Condition.AtLeast)node).k();
    }

    /** All leaves of the condition, from left to right. */
    List<Leaf> leaves() {
        return all;
    }

    /** The compiled leaf of a node. */
    Leaf leaf(final Condition node) {
        return leaves.get(node);
    }

    /** Value of a leaf's measure at the scope's instant. */
    long value(final Leaf leaf, final SubjectScope scope) {
        return leaf.records == null ? scope.value(leaf.spec()) : subjects.scan().take(scope, leaf.records);
    }

    /** Truth of a leaf at the scope's instant. */
    boolean test(final Leaf leaf, final SubjectScope scope) {
        return leaf.isTrueOf(value(leaf, scope));
    }

    /** Whether the subject is in the universe: kind, home website, consent. */
    boolean isInUniverse(final SubjectScope scope) {
        return outside(scope) == null;
    }

    /** The first leaf of the universe that leaves the subject out; null where it is in. */
    Leaf outside(final SubjectScope scope) {
        for (final Leaf leaf : universe) {
            if (!test(leaf, scope)) {
                return leaf;
            }
        }
        return null;
    }

    /** Whether the subject is a member at the scope's instant. */
    boolean isMember(final SubjectScope scope) {
        return isInUniverse(scope) && test(condition, scope);
    }

    /** Truth of a node at the scope's instant. */
    boolean test(final Condition node, final SubjectScope scope) {
        final List<Condition> children = children(node);
        if (children == null) {
            return test(leaf(node), scope);
        }
        int trueCount = 0;
        for (final Condition child : children) {
            if (test(child, scope)) {
                trueCount++;
            }
        }
        return combine(node, trueCount, children.size());
    }

    /** The condition. */
    Condition condition() {
        return condition;
    }
}
