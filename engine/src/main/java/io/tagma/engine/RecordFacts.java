package io.tagma.engine;

import io.tagma.engine.condition.Condition;
import io.tagma.engine.condition.Condition.Filter;
import io.tagma.engine.condition.Operand;
import io.tagma.engine.condition.Operator;
import io.tagma.engine.measure.MeasureSpec;
import io.tagma.engine.measure.Measures;
import io.tagma.engine.measure.RecordCopy;
import io.tagma.engine.measure.RecordMeasure;
import io.tagma.engine.measure.SubjectScope;
import io.tagma.engine.measure.ValueSet;
import io.tagma.engine.model.Decimals;
import io.tagma.engine.model.ValueType;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.List;

/** Numbers that an aggregate does not tell: how many records there are, and an exact average. Engine's thread. */
final class RecordFacts {
    private static final int VISIBLE = 0;
    private static final int MATCHED = 1;
    private static final int COUNTED = 2;
    private static final int SUM = 3;
    private static final Condition.Test IS_SET = new Condition.Test(Operator.IS_SET, Operand.NONE, false, false);

    private final MeasureSpec.Records spec;
    private final RecordMeasure[] measures;
    private final long[] values;
    private int taken;

    RecordFacts(final Measures compiler, final MeasureSpec.Records spec) {
        this.spec = spec;
        final MeasureSpec.Records count = with(Condition.Function.COUNT, spec.where());
        final MeasureSpec.Records all = new MeasureSpec.Records(Condition.Function.COUNT, spec.source(),
            spec.eventName(), new Filter.All(List.of()), null, null, spec.scope(), null, null, ValueSet.MISSING);
        if (spec.field() == null) {
            measures = compiled(compiler, all, count);
        } else {
            final MeasureSpec.Records counted = with(Condition.Function.COUNT,
                new Filter.All(List.of(spec.where(), new Filter.FieldTest(spec.field(), IS_SET))));
            measures = spec.function() == Condition.Function.AVG
                ? compiled(compiler, all, count, counted, with(Condition.Function.SUM, spec.where()))
                : compiled(compiler, all, count, counted);
        }
        values = new long[measures.length];
    }

    private MeasureSpec.Records with(final Condition.Function function, final Filter where) {
        final boolean isCount = function == Condition.Function.COUNT;
        return new MeasureSpec.Records(function, spec.source(), spec.eventName(), where, spec.window(), spec.notIn(),
            spec.scope(), isCount ? null : spec.field(), isCount ? null : spec.fieldType(), ValueSet.MISSING);
    }

    private static RecordMeasure[] compiled(final Measures compiler, final MeasureSpec.Records... specs) {
        final RecordMeasure[] compiled = new RecordMeasure[specs.length];
        for (int i = 0; i < specs.length; i++) {
            compiled[i] = compiler.compileForQuestion(specs[i]);
        }
        return compiled;
    }

    /** Takes one of them at the scope's instant; false once all are taken. */
    boolean take(final SubjectScope scope, final RecordCopy records) {
        if (taken == measures.length) {
            return false;
        }
        values[taken] = records.take(scope, measures[taken]);
        taken++;
        return true;
    }

    /** Records of the source that can be seen. */
    long visible() {
        return values[VISIBLE];
    }

    /** Records that the query selects. */
    long matched() {
        return values[MATCHED];
    }

    /** Records that the query selects and that have the field, if there is one. */
    long counted() {
        return values[measures.length > COUNTED ? COUNTED : MATCHED];
    }

    /** The average, rounded to 4 decimals; null for other functions and over nothing. */
    String average() {
        if (measures.length <= SUM || counted() == 0) {
            return null;
        }
        final int scale = spec.fieldType() == ValueType.INT ? 0 : Decimals.SCALE;
        return BigDecimal.valueOf(values[SUM], scale)
            .divide(BigDecimal.valueOf(counted()), Decimals.SCALE, RoundingMode.HALF_UP)
            .stripTrailingZeros().toPlainString();
    }
}
