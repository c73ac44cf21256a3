package io.tagma.engine.segment;

import io.tagma.engine.ordinals.OrdinalSet;
import java.util.function.ObjLongConsumer;

/** A product changed: its holders' measures are taken anew; a holder sees the product as it was until its turn. */
final class ProductSweep extends Sweep {
    private final long job;
    private final Subjects subjects;
    private final int product;
    private final byte[] before;

    ProductSweep(final long job, final long instant, final Subjects subjects, final int product,
                 final byte[] before) {
        super(instant);
        this.job = job;
        this.subjects = subjects;
        this.product = product;
        this.before = before;
    }

    long job() {
        return job;
    }

    int product() {
        return product;
    }

    /** The product's fields until the change; null where it was unknown. */
    byte[] before() {
        return before;
    }

    @Override
    void jobs(final ObjLongConsumer<String> consumer) {
        consumer.accept(subjects.products().key(product), job);
    }

    @Override
    Kind kind() {
        return Kind.PRODUCT;
    }

    @Override
    int next(final int from) {
        final OrdinalSet holders = subjects.products().holders(product);
        return holders == null ? -1 : holders.next(from);
    }

    @Override
    boolean covers(final int ordinal) {
        final OrdinalSet holders = subjects.products().holders(product);
        return holders != null && holders.contains(ordinal);
    }

    @Override
    void visit(final int ordinal) {
        subjects.retakeProducts(ordinal, instant());
    }

    @Override
    void end() {
        // Every holder sees the product as it is.
    }
}
