package io.tagma.engine;

import java.time.Duration;
import java.util.Locale;

/** The command {@code engine/soak}; its {@code --help} says what it takes. */
public final class SoakMain {
    private static final long COMPARE_EVERY_NS = Duration.ofMinutes(1).toNanos();
    private static final int BATCHES_AT_ONCE = 16;

    private SoakMain() {
    }

    /** Ends normally where all was equal. */
    public static void main(final String[] args) {
        final Soak.Settings usual = Soak.Settings.usual(1);
        Duration total = Duration.ofMinutes(10);
        long seed = usual.seed();
        int shops = usual.shops();
        int segments = usual.segments();
        int readers = usual.readers();
        for (int i = 0; i < args.length; i += 2) {
            final String value = i + 1 < args.length ? args[i + 1] : "";
            switch (args[i]) {
                case "--for":
                    total = Duration.parse("PT" + value.toUpperCase(Locale.ROOT));
                    break;
                case "--seed":
                    seed = Long.parseLong(value);
                    break;
                case "--shops":
                    shops = Integer.parseInt(value);
                    break;
                case "--segments":
                    segments = Integer.parseInt(value);
                    break;
                case "--readers":
                    readers = Integer.parseInt(value);
                    break;
                default:
                    throw new IllegalArgumentException("not understood: argument=" + args[i]);
            }
        }
        run(new Soak.Settings(seed, shops, segments, readers, usual.snapshotEvery(), usual.twinLength()),
            total.toNanos());
    }

    /** Traffic for so long, and everybody compared each minute of it and at its end. */
    private static void run(final Soak.Settings settings, final long totalNs) {
        System.out.println("soak: " + settings);
        final long began = System.nanoTime();
        try (Soak soak = new Soak(settings)) {
            System.out.printf(Locale.ROOT, "soak: begun and compared once after %.0f s%n", secondsSince(began));
            while (soak.trafficNs() < totalNs) {
                final long until = Math.min(totalNs, (soak.trafficNs() / COMPARE_EVERY_NS + 1) * COMPARE_EVERY_NS);
                while (soak.trafficNs() < until) {
                    soak.run(BATCHES_AT_ONCE);
                }
                final long comparing = System.nanoTime();
                soak.compare();
                System.out.printf(Locale.ROOT, "soak: equal, compared in %.0f s: %s%n", secondsSince(comparing),
                    soak.report());
            }
        }
    }

    private static double secondsSince(final long began) {
        return (System.nanoTime() - began) / 1e9;
    }
}
