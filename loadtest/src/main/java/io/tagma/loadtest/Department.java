package io.tagma.loadtest;

import java.util.List;

/**
 * What a product is to somebody who runs: a function of its key modulo 20. 1 and 2 are running shoes, 3 other shoes, 5
 * running socks, 6 other socks, 8 running wear, and the rest is in no department.
 */
enum Department {
    RUNNING_SHOES(1, "shoes", "running"),
    SHOES(3, "shoes"),
    RUNNING_SOCKS(5, "socks", "running"),
    SOCKS(6, "socks"),
    RUNNING_WEAR(8, "running"),
    NONE(0);

    private static final int PERIOD = 20;

    private final int remainder;
    private final List<String> categories;

    Department(final int remainder, final String... categories) {
        this.remainder = remainder;
        this.categories = List.of(categories);
    }

    /** A product's department. */
    static Department of(final long product) {
        return switch ((int) (product % PERIOD)) {
            case 1, 2 -> RUNNING_SHOES;
            case 3 -> SHOES;
            case 5 -> RUNNING_SOCKS;
            case 6 -> SOCKS;
            case 8 -> RUNNING_WEAR;
            default -> NONE;
        };
    }

    /** Categories of its products. */
    List<String> categories() {
        return categories;
    }

    /** A product of this department for any {@code number} of at least 0, among the shop's first so many. */
    long product(final long number, final long productCount) {
        return this == NONE ? 1 + number % productCount : number % (productCount / PERIOD) * PERIOD + remainder;
    }
}
