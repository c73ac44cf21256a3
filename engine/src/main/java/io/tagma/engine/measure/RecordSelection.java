package io.tagma.engine.measure;

import io.tagma.engine.model.Source;
import io.tagma.engine.subject.FieldIds;
import io.tagma.engine.subject.FieldsView;
import io.tagma.engine.subject.RecordView;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * Which records a query looks at before any filter: those of a source, of one event's name, and within the segment's
 * websites where its event scope says so. Immutable.
 */
final class RecordSelection {
    /** For sources that are no events. */
    static final int NO_EVENT = Integer.MIN_VALUE;

    private final Source source;
    private final int eventName;
    private final byte[][] websites;
    private final int websiteField;

    /** {@code scope} holds codes of websites; null: all. */
    RecordSelection(final Source source, final int eventName, final List<String> scope) {
        this.source = source;
        this.eventName = eventName;
        websiteField = FieldIds.named(source, "website");
        websites = scope == null || websiteField < 0 ? null
            : scope.stream().map(code -> code.getBytes(StandardCharsets.UTF_8)).toArray(byte[][]::new);
    }

    Source source() {
        return source;
    }

    /** Whether the record is one of them. */
    boolean has(final RecordView record) {
        return record.source() == source && (eventName == NO_EVENT || record.eventName() == eventName)
            && (websites == null || isInScope(record.fields()));
    }

    /** A record that names no website is in every scope. */
    private boolean isInScope(final FieldsView fields) {
        final int index = fields.find(websiteField);
        if (index < 0) {
            return true;
        }
        for (final byte[] website : websites) {
            if (fields.hasRaw(index, website)) {
                return true;
            }
        }
        return false;
    }
}
