package io.tagma.engine.condition;

import io.tagma.engine.model.Attribute;
import io.tagma.engine.model.Field;
import io.tagma.engine.model.Source;
import io.tagma.engine.model.ValueType;
import java.util.List;

/**
 * A checked condition on a subject (DOMAIN: grammar of a condition). Every operand has the type that its attribute,
 * field or aggregate asks for. Immutable; equal trees are equal.
 */
public sealed interface Condition {
    /** Children of a combination; null for a leaf. */
    default List<Condition> children() {
        return null;
    }

    /** Every child is true. */
    record All(List<Condition> children) implements Condition {
        /** Copies the list. */
        public All {
            children = List.copyOf(children);
        }
    }

    /** Some child is true. */
    record Any(List<Condition> children) implements Condition {
        /** Copies the list. */
        public Any {
            children = List.copyOf(children);
        }
    }

    /** Every child is false. */
    record None(List<Condition> children) implements Condition {
        /** Copies the list. */
        public None {
            children = List.copyOf(children);
        }
    }

    /** Some child is false. */
    record NotAll(List<Condition> children) implements Condition {
        /** Copies the list. */
        public NotAll {
            children = List.copyOf(children);
        }
    }

    /** At least k children are true. */
    record AtLeast(int k, List<Condition> children) implements Condition {
        /** Copies the list. */
        public AtLeast {
            children = List.copyOf(children);
        }
    }

    /** A test of a declared attribute. {@code alignDay} only with withinLast, olderThan, withinNext. */
    record AttributeTest(Attribute attribute, Test test) implements Condition {
    }

    /** A test of the built-in attribute {@code group}: eq, ne, in, notIn over ids. */
    record GroupTest(Test test) implements Condition {
    }

    /** A test of the built-in attribute {@code website}: eq, ne, in, notIn over ids. */
    record WebsiteTest(Test test) implements Condition {
    }

    /** Some record is selected; with {@code not}, none is. */
    record Exists(Query query, boolean not) implements Condition {
    }

    /**
     * An aggregate of the selected records against a constant: eq, ne, lt, le, gt, ge, between.
     *
     * @param field      null exactly for count
     * @param empty      the value over nothing, in {@code resultType}'s integers; null where it is missing (or 0 for
     *                   count, sum, countDistinct)
     * @param resultType INT for count and countDistinct; DECIMAL for avg; else the field's type
     */
    record Aggregate(Function function, Query query, Field field, Long empty, ValueType resultType, Test test)
        implements Condition {
    }

    /** Membership of another segment, now. */
    record Membership(String segment) implements Condition {
    }

    /** from &lt;= bucket &lt; to, of the subject's key under the salt. */
    record Sample(String salt, int from, int to) implements Condition {
    }

    /** The functions of an aggregate. */
    enum Function {
        /** Number of records. */
        COUNT,
        /** Total; 0 over nothing. */
        SUM,
        /** Mean, compared exactly; missing over nothing. */
        AVG,
        /** Smallest; missing over nothing. */
        MIN,
        /** Largest; missing over nothing. */
        MAX,
        /** Number of different values; 0 over nothing. */
        COUNT_DISTINCT
    }

    /** Operator and operand. {@code caseSensitive} only on STRING. */
    record Test(Operator operator, Operand operand, boolean caseSensitive, boolean alignDay) {
    }

    /**
     * Which records are selected: visible (t at or before now), in the window, passing {@code where} and
     * {@code notIn}.
     *
     * @param eventName null except for {@link Source#EVENT}
     * @param where     the whole filter, with {@code match} already folded in: All, or Any for match any; an empty
     *                  {@code where} is {@code All([])}, whatever match says
     * @param window    null where there is none
     * @param notIn     null where there is none
     */
    record Query(Source source, String eventName, Filter where, Window window, NotIn notIn) {
    }

    /** Keeps a record whose field equals that of no visible record of the other source. */
    record NotIn(Source source, String eventName, String on) {
    }

    /** A condition on one record. */
    sealed interface Filter {
        /** Children of a combination; null for a test. */
        default List<Filter> children() {
            return null;
        }

        /** Every child is true. */
        record All(List<Filter> children) implements Filter {
            /** Copies the list. */
            public All {
                children = List.copyOf(children);
            }
        }

        /** Some child is true. */
        record Any(List<Filter> children) implements Filter {
            /** Copies the list. */
            public Any {
                children = List.copyOf(children);
            }
        }

        /** Every child is false. */
        record None(List<Filter> children) implements Filter {
            /** Copies the list. */
            public None {
                children = List.copyOf(children);
            }
        }

        /** Some child is false. */
        record NotAll(List<Filter> children) implements Filter {
            /** Copies the list. */
            public NotAll {
                children = List.copyOf(children);
            }
        }

        /** A test of a field. */
        record FieldTest(Field field, Test test) implements Filter {
        }
    }

    /** The time a record's t must lie in. */
    sealed interface Window {
        /** now - duration &lt; t &lt;= now. */
        record Last(long durationMs) implements Window {
        }

        /** From the start of the local day so many days ago until now. */
        record LastDays(int days) implements Window {
        }

        /** now - from &lt; t &lt;= now - to. */
        record Ago(long fromMs, long toMs) implements Window {
        }

        /** Both inclusive; null where open. */
        record Between(Long fromMs, Long toMs) implements Window {
        }
    }
}
