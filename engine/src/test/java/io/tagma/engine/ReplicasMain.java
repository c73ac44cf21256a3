package io.tagma.engine;

import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/** Seed after seed of the simulated replicas; {@code engine/replicas --help} says how it is asked. */
public final class ReplicasMain {
    private static final int STEPS_SHORT = 12_000;
    private static final int LONG_EVERY = 10;
    private static final int LONG = 8;

    private ReplicasMain() {
    }

    /** Runs; ends with 1 where something was wrong, after the seed that shows it. */
    public static void main(final String[] args) {
        long durationMs = Duration.ofMinutes(10).toMillis();
        long seed = 1;
        long seeds = Long.MAX_VALUE;
        long steps = 0;
        for (int i = 0; i + 1 < args.length; i += 2) {
            switch (args[i]) {
                case "--for":
                    durationMs = Duration.parse("PT" + args[i + 1].toUpperCase(Locale.ROOT)).toMillis();
                    break;
                case "--seed":
                    seed = Long.parseLong(args[i + 1]);
                    break;
                case "--seeds":
                    seeds = Long.parseLong(args[i + 1]);
                    break;
                case "--steps":
                    steps = Long.parseLong(args[i + 1]);
                    break;
                default:
                    System.err.println("unknown option: " + args[i] + "; known: --for, --seed, --seeds, --steps");
                    System.exit(2);
            }
        }
        final Map<String, Long> counts = new TreeMap<>();
        final long began = System.nanoTime();
        final long first = seed;
        while (seed - first < seeds && (System.nanoTime() - began) / 1_000_000 < durationMs) {
            try (Replicas replicas = new Replicas(seed)) {
                replicas.run(steps > 0 ? steps : seed % LONG_EVERY == 0 ? LONG * STEPS_SHORT : STEPS_SHORT);
                replicas.counts().forEach((what, times) -> counts.merge(what, times, Long::sum));
            } catch (final AssertionError failed) {
                failed.printStackTrace();
                System.exit(1);
            }
            seed++;
        }
        System.out.println("replicas: seeds=" + first + ".." + (seed - 1) + ", s="
            + (System.nanoTime() - began) / 1_000_000_000);
        counts.forEach((what, times) -> System.out.printf("%,14d  %s%n", times, what));
    }
}
