package io.tagma.engine.measure;

import io.tagma.engine.model.Field;
import io.tagma.engine.model.ValueType;
import io.tagma.engine.subject.FieldIds;
import io.tagma.engine.subject.FieldsView;

/** Finds a field's value in a record or in its product. Immutable; engine's thread. */
final class RecordField {
    /** The record's own instant. */
    static final int INSTANT_ID = -2;
    /** The id of the order. */
    static final int ORDER_ID = -3;
    private static final int NOBODY_HAS_IT = -1;

    private final Field field;
    private final int id;

    /** Finds ids without giving new ones: for questions. */
    static RecordField find(final Field field, final FieldIds ids) {
        return new RecordField(field, id(field, ids, false));
    }

    /** Gives an id to a name that is new: for definitions. */
    static RecordField intern(final Field field, final FieldIds ids) {
        return new RecordField(field, id(field, ids, true));
    }

    private RecordField(final Field field, final int id) {
        this.field = field;
        this.id = id;
    }

    private static int id(final Field field, final FieldIds ids, final boolean intern) {
        switch (field.origin()) {
            case RECORD:
                return switch (field.name()) {
                    case "t" -> INSTANT_ID;
                    case "id", "orderId" -> ORDER_ID;
                    default -> FieldIds.named(field.source(), field.name());
                };
            case PRODUCT:
                switch (field.name()) {
                    case "product.category":
                        return FieldIds.PRODUCT_CATEGORY;
                    case "product.sku":
                        return FieldIds.PRODUCT_SKU;
                    case "product.price":
                        return FieldIds.PRODUCT_PRICE;
                    case "product.onSale":
                        return FieldIds.PRODUCT_ON_SALE;
                    default:
                        break;
                }
                return intern ? ids.internFree(field.localName()) : ids.free(field.localName());
            case PROPERTY:
                return intern ? ids.internFree(field.localName()) : ids.free(field.localName());
            default:
                throw new IllegalStateException("unknown origin: field=" + field);
        }
    }

    Field field() {
        return field;
    }

    int id() {
        return id;
    }

    boolean isProduct() {
        return field.origin() == Field.Origin.PRODUCT;
    }

    /** The list that may hold it; null where the product is unknown. */
    FieldsView fields(final RecordContext context) {
        return isProduct() ? context.product() : context.record().fields();
    }

    /** Its index in that list, or -1 where it is missing or of another type. */
    int index(final FieldsView fields) {
        if (fields == null || id == NOBODY_HAS_IT) {
            return -1;
        }
        final int index = fields.find(id);
        return index >= 0 && hasType(fields.tag(index)) ? index : -1;
    }

    /** An integer value, or {@link ValueSet#MISSING}. */
    long number(final RecordContext context) {
        if (id == INSTANT_ID) {
            return context.record().t();
        }
        final FieldsView fields = fields(context);
        final int index = index(fields);
        return index < 0 ? ValueSet.MISSING : fields.number(index);
    }

    private boolean hasType(final byte tag) {
        final ValueType type = field.type();
        if (type == null) {
            return true;
        }
        return switch (type) {
            case BOOL -> tag == FieldsView.BOOL;
            case STRING, KEY -> tag == FieldsView.TEXT;
            case ENUM_SET -> tag == FieldsView.CODES;
            default -> tag == FieldsView.NUMBER;
        };
    }
}
