package io.tagma.loadtest;

import java.time.Duration;

/**
 * What a demo was asked to do. Immutable.
 *
 * @param scale     TPC-H's scale factor
 * @param port      binary port; 0 for any free one
 * @param adminPort 0 for any free one
 * @param traffic   how long live traffic runs; null until the user stops it
 * @param lookups   a second
 * @param orders    a second
 * @param views     a second
 */
record DemoSettings(double scale, int port, int adminPort, Duration traffic, int lookups, int orders, int views) {
    private static final double SCALE_MIN = 0.01;
    private static final double SCALE_MAX = 10;
    private static final int PORT_MAX = 65_535;
    private static final int RATE_MAX = 1_000_000;

    DemoSettings {
        if (!(scale >= SCALE_MIN && scale <= SCALE_MAX)) {
            throw new IllegalArgumentException("--scale is out of range: scale=" + scale + ", min=" + SCALE_MIN
                + ", max=" + SCALE_MAX);
        }
        inRange("--port", port, PORT_MAX);
        inRange("--admin-port", adminPort, PORT_MAX);
        inRange("--lookups", lookups, RATE_MAX);
        inRange("--orders", orders, RATE_MAX);
        inRange("--views", views, RATE_MAX);
        if (port != 0 && port == adminPort) {
            throw new IllegalArgumentException("--port and --admin-port are the same: port=" + port);
        }
    }

    private static void inRange(final String option, final int value, final int max) {
        if (value < 0 || value > max) {
            throw new IllegalArgumentException(option + " is out of range: " + option.substring(2) + "=" + value
                + ", min=0, max=" + max);
        }
    }
}
