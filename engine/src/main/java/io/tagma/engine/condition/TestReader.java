package io.tagma.engine.condition;

import io.tagma.engine.condition.Condition.Test;
import io.tagma.engine.model.Refusal;
import io.tagma.engine.model.ValueType;
import java.util.ArrayList;
import java.util.List;

/** Reads {@code op, v, cs?, align?} against the type of what is tested (DOMAIN: table of operators). */
final class TestReader {
    private static final int ANNIVERSARY_DAYS_MAX = 365;

    private TestReader() {
    }

    /** The operator, whether or not it fits the type. */
    static Operator operator(final Members node) throws Refusal {
        final String code = node.requireText("op");
        final Operator operator = Operator.ofCode(code);
        if (operator == null) {
            final List<String> known = codes(null);
            throw Faults.invalid(node.at("op"), "unknown operator: op=" + Faults.clip(code)
                + Spelling.hint(code, known));
        }
        return operator;
    }

    /** Whether the operator can be asked of a value of the type. */
    static boolean fits(final Operator operator, final ValueType type) {
        switch (operator) {
            case IS_SET:
            case NOT_SET:
                return true;
            case EQ:
            case NE:
            case IN:
            case NOT_IN:
                return type != ValueType.ENUM_SET;
            case LT:
            case LE:
            case GT:
            case GE:
            case BETWEEN:
                return type.isOrdered();
            case WITHIN_LAST:
            case OLDER_THAN:
            case WITHIN_NEXT:
            case ON_DAY:
                return type == ValueType.DATE || type == ValueType.INSTANT;
            case ANNIVERSARY_WITHIN:
                return type == ValueType.DATE;
            case CONTAINS:
            case NOT_CONTAINS:
            case STARTS_WITH:
            case ENDS_WITH:
            case MATCHES:
                return type == ValueType.STRING;
            case CONTAINS_ANY:
            case CONTAINS_ALL:
            case CONTAINS_NONE:
            case EQ_SET:
                return type == ValueType.ENUM_SET;
            default:
                throw new IllegalStateException("operator without a rule: " + operator);
        }
    }

    /**
     * The type that the literal gives a field that is declared nowhere; null where only presence is asked or there is
     * no literal ({@code in []}).
     */
    static ValueType typeOfLiteral(final Operator operator, final Members node) throws Refusal {
        switch (operator) {
            case IS_SET:
            case NOT_SET:
                return null;
            case CONTAINS_ANY:
            case CONTAINS_ALL:
            case CONTAINS_NONE:
            case EQ_SET:
                return ValueType.ENUM_SET;
            case IN:
            case NOT_IN:
            case BETWEEN:
                final List<Json> elements = node.requireArray("v");
                return elements.isEmpty() ? null : typeOf(elements.get(0), Faults.below(node.at("v"), 0));
            default:
                return typeOf(node.require("v"), node.at("v"));
        }
    }

    /** The whole test. {@code what} names what is tested, for sentences. */
    static Test test(final Members node, final Operator operator, final ValueType type, final String what,
                     final PatternBudget patterns) throws Refusal {
        if (!fits(operator, type)) {
            throw Faults.invalid(node.at("op"), "the operator does not fit the type: op=" + operator.code() + ", "
                + what + " is " + type + ", allowed=" + String.join(" ", codes(type)));
        }
        final boolean caseSensitive = caseSensitive(node, operator, type, what);
        final Operand operand = operand(node, operator, type, caseSensitive, patterns);
        return new Test(operator, operand, caseSensitive, isDayAligned(node, operator, operand, type));
    }

    /** A test of presence: the type may be unknown. */
    static Test presence(final Members node, final Operator operator) throws Refusal {
        requireNone(node, operator);
        if (node.has("cs")) {
            throw Faults.invalid(node.at("cs"), "cs is for STRING only");
        }
        isDayAligned(node, operator, Operand.NONE, null);
        return new Test(operator, Operand.NONE, false, false);
    }

    private static boolean caseSensitive(final Members node, final Operator operator, final ValueType type,
                                         final String what) throws Refusal {
        if (node.has("cs") && type != ValueType.STRING) {
            throw Faults.invalid(node.at("cs"), "cs is for STRING only: " + what + " is " + type);
        }
        return node.bool("cs", false) && operator != Operator.IS_SET && operator != Operator.NOT_SET;
    }

    private static Operand operand(final Members node, final Operator operator, final ValueType type,
                                   final boolean caseSensitive, final PatternBudget patterns) throws Refusal {
        final String at = node.at("v");
        switch (operator) {
            case IS_SET:
            case NOT_SET:
                requireNone(node, operator);
                return Operand.NONE;
            case IN:
            case NOT_IN:
            case CONTAINS_ANY:
            case CONTAINS_ALL:
            case CONTAINS_NONE:
            case EQ_SET:
                return many(node.requireArray("v"), type, at);
            case BETWEEN:
                final List<Json> bounds = node.requireArray("v");
                if (bounds.size() != 2) {
                    throw Faults.invalid(at, "between takes [lo,hi]: elements=" + bounds.size());
                }
                return many(bounds, type, at);
            case WITHIN_LAST:
            case OLDER_THAN:
            case WITHIN_NEXT:
                final Operand.Span span = Literals.span(node.require("v"), at);
                if (type == ValueType.DATE && span.days() < 0) {
                    throw Faults.invalid(at, "a DATE counts whole days: v=" + Durations.format(span.durationMs()));
                }
                return span;
            case ON_DAY:
                return new Operand.Number(Literals.date(node.require("v"), at));
            case ANNIVERSARY_WITHIN:
                return anniversary(node.requireArray("v"), at);
            case MATCHES:
                final Operand.Text regex = Literals.text(node.require("v"), type, at);
                patterns.compile(regex.text(), caseSensitive, at);
                return new Operand.Text(regex.text(), regex.text());
            default:
                return one(node.require("v"), type, at);
        }
    }

    private static Operand one(final Json value, final ValueType type, final String at) throws Refusal {
        return isText(type) ? Literals.text(value, type, at)
            : new Operand.Number(Literals.number(value, type, at));
    }

    private static Operand many(final List<Json> values, final ValueType type, final String at) throws Refusal {
        if (isText(type)) {
            final List<Operand.Text> texts = new ArrayList<>(values.size());
            for (final Json value : values) {
                texts.add(Literals.text(value, type, Faults.below(at, texts.size())));
            }
            return new Operand.Texts(texts);
        }
        final List<Long> numbers = new ArrayList<>(values.size());
        for (final Json value : values) {
            numbers.add(Literals.number(value, type, Faults.below(at, numbers.size())));
        }
        return new Operand.Numbers(numbers);
    }

    private static Operand anniversary(final List<Json> bounds, final String at) throws Refusal {
        if (bounds.size() != 2) {
            throw Faults.invalid(at, "anniversaryWithin takes [lo,hi], days ahead: elements=" + bounds.size());
        }
        final int lo = Members.whole(bounds.get(0), Faults.below(at, 0), 0, ANNIVERSARY_DAYS_MAX);
        final int hi = Members.whole(bounds.get(1), Faults.below(at, 1), 0, ANNIVERSARY_DAYS_MAX);
        if (lo > hi) {
            throw Faults.invalid(at, "anniversaryWithin takes [lo,hi] with lo <= hi: lo=" + lo + ", hi=" + hi);
        }
        return new Operand.Numbers(List.of((long) lo, (long) hi));
    }

    private static void requireNone(final Members node, final Operator operator) throws Refusal {
        if (node.has("v")) {
            throw Faults.invalid(node.at("v"), operator.code() + " takes no v");
        }
    }

    private static boolean isDayAligned(final Members node, final Operator operator, final Operand operand,
                                        final ValueType type) throws Refusal {
        final String align = node.text("align", null);
        if (align == null) {
            return false;
        }
        final String at = node.at("align");
        if (!(operand instanceof Operand.Span span)) {
            throw Faults.invalid(at, "align is for withinLast, olderThan and withinNext: op=" + operator.code());
        }
        return isDay(align, at, span, type == ValueType.DATE);
    }

    /** Reads {@code align}; a span that is aligned to days must have whole ones. */
    static boolean isDay(final String align, final String at, final Operand.Span span, final boolean isDate)
        throws Refusal {
        if ("ms".equals(align)) {
            return false;
        }
        if (!"day".equals(align)) {
            throw Faults.invalid(at, "unknown alignment: align=" + Faults.clip(align) + ", allowed=ms day");
        }
        if (isDate) {
            throw Faults.invalid(at, "a DATE counts local days without align");
        }
        if (span.days() < 0) {
            throw Faults.invalid(at, "align day needs whole days: v=" + Durations.format(span.durationMs()));
        }
        return true;
    }

    private static boolean isText(final ValueType type) {
        return type == ValueType.STRING || type == ValueType.ENUM || type == ValueType.ENUM_SET
            || type == ValueType.KEY;
    }

    private static ValueType typeOf(final Json literal, final String at) throws Refusal {
        if (literal instanceof Json.Text) {
            return ValueType.STRING;
        }
        if (literal instanceof Json.Num) {
            return ValueType.DECIMAL;
        }
        if (literal instanceof Json.Bool) {
            return ValueType.BOOL;
        }
        throw Faults.expected("a text, a number or a boolean", literal, at);
    }

    private static List<String> codes(final ValueType type) {
        final List<String> codes = new ArrayList<>();
        for (final Operator operator : Operator.values()) {
            if (type == null || fits(operator, type)) {
                codes.add(operator.code());
            }
        }
        return codes;
    }
}
