package io.tagma.engine;

import io.tagma.engine.EngineView.Explanation;
import io.tagma.engine.EngineView.Node;
import io.tagma.engine.condition.CanonicalJson;
import io.tagma.engine.condition.Condition;
import io.tagma.engine.condition.Operand;
import io.tagma.engine.condition.SegmentDefinition;
import io.tagma.engine.measure.MeasureSpec;
import io.tagma.engine.measure.RecordCopy;
import io.tagma.engine.measure.SubjectScope;
import io.tagma.engine.measure.TimeTest;
import io.tagma.engine.measure.ValueSet;
import io.tagma.engine.measure.WorkMeter;
import io.tagma.engine.model.Attribute;
import io.tagma.engine.model.CustomerGroup;
import io.tagma.engine.model.Decimals;
import io.tagma.engine.model.ValueType;
import io.tagma.engine.model.Website;
import io.tagma.engine.segment.SegmentEntry;
import io.tagma.engine.segment.Subjects;
import io.tagma.engine.subject.FieldsView;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Says why a subject is or is not in a segment: every leaf with its actual value, and when time alone changes it. The
 * first step copies the subject with its records and the products they name; all steps, however many commands pass
 * between them, answer from that one moment, whose position the answer carries. Engine's thread.
 */
final class ExplainQuery implements Query<Explanation> {
    /** Instants looked at for one flip of one leaf. */
    private static final int STEPS_MAX = 256;
    /** Instants at which leaves flip without the condition. */
    private static final int FLIPS_MAX = 4_096;

    private final EngineState state;
    private final LeafWords words;
    private final String key;
    private final SegmentEntry entry;
    private final int version;
    private final Question question;
    private final WorkMeter work = new WorkMeter();
    private final SubjectScope scope = new SubjectScope(work);
    private final RecordCopy records;
    private final List<LeafInTime> leaves = new ArrayList<>();
    private final Map<Question.Leaf, LeafInTime> byLeaf = new IdentityHashMap<>();
    private final boolean isMember;
    private final boolean isSought;
    private final String universe;
    private final long asOf;
    private final long expiry;
    private final long position;
    private int prepared;
    private int flips;
    private boolean isTrueNow;

    /** A leaf's truth as time goes on. Reads records from the copy. */
    private final class LeafInTime {
        private final Question.Leaf leaf;
        private long value;
        private boolean verdict;
        private Long firstFlip;
        private boolean isTaken;
        private boolean isTrue;
        private long at;
        private int steps;
        private boolean isFlipFound;
        private boolean isEndReached;

        LeafInTime(final Question.Leaf leaf) {
            this.leaf = leaf;
            at = asOf;
        }

        private long value(final long instant) {
            scope.now(instant);
            return leaf.records() == null ? scope.value(leaf.spec()) : records.take(scope, leaf.records());
        }

        /** One step towards value, verdict and first flip; false once all are there. */
        boolean prepare() {
            if (!isTaken) {
                value = value(asOf);
                verdict = leaf.isTrueOf(value);
                isTrue = verdict;
                isTaken = true;
                return true;
            }
            if (seek()) {
                return true;
            }
            firstFlip = isFlipFound ? at : null;
            return false;
        }

        /** One step towards its next flip: at {@code at} where one is found, else none is known up to there. */
        boolean seek() {
            if (isFlipFound || isEndReached) {
                return false;
            }
            if (++steps > STEPS_MAX || work.units() > Limits.EXPLAIN_WORK_MAX) {
                isEndReached = true;
                return false;
            }
            final long next = leaf.records() == null ? scope.next(leaf.spec(), at)
                : records.next(scope, leaf.records(), at);
            work.looked(1);
            at = next;
            if (next == TimeTest.NEVER) {
                isEndReached = true;
            } else {
                isFlipFound = leaf.isTrueOf(value(next)) != isTrue;
            }
            return !isFlipFound && !isEndReached;
        }

        /** Goes beyond the flip that was found. */
        void flip() {
            isTrue = !isTrue;
            isFlipFound = false;
            steps = 0;
        }
    }

    ExplainQuery(final EngineState state, final int ordinal, final String key, final SegmentEntry entry) {
        this.state = state;
        words = new LeafWords(this::group, this::website);
        this.key = key;
        this.entry = entry;
        final Subjects subjects = state.subjects();
        final SegmentDefinition definition =
            entry.live() == null ? entry.definition() : entry.live().definition();
        question = new Question(subjects, state.websites(), definition);
        version = entry.version();
        position = state.logPosition();
        copyAttributes(subjects, ordinal);
        boolean usesProduct = false;
        for (final Question.Leaf leaf : question.leaves()) {
            usesProduct |= leaf.records() != null && leaf.records().usesProduct();
        }
        records = new RecordCopy(subjects.records(), ordinal, usesProduct ? subjects::wrapProduct : null, work);
        asOf = Math.min(subjects.now(), subjects.rows().nextFlip(ordinal) - 1);
        expiry = subjects.expiryOf(ordinal);
        scope.now(asOf);
        universe = universe(question, definition, entry);
        isMember = entry.live() != null && subjects.rows().has(ordinal, entry.live().slot());
        isSought = entry.live() != null && question.isInUniverse(scope);
        for (final Question.Leaf leaf : question.leaves()) {
            leaves.add(new LeafInTime(leaf));
            byLeaf.put(leaf, leaves.get(leaves.size() - 1));
        }
    }

    private void copyAttributes(final Subjects subjects, final int ordinal) {
        final UnsafeBuffer stored = new UnsafeBuffer(0, 0);
        subjects.scopeOf(ordinal, scope, stored);
        final byte[] copy = new byte[Math.max(0, subjects.profiles().get(ordinal, stored))];
        stored.getBytes(0, copy);
        scope.profile(new UnsafeBuffer(copy), 0, copy.length);
    }

    /** As of the last instant up to which the subject had been brought. */
    @Override
    public Explanation step(final EngineView view) {
        final long until = work.units() + Limits.QUERY_WORK_MAX;
        while (prepared < leaves.size()) {
            if (!leaves.get(prepared).prepare()) {
                prepared++;
            }
            if (work.units() >= until) {
                return null;
            }
        }
        isTrueNow = isTrue(question.condition(), true);
        Long flip = null;
        while (isSought && flip == null && flips < FLIPS_MAX) {
            final LeafInTime first = first();
            if (first == null || first.isEndReached) {
                break;
            }
            if (!first.isFlipFound) {
                first.seek();
            } else {
                flip = flipAll(first.at);
            }
            if (flip == null && work.units() >= until) {
                return null;
            }
        }
        return new Explanation(key, entry.key(), version, isMember, universe, node(question.condition()),
            untilExpiry(flip), asOf, position);
    }

    /** Nothing flips of a visitor who has expired; until then a member stays one. */
    private Long untilExpiry(final Long flip) {
        if (flip != null && flip < expiry || expiry == TimeTest.NEVER) {
            return flip;
        }
        return isMember ? (Long)expiry : null;
    }

    /** The leaf about which least is known: whose next flip, or end of knowledge, is first. */
    private LeafInTime first() {
        LeafInTime first = null;
        for (final LeafInTime leaf : leaves) {
            final boolean isUnsought = !leaf.isFlipFound && !leaf.isEndReached;
            if (isUnsought) {
                return leaf;
            }
            if (leaf.at != TimeTest.NEVER && (first == null || leaf.at < first.at)) {
                first = leaf;
            }
        }
        return first;
    }

    /** All leaves that flip at the instant do; the instant, where that changes the condition. */
    private Long flipAll(final long instant) {
        for (final LeafInTime leaf : leaves) {
            if (leaf.isFlipFound && leaf.at == instant) {
                leaf.flip();
            }
        }
        flips++;
        work.looked(leaves.size());
        return isTrue(question.condition(), false) == isTrueNow ? null : (Long)instant;
    }

    private boolean isTrue(final Condition node, final boolean isNow) {
        final List<Condition> children = Question.children(node);
        if (children == null) {
            final LeafInTime leaf = byLeaf.get(question.leaf(node));
            return isNow ? leaf.verdict : leaf.isTrue;
        }
        int trueCount = 0;
        for (final Condition child : children) {
            trueCount += isTrue(child, isNow) ? 1 : 0;
        }
        return Question.combine(node, trueCount, children.size());
    }

    private String universe(final Question question, final SegmentDefinition definition, final SegmentEntry entry) {
        if (definition.status() != SegmentDefinition.Status.ACTIVE) {
            return "the segment is " + definition.status();
        }
        if (entry.live() == null) {
            return "the segment is being built";
        }
        final Question.Leaf outside = question.outside(scope);
        if (outside == null) {
            return null;
        } else if (outside.spec() instanceof MeasureSpec.Kind) {
            return "the segment is for " + (definition.applyTo() == SegmentDefinition.ApplyTo.VISITORS
                ? "visitors" : "customers") + " only";
        } else if (outside.spec() instanceof MeasureSpec.Website) {
            return "the segment is for subjects of other websites";
        }
        return "the purpose is not granted: purpose=" + definition.purpose();
    }

    private Node node(final Condition condition) {
        final List<Condition> children = Question.children(condition);
        if (children == null) {
            return leaf(condition);
        }
        final List<Node> explained = new ArrayList<>();
        int trueCount = 0;
        for (final Condition child : children) {
            final Node node = node(child);
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

    private Node leaf(final Condition condition) {
        final LeafInTime leaf = byLeaf.get(question.leaf(condition));
        final String actual = actual(leaf, condition);
        final String sentence = words.found(condition, actual) + (leaf.firstFlip == null ? ""
            : (leaf.verdict ? "; holds until " : "; holds from ") + Instant.ofEpochMilli(leaf.firstFlip)
            + " if nothing else happens");
        return new Node(CanonicalJson.of(condition, state.definitions()), leaf.verdict, actual, leaf.firstFlip,
            sentence, List.of());
    }

    private String actual(final LeafInTime leaf, final Condition condition) {
        if (condition instanceof Condition.AttributeTest test) {
            return attribute(test.attribute());
        }
        final long value = leaf.value;
        if (value == ValueSet.MISSING) {
            return null;
        }
        if (condition instanceof Condition.GroupTest) {
            return group(value);
        } else if (condition instanceof Condition.WebsiteTest) {
            return website(value);
        } else if (condition instanceof Condition.Aggregate aggregate) {
            return aggregate(aggregate, (MeasureSpec.Records)leaf.leaf.spec(), value);
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
