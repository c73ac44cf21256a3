package io.tagma.engine;

import io.tagma.engine.model.Field;
import io.tagma.engine.model.RecordFields;
import io.tagma.engine.model.Source;
import io.tagma.engine.model.ValueType;
import io.tagma.engine.model.WebsiteTable;
import io.tagma.engine.protocol.Flag;
import io.tagma.engine.protocol.MessageHeaderDecoder;
import io.tagma.engine.protocol.OrderUpsertDecoder;
import io.tagma.engine.protocol.ResultCode;
import io.tagma.engine.protocol.ValueListDecoder;
import io.tagma.engine.subject.FieldIds;
import io.tagma.engine.subject.FieldsView;
import io.tagma.engine.subject.FieldsWriter;
import java.nio.charset.StandardCharsets;
import org.agrona.DirectBuffer;
import org.agrona.ExpandableArrayBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/** Turns an order command into an encoded order ({@code OrderView}), checked. Reusable; engine's thread. */
final class OrderAdapter {
    private static final int ITEM_WEBSITE = FieldIds.named(Source.ORDER_ITEM, "website");
    private static final int ORDER_WEBSITE = FieldIds.named(Source.ORDER, "website");

    private final FieldIds fieldIds;
    private final WebsiteTable websites;
    private final ValueReader value;
    private final MessageHeaderDecoder header = new MessageHeaderDecoder();
    private final OrderUpsertDecoder command = new OrderUpsertDecoder();
    private final ValueListDecoder list = new ValueListDecoder();
    private final UnsafeBuffer values = new UnsafeBuffer(0, 0);
    private final FieldsWriter orderFields = new FieldsWriter();
    private final FieldsWriter itemFields = new FieldsWriter();
    private final FieldsView written = new FieldsView();
    private final ExpandableArrayBuffer encoded = new ExpandableArrayBuffer(8192);
    private byte[] key;
    private byte[] orderId;
    private byte[] eventId;
    private int itemCount;
    private int length;
    private long t;

    OrderAdapter(final FieldIds fieldIds, final WebsiteTable websites, final ValueReader value) {
        this.fieldIds = fieldIds;
        this.websites = websites;
        this.value = value;
    }

    /** Reads key, order id and event id; {@link #encode} reads the rest. */
    void wrap(final DirectBuffer buffer, final int offset) {
        command.wrapAndApplyHeader(buffer, offset, header);
        for (final OrderUpsertDecoder.ItemsDecoder item : command.items()) {
            item.skipValues();
        }
        key = bytes(command.keyLength());
        command.getKey(key, 0, key.length);
        orderId = bytes(command.orderIdLength());
        command.getOrderId(orderId, 0, orderId.length);
        command.wrapValues(values);
        eventId = bytes(command.eventIdLength());
        command.getEventId(eventId, 0, eventId.length);
        command.sbeRewind();
    }

    private static byte[] bytes(final int length) {
        return new byte[length];
    }

    byte[] key() {
        return key;
    }

    byte[] orderId() {
        return orderId;
    }

    byte[] eventId() {
        return eventId;
    }

    int itemCount() {
        return itemCount;
    }

    /** The encoded order. */
    DirectBuffer encoded() {
        return encoded;
    }

    /** Its length in bytes. */
    int length() {
        return length;
    }

    /** Encodes the order as of now; null, or why it is refused. */
    CommandResult encode(final long now) {
        if (!Keys.isLegal(orderId, Limits.ID_LENGTH_MAX)) {
            return refused("/order/id", "1-" + Limits.ID_LENGTH_MAX + " bytes without control characters expected");
        }
        t = command.hasT() == Flag.YES ? command.t() : now;
        CommandResult refusal = checkTime(t, now, "/order/t");
        if (refusal == null) {
            refusal = readFields(Source.ORDER, values, orderFields, "/order");
        }
        if (refusal != null) {
            return refusal;
        }
        encoded.putShort(0, (short)orderId.length);
        encoded.putBytes(2, orderId);
        int at = 2 + orderId.length;
        encoded.putLong(at, t);
        at += 8;
        final int fieldsOffset = at;
        at += orderFields.write(encoded, at);
        written.wrap(encoded, fieldsOffset);
        final int website = written.find(ORDER_WEBSITE);
        final int countOffset = at;
        at += 2;
        itemCount = 0;
        for (final OrderUpsertDecoder.ItemsDecoder item : command.items()) {
            final long itemT = item.hasT() == Flag.YES ? item.t() : t;
            item.wrapValues(values);
            final String pointer = "/order/items/" + itemCount;
            refusal = checkTime(itemT, now, pointer + "/t");
            if (refusal == null) {
                refusal = readFields(Source.ORDER_ITEM, values, itemFields, pointer);
            }
            if (refusal != null) {
                return refusal;
            }
            if (website >= 0 && !itemFields.has(ITEM_WEBSITE)) {
                itemFields.putCopy(ITEM_WEBSITE, written, website);
            }
            encoded.putLong(at, itemT);
            at += 8;
            at += itemFields.write(encoded, at);
            itemCount++;
            if (at > Limits.STORED_LENGTH_MAX) {
                break;
            }
        }
        encoded.putShort(countOffset, (short)itemCount);
        length = at;
        return length <= Limits.STORED_LENGTH_MAX ? null : CommandResult.refused(ResultCode.TOO_LARGE, "/order",
            "order too long: length=" + length + ", max=" + Limits.STORED_LENGTH_MAX);
    }

    private static CommandResult checkTime(final long instant, final long now, final String pointer) {
        if (instant > now + Limits.FUTURE_MAX_MS) {
            return refused(pointer, "more than 5 minutes in the future: t=" + instant + ", now=" + now);
        }
        return instant == Long.MIN_VALUE ? refused(pointer, "no legal instant: t=" + instant) : null;
    }

    private CommandResult readFields(final Source source, final DirectBuffer from, final FieldsWriter fields,
                                     final String pointer) {
        fields.clear();
        list.wrap(from, 0, ValueListDecoder.BLOCK_LENGTH, ValueListDecoder.SCHEMA_VERSION);
        for (final ValueListDecoder.ValuesDecoder each : list.values()) {
            value.read(each);
            final CommandResult refusal = readField(source, fields, pointer);
            if (refusal != null) {
                return refusal;
            }
        }
        return null;
    }

    private CommandResult readField(final Source source, final FieldsWriter fields, final String pointer) {
        final String name = value.name();
        final String at = pointer + "/" + Keys.token(name).replace('.', '/');
        if (name.startsWith("props.") && RecordFields.hasProperties(source)) {
            if (value.isMissing()) {
                return null;
            }
            final int id = fieldIds.internFree(name.substring("props.".length()));
            return id < 0 ? CommandResult.refused(ResultCode.LIMIT, at, "too many names of properties: max="
                + FieldIds.FREE_MAX) : value.putFree(fields, id, at);
        }
        final Field field = RecordFields.named(source, name);
        if (field == null || field.origin() != Field.Origin.RECORD || name.equals("t") || name.equals("id")
            || name.equals("orderId")) {
            return refused(at, "unknown field: name=" + name);
        }
        if (value.isMissing()) {
            return null;
        }
        if (field.type() == ValueType.KEY && value.isText()) {
            if (!Keys.isLegal(value.text().getBytes(StandardCharsets.UTF_8), Limits.ID_LENGTH_MAX)) {
                return refused(at, "1-" + Limits.ID_LENGTH_MAX + " bytes without control characters expected");
            }
            if (name.equals("website") && websites.get(value.text()) == null) {
                return refused(at, "undeclared website: code=" + value.text());
            }
        }
        return value.put(fields, FieldIds.named(source, name), field.type(), at);
    }

    private static CommandResult refused(final String pointer, final String detail) {
        return CommandResult.refused(ResultCode.INVALID, pointer, detail);
    }
}
