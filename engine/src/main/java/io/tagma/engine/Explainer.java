package io.tagma.engine;

import io.tagma.engine.EngineView.Explanation;
import io.tagma.engine.EngineView.Node;
import io.tagma.engine.condition.Condition;
import io.tagma.engine.condition.Operand;
import io.tagma.engine.condition.SegmentDefinition;
import io.tagma.engine.measure.MeasureSpec;
import io.tagma.engine.measure.SubjectScope;
import io.tagma.engine.measure.ValueSet;
import io.tagma.engine.measure.WorkMeter;
import io.tagma.engine.model.Attribute;
import io.tagma.engine.model.CustomerGroup;
import io.tagma.engine.model.Decimals;
import io.tagma.engine.model.ValueType;
import io.tagma.engine.model.Website;
import io.tagma.engine.segment.SegmentEntry;
import io.tagma.engine.subject.FieldsView;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import org.agrona.concurrent.UnsafeBuffer;

/** Says why a subject is or is not in a segment: every leaf with its actual value. Engine's thread. */
final class Explainer {
    private static final int STEPS_MAX = 256;

    private final EngineState state;
    private final LeafWords words;
    private final SubjectScope scope = new SubjectScope(new WorkMeter());
    private final UnsafeBuffer profile = new UnsafeBuffer(0, 0);

    Explainer(final EngineState state) {
        this.state = state;
        words = new LeafWords(this::group, this::website);
    }

    /** As of the last instant up to which the subject has been brought. */
    Explanation explain(final int ordinal, final String key, final SegmentEntry entry) {
        final SegmentDefinition definition =
            entry.live() == null ? entry.definition() : entry.live().definition();
        final Question question = new Question(state.subjects(), definition);
        state.subjects().scopeOf(ordinal, scope, profile);
        final long asOf = Math.min(state.subjects().now(), state.subjects().rows().nextFlip(ordinal) - 1);
        scope.now(asOf);
        final String universe = universe(question, definition, entry);
        final Node tree = node(question, question.condition(), asOf);
        final boolean isMember = entry.live() != null
            && state.subjects().rows().has(ordinal, entry.live().slot());
        return new Explanation(key, entry.key(), entry.version(), isMember, universe, tree,
            entry.live() == null ? null : question.nextChange(scope, asOf, STEPS_MAX), asOf);
    }

    private String universe(final Question question, final SegmentDefinition definition, final SegmentEntry entry) {
        if (definition.status() != SegmentDefinition.Status.ACTIVE) {
            return "the segment is " + definition.status();
        }
        if (entry.live() == null) {
            return "the segment is being built";
        }
        return question.isInUniverse(scope) ? null
            : "the segment is for " + definition.applyTo() + " of other websites or kinds";
    }

    private Node node(final Question question, final Condition condition, final long asOf) {
        final List<Condition> children = Question.children(condition);
        if (children == null) {
            return leaf(question, condition, asOf);
        }
        final List<Node> explained = new ArrayList<>();
        int trueCount = 0;
        for (final Condition child : children) {
            final Node node = node(question, child, asOf);
            trueCount += node.verdict() ? 1 : 0;
            explained.add(node);
        }
        final boolean verdict = Question.combine(condition, trueCount, children.size());
        return new Node(name(condition), verdict, null, null, trueCount + " of " + children.size() + " hold",
            explained);
    }

    private static String name(final Condition condition) {
        if (condition instanceof Condition.All) {
            return "all";
        } else if (condition instanceof Condition.Any) {
            return "any";
        } else if (condition instanceof Condition.None) {
            return "none";
        } else if (condition instanceof Condition.NotAll) {
            return "notAll";
        }
        return "atLeast " + ((Condition.AtLeast)condition).k();
    }

    private Node leaf(final Question question, final Condition condition, final long asOf) {
        final Question.Leaf leaf = question.leaf(condition);
        final boolean verdict = question.test(leaf, scope);
        final String actual = actual(question, leaf, condition);
        final Long next = question.nextChange(leaf, scope, asOf, STEPS_MAX);
        final String sentence = words.found(condition, actual)
            + (next == null ? "" : (verdict ? "; holds until " : "; holds from ") + Instant.ofEpochMilli(next)
            + " if nothing else happens");
        return new Node(words.what(condition), verdict, actual, next, sentence, List.of());
    }

    private String actual(final Question question, final Question.Leaf leaf, final Condition condition) {
        if (condition instanceof Condition.AttributeTest test) {
            return attribute(test.attribute());
        }
        final long value = question.value(leaf, scope);
        if (value == ValueSet.MISSING) {
            return null;
        }
        if (condition instanceof Condition.GroupTest) {
            return group(value);
        } else if (condition instanceof Condition.WebsiteTest) {
            return website(value);
        } else if (condition instanceof Condition.Aggregate aggregate) {
            return aggregate(aggregate, (MeasureSpec.Records)leaf.spec(), value);
        }
        return Long.toString(value);
    }

    private String group(final long id) {
        final CustomerGroup group = state.groups().get((int)id);
        return group == null ? Long.toString(id) : group.code();
    }

    private String website(final long id) {
        final Website website = state.websites().get((int)id);
        return website == null ? Long.toString(id) : website.code();
    }

    private static String aggregate(final Condition.Aggregate aggregate, final MeasureSpec.Records spec,
                                    final long value) {
        if (aggregate.function() == Condition.Function.AVG) {
            final BigDecimal units = BigDecimal.valueOf(value).divide(BigDecimal.valueOf(2), 1, RoundingMode.HALF_UP);
            return units.movePointLeft(Decimals.SCALE).setScale(Decimals.SCALE, RoundingMode.HALF_UP)
                .stripTrailingZeros().toPlainString();
        }
        final boolean isCount = aggregate.function() == Condition.Function.COUNT
            || aggregate.function() == Condition.Function.COUNT_DISTINCT;
        return isCount ? Long.toString(value) : format(value, spec.fieldType());
    }

    /** An integer of a type as people read it. */
    static String format(final long value, final ValueType type) {
        switch (type) {
            case BOOL:
                return value != 0 ? "true" : "false";
            case DECIMAL:
                return Decimals.format(value);
            case DOUBLE:
                return Double.toString(Operand.toDouble(value));
            case DATE:
                return LocalDate.ofEpochDay(value).toString();
            case INSTANT:
                return Instant.ofEpochMilli(value).toString();
            default:
                return Long.toString(value);
        }
    }

    private String attribute(final Attribute attribute) {
        final FieldsView fields = scope.profile();
        final int index = fields.find(attribute.id());
        if (index < 0) {
            return null;
        }
        switch (attribute.type()) {
            case STRING:
                return fields.text(index);
            case ENUM:
                return state.subjects().setCodes().text((int)fields.number(index));
            case ENUM_SET:
                final List<String> codes = new ArrayList<>();
                for (int i = 0; i < fields.codeCount(index); i++) {
                    codes.add(state.subjects().setCodes().text(fields.code(index, i)));
                }
                return codes.toString();
            default:
                return format(fields.number(index), attribute.type());
        }
    }
}
