package io.tagma.engine.model;

import java.util.Locale;

/** The collections of records a subject has, except events, which also have a name. */
public enum Source {
    /** Postal addresses: no time. */
    ADDRESS("address"),
    /** The cart, one a website. */
    CART("cart"),
    /** Lines of the cart. */
    CART_ITEM("cartItem"),
    /** Wish-listed products. */
    WISHLIST_ITEM("wishlistItem"),
    /** Orders. */
    ORDER("order"),
    /** Lines of orders. */
    ORDER_ITEM("orderItem"),
    /** Viewed products. */
    VIEW("view"),
    /** Custom events; written {@code event:<name>}. */
    EVENT("event");

    private final String code;

    Source(final String code) {
        this.code = code;
    }

    /** As conditions write it. */
    public String code() {
        return code;
    }

    /** Whether records have a time; a window on those that have none is refused. */
    public boolean isTimed() {
        return this != ADDRESS;
    }

    /** The source of the records that these are lines of; itself where they are none. */
    public Source head() {
        return this == CART_ITEM ? CART : this == ORDER_ITEM ? ORDER : this;
    }

    /** The source of its lines; null where it has none. */
    public Source line() {
        return this == CART ? CART_ITEM : this == ORDER ? ORDER_ITEM : null;
    }

    /** Null where no source has the code; events are recognised by the caller. */
    public static Source ofCode(final String code) {
        for (final Source source : values()) {
            if (source != EVENT && source.code.equals(code)) {
                return source;
            }
        }
        return null;
    }

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
