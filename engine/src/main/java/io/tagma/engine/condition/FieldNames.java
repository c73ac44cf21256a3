package io.tagma.engine.condition;

import io.tagma.engine.model.Field;
import io.tagma.engine.model.RecordFields;
import io.tagma.engine.model.Refusal;
import io.tagma.engine.model.Source;
import java.util.ArrayList;
import java.util.List;

/** Finds the sources and fields that conditions name. */
final class FieldNames {
    private static final String EVENT_PREFIX = "event:";

    private FieldNames() {
    }

    /** The source of {@code order}, {@code event:login} ... */
    static Source source(final String name, final String at) throws Refusal {
        if (name.startsWith(EVENT_PREFIX) && name.length() > EVENT_PREFIX.length()) {
            return Source.EVENT;
        }
        final Source source = Source.ofCode(name);
        if (source == null) {
            final List<String> known = new ArrayList<>();
            for (final Source each : Source.values()) {
                known.add(each == Source.EVENT ? "event:<name>" : each.code());
            }
            throw Faults.invalid(at, "unknown source: source=" + Faults.clip(name) + ", known="
                + String.join(" ", known) + Spelling.hint(name, known));
        }
        return source;
    }

    /** The name behind {@code event:}, or null for other sources. */
    static String eventName(final Source source, final String name) {
        return source == Source.EVENT ? name.substring(EVENT_PREFIX.length()) : null;
    }

    /** A source as conditions write it. */
    static String format(final Source source, final String eventName) {
        return source == Source.EVENT ? EVENT_PREFIX + eventName : source.code();
    }

    /** The field; its type is null where it is declared nowhere. */
    static Field field(final Source source, final String name, final String at) throws Refusal {
        final Field field = RecordFields.find(source, name);
        if (field != null) {
            return field;
        }
        final List<String> known = new ArrayList<>();
        for (final Field each : RecordFields.of(source)) {
            known.add(each.name());
        }
        throw Faults.invalid(at, "unknown field: f=" + Faults.clip(name) + ", source=" + source.code()
            + Spelling.hint(name, known));
    }
}
