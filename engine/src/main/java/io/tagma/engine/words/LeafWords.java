package io.tagma.engine.words;

import io.tagma.engine.condition.Condition;
import io.tagma.engine.condition.Operand;
import io.tagma.engine.condition.Operator;
import io.tagma.engine.model.ValueType;
import java.time.LocalDate;
import java.time.Year;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.function.LongFunction;

/** Leaves of conditions in words that a merchandiser reads: what they ask, what they found, what can change it. */
public final class LeafWords {
    /** What can change anything. */
    public static final String UNLESS_SOMETHING = "unless something happens first";

    private final TestWords tests;
    private final TimeWords time;
    private final RecordWords records;
    private final LongFunction<String> groups;
    private final LongFunction<String> websites;

    /**
     * With the names of groups and websites.
     *
     * @param now   the instant explained
     * @param scope codes of the websites whose records count; null for all
     */
    public LeafWords(final TimeWords time, final long now, final List<String> scope,
                     final LongFunction<String> groups, final LongFunction<String> websites) {
        this.time = time;
        tests = new TestWords(time);
        records = new RecordWords(time, tests, now, scope);
        this.groups = groups;
        this.websites = websites;
    }

    // ---- what is asked -----------------------------------------------------------------------------------------

    /** The leaf, such as {@code the number of orders in the last 30 days where status is "complete" is at least 3}. */
    public String what(final Condition leaf) {
        if (leaf instanceof Condition.AttributeTest test) {
            final String is = tests.is(test.test(), test.attribute().type());
            return label(test) + (is.startsWith("is ") ? Labels.is(label(test)) + is.substring(3) : " " + is);
        } else if (leaf instanceof Condition.GroupTest test) {
            return "customer group " + tests.is(test.test(), groups);
        } else if (leaf instanceof Condition.WebsiteTest test) {
            return "home website " + tests.is(test.test(), websites);
        } else if (leaf instanceof Condition.Exists exists) {
            return (exists.not() ? "there are no " : "there are ") + records.all(exists.query());
        } else if (leaf instanceof Condition.Aggregate aggregate) {
            return name(aggregate) + over(aggregate) + records.all(aggregate.query()) + " "
                + tests.is(aggregate.test(), aggregate.resultType());
        } else if (leaf instanceof Condition.Sample sample) {
            return "bucket of sample " + sample.salt() + " is " + range(sample);
        }
        return "member of " + ((Condition.Membership)leaf).segment();
    }

    private static String label(final Condition.AttributeTest test) {
        final String key = test.attribute().key();
        if (test.test().operator() == Operator.ANNIVERSARY_WITHIN) {
            return "dob".equals(key) ? "birthday" : "anniversary of " + Labels.of(key);
        }
        return Labels.of(key);
    }

    private static String name(final Condition.Aggregate aggregate) {
        final String field = aggregate.field() == null ? "" : Labels.of(aggregate.field().name());
        final boolean isTime = aggregate.resultType() == ValueType.INSTANT;
        return switch (aggregate.function()) {
            case COUNT -> "the number";
            case SUM -> "the sum of " + field;
            case AVG -> "the average " + field;
            case MIN -> (isTime ? "the earliest " : "the smallest ") + field;
            case MAX -> (isTime ? "the latest " : "the largest ") + field;
            case COUNT_DISTINCT -> "the number of different values of " + field;
        };
    }

    private static String over(final Condition.Aggregate aggregate) {
        return aggregate.function() == Condition.Function.SUM ? " over " : " of ";
    }

    private static String range(final Condition.Sample sample) {
        return sample.from() < sample.to() ? "between " + sample.from() + " and " + (sample.to() - 1)
            : "one of nothing";
    }

    // ---- what was found ----------------------------------------------------------------------------------------

    /**
     * What was found, such as {@code 3 of 3 orders in the last 30 days}.
     *
     * @param isWanted whether the leaf being true is what makes a member, as it does not below none and notAll
     */
    public String found(final Condition leaf, final LeafFacts facts, final boolean isWanted) {
        if (leaf instanceof Condition.AttributeTest test) {
            return attribute(test, facts, isWanted);
        } else if (leaf instanceof Condition.GroupTest test) {
            return "customer group is " + groups.apply(facts.value()) + tests.after(test.test(), groups,
                facts.verdict(), isWanted);
        } else if (leaf instanceof Condition.WebsiteTest test) {
            return "home website is " + websites.apply(facts.value()) + tests.after(test.test(), websites,
                facts.verdict(), isWanted);
        } else if (leaf instanceof Condition.Exists exists) {
            return exists(exists, facts, isWanted);
        } else if (leaf instanceof Condition.Aggregate aggregate) {
            return aggregate(aggregate, facts, isWanted);
        } else if (leaf instanceof Condition.Sample sample) {
            return "bucket of sample " + sample.salt() + " is " + facts.value()
                + (facts.verdict() ? ", " : isWanted ? ", must be " : ", not ") + range(sample);
        }
        return (facts.verdict() ? "member of " : "not a member of ") + ((Condition.Membership)leaf).segment()
            + (isWanted && !facts.verdict() ? ", must be" : "");
    }

    private String attribute(final Condition.AttributeTest test, final LeafFacts facts, final boolean isWanted) {
        final String after = tests.after(test.test(), test.attribute().type(), facts.verdict(), isWanted);
        if (facts.isSet()) {
            return label(test) + Labels.is(label(test)) + value(test, facts) + after;
        }
        return label(test) + Labels.is(label(test)) + "not set"
            + (isWanted && test.test().operator() != Operator.IS_SET ? after : "");
    }

    private String value(final Condition.AttributeTest test, final LeafFacts facts) {
        switch (test.attribute().type()) {
            case STRING:
                return TestWords.quoted(facts.texts().get(0));
            case ENUM:
            case ENUM_SET:
                return facts.texts().isEmpty() ? "empty" : TestWords.listed(facts.texts());
            default:
                return test.test().operator() == Operator.ANNIVERSARY_WITHIN
                    ? anniversary(facts.value(), ((Operand.Numbers)test.test().operand()).values())
                    : tests.value(facts.value(), test.attribute().type());
        }
    }

    /** Such as {@code 28 Feb, in 6 days}: the next one, or the one after it where only that is in the range. */
    private String anniversary(final long value, final List<Long> bounds) {
        final LocalDate born = LocalDate.ofEpochDay(value);
        LocalDate told = null;
        for (int year = time.today().getYear(); year <= time.today().getYear() + 1; year++) {
            final LocalDate day = anniversary(born, year);
            final long ahead = time.today().until(day, ChronoUnit.DAYS);
            final boolean isInRange = bounds.get(0) <= ahead && ahead <= bounds.get(1);
            if (isInRange || told == null && ahead >= 0) {
                told = day;
                if (isInRange) {
                    break;
                }
            }
        }
        final long ahead = time.today().until(told, ChronoUnit.DAYS);
        return TimeWords.dayOfYear(told) + (ahead == 0 ? ", today" : ", in " + TimeWords.count(ahead, "day"));
    }

    private static LocalDate anniversary(final LocalDate born, final int year) {
        final boolean isLeapDay = born.getMonthValue() == 2 && born.getDayOfMonth() == 29;
        return isLeapDay && !Year.isLeap(year) ? LocalDate.of(year, 2, 28)
            : LocalDate.of(year, born.getMonthValue(), born.getDayOfMonth());
    }

    private String exists(final Condition.Exists exists, final LeafFacts facts, final boolean isWanted) {
        final long n = facts.matched();
        if (!exists.not() && n <= 1) {
            return n + " of 1 " + RecordWords.noun(exists.query(), 1) + which(exists.query(), facts);
        }
        return records.counted(n, exists.query()) + inAll(facts)
            + (exists.not() ? n > 0 && isWanted ? ", there must be none" : "" : ", at least 1");
    }

    private String which(final Condition.Query query, final LeafFacts facts) {
        return records.which(query) + inAll(facts);
    }

    private static String inAll(final LeafFacts facts) {
        return facts.visible() == facts.matched() ? "" : " (" + facts.visible() + " in all)";
    }

    private String aggregate(final Condition.Aggregate aggregate, final LeafFacts facts, final boolean isWanted) {
        final Condition.Query query = aggregate.query();
        final Condition.Function function = aggregate.function();
        final String after = tests.after(aggregate.test(), aggregate.resultType(), facts.verdict(), isWanted);
        final boolean isCount = function == Condition.Function.COUNT;
        if (isCount || function == Condition.Function.COUNT_DISTINCT) {
            final long n = facts.value();
            final long needed = needed(aggregate.test());
            final boolean isCompared = needed > 0 && n <= needed;
            if (isCount) {
                return isCompared ? n + " of " + needed + " " + RecordWords.noun(query, needed) + which(query, facts)
                    : records.counted(n, query) + inAll(facts) + shown(aggregate.test(), after);
            }
            return n + (isCompared ? " of " + needed : "") + " different "
                + ((isCompared ? needed : n) == 1 ? "value of " : "values of ") + Labels.of(aggregate.field().name())
                + " in " + records.counted(facts.matched(), query) + inAll(facts)
                + (isCompared ? "" : shown(aggregate.test(), after));
        }
        return amount(aggregate, facts, after);
    }

    /** Of a count nothing is said by its being a number. */
    private static String shown(final Condition.Test test, final String after) {
        return after.isEmpty() && test.operator() == Operator.EQ ? ", as wanted" : after;
    }

    /** How many are needed, where at least so many are; else 0. */
    private static long needed(final Condition.Test test) {
        final Operator operator = test.operator();
        if (operator != Operator.GE && operator != Operator.GT) {
            return 0;
        }
        final long constant = ((Operand.Number)test.operand()).value();
        return operator == Operator.GE || constant == Long.MAX_VALUE ? constant : constant + 1;
    }

    private String amount(final Condition.Aggregate aggregate, final LeafFacts facts, final String after) {
        final Condition.Query query = aggregate.query();
        final boolean isSum = aggregate.function() == Condition.Function.SUM;
        if (facts.counted() == 0) {
            final String none = facts.matched() == 0 ? records.counted(0, query) + inAll(facts)
                : "no " + Labels.of(aggregate.field().name()) + " in " + records.counted(facts.matched(), query)
                + inAll(facts);
            return none + ", so " + name(aggregate) + (!facts.isSet() ? " is not set"
                : (isSum ? " is " : " counts as ") + value(aggregate, facts)) + after;
        }
        final String some = facts.counted() == facts.matched() ? ""
            : ", " + facts.counted() + " of which " + (facts.counted() == 1 ? "has it," : "have it,");
        return name(aggregate) + over(aggregate) + records.counted(facts.matched(), query) + inAll(facts) + some
            + " is " + value(aggregate, facts) + after;
    }

    private String value(final Condition.Aggregate aggregate, final LeafFacts facts) {
        return facts.average() != null ? facts.average() : tests.value(facts.value(), aggregate.resultType());
    }

    // ---- what can change it ------------------------------------------------------------------------------------

    /** What can keep time from changing a leaf, or hasten it: {@code unless another order comes}. */
    public String unless(final Condition leaf, final boolean verdict) {
        if (leaf instanceof Condition.AttributeTest test) {
            return "unless " + Labels.of(test.attribute().key()) + " changes";
        } else if (leaf instanceof Condition.Exists exists) {
            return unless(records.another(exists.query()), exists.not() ? -1 : 1, verdict);
        } else if (leaf instanceof Condition.Aggregate aggregate) {
            return unless(records.another(aggregate.query()), direction(aggregate), verdict);
        }
        return UNLESS_SOMETHING;
    }

    private static String unless(final String another, final int direction, final boolean verdict) {
        if (another == null) {
            return UNLESS_SOMETHING;
        }
        return (direction == 0 || direction > 0 == verdict ? "unless " : "or sooner if ") + another;
    }

    /** Above 0 where one more record can only make it true, below 0 where only false. */
    private static int direction(final Condition.Aggregate aggregate) {
        final Operator operator = aggregate.test().operator();
        final boolean isAtLeast = operator == Operator.GE || operator == Operator.GT;
        final boolean isAtMost = operator == Operator.LE || operator == Operator.LT;
        return switch (aggregate.function()) {
            case COUNT, SUM, COUNT_DISTINCT -> isAtLeast ? 1 : isAtMost ? -1 : 0;
            case MAX -> isAtLeast ? 1 : 0;
            case MIN -> isAtMost ? 1 : 0;
            default -> 0;
        };
    }
}
