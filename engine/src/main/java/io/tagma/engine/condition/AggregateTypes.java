package io.tagma.engine.condition;

import io.tagma.engine.condition.Condition.Function;
import io.tagma.engine.model.Field;
import io.tagma.engine.model.Refusal;
import io.tagma.engine.model.Source;
import io.tagma.engine.model.ValueType;

/** Which fields an aggregate takes, and the type of its result. */
final class AggregateTypes {
    private AggregateTypes() {
    }

    /** As JSON writes the function. */
    static String code(final Function function) {
        switch (function) {
            case COUNT:
                return "count";
            case SUM:
                return "sum";
            case AVG:
                return "avg";
            case MIN:
                return "min";
            case MAX:
                return "max";
            case COUNT_DISTINCT:
                return "countDistinct";
            default:
                throw new IllegalStateException("function without a code: " + function);
        }
    }

    /**
     * The member {@code field}: refused for count, else required. No literal gives a type to a field that is declared
     * nowhere: it is a number to the functions that compute, a text to countDistinct.
     */
    static Field field(final Members agg, final Function function, final Source source) throws Refusal {
        if (function == Function.COUNT) {
            if (agg.has("field")) {
                throw Faults.invalid(agg.at("field"), "count takes no field; countDistinct does");
            }
            return null;
        }
        final String name = agg.requireText("field");
        final Field field = FieldNames.field(source, name, agg.at("field"));
        if (field.type() == null) {
            return new Field(source, name, function == Function.COUNT_DISTINCT ? ValueType.STRING : ValueType.DECIMAL,
                field.origin());
        }
        if (!takes(function, field.type())) {
            throw Faults.invalid(agg.at("field"), "the field's type does not fit the function: fn=" + code(function)
                + ", " + name + " is " + field.type());
        }
        return field;
    }

    /** The type of the result. */
    static ValueType result(final Function function, final Field field) {
        switch (function) {
            case COUNT:
            case COUNT_DISTINCT:
                return ValueType.INT;
            case AVG:
                return ValueType.DECIMAL;
            default:
                return field.type();
        }
    }

    /** The member {@code empty}: null where it is absent or says what is so anyway. */
    static Long empty(final Members agg, final Function function, final ValueType type) throws Refusal {
        final Json json = agg.get("empty");
        if (json == null) {
            return null;
        }
        final long empty = Literals.number(json, type, agg.at("empty"));
        if (function == Function.AVG || function == Function.MIN || function == Function.MAX) {
            return empty;
        }
        if (empty != 0) {
            throw Faults.invalid(agg.at("empty"), code(function) + " over nothing is 0");
        }
        return null;
    }

    private static boolean takes(final Function function, final ValueType type) {
        switch (function) {
            case SUM:
            case AVG:
                return type == ValueType.INT || type == ValueType.DECIMAL || type == ValueType.DOUBLE;
            case MIN:
            case MAX:
                return type.isOrdered();
            default:
                return type != ValueType.ENUM_SET;
        }
    }
}
