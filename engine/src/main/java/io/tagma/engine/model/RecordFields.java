package io.tagma.engine.model;

import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The named fields of every source's records, with their types (DOMAIN: subjects). Constant. */
public final class RecordFields {
    private static final List<String> ADDRESS_TEXTS = List.of("firstname", "middlename", "lastname", "prefix",
        "suffix", "company", "street", "city", "region", "country", "postcode", "telephone", "fax", "vatId");
    private static final Map<Source, Map<String, Field>> FIELDS = fields();

    private RecordFields() {
    }

    /** The field of that name in the record itself or a fixed one of its product, or null. */
    public static Field named(final Source source, final String name) {
        return FIELDS.get(source).get(name);
    }

    /** All fixed fields of a source, in order of definition. */
    public static Iterable<Field> of(final Source source) {
        return Collections.unmodifiableCollection(FIELDS.get(source).values());
    }

    /** Whether records of the source name a product, so that {@code product.*} can be read. */
    public static boolean hasProduct(final Source source) {
        return FIELDS.get(source).containsKey("product");
    }

    /** Whether records of the source may carry {@code props}. */
    public static boolean hasProperties(final Source source) {
        return source == Source.ORDER || source == Source.ORDER_ITEM || source == Source.CART_ITEM
            || source == Source.EVENT;
    }

    private static Map<Source, Map<String, Field>> fields() {
        final Map<Source, Map<String, Field>> all = new EnumMap<>(Source.class);
        for (final Source source : Source.values()) {
            all.put(source, new LinkedHashMap<>());
        }
        final List<String> billingAndShipping = new ArrayList<>();
        for (final String text : ADDRESS_TEXTS) {
            billingAndShipping.add("billing." + text);
            billingAndShipping.add("shipping." + text);
        }
        put(all, Source.ADDRESS, ValueType.STRING, ADDRESS_TEXTS.toArray(String[]::new));
        put(all, Source.ADDRESS, ValueType.BOOL, "isDefaultBilling", "isDefaultShipping");

        put(all, Source.CART, ValueType.INSTANT, "t");
        put(all, Source.CART, ValueType.KEY, "website");
        put(all, Source.CART, ValueType.DECIMAL, "subtotal", "grandTotal", "tax", "shippingAmount", "giftCard",
            "storeCredit", "qty");
        put(all, Source.CART, ValueType.INT, "lineItems");

        put(all, Source.CART_ITEM, ValueType.INSTANT, "t");
        put(all, Source.CART_ITEM, ValueType.KEY, "website", "product");
        put(all, Source.CART_ITEM, ValueType.DECIMAL, "qty", "rowTotal");

        put(all, Source.WISHLIST_ITEM, ValueType.INSTANT, "t");
        put(all, Source.WISHLIST_ITEM, ValueType.KEY, "product", "website");

        put(all, Source.ORDER, ValueType.INSTANT, "t");
        put(all, Source.ORDER, ValueType.KEY, "id", "website");
        put(all, Source.ORDER, ValueType.DECIMAL, "grandTotal", "subtotal", "tax", "shippingAmount", "discount",
            "refunded", "qty", "storeCreditUsed");
        put(all, Source.ORDER, ValueType.STRING, "status", "store", "coupon", "paymentMethod", "shippingMethod");
        put(all, Source.ORDER, ValueType.STRING, billingAndShipping.toArray(String[]::new));

        put(all, Source.ORDER_ITEM, ValueType.INSTANT, "t");
        put(all, Source.ORDER_ITEM, ValueType.KEY, "orderId", "website", "product");
        put(all, Source.ORDER_ITEM, ValueType.DECIMAL, "qty", "rowTotal");

        put(all, Source.VIEW, ValueType.INSTANT, "t");
        put(all, Source.VIEW, ValueType.KEY, "product", "website");

        put(all, Source.EVENT, ValueType.INSTANT, "t");
        put(all, Source.EVENT, ValueType.KEY, "website");

        for (final Source source : Source.values()) {
            final Map<String, Field> fields = all.get(source);
            if (fields.containsKey("product")) {
                product(fields, source, "product.category", ValueType.ENUM_SET);
                product(fields, source, "product.sku", ValueType.STRING);
                product(fields, source, "product.price", ValueType.DECIMAL);
                product(fields, source, "product.onSale", ValueType.BOOL);
            }
        }
        return all;
    }

    private static void put(final Map<Source, Map<String, Field>> all, final Source source, final ValueType type,
                            final String... names) {
        for (final String name : names) {
            all.get(source).put(name, new Field(source, name, type, Field.Origin.RECORD));
        }
    }

    private static void product(final Map<String, Field> fields, final Source source, final String name,
                                final ValueType type) {
        fields.put(name, new Field(source, name, type, Field.Origin.PRODUCT));
    }
}
