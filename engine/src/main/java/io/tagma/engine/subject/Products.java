package io.tagma.engine.subject;

import io.tagma.engine.ordinals.OrdinalSet;
import io.tagma.engine.protocol.StateReader;
import io.tagma.engine.protocol.StateWriter;
import java.util.ArrayList;
import java.util.List;
import org.agrona.collections.Object2IntHashMap;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * Products by dense id: their fields ({@link FieldsView} over {@link FieldIds}' product ids), and the subjects whose
 * records name them. A key named by a record only has an id but no fields. Engine's thread.
 */
public final class Products {
    /** No id. */
    public static final int MISSING = -1;

    private final Object2IntHashMap<String> ids = new Object2IntHashMap<>(MISSING);
    private final List<Product> products = new ArrayList<>();
    private long bytes;

    private static final class Product {
        final String key;
        byte[] fields;
        OrdinalSet holders;

        Product(final String key) {
            this.key = key;
        }
    }

    /** Number of ids given. */
    public int size() {
        return products.size();
    }

    /** The product's id, or {@link #MISSING}. */
    public int id(final String key) {
        return ids.getValue(key);
    }

    /** The product's id, given now where it has none. */
    public int intern(final String key) {
        final int known = ids.getValue(key);
        if (known != MISSING) {
            return known;
        }
        ids.put(key, products.size());
        products.add(new Product(key));
        bytes += 2L * key.length();
        return products.size() - 1;
    }

    /** A product's key. */
    public String key(final int id) {
        return products.get(id).key;
    }

    /** A product's fields, or null where it is unknown or deleted. Not to be changed. */
    public byte[] fields(final int id) {
        return products.get(id).fields;
    }

    /** Replaces a product's fields; null deletes it. */
    public void fields(final int id, final byte[] fields) {
        final Product product = products.get(id);
        bytes += length(fields) - length(product.fields);
        product.fields = fields;
    }

    private static int length(final byte[] fields) {
        return fields == null ? 0 : fields.length;
    }

    /** Bytes of all keys, two a char, and fields. */
    public long bytes() {
        return bytes;
    }

    /** Wraps a product's fields; false where there are none. */
    public static boolean wrap(final byte[] fields, final UnsafeBuffer buffer, final FieldsView view) {
        if (fields == null) {
            return false;
        }
        buffer.wrap(fields);
        view.wrap(buffer, 0);
        return true;
    }

    /** The subjects with a record that names the product; null where there are none. */
    public OrdinalSet holders(final int id) {
        return products.get(id).holders;
    }

    /** The subject has a record that names the product. */
    public void hold(final int id, final int ordinal) {
        final Product product = products.get(id);
        if (product.holders == null) {
            product.holders = new OrdinalSet();
        }
        product.holders.add(ordinal);
    }

    /** The subject's last record that named the product is gone. */
    public void release(final int id, final int ordinal) {
        final Product product = products.get(id);
        if (product.holders != null) {
            product.holders.remove(ordinal);
            if (product.holders.isEmpty()) {
                product.holders = null;
            }
        }
    }

    /** Writes keys and fields in order of id; holders follow from the records. */
    public void write(final StateWriter writer) {
        writer.putInt(products.size());
        for (final Product product : products) {
            writer.putText(product.key);
            writer.putBoolean(product.fields != null);
            if (product.fields != null) {
                writer.putBlob(product.fields);
            }
        }
    }

    /** Reads into an empty table. */
    public void read(final StateReader reader) {
        final int count = reader.getInt();
        for (int i = 0; i < count; i++) {
            final int id = intern(reader.getText());
            if (reader.getBoolean()) {
                fields(id, reader.getBlob());
            }
        }
    }
}
