package io.tagma.loadtest;

import io.tagma.engine.protocol.NamedValue;
import io.tagma.engine.protocol.Value;
import java.math.BigDecimal;
import java.time.LocalDate;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The values of a command by name, as a column of DuckDB takes them: null where there is none. */
final class SentValues {
    private static final int SCALE = 4;

    private final Map<String, Value> byName = new HashMap<>();

    SentValues(final List<NamedValue> values) {
        values.forEach(value -> byName.put(value.name(), value.value()));
    }

    /** A text as it was sent. */
    String text(final String name) {
        return byName.get(name) instanceof Value.Text text ? text.value() : null;
    }

    /** A day. */
    LocalDate day(final String name) {
        final String text = text(name);
        return text == null ? null : LocalDate.parse(text);
    }

    /** A truth. */
    Boolean bool(final String name) {
        return byName.get(name) instanceof Value.Bool bool ? (Boolean) bool.value() : null;
    }

    /** A whole number. */
    Long whole(final String name) {
        return byName.get(name) instanceof Value.Whole whole ? (Long) whole.value() : null;
    }

    /** An exact number. */
    BigDecimal decimal(final String name) {
        final Value value = byName.get(name);
        if (value instanceof Value.Whole whole) {
            return BigDecimal.valueOf(whole.value()).setScale(SCALE);
        }
        return value instanceof Value.Decimal decimal ? BigDecimal.valueOf(decimal.units(), SCALE) : null;
    }

    /** Several codes. */
    List<String> texts(final String name) {
        return byName.get(name) instanceof Value.Texts texts ? texts.elements() : null;
    }
}
