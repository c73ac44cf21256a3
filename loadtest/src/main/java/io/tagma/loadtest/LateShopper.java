package io.tagma.loadtest;

/**
 * What becomes of a customer whom TPC-H lets never order, that is one whose key is divisible by three: trait 20, a
 * number below 100. Two thirds of them never order here either.
 */
enum LateShopper {
    /** One order, {@code below} 12. */
    ONCE(12),
    /** Three to five orders in the last 25 days, below 18. */
    REGULAR(18),
    /** Three to five orders with a coupon and none to two without, below 22. */
    COUPON_HUNTER(22),
    /** Two or three orders that were refunded and one that was not, below 26. */
    RETURNER(26),
    /** One to three orders on the European website in the last 50 days, below 34. */
    EUROPEAN(34),
    /** No order. */
    NEVER(100);

    private static final int TRAIT = 20;

    private final int below;

    LateShopper(final int below) {
        this.below = below;
    }

    /** A customer's kind; {@link #NEVER} also of those whose orders TPC-H has. */
    static LateShopper of(final long customer) {
        if (customer % 3 != 0) {
            return NEVER;
        }
        final long drawn = Seeded.below(customer, TRAIT, 100);
        for (final LateShopper kind : values()) {
            if (drawn < kind.below) {
                return kind;
            }
        }
        throw new IllegalStateException("no kind has the number: number=" + drawn);
    }
}
