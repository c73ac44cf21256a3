package io.tagma.engine.subject;

import io.tagma.engine.model.Decimals;
import io.tagma.engine.model.Source;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Unites two carts of one website: lines of the same product become one, with quantities and row totals summed; totals
 * are summed; instants are the later. Sums may stay within the range of their type, or leave it, as sums did in the
 * first application version. Reusable; engine's thread.
 */
public final class CartMerge {
    private static final int LINES = FieldIds.named(Source.CART, "lineItems");
    private static final int[] TOTALS = fields(Source.CART, "subtotal", "grandTotal", "tax", "shippingAmount",
        "giftCard", "storeCredit", "qty", "lineItems");
    private static final int[] AMOUNTS = fields(Source.CART_ITEM, "qty", "rowTotal");

    private final EntryView into = new EntryView();
    private final EntryView from = new EntryView();
    private final EntryWriter writer = new EntryWriter();
    private final FieldsWriter writerFields = new FieldsWriter();
    private final List<Line> lines = new ArrayList<>();
    private boolean isWithinRange;

    /** A line while carts are united. */
    private static final class Line {
        final String product;
        final FieldsWriter fields = new FieldsWriter();
        long t;

        Line(final RecordView record) {
            product = FieldIds.product(record);
            t = record.t();
            copy(record.fields(), fields);
        }
    }

    private static int[] fields(final Source source, final String... names) {
        return Arrays.stream(names).mapToInt(name -> FieldIds.named(source, name)).toArray();
    }

    private static void copy(final FieldsView source, final FieldsWriter target) {
        target.clear();
        for (int i = 0; i < source.count(); i++) {
            target.putCopy(source, i);
        }
    }

    /** The customer's cart with the visitor's in it, valid until the next call. */
    public EntryWriter merge(final byte[] customers, final byte[] visitors, final boolean withinRange) {
        isWithinRange = withinRange;
        into.wrap(new UnsafeBuffer(customers), 0);
        from.wrap(new UnsafeBuffer(visitors), 0);
        lines.clear();
        for (RecordView line = into.nextLine(); line != null; line = into.nextLine()) {
            lines.add(new Line(line));
        }
        int joined = 0;
        for (RecordView line = from.nextLine(); line != null; line = from.nextLine()) {
            final Line same = find(FieldIds.product(line));
            if (same == null) {
                lines.add(new Line(line));
            } else {
                joined++;
                same.t = Math.max(same.t, line.t());
                sum(same.fields, line.fields(), AMOUNTS);
            }
        }
        copy(into.head().fields(), writerFields);
        sum(writerFields, from.head().fields(), TOTALS);
        if (writerFields.has(LINES)) {
            writerFields.putNumber(LINES, writerFields.number(LINES) - joined);
        }
        writer.begin(Source.CART, into.id(), Math.max(into.head().t(), from.head().t()), writerFields);
        lines.forEach(line -> writer.line(line.t, line.fields));
        return writer;
    }

    private Line find(final String product) {
        for (final Line line : lines) {
            if (product != null && product.equals(line.product)) {
                return line;
            }
        }
        return null;
    }

    /** Adds numbers; one that only one side has stays as it is. */
    private void sum(final FieldsWriter target, final FieldsView other, final int[] ids) {
        for (final int id : ids) {
            final int index = other.find(id);
            if (index >= 0) {
                target.putNumber(id, target.has(id) ? sum(id, target.number(id), other.number(index))
                    : other.number(index));
            }
        }
    }

    private long sum(final int id, final long a, final long b) {
        if (!isWithinRange) {
            return a + b;
        } else if (id == LINES) {
            // Both are counts that someone sent: any whole number but the smallest.
            return b > 0 ? a > Long.MAX_VALUE - b ? Long.MAX_VALUE : a + b
                : a < -Long.MAX_VALUE - b ? -Long.MAX_VALUE : a + b;
        }
        return Math.max(-Decimals.UNITS_MAX, Math.min(Decimals.UNITS_MAX, a + b));
    }
}
