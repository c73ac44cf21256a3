package io.tagma.engine.words;

import io.tagma.engine.condition.Condition;
import io.tagma.engine.condition.Operand;
import io.tagma.engine.model.ValueType;
import java.util.List;
import java.util.function.Function;
import java.util.function.LongFunction;

/** Tests and the values they compare with in words. Numbers are exact. Immutable. */
public final class TestWords {
    /** Values of a list that are told. */
    private static final int LISTED_MAX = 10;
    /** Code points of a text that are told. */
    private static final int TEXT_LENGTH_MAX = 60;

    private final TimeWords time;

    /** A verb, whether it is negated, and what follows: {@code is}, {@code at least 3}. */
    private record Phrase(String verb, boolean isNegated, String rest) {
        /** Of what holds: {@code is at least 3}. */
        String is() {
            final String third = switch (verb) {
                case "be" -> isNegated ? "is not" : "is";
                case "have" -> "has";
                case "match" -> "matches";
                default -> isNegated ? "does not " + verb : verb + "s";
            };
            return third + (rest.isEmpty() ? "" : " " + rest);
        }

        /** Of what has been told to be and holds: {@code at least 3}. */
        String held() {
            return !"be".equals(verb) ? is() : isNegated ? "not " + rest : rest;
        }

        /** Of what does not hold, nor should it: {@code not at least 3}. */
        String unheld() {
            if ("be".equals(verb)) {
                return isNegated ? "" : "not " + rest;
            }
            return isNegated ? new Phrase(verb, false, rest).is() : "does not " + verb + " " + rest;
        }

        /** Of what does not hold: {@code must be at least 3}. */
        String wanted() {
            return (isNegated ? "must not " : "must ") + verb + (rest.isEmpty() ? "" : " " + rest);
        }
    }

    TestWords(final TimeWords time) {
        this.time = time;
    }

    /** Values of a type. */
    LongFunction<String> values(final ValueType type) {
        return value -> value(value, type);
    }

    /** A value of a type that is an integer inside. */
    String value(final long value, final ValueType type) {
        switch (type) {
            case DATE:
                return time.day(value);
            case INSTANT:
                return time.instant(value);
            default:
                return Operand.format(value, type);
        }
    }

    /** A text between quotes, shortened where it is long. */
    public static String quoted(final String text) {
        return '"' + clipped(text) + '"';
    }

    private static String clipped(final String text) {
        return text.codePointCount(0, text.length()) <= TEXT_LENGTH_MAX ? text
            : text.substring(0, text.offsetByCodePoints(0, TEXT_LENGTH_MAX)) + "…";
    }

    /** Codes one after another. */
    public static String listed(final List<String> codes) {
        return listed(codes, TestWords::clipped);
    }

    private static <T> String listed(final List<T> values, final Function<T, String> format) {
        final StringBuilder text = new StringBuilder();
        for (int i = 0; i < Math.min(LISTED_MAX, values.size()); i++) {
            text.append(i == 0 ? "" : ", ").append(format.apply(values.get(i)));
        }
        return values.size() <= LISTED_MAX ? text.toString()
            : text + " and " + (values.size() - LISTED_MAX) + " more";
    }

    /** The test of what has a type, such as {@code is at least 3}. */
    String is(final Condition.Test test, final ValueType type) {
        return phrase(test, type, values(type)).is();
    }

    /** The same of what has names. */
    String is(final Condition.Test test, final LongFunction<String> names) {
        return phrase(test, ValueType.INT, names).is();
    }

    /**
     * What to say after a value: {@code , at least 3} where the test holds, {@code , must be at least 3} where it does
     * not, but {@code , not at least 3} where that is not wanted either.
     */
    String after(final Condition.Test test, final ValueType type, final boolean isHeld, final boolean isWanted) {
        return after(test, phrase(test, type, values(type)), isHeld, isWanted);
    }

    /** The same after what has names. */
    String after(final Condition.Test test, final LongFunction<String> names, final boolean isHeld,
                 final boolean isWanted) {
        return after(test, phrase(test, ValueType.INT, names), isHeld, isWanted);
    }

    private static String after(final Condition.Test test, final Phrase phrase, final boolean isHeld,
                                final boolean isWanted) {
        if (isHeld) {
            return switch (test.operator()) {
                case EQ, EQ_SET, ON_DAY, ANNIVERSARY_WITHIN, IS_SET, NOT_SET -> "";
                default -> ", " + phrase.held();
            };
        }
        final String unheld = isWanted ? phrase.wanted() : phrase.unheld();
        return unheld.isEmpty() ? "" : ", " + unheld;
    }

    private Phrase phrase(final Condition.Test test, final ValueType type, final LongFunction<String> names) {
        final boolean isTime = type == ValueType.DATE || type == ValueType.INSTANT;
        final String v = operand(test.operand(), type, names);
        final String days = test.alignDay() ? " by whole days" : "";
        return switch (test.operator()) {
            case EQ -> be(v);
            case NE -> notBe(v);
            case IN -> be("one of " + orNothing(v));
            case NOT_IN -> be("none of " + orNothing(v));
            case IS_SET -> be("set");
            case NOT_SET -> notBe("set");
            case LT -> be((isTime ? "before " : "less than ") + v);
            case LE -> be((isTime ? "no later than " : "at most ") + v);
            case GT -> be((isTime ? "after " : "more than ") + v);
            case GE -> be((isTime ? "no earlier than " : "at least ") + v);
            case BETWEEN -> be("between " + range(test.operand(), names));
            case WITHIN_LAST -> be("within the last " + span(test.operand()) + days);
            case OLDER_THAN -> be((test.alignDay() ? "more than " : "at least ") + v + " ago" + days);
            case WITHIN_NEXT -> be("within the next " + span(test.operand()) + days);
            case ON_DAY -> be("on " + operand(test.operand(), ValueType.DATE, values(ValueType.DATE)));
            case ANNIVERSARY_WITHIN -> be("in " + days(((Operand.Numbers)test.operand()).values()));
            case CONTAINS -> new Phrase("contain", false, v);
            case NOT_CONTAINS -> new Phrase("contain", true, v);
            case STARTS_WITH -> new Phrase("start", false, "with " + v);
            case ENDS_WITH -> new Phrase("end", false, "with " + v);
            case MATCHES -> new Phrase("match", false, v);
            case CONTAINS_ANY -> new Phrase("have", false, "one of " + orNothing(v));
            case CONTAINS_ALL -> new Phrase("have", false, "all of " + orNothing(v));
            case CONTAINS_NONE -> new Phrase("have", false, "none of " + orNothing(v));
            case EQ_SET -> be(v.isEmpty() ? "empty" : "exactly " + v);
        };
    }

    private static String span(final Operand operand) {
        return TimeWords.span(((Operand.Span)operand).durationMs());
    }

    private static Phrase be(final String rest) {
        return new Phrase("be", false, rest);
    }

    private static Phrase notBe(final String rest) {
        return new Phrase("be", true, rest);
    }

    private static String orNothing(final String list) {
        return list.isEmpty() ? "nothing" : list;
    }

    private static String days(final List<Long> bounds) {
        return bounds.get(0).equals(bounds.get(1)) ? TimeWords.count(bounds.get(0), "day")
            : bounds.get(0) + " to " + TimeWords.count(bounds.get(1), "day");
    }

    private static String range(final Operand operand, final LongFunction<String> names) {
        final List<Long> bounds = ((Operand.Numbers)operand).values();
        return names.apply(bounds.get(0)) + " and " + names.apply(bounds.get(1));
    }

    private static String operand(final Operand operand, final ValueType type, final LongFunction<String> names) {
        final Function<Operand.Text, String> texts = type == ValueType.STRING ? text -> quoted(text.text())
            : text -> clipped(text.text());
        if (operand instanceof Operand.Number number) {
            return names.apply(number.value());
        } else if (operand instanceof Operand.Numbers numbers) {
            return listed(numbers.values(), names::apply);
        } else if (operand instanceof Operand.Text text) {
            return texts.apply(text);
        } else if (operand instanceof Operand.Texts list) {
            return listed(list.values(), texts);
        } else if (operand instanceof Operand.Span span) {
            return TimeWords.duration(span.durationMs());
        }
        return "";
    }
}
