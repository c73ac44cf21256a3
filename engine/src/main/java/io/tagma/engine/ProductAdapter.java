package io.tagma.engine;

import io.tagma.engine.model.ValueType;
import io.tagma.engine.protocol.MessageHeaderDecoder;
import io.tagma.engine.protocol.ProductDeleteDecoder;
import io.tagma.engine.protocol.ProductUpsertDecoder;
import io.tagma.engine.protocol.ResultCode;
import io.tagma.engine.protocol.ValueListDecoder;
import io.tagma.engine.subject.FieldIds;
import io.tagma.engine.subject.FieldsWriter;
import io.tagma.engine.subject.Products;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.agrona.DirectBuffer;
import org.agrona.ExpandableArrayBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/** Applies commands about products. Reusable; engine's thread. */
final class ProductAdapter {
    private static final String ATTRIBUTES = "attributes.";

    /** Tells repeats by the id of their event. */
    interface Repeats {
        /** Null where the event is new, else the answer. */
        CommandResult answer(byte[] key, byte[] eventId);
    }

    private final EngineState state;
    private final ValueReader value;
    private final MessageHeaderDecoder header = new MessageHeaderDecoder();
    private final ProductUpsertDecoder upsert = new ProductUpsertDecoder();
    private final ProductDeleteDecoder delete = new ProductDeleteDecoder();
    private final ValueListDecoder list = new ValueListDecoder();
    private final UnsafeBuffer values = new UnsafeBuffer(0, 0);
    private final FieldsWriter fields = new FieldsWriter();
    private final ExpandableArrayBuffer scratch = new ExpandableArrayBuffer(4096);

    ProductAdapter(final EngineState state, final ValueReader value) {
        this.state = state;
        this.value = value;
    }

    CommandResult upsert(final DirectBuffer command, final Repeats repeats) {
        upsert.wrapAndApplyHeader(command, 0, header);
        final byte[] key = Keys.read(upsert.productLength(), upsert::getProduct);
        upsert.wrapValues(values);
        final byte[] eventId = Keys.read(upsert.eventIdLength(), upsert::getEventId);
        CommandResult answer = check(key, eventId, repeats);
        if (answer == null) {
            answer = readFields();
        }
        if (answer != null) {
            return answer;
        }
        final Products products = state.subjects().products();
        final String product = text(key);
        if (products.id(product) == Products.MISSING && products.size() >= Limits.PRODUCTS_MAX) {
            return CommandResult.refused(ResultCode.LIMIT, "/product",
                "too many products: max=" + Limits.PRODUCTS_MAX);
        }
        final byte[] encoded = new byte[fields.length()];
        fields.write(scratch, 0);
        scratch.getBytes(0, encoded);
        return remember(key, eventId, change(products.intern(product), encoded));
    }

    CommandResult delete(final DirectBuffer command, final Repeats repeats) {
        delete.wrapAndApplyHeader(command, 0, header);
        final byte[] key = Keys.read(delete.productLength(), delete::getProduct);
        final byte[] eventId = Keys.read(delete.eventIdLength(), delete::getEventId);
        final CommandResult answer = check(key, eventId, repeats);
        if (answer != null) {
            return answer;
        }
        final int id = state.subjects().products().id(text(key));
        return remember(key, eventId, id == Products.MISSING ? CommandResult.OK : change(id, null));
    }

    private CommandResult check(final byte[] key, final byte[] eventId, final Repeats repeats) {
        return Keys.isLegal(key, Limits.ID_LENGTH_MAX) ? repeats.answer(eventKey(key), eventId)
            : CommandResult.refused(ResultCode.INVALID, "/product",
                "1-" + Limits.ID_LENGTH_MAX + " bytes without control characters expected");
    }

    private CommandResult remember(final byte[] key, final byte[] eventId, final CommandResult result) {
        if (eventId.length > 0) {
            state.eventIds().add(eventKey(key), eventId, state.subjects().now());
        }
        return result;
    }

    /** An event id of a product is none of the subject with the same key: no legal key begins with this byte. */
    private static byte[] eventKey(final byte[] key) {
        final byte[] marked = new byte[key.length + 1];
        System.arraycopy(key, 0, marked, 1, key.length);
        return marked;
    }

    /** The product changes; its holders follow in a job. */
    private CommandResult change(final int product, final byte[] encoded) {
        final Products products = state.subjects().products();
        final byte[] before = products.fields(product);
        if (Arrays.equals(before, encoded)) {
            return CommandResult.OK;
        }
        long job = 0;
        if (products.holders(product) != null && state.subjects().hasProductMeasures()) {
            job = state.newJob();
            state.sweeps().product(job, product, before);
        }
        products.fields(product, encoded);
        return job == 0 ? CommandResult.OK : CommandResult.ok(0, job, 0);
    }

    private CommandResult readFields() {
        fields.clear();
        list.wrap(values, 0, ValueListDecoder.BLOCK_LENGTH, ValueListDecoder.SCHEMA_VERSION);
        for (final ValueListDecoder.ValuesDecoder each : list.values()) {
            value.read(each);
            if (value.isMissing()) {
                continue;
            }
            final CommandResult refusal = readField();
            if (refusal != null) {
                return refusal;
            }
        }
        return fields.length() <= Limits.STORED_LENGTH_MAX ? null : CommandResult.refused(ResultCode.TOO_LARGE, "",
            "product too long: length=" + fields.length() + ", max=" + Limits.STORED_LENGTH_MAX);
    }

    private CommandResult readField() {
        final String name = value.name();
        switch (name) {
            case "categories":
                return value.put(fields, FieldIds.PRODUCT_CATEGORY, ValueType.ENUM_SET, "/categories");
            case "sku":
                return value.put(fields, FieldIds.PRODUCT_SKU, ValueType.STRING, "/sku");
            case "price":
                return value.put(fields, FieldIds.PRODUCT_PRICE, ValueType.DECIMAL, "/price");
            case "onSale":
                return value.put(fields, FieldIds.PRODUCT_ON_SALE, ValueType.BOOL, "/onSale");
            default:
                break;
        }
        if (!name.startsWith(ATTRIBUTES)) {
            return CommandResult.refused(ResultCode.INVALID, "/" + Keys.token(name), "unknown field: name=" + name);
        }
        final String local = name.substring(ATTRIBUTES.length());
        final String pointer = "/attributes/" + Keys.token(local);
        final int id = state.subjects().fieldIds().internFree(local);
        return id < 0 ? CommandResult.refused(ResultCode.LIMIT, pointer, "too many names of attributes: max="
            + FieldIds.FREE_MAX) : value.putFree(fields, id, pointer);
    }

    private static String text(final byte[] key) {
        return new String(key, StandardCharsets.UTF_8);
    }
}
