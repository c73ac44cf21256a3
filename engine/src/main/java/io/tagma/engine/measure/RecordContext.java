package io.tagma.engine.measure;

import io.tagma.engine.subject.FieldsView;
import io.tagma.engine.subject.RecordView;

/** What the evaluation of a record sees beside the record: now, the subject's local days, and its products. */
public final class RecordContext {
    /** Finds the product that a record names. */
    public interface ProductLookup {
        /** Wraps the fields of the product as the subject sees it; false where it is unknown or deleted. */
        boolean wrap(RecordView record, int ordinal, FieldsView fields);
    }

    private final ProductLookup products;
    private final WorkMeter work;
    private final FieldsView product = new FieldsView();
    private int ordinal;
    private long now;
    private LocalDays days;
    private RecordView record;
    private boolean isProductSought;
    private boolean hasProduct;

    /** Over the products. */
    public RecordContext(final ProductLookup products, final WorkMeter work) {
        this.products = products;
        this.work = work;
    }

    /** For a subject at an instant. */
    public void begin(final int ordinal, final long now, final LocalDays days) {
        this.ordinal = ordinal;
        this.now = now;
        this.days = days;
    }

    /** The next record. */
    public void record(final RecordView record) {
        this.record = record;
        isProductSought = false;
    }

    /** The subject. */
    public int ordinal() {
        return ordinal;
    }

    /** The record. */
    public RecordView record() {
        return record;
    }

    /** Fields of the record's product, or null where it is unknown. */
    public FieldsView product() {
        if (!isProductSought) {
            isProductSought = true;
            hasProduct = products.wrap(record, ordinal, product);
        }
        return hasProduct ? product : null;
    }

    WorkMeter work() {
        return work;
    }

    /** The instant of evaluation. */
    public long now() {
        return now;
    }

    /** Local days of the subject's home website. */
    public LocalDays days() {
        return days;
    }
}
