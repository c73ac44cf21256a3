package io.tagma.engine.measure;

import io.tagma.engine.condition.Condition;
import io.tagma.engine.condition.Operand;
import io.tagma.engine.condition.Operator;
import io.tagma.engine.condition.SegmentDefinition;
import io.tagma.engine.model.Attribute;
import io.tagma.engine.model.WebsiteTable;
import io.tagma.engine.protocol.SubjectKind;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;

/**
 * Turns a leaf of a condition into a measure and the values for which it is true. For definitions it gives codes to
 * new constants; for questions it changes nothing. Engine's thread.
 */
public final class LeafCompiler {
    private static final ValueSet TRUE = ValueSet.point(1);

    private final Measures measures;
    private final boolean isForQuestion;
    private List<String> scope;

    /** A predicate before it is shared. */
    public record Leaf(MeasureSpec spec, ValueSet values) {
    }

    /** Compiles for definitions, or for questions. */
    public LeafCompiler(final Measures measures, final boolean isForQuestion) {
        this.measures = measures;
        this.isForQuestion = isForQuestion;
    }

    /** Who a segment is about: a kind of subjects, at home at some websites, who agreed to a purpose. */
    public List<Leaf> universe(final SegmentDefinition definition) {
        return Stream.of(kind(definition.applyTo()), website(definition.websites()), purpose(definition.purpose()))
            .filter(Objects::nonNull).toList();
    }

    /** Codes of the websites whose records count; null where all do. */
    public static List<String> scope(final SegmentDefinition definition, final WebsiteTable websites) {
        return !definition.websiteScope() || definition.websites().isEmpty() ? null
            : definition.websites().stream().map(id -> websites.get(id).code()).toList();
    }

    /** Null where it is everyone. */
    private static Leaf kind(final SegmentDefinition.ApplyTo applyTo) {
        return switch (applyTo) {
            case REGISTERED -> new Leaf(new MeasureSpec.Kind(), ValueSet.point(SubjectKind.CUSTOMER.value()));
            case VISITORS -> new Leaf(new MeasureSpec.Kind(), ValueSet.point(SubjectKind.VISITOR.value()));
            default -> null;
        };
    }

    /** Home website among some; null where it is any. */
    private static Leaf website(final List<Integer> websites) {
        return websites.isEmpty() ? null
            : new Leaf(new MeasureSpec.Website(),
                ValueSet.points(websites.stream().mapToLong(Integer::longValue).toArray()));
    }

    /** Membership is for those who agreed to the purpose; null where it asks for none. */
    private Leaf purpose(final String purpose) {
        return purpose == null ? null
            : new Leaf(new MeasureSpec.AttributeNumber(measures.consentId(purpose, isForQuestion)), TRUE);
    }

    /** A leaf that is no combination and no reference. Records count where their website, if any, is in the scope. */
    public Leaf compile(final Condition leaf, final List<String> websiteScope) {
        scope = websiteScope;
        return compile(leaf);
    }

    private Leaf compile(final Condition leaf) {
        if (leaf instanceof Condition.AttributeTest test) {
            return attribute(test.attribute(), test.test());
        } else if (leaf instanceof Condition.GroupTest test) {
            return new Leaf(new MeasureSpec.Group(), NumberTests.values(test.test(), 1));
        } else if (leaf instanceof Condition.WebsiteTest test) {
            return new Leaf(new MeasureSpec.Website(), NumberTests.values(test.test(), 1));
        } else if (leaf instanceof Condition.Sample sample) {
            return new Leaf(new MeasureSpec.Sample(sample.salt()), ValueSet.range(sample.from(), sample.to() - 1L));
        } else if (leaf instanceof Condition.Exists exists) {
            return new Leaf(records(Condition.Function.COUNT, exists.query(), null, ValueSet.MISSING),
                exists.not() ? ValueSet.point(0) : ValueSet.range(1, ValueSet.MAX));
        } else if (leaf instanceof Condition.Aggregate aggregate) {
            return new Leaf(records(aggregate.function(), aggregate.query(), aggregate,
                aggregate.empty() == null ? ValueSet.MISSING : aggregate.empty()),
                NumberTests.values(aggregate.test(), aggregate.function() == Condition.Function.AVG ? 2 : 1));
        }
        throw new IllegalStateException("no leaf: node=" + leaf);
    }

    private MeasureSpec.Records records(final Condition.Function function, final Condition.Query query,
                                        final Condition.Aggregate aggregate, final long empty) {
        return new MeasureSpec.Records(function, query.source(), query.eventName(), query.where(), query.window(),
            query.notIn(), scope, aggregate == null ? null : aggregate.field(),
            aggregate == null || aggregate.field() == null ? null : aggregate.field().type(), empty);
    }

    private Leaf attribute(final Attribute attribute, final Condition.Test test) {
        final int id = attribute.id();
        final Operator operator = test.operator();
        if (TimeTest.isTimeTest(test)) {
            return new Leaf(new MeasureSpec.AttributeTime(id, TimeTest.of(test, attribute.type())), TRUE);
        }
        switch (attribute.type()) {
            case STRING:
                return text(id, test);
            case ENUM:
                return new Leaf(new MeasureSpec.AttributeNumber(id), enumeration(test));
            case ENUM_SET:
                return set(id, operator, test.operand());
            default:
                return new Leaf(new MeasureSpec.AttributeNumber(id), NumberTests.values(test, 1));
        }
    }

    private Leaf text(final int attribute, final Condition.Test test) {
        switch (test.operator()) {
            case IS_SET:
            case NOT_SET:
                return new Leaf(isForQuestion ? new MeasureSpec.AttributeText(attribute, TextTest.of(test, false))
                    : new MeasureSpec.AttributeCode(attribute, false), NumberTests.values(test, 1));
            case EQ:
            case NE:
            case IN:
            case NOT_IN:
                return isForQuestion ? new Leaf(new MeasureSpec.AttributeText(attribute, TextTest.of(test, false)),
                    TRUE) : code(attribute, test);
            default:
                return new Leaf(new MeasureSpec.AttributeText(attribute, TextTest.of(test, false)), TRUE);
        }
    }

    private Leaf code(final int attribute, final Condition.Test test) {
        final MeasureSpec spec = new MeasureSpec.AttributeCode(attribute, test.caseSensitive());
        final Measure measure = measures.open(spec);
        final List<String> constants = TextTest.of(test, false).constants();
        final long[] codes = new long[constants.size()];
        for (int i = 0; i < codes.length; i++) {
            codes[i] = measure.internCode(constants.get(i));
        }
        final ValueSet equal = ValueSet.points(codes);
        final boolean isPositive = test.operator() == Operator.EQ || test.operator() == Operator.IN;
        return new Leaf(spec, isPositive ? equal : equal.butNot());
    }

    private ValueSet enumeration(final Condition.Test test) {
        if (test.operand() instanceof Operand.None) {
            return NumberTests.values(test, 1);
        }
        final List<Operand.Text> constants = test.operand() instanceof Operand.Texts texts ? texts.values()
            : List.of((Operand.Text)test.operand());
        final ValueSet equal = ValueSet.points(constants.stream().mapToLong(c -> elementCode(c.text())).toArray());
        final boolean isPositive = test.operator() == Operator.EQ || test.operator() == Operator.IN;
        return isPositive ? equal : equal.butNot();
    }

    private Leaf set(final int attribute, final Operator operator, final Operand operand) {
        if (operator == Operator.IS_SET || operator == Operator.NOT_SET) {
            return new Leaf(new MeasureSpec.AttributeSet(attribute, new SetTest(Operator.IS_SET, List.of())),
                operator == Operator.IS_SET ? TRUE : ValueSet.point(ValueSet.MISSING));
        }
        final List<Integer> codes = ((Operand.Texts)operand).values().stream()
            .map(text -> elementCode(text.text())).distinct().sorted().toList();
        return new Leaf(new MeasureSpec.AttributeSet(attribute, new SetTest(operator, codes)), TRUE);
    }

    private int elementCode(final String text) {
        return isForQuestion ? measures.codeForQuestion(text) : measures.internCode(text);
    }
}
