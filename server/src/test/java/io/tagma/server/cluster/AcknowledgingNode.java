package io.tagma.server.cluster;

import java.nio.file.Path;
import java.util.function.LongConsumer;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * A process that runs a node and loads it with the numbers that follow those it recovered. It says
 * {@code recovered <count> <gapless> <hash> <restored from snapshot> <ms>}, then {@code ack <number>} for commands that
 * are applied, in order, and takes a snapshot in the middle of it all. With a count it ends after so many.
 */
final class AcknowledgingNode {
    private static final int ENTRY_LENGTH = 96;
    private static final int WINDOW = 2_000;
    private static final int SNAPSHOT_EVERY = 40_000;

    private AcknowledgingNode() {
    }

    public static void main(final String[] args) {
        final Path directory = Path.of(args[0]);
        final long countMax = args.length > 1 ? Long.parseLong(args[1]) : Long.MAX_VALUE;
        final AckPrinter printer = new AckPrinter();
        final TallyMachine machine = new TallyMachine(printer);
        final ClusterNode node = new ClusterNode(ClusterConfig.of(directory, failure -> {
            failure.printStackTrace();
            Runtime.getRuntime().halt(3);
        }), machine);
        final long startNs = System.nanoTime();
        node.start();
        // Nothing is offered yet, so that only slices come from here on: the numbers stand still.
        System.out.println("recovered " + machine.entryCount() + ' ' + machine.isGapless() + ' ' + machine.stateHash()
            + ' ' + machine.restoredCount + ' ' + (System.nanoTime() - startNs) / 1_000_000);
        System.out.flush();
        printer.isOpen = true;
        final UnsafeBuffer entry = new UnsafeBuffer(new byte[ENTRY_LENGTH]);
        final long first = machine.entryCount();
        final long loadStartNs = System.nanoTime();
        long number = first;
        while (number - first < countMax) {
            if (number - machine.entryCount() >= WINDOW) {
                Thread.onSpinWait();
                continue;
            }
            entry.putLong(0, number + 1);
            if (node.offer(entry, 0, ENTRY_LENGTH) == 0) {
                number++;
                if (number % SNAPSHOT_EVERY == 0) {
                    node.requestSnapshot();
                }
            }
        }
        while (machine.entryCount() < number) {
            Thread.onSpinWait();
        }
        System.out.println("rate " + (number - first) * 1_000_000_000L / (System.nanoTime() - loadStartNs));
        node.close();
    }

    /** Prints every 50th number as it is applied, on the engine's thread. */
    private static final class AckPrinter implements LongConsumer {
        private volatile boolean isOpen;

        @Override
        public void accept(final long number) {
            if (isOpen && number % 50 == 0) {
                System.out.println("ack " + number);
            }
        }
    }
}
