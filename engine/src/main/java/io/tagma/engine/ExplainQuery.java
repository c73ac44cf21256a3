package io.tagma.engine;

import io.tagma.engine.EngineView.Explanation;
import io.tagma.engine.condition.CanonicalJson;
import io.tagma.engine.condition.Condition;
import io.tagma.engine.condition.Operand;
import io.tagma.engine.condition.SegmentDefinition;
import io.tagma.engine.measure.LeafCompiler;
import io.tagma.engine.measure.RecordCopy;
import io.tagma.engine.measure.SubjectScope;
import io.tagma.engine.measure.TimeTest;
import io.tagma.engine.measure.ValueSet;
import io.tagma.engine.measure.WorkMeter;
import io.tagma.engine.model.Attribute;
import io.tagma.engine.model.CustomerGroup;
import io.tagma.engine.model.ValueType;
import io.tagma.engine.model.Website;
import io.tagma.engine.protocol.SubjectKind;
import io.tagma.engine.segment.SegmentEntry;
import io.tagma.engine.segment.Subjects;
import io.tagma.engine.subject.Dictionary;
import io.tagma.engine.subject.FieldsView;
import io.tagma.engine.words.LeafFacts;
import io.tagma.engine.words.LeafWords;
import io.tagma.engine.words.TimeWords;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
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
    /** Instants at which leaves flip without one of the combinations inside the condition. */
    private static final int INNER_FLIPS_MAX = 256;

    private final EngineState state;
    private final String key;
    private final SegmentEntry entry;
    private final int version;
    private final Question question;
    private final WorkMeter work = new WorkMeter();
    private final SubjectScope scope = new SubjectScope(work);
    private final RecordCopy records;
    private final List<LeafInTime> leaves = new ArrayList<>();
    private final Map<Question.Leaf, LeafInTime> byLeaf = new IdentityHashMap<>();
    private final Map<String, Referred> referred = new LinkedHashMap<>();
    private final Map<Condition, Combination> combinations = new IdentityHashMap<>();
    private final Combination whole = new Combination();
    private final TimeWords time;
    private final LeafWords words;
    private final UniverseWords universe;
    private final boolean isMember;
    private final boolean isSought;
    private final long asOf;
    private final long expiry;
    private final long position;
    private int prepared;
    private int flips;
    private int unflipped;
    private boolean isBegun;

    /** The truth of several leaves now and when it first changes. */
    private static final class Combination {
        private boolean isTrueNow;
        private Long firstFlip;
    }

    /** A segment referred to: whether the subject is a member as time goes on. */
    private static final class Referred {
        private final Question question;
        private final boolean isInUniverse;
        private final Combination inTime = new Combination();
        private boolean isMember;

        Referred(final Question question, final boolean isInUniverse) {
            this.question = question;
            this.isInUniverse = isInUniverse;
        }
    }

    /** A leaf's truth as time goes on. Reads records from the copy. */
    private final class LeafInTime {
        private final Question.Leaf leaf;
        private long value;
        private boolean verdict;
        private Long firstFlip;
        private final RecordFacts facts;
        private boolean isTaken;
        private boolean isTrue;
        private long at;
        private int steps;
        private boolean isFlipFound;
        private boolean isEndReached;

        LeafInTime(final Question.Leaf leaf) {
            this.leaf = leaf;
            facts = leaf.records() == null ? null
                : new RecordFacts(state.subjects().measures(), leaf.records().spec());
            at = asOf;
        }

        private long value(final long instant) {
            scope.now(instant);
            return leaf.records() == null ? Question.valueOfSubject(leaf, scope)
                : records.take(scope, leaf.records());
        }

        /** One step towards value, verdict, facts and first flip; false once all are there. */
        boolean prepare() {
            if (!isTaken) {
                value = value(asOf);
                verdict = leaf.isTrueOf(value);
                isTrue = verdict;
                isTaken = true;
                return true;
            }
            scope.now(asOf);
            if (facts != null && facts.take(scope, records) || seek()) {
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
            final long next = leaf.records() == null ? leaf.next(scope, at)
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
        this.key = key;
        this.entry = entry;
        final Subjects subjects = state.subjects();
        final SegmentDefinition definition =
            entry.live() == null ? entry.definition() : entry.live().definition();
        question = new Question(subjects, state.websites(), definition, state.segments()::liveDefinition);
        version = entry.live() == null ? entry.version() : entry.live().version();
        position = state.logPosition();
        copyAttributes(subjects, ordinal);
        boolean usesProduct = false;
        final List<Question.Leaf> asked = new ArrayList<>();
        for (final Question other : question.referred().values()) {
            asked.addAll(other.leaves());
        }
        asked.addAll(question.leaves());
        for (final Question.Leaf leaf : asked) {
            usesProduct |= leaf.records() != null && leaf.records().usesProduct();
        }
        records = new RecordCopy(subjects.records(), ordinal, usesProduct ? subjects::wrapProduct : null, work);
        asOf = state.asOf(ordinal);
        expiry = subjects.expiryOf(ordinal);
        scope.now(asOf);
        isMember = entry.shown() != null && subjects.rows().has(ordinal, entry.shown().slot());
        isSought = entry.live() != null && question.isInUniverse(scope);
        time = new TimeWords(scope.days().zone(), asOf);
        words = new LeafWords(time, asOf, LeafCompiler.scope(definition, state.websites()), this::group,
            this::website);
        universe = universe(subjects, ordinal, definition);
        collect(question.condition());
        for (final Map.Entry<String, Question> other : question.referred().entrySet()) {
            referred.put(other.getKey(), new Referred(other.getValue(), other.getValue().isInUniverse(scope)));
        }
        for (final Question.Leaf leaf : asked) {
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

    private UniverseWords universe(final Subjects subjects, final int ordinal, final SegmentDefinition definition) {
        final UniverseWords parts = new UniverseWords(definition, time);
        parts.status(entry.live() != null || definition.isOver(asOf));
        parts.validity(asOf);
        parts.kind(SubjectKind.get((short)subjects.rows().kind(ordinal)));
        parts.website(subjects.rows().website(ordinal), this::website);
        if (definition.purpose() != null) {
            final int consent = scope.profile().find(subjects.fieldIds().consent(definition.purpose()));
            parts.purpose(consent < 0 ? null : (Boolean)(scope.profile().number(consent) != 0));
        }
        return parts;
    }

    private void collect(final Condition node) {
        final List<Condition> children = node.children();
        if (children != null) {
            combinations.put(node, new Combination());
            children.forEach(this::collect);
        }
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
        if (!isBegun) {
            isBegun = true;
            unflipped = combinations.size() + referred.size();
            settle(asOf);
        }
        while (isFlipSought()) {
            final LeafInTime first = first();
            if (first == null || first.isEndReached) {
                break;
            }
            if (!first.isFlipFound) {
                first.seek();
            } else {
                flipAll(first.at);
            }
            if (work.units() >= until) {
                return null;
            }
        }
        return explanation();
    }

    /** Whether it is worth while to go on in time: for the membership longer than for what is inside the condition. */
    private boolean isFlipSought() {
        return isSought && whole.firstFlip == null ? flips < FLIPS_MAX : unflipped > 0 && flips < INNER_FLIPS_MAX;
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

    /** All leaves that flip at the instant do, and the combinations that change by it. */
    private void flipAll(final long instant) {
        for (final LeafInTime leaf : leaves) {
            if (leaf.isFlipFound && leaf.at == instant) {
                leaf.flip();
            }
        }
        flips++;
        work.looked(leaves.size() + combinations.size() + referred.size());
        settle(instant);
    }

    /** Notes what is true at an instant, up to which all leaves have been brought: what is referred to first. */
    private void settle(final long instant) {
        for (final Referred other : referred.values()) {
            other.isMember = other.isInUniverse && isTrue(other.question, instant);
            unflipped -= note(other.inTime, other.isMember, instant) ? 1 : 0;
        }
        note(whole, isTrue(question, instant), instant);
    }

    private boolean isTrue(final Question asked, final long instant) {
        final boolean isTrue = isTrue(asked, asked.condition(), instant);
        return isTrue && (asked.validity() == null || byLeaf.get(asked.validity()).isTrue);
    }

    private boolean isTrue(final Question asked, final Condition node, final long instant) {
        final List<Condition> children = node.children();
        if (node instanceof Condition.Membership membership) {
            return referred.containsKey(membership.segment()) && referred.get(membership.segment()).isMember;
        } else if (children == null) {
            return byLeaf.get(asked.leaf(node)).isTrue;
        }
        int trueCount = 0;
        for (final Condition child : children) {
            trueCount += isTrue(asked, child, instant) ? 1 : 0;
        }
        final boolean isTrue = Question.combine(node, trueCount, children.size());
        final Combination explained = combinations.get(node);
        unflipped -= explained != null && note(explained, isTrue, instant) ? 1 : 0;
        return isTrue;
    }

    /** Whether that was its first change. */
    private boolean note(final Combination of, final boolean isTrue, final long instant) {
        if (instant == asOf) {
            of.isTrueNow = isTrue;
        } else if (of.firstFlip == null && isTrue != of.isTrueNow) {
            of.firstFlip = instant;
            return true;
        }
        return false;
    }

    private LeafInTime leaf(final Condition node) {
        return byLeaf.get(question.leaf(node));
    }

    // ---- telling -----------------------------------------------------------------------------------------------

    private Explanation explanation() {
        final Condition root = question.condition();
        final Long flip = isSought ? whole.firstFlip : null;
        final boolean isExpiring = expiry != TimeTest.NEVER && (flip == null || flip >= expiry);
        final Long expired = isExpiring && isMember ? (Long)expiry : null;
        final ExplanationTree tree = new ExplanationTree(words, time,
            leaf -> CanonicalJson.of(leaf, state.definitions()), this::told, isMember, isExpiring ? null : flip);
        final String outside = universe.outside();
        return new Explanation(key, entry.key(), version, isMember,
            tree.sentence(root, outside, expired, !isSought || isEnded()), outside, universe.parts(),
            tree.node(root), isExpiring ? expired : flip, scope.days().zone().getId(), asOf, position);
    }

    /** Whether all is known that time will ever do to the leaves. */
    private boolean isEnded() {
        for (final LeafInTime leaf : leaves) {
            if (!leaf.isEndReached || leaf.at != TimeTest.NEVER) {
                return false;
            }
        }
        return true;
    }

    private ExplanationTree.Told told(final Condition node) {
        final Combination combination = combinations.get(node);
        if (combination != null) {
            return new ExplanationTree.Told(combination.isTrueNow, combination.firstFlip, null, null);
        }
        if (node instanceof Condition.Membership membership) {
            final Referred other = referred.get(membership.segment());
            final boolean isIn = other != null && other.inTime.isTrueNow;
            return new ExplanationTree.Told(isIn, other == null ? null : other.inTime.firstFlip,
                LeafFacts.ofMembership(isIn), Boolean.toString(isIn));
        }
        final LeafInTime leaf = leaf(node);
        final LeafFacts facts = facts(leaf, node);
        return new ExplanationTree.Told(leaf.verdict, leaf.firstFlip, facts, actual(facts, node));
    }

    private LeafFacts facts(final LeafInTime leaf, final Condition node) {
        if (node instanceof Condition.AttributeTest test) {
            final FieldsView fields = scope.profile();
            final int index = fields.find(test.attribute().id());
            if (index < 0) {
                return LeafFacts.of(leaf.verdict, false, 0, null);
            }
            final List<String> texts = texts(test.attribute(), fields, index);
            return LeafFacts.of(leaf.verdict, true, texts == null ? fields.number(index) : 0, texts);
        }
        final boolean isSet = leaf.value != ValueSet.MISSING;
        if (leaf.facts == null) {
            return LeafFacts.of(leaf.verdict, isSet, leaf.value, null);
        }
        final boolean isAverage = leaf.leaf.records().spec().function() == Condition.Function.AVG;
        return new LeafFacts(leaf.verdict, isSet, isSet && isAverage ? leaf.value / 2 : leaf.value, null,
            leaf.facts.average(), leaf.facts.matched(), leaf.facts.counted(), leaf.facts.visible());
    }

    /** Null where the attribute is a number inside. */
    private List<String> texts(final Attribute attribute, final FieldsView fields, final int index) {
        final Dictionary codes = state.subjects().setCodes();
        switch (attribute.type()) {
            case STRING:
                return List.of(fields.text(index));
            case ENUM:
                return List.of(codes.text((int)fields.number(index)));
            case ENUM_SET:
                final List<String> texts = new ArrayList<>();
                for (int i = 0; i < fields.codeCount(index); i++) {
                    texts.add(codes.text(fields.code(index, i)));
                }
                return texts;
            default:
                return null;
        }
    }

    /** For machines: instants in ISO-8601, nothing shortened. */
    private String actual(final LeafFacts facts, final Condition node) {
        if (!facts.isSet()) {
            return null;
        } else if (node instanceof Condition.AttributeTest test) {
            return facts.texts() == null ? Operand.format(facts.value(), test.attribute().type())
                : test.attribute().type() == ValueType.ENUM_SET ? facts.texts().toString() : facts.texts().get(0);
        } else if (node instanceof Condition.GroupTest) {
            return group(facts.value());
        } else if (node instanceof Condition.WebsiteTest) {
            return website(facts.value());
        } else if (node instanceof Condition.Aggregate aggregate) {
            return facts.average() != null ? facts.average() : Operand.format(facts.value(), aggregate.resultType());
        }
        return Long.toString(facts.value());
    }

    private String group(final long id) {
        final CustomerGroup group = state.groups().get((int)id);
        return group == null ? Long.toString(id) : group.code();
    }

    private String website(final long id) {
        final Website website = state.websites().get((int)id);
        return website == null ? Long.toString(id) : website.code();
    }
}
