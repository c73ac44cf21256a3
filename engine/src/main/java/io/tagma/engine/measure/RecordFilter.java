package io.tagma.engine.measure;

import io.tagma.engine.condition.Condition;
import io.tagma.engine.condition.Condition.Filter;
import io.tagma.engine.condition.Operand;
import io.tagma.engine.condition.Operator;
import io.tagma.engine.model.Field;
import io.tagma.engine.model.ValueType;
import io.tagma.engine.subject.FieldsView;
import java.util.List;

/** A compiled condition on one record. Immutable; engine's thread. */
abstract sealed class RecordFilter {

    /** Whether the record passes now. */
    abstract boolean test(RecordContext context);

    /** The earliest instant after {@code after} at which that can change by time alone; see {@link TimeTest#next}. */
    abstract long next(long t, long after, LocalDays days);

    /** Whether it reads the record's product. */
    abstract boolean usesProduct();

    /** Whether its truth depends on now. */
    abstract boolean isTimed();

    /** Whether its truth depends on the zone. */
    abstract boolean usesZone();

    /** Where texts become codes and names become ids: giving new ones, or only finding them. */
    interface Names {
        RecordField field(Field field);

        /** Code of an event's name; below 0 where no event ever had it. */
        int eventName(String name);

        /** Code of an element of a set; below 0 where nobody has it. */
        int code(String text);
    }

    static RecordFilter compile(final Filter filter, final Names names) {
        if (filter instanceof Filter.All all) {
            return new Combined(children(all.children(), names), true, false);
        } else if (filter instanceof Filter.Any any) {
            return new Combined(children(any.children(), names), false, false);
        } else if (filter instanceof Filter.None none) {
            return new Combined(children(none.children(), names), false, true);
        } else if (filter instanceof Filter.NotAll notAll) {
            return new Combined(children(notAll.children(), names), true, true);
        }
        return leaf((Filter.FieldTest)filter, names);
    }

    private static RecordFilter[] children(final List<Filter> filters, final Names names) {
        final RecordFilter[] compiled = new RecordFilter[filters.size()];
        for (int i = 0; i < compiled.length; i++) {
            compiled[i] = compile(filters.get(i), names);
        }
        return compiled;
    }

    private static RecordFilter leaf(final Filter.FieldTest leaf, final Names names) {
        final RecordField field = names.field(leaf.field());
        final Condition.Test test = leaf.test();
        final ValueType type = leaf.field().type();
        if (test.operator() == Operator.IS_SET || test.operator() == Operator.NOT_SET) {
            return new Presence(field, test.operator() == Operator.IS_SET);
        }
        if (TimeTest.isTimeTest(test)) {
            return new Timed(field, TimeTest.of(test, type));
        }
        switch (type) {
            case KEY:
                return new Text(field, TextTest.of(test, true));
            case STRING:
                return new Text(field, TextTest.of(test, false));
            case ENUM_SET:
                return new Codes(field, setTest(test, names));
            default:
                return new Number(field, NumberTests.values(test, 1));
        }
    }

    private static SetTest setTest(final Condition.Test test, final Names names) {
        final List<Integer> codes = ((Operand.Texts)test.operand()).values().stream()
            .map(text -> names.code(text.text())).distinct().sorted().toList();
        return new SetTest(test.operator(), codes);
    }

    /** All or some children, or the opposite. */
    private static final class Combined extends RecordFilter {
        private final RecordFilter[] children;
        private final boolean isAll;
        private final boolean isNegated;

        Combined(final RecordFilter[] children, final boolean isAll, final boolean isNegated) {
            this.children = children;
            this.isAll = isAll;
            this.isNegated = isNegated;
        }

        @Override
        boolean test(final RecordContext context) {
            for (final RecordFilter child : children) {
                if (child.test(context) != isAll) {
                    return isAll == isNegated;
                }
            }
            return isAll != isNegated;
        }

        @Override
        long next(final long t, final long after, final LocalDays days) {
            long next = TimeTest.NEVER;
            for (final RecordFilter child : children) {
                next = Math.min(next, child.next(t, after, days));
            }
            return next;
        }

        @Override
        boolean usesProduct() {
            for (final RecordFilter child : children) {
                if (child.usesProduct()) {
                    return true;
                }
            }
            return false;
        }

        @Override
        boolean isTimed() {
            for (final RecordFilter child : children) {
                if (child.isTimed()) {
                    return true;
                }
            }
            return false;
        }

        @Override
        boolean usesZone() {
            for (final RecordFilter child : children) {
                if (child.usesZone()) {
                    return true;
                }
            }
            return false;
        }
    }

    /** What every test of a field has in common. */
    private abstract static sealed class Leaf extends RecordFilter {
        final RecordField field;

        Leaf(final RecordField field) {
            this.field = field;
        }

        @Override
        long next(final long t, final long after, final LocalDays days) {
            return TimeTest.NEVER;
        }

        @Override
        final boolean usesProduct() {
            return field.isProduct();
        }

        @Override
        boolean isTimed() {
            return false;
        }

        @Override
        boolean usesZone() {
            return false;
        }
    }

    /** isSet, notSet. */
    private static final class Presence extends Leaf {
        private final boolean isSet;

        Presence(final RecordField field, final boolean isSet) {
            super(field);
            this.isSet = isSet;
        }

        @Override
        boolean test(final RecordContext context) {
            return (field.id() <= RecordField.INSTANT_ID || field.index(field.fields(context)) >= 0) == isSet;
        }
    }

    /** Integers. */
    private static final class Number extends Leaf {
        private final ValueSet values;

        Number(final RecordField field, final ValueSet values) {
            super(field);
            this.values = values;
        }

        @Override
        boolean test(final RecordContext context) {
            return values.contains(field.number(context));
        }
    }

    /** Texts and keys. */
    private static final class Text extends Leaf {
        private final TextTest test;

        Text(final RecordField field, final TextTest test) {
            super(field);
            this.test = test;
        }

        @Override
        boolean test(final RecordContext context) {
            if (field.id() == RecordField.ORDER_ID) {
                return test.test(context.record().idBuffer(), context.record().idOffset(),
                    context.record().idLength());
            }
            final FieldsView fields = field.fields(context);
            return test.test(fields, field.index(fields), context.work());
        }
    }

    /** Sets. */
    private static final class Codes extends Leaf {
        private final SetTest test;

        Codes(final RecordField field, final SetTest test) {
            super(field);
            this.test = test;
        }

        @Override
        boolean test(final RecordContext context) {
            final FieldsView fields = field.fields(context);
            return test.test(fields, field.index(fields));
        }
    }

    /** The record's instant against now. */
    private static final class Timed extends Leaf {
        private final TimeTest test;

        Timed(final RecordField field, final TimeTest test) {
            super(field);
            this.test = test;
        }

        @Override
        boolean test(final RecordContext context) {
            final long value = field.number(context);
            return value != ValueSet.MISSING && test.test(value, context.now(), context.days());
        }

        @Override
        long next(final long t, final long after, final LocalDays days) {
            return test.next(t, after, days);
        }

        @Override
        boolean isTimed() {
            return test.operator() != Operator.ON_DAY;
        }

        @Override
        boolean usesZone() {
            return test.byDays();
        }
    }
}
