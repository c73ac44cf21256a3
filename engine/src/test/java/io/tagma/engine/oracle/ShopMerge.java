package io.tagma.engine.oracle;

import io.tagma.engine.model.Source;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What a login takes over from the visitor to the customer; the visitor's attributes are dropped. Sums stay within the
 * range of their type, and events within their number, but under the first application version.
 */
final class ShopMerge {
    private static final List<String> CART_TOTALS = List.of("subtotal", "grandTotal", "tax", "shippingAmount",
        "giftCard", "storeCredit", "qty");

    private static final BigDecimal DECIMAL_MAX = new BigDecimal("100000000000");
    private static final BigInteger INT_MAX = BigInteger.valueOf(Long.MAX_VALUE);

    private ShopMerge() {
    }

    static void merge(final ShopSubject visitor, final ShopSubject customer, final boolean isWithinLimits) {
        visitor.views.forEach(customer::addToRing);
        visitor.eventsOldestFirst().forEach(customer::addToRing);
        if (isWithinLimits) {
            customer.trimEvents();
        }
        visitor.orders.forEach(customer.orders::putIfAbsent);
        visitor.carts.forEach((website, cart) -> customer.carts.merge(website, cart,
            (own, others) -> carts(own, others, isWithinLimits)));
        visitor.wishlist.forEach((product, wish) -> customer.wishlist.merge(product, wish,
            (own, other) -> other.t().isBefore(own.t()) ? other : own));
        visitor.consents.forEach((purpose, isGranted) ->
            customer.consents.merge(purpose, isGranted, (own, other) -> own && other));
    }

    /** The customer's cart and its lines with the visitor's of the same website added. */
    private static List<ShopRecord> carts(final List<ShopRecord> own, final List<ShopRecord> others,
                                          final boolean isWithinRange) {
        final List<ShopRecord> lines = new ArrayList<>(own.subList(1, own.size()));
        int joined = 0;
        for (final ShopRecord other : others.subList(1, others.size())) {
            final int same = indexOfProduct(lines, other.product());
            if (same < 0) {
                lines.add(other);
            } else {
                lines.set(same, line(lines.get(same), other, isWithinRange));
                joined++;
            }
        }
        final ShopRecord cart = own.get(0);
        final ShopRecord otherCart = others.get(0);
        final Map<String, Object> fields = new TreeMap<>(cart.fields());
        CART_TOTALS.forEach(total -> add(fields, otherCart, total, isWithinRange));
        fields.put("lineItems", count((Long)cart.fields().get("lineItems"),
            (Long)otherCart.fields().get("lineItems"), isWithinRange) - joined);
        fields.put("t", later(cart.t(), otherCart.t()));
        lines.add(0, new ShopRecord(Source.CART, null, fields));
        return lines;
    }

    private static int indexOfProduct(final List<ShopRecord> lines, final String product) {
        for (int i = 0; i < lines.size(); i++) {
            if (product != null && product.equals(lines.get(i).product())) {
                return i;
            }
        }
        return -1;
    }

    private static long count(final long own, final long other, final boolean isWithinRange) {
        return isWithinRange ? BigInteger.valueOf(own).add(BigInteger.valueOf(other)).min(INT_MAX)
            .max(INT_MAX.negate()).longValueExact() : own + other;
    }

    private static ShopRecord line(final ShopRecord own, final ShopRecord other, final boolean isWithinRange) {
        final Map<String, Object> fields = new TreeMap<>(own.fields());
        add(fields, other, "qty", isWithinRange);
        add(fields, other, "rowTotal", isWithinRange);
        fields.put("t", later(own.t(), other.t()));
        return new ShopRecord(Source.CART_ITEM, null, fields);
    }

    /** What is missing on both sides stays so. */
    private static void add(final Map<String, Object> fields, final ShopRecord other, final String name,
                            final boolean isWithinRange) {
        final BigDecimal added = (BigDecimal)other.fields().get(name);
        if (added != null) {
            fields.merge(name, added, (own, more) -> {
                final BigDecimal sum = ((BigDecimal)own).add((BigDecimal)more);
                return isWithinRange ? sum.min(DECIMAL_MAX).max(DECIMAL_MAX.negate()) : sum;
            });
        }
    }

    private static Instant later(final Instant own, final Instant other) {
        return other.isAfter(own) ? other : own;
    }
}
