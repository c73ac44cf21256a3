package io.tagma.engine.measure;

import io.tagma.engine.condition.Condition;
import io.tagma.engine.model.Field;
import io.tagma.engine.model.Source;
import io.tagma.engine.model.ValueType;
import java.util.List;

/** What a measure measures. Equal specs share one measure and one column. Immutable. */
public sealed interface MeasureSpec {
    /** An attribute that is an integer inside, or the code of an ENUM. */
    record AttributeNumber(int attribute) implements MeasureSpec {
    }

    /** Which of the constants in use a STRING equals: a code from 1 on; 0 is another text. */
    record AttributeCode(int attribute, boolean caseSensitive) implements MeasureSpec {
    }

    /** 1 where a test of a STRING is true, 0 where false, missing where the text is. */
    record AttributeText(int attribute, TextTest test) implements MeasureSpec {
    }

    /** 1 where a test of an ENUM_SET is true, 0 where false, missing where the set is. */
    record AttributeSet(int attribute, SetTest test) implements MeasureSpec {
    }

    /** 1 where a test against now is true, 0 where false, missing where the value is. */
    record AttributeTime(int attribute, TimeTest test) implements MeasureSpec {
    }

    /** Id of the customer group. */
    record Group() implements MeasureSpec {
    }

    /** Id of the home website. */
    record Website() implements MeasureSpec {
    }

    /** 0 customer, 1 visitor. */
    record Kind() implements MeasureSpec {
    }

    /** 0-9999 by the key and a salt; missing for a key that nobody has. */
    record Sample(String salt) implements MeasureSpec {
    }

    /**
     * An aggregate of the records that a query selects. An average is kept as 2 x floor(units) + (has a remainder),
     * which compares exactly with 2 x any constant.
     *
     * @param eventName null except for events
     * @param field null for count
     * @param scope websites that records may name, by code; null: any
     * @param empty over nothing, in the result's own integers; {@link ValueSet#MISSING} where it is missing
     */
    record Records(Condition.Function function, Source source, String eventName, Condition.Filter where,
                   Condition.Window window, Condition.NotIn notIn, List<String> scope, Field field,
                   ValueType fieldType, long empty) implements MeasureSpec {
    }
}
