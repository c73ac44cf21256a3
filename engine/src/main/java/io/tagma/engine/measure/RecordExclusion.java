package io.tagma.engine.measure;

import io.tagma.engine.model.ValueType;
import io.tagma.engine.subject.FieldsView;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * The values that exclude: those which a field has in the visible records of another source (notIn). Filled with those
 * records first, then asked of each record. Engine's thread.
 */
final class RecordExclusion {
    private final RecordSelection others;
    private final RecordField here;
    private final RecordField there;
    private final Set<Object> values = new HashSet<>();

    RecordExclusion(final RecordSelection others, final RecordField here, final RecordField there) {
        this.others = others;
        this.here = here;
        this.there = there;
    }

    /** Whose values exclude. */
    RecordSelection others() {
        return others;
    }

    boolean usesProduct() {
        return here.isProduct() || there.isProduct();
    }

    void begin() {
        values.clear();
    }

    /** Takes the value of the context's record, if it is one of the others and visible. */
    void add(final RecordContext context) {
        if (others.has(context.record()) && context.record().t() <= context.now()) {
            final Object value = value(there, context);
            if (value != null) {
                values.add(value);
            }
        }
    }

    /** Whether the context's record is left out. A missing value equals nothing. */
    boolean excludes(final RecordContext context) {
        return !values.isEmpty() && values.contains(value(here, context));
    }

    private static Object value(final RecordField field, final RecordContext context) {
        if (field.id() == RecordField.INSTANT_ID) {
            return context.record().t();
        } else if (field.id() == RecordField.ORDER_ID) {
            final byte[] id = new byte[context.record().idLength()];
            context.record().idBuffer().getBytes(context.record().idOffset(), id);
            return new String(id, StandardCharsets.UTF_8);
        }
        final FieldsView fields = field.fields(context);
        final int index = field.index(fields);
        if (index < 0) {
            return null;
        }
        switch (fields.tag(index)) {
            case FieldsView.TEXT:
                return field.field().type() == ValueType.KEY ? fields.text(index) : fields.folded(index);
            case FieldsView.BOOL:
                return fields.number(index) != 0;
            case FieldsView.NUMBER:
                return fields.number(index);
            case FieldsView.CODES:
                return codes(fields, index);
            default:
                throw new IllegalStateException("unknown tag of a field: tag=" + fields.tag(index));
        }
    }

    private static List<Integer> codes(final FieldsView fields, final int index) {
        final List<Integer> codes = new ArrayList<>();
        for (int i = 0; i < fields.codeCount(index); i++) {
            codes.add(fields.code(index, i));
        }
        return codes;
    }
}
