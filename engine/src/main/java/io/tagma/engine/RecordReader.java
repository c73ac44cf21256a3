package io.tagma.engine;

import static io.tagma.engine.Admission.invalid;

import io.tagma.engine.model.Field;
import io.tagma.engine.model.RecordFields;
import io.tagma.engine.model.Source;
import io.tagma.engine.model.ValueType;
import io.tagma.engine.model.WebsiteTable;
import io.tagma.engine.protocol.ResultCode;
import io.tagma.engine.protocol.ValueListDecoder;
import io.tagma.engine.subject.FieldIds;
import io.tagma.engine.subject.FieldsWriter;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import org.agrona.DirectBuffer;

/** Reads the sent fields of a record, checked and converted, and its instant. Reusable; engine's thread. */
final class RecordReader {
    private static final String PROPERTIES = "props.";
    /** What commands say elsewhere than among the fields. */
    private static final Set<String> ELSEWHERE = Set.of("t", "id", "orderId");

    private final FieldIds fieldIds;
    private final WebsiteTable websites;
    private final ValueReader value;
    private final ValueListDecoder list = new ValueListDecoder();

    RecordReader(final FieldIds fieldIds, final WebsiteTable websites, final ValueReader value) {
        this.fieldIds = fieldIds;
        this.websites = websites;
        this.value = value;
    }

    /** Null, or why a record cannot be of that instant. */
    static CommandResult checkTime(final long instant, final long now, final String pointer) {
        if (instant > now + Limits.FUTURE_MAX_MS) {
            return invalid(pointer, "more than 5 minutes in the future: t=" + instant + ", now=" + now);
        }
        return instant == Long.MIN_VALUE ? invalid(pointer, "no legal instant: t=" + instant) : null;
    }

    /** Reads a list into the fields of a record; null, or why it is refused. */
    CommandResult read(final Source source, final DirectBuffer values, final FieldsWriter fields,
                       final String pointer) {
        fields.clear();
        list.wrap(values, 0, ValueListDecoder.BLOCK_LENGTH, ValueListDecoder.SCHEMA_VERSION);
        for (final ValueListDecoder.ValuesDecoder each : list.values()) {
            value.read(each);
            final CommandResult refusal = field(source, fields, pointer);
            if (refusal != null) {
                return refusal;
            }
        }
        return null;
    }

    private CommandResult field(final Source source, final FieldsWriter fields, final String pointer) {
        final String name = value.name();
        if (name.startsWith(PROPERTIES) && RecordFields.hasProperties(source)) {
            return property(name.substring(PROPERTIES.length()), fields, pointer + "/props/");
        }
        final String at = pointer + "/" + Keys.token(name).replace('.', '/');
        final Field field = RecordFields.named(source, name);
        if (field == null || field.origin() != Field.Origin.RECORD || ELSEWHERE.contains(name)
            || source != Source.ORDER && name.equals("website")) {
            return invalid(at, "unknown field: name=" + name);
        }
        if (value.isMissing()) {
            return null;
        }
        final CommandResult refusal = field.type() == ValueType.KEY && value.isText() ? checkKey(name, at) : null;
        return refusal != null ? refusal : value.put(fields, FieldIds.named(source, name), field.type(), at);
    }

    private CommandResult property(final String name, final FieldsWriter fields, final String pointer) {
        final String at = pointer + Keys.token(name);
        if (name.isEmpty()) {
            return invalid(at, "a property needs a name");
        } else if (value.isMissing()) {
            return null;
        }
        final int id = fieldIds.internFree(name);
        return id < 0 ? CommandResult.refused(ResultCode.LIMIT, at, "too many names of properties: max="
            + FieldIds.FREE_MAX) : value.putFree(fields, id, at);
    }

    private CommandResult checkKey(final String name, final String at) {
        final CommandResult refusal = checkId(value.text().getBytes(StandardCharsets.UTF_8), at);
        return refusal == null && name.equals("website") ? checkWebsite(value.text(), at) : refusal;
    }

    /** Null, or why that is no id of an order or key of a product. */
    static CommandResult checkId(final byte[] id, final String pointer) {
        return Keys.isLegal(id, Limits.ID_LENGTH_MAX) ? null
            : invalid(pointer, "1-" + Limits.ID_LENGTH_MAX + " bytes without control characters expected");
    }

    /** Null, or that no website has the code. */
    CommandResult checkWebsite(final String code, final String pointer) {
        return websites.get(code) == null ? invalid(pointer, "undeclared website: code=" + code) : null;
    }

    /** A key as a field: it is compared as sent. */
    static void putKey(final FieldsWriter fields, final Source source, final String field, final byte[] key) {
        fields.putText(FieldIds.named(source, field), key, key.length, key, key.length);
    }
}
