package io.tagma.engine;

import io.tagma.engine.condition.Condition;
import io.tagma.engine.condition.SegmentDefinition;
import io.tagma.engine.measure.LeafCompiler;
import io.tagma.engine.measure.MeasureSpec;
import io.tagma.engine.measure.RecordMeasure;
import io.tagma.engine.measure.SubjectScope;
import io.tagma.engine.measure.TimeTest;
import io.tagma.engine.model.WebsiteTable;
import io.tagma.engine.segment.Subjects;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

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
    private final Function<String, SegmentDefinition> live;
    private final Leaf validity;
    private final Map<String, Question> referred;
    private boolean isTrue;

    /** A leaf with its measure, or the validity of a segment. */
    static final class Leaf {
        private final LeafCompiler.Leaf compiled;
        private final RecordMeasure records;
        private final SegmentDefinition valid;

        Leaf(final LeafCompiler.Leaf compiled, final RecordMeasure records) {
            this.compiled = compiled;
            this.records = records;
            this.valid = null;
        }

        Leaf(final SegmentDefinition valid) {
            this.compiled = null;
            this.records = null;
            this.valid = valid;
        }

        /** The next instant after one at which its value may change without input. */
        long next(final SubjectScope scope, final long after) {
            if (valid == null) {
                return scope.next(compiled.spec(), after);
            } else if (!valid.hasBegun(after)) {
                return valid.validFrom();
            }
            return valid.validTo() == null || valid.isOver(after) ? TimeTest.NEVER : valid.validTo();
        }

        /** Its aggregate; null where it is none over records. */
        RecordMeasure records() {
            return records;
        }

        /** Whether it is true of a value. */
        boolean isTrueOf(final long value) {
            return valid == null ? compiled.values().contains(value) : value != 0;
        }
    }

    /** {@code live} gives the definition that answers for a segment now; null where it has no members. */
    Question(final Subjects subjects, final WebsiteTable websites, final SegmentDefinition definition,
             final Function<String, SegmentDefinition> live) {
        this(subjects, websites, definition, live, new LinkedHashMap<>());
    }

    private Question(final Subjects subjects, final WebsiteTable websites, final SegmentDefinition definition,
                     final Function<String, SegmentDefinition> live, final Map<String, Question> referred) {
        this.subjects = subjects;
        this.live = live;
        this.referred = referred;
        condition = definition.condition();
        validity = definition.validFrom() == null && definition.validTo() == null ? null : new Leaf(definition);
        if (validity != null) {
            all.add(validity);
        }
        final LeafCompiler compiler = new LeafCompiler(subjects.measures(), true);
        compiler.universe(definition).forEach(leaf -> universe.add(new Leaf(leaf, null)));
        collect(condition, compiler, LeafCompiler.scope(definition, websites), websites);
    }

    private void collect(final Condition node, final LeafCompiler compiler, final List<String> scope,
                         final WebsiteTable websites) {
        final List<Condition> children = node.children();
        if (children != null) {
            for (final Condition child : children) {
                collect(child, compiler, scope, websites);
            }
            return;
        } else if (node instanceof Condition.Membership membership) {
            refer(membership.segment(), websites);
            return;
        }
        final LeafCompiler.Leaf compiled = compiler.compile(node, scope);
        final Leaf leaf = new Leaf(compiled, compiled.spec() instanceof MeasureSpec.Records records
            ? subjects.measures().compileForQuestion(records) : null);
        leaves.put(node, leaf);
        all.add(leaf);
    }

    /** What a segment refers to is asked once, and before it. */
    private void refer(final String key, final WebsiteTable websites) {
        final SegmentDefinition definition = referred.containsKey(key) ? null : live.apply(key);
        if (definition != null) {
            final Question question = new Question(subjects, websites, definition, live, referred);
            referred.put(key, question);
        }
    }

    /** The segments referred to, directly or not, by key: each after those that it refers to itself. */
    Map<String, Question> referred() {
        return referred;
    }

    /** Whether the segment is valid; null where it always is. */
    Leaf validity() {
        return validity;
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

    /** All leaves of the condition, from left to right, with the segment's validity before them. */
    List<Leaf> leaves() {
        return all;
    }

    /** The compiled leaf of a node. */
    Leaf leaf(final Condition node) {
        return leaves.get(node);
    }

    /** Value of a leaf that asks for no records. */
    static long valueOfSubject(final Leaf leaf, final SubjectScope scope) {
        if (leaf.valid == null) {
            return scope.value(leaf.compiled.spec());
        }
        return leaf.valid.hasBegun(scope.now()) && !leaf.valid.isOver(scope.now()) ? 1 : 0;
    }

    /** Truth of a leaf at the scope's instant. */
    private boolean test(final Leaf leaf, final SubjectScope scope) {
        return leaf.isTrueOf(leaf.records == null ? valueOfSubject(leaf, scope)
            : subjects.scan().take(scope, leaf.records));
    }

    /** Whether the subject is in the universe: kind, home website, consent. */
    boolean isInUniverse(final SubjectScope scope) {
        for (final Leaf leaf : universe) {
            if (!test(leaf, scope)) {
                return false;
            }
        }
        return true;
    }

    /** Whether the subject is a member at the scope's instant. */
    boolean isMember(final SubjectScope scope) {
        for (final Question each : referred.values()) {
            each.isTrue = each.isTrueOf(scope);
        }
        return isTrueOf(scope);
    }

    private boolean isTrueOf(final SubjectScope scope) {
        return (validity == null || test(validity, scope)) && isInUniverse(scope) && test(condition, scope);
    }

    /** Truth of a node at the scope's instant. */
    private boolean test(final Condition node, final SubjectScope scope) {
        final List<Condition> children = node.children();
        if (node instanceof Condition.Membership membership) {
            final Question other = referred.get(membership.segment());
            return other != null && other.isTrue;
        } else if (children == null) {
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
