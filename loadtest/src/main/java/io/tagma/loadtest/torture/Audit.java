package io.tagma.loadtest.torture;

import com.fasterxml.jackson.databind.JsonNode;
import io.tagma.loadtest.nodes.Await;
import io.tagma.server.backup.BackupFile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;

/**
 * The check in quiet: what each node holds is what the ledger says, and the same to the byte on all. Time goes on
 * meanwhile, so that only what time does not change is compared, or what it changed long ago. One thread.
 */
final class Audit {
    private static final int EARLIER_MAX = 200;
    private static final long CHANGES_MAX = 10_000;
    private static final int IMAGE_ATTEMPTS = 30;
    private static final long IMAGE_PAUSE_MS = 200;

    private final List<NodeProcess> nodes;
    private final Violations violations;
    private final SplittableRandom random;
    private final Path directory;
    private long customers;
    private long images;

    /** @param directory where files that differ stay */
    Audit(final List<NodeProcess> nodes, final Path directory, final Violations violations, final long seed) {
        this.nodes = nodes;
        this.directory = directory;
        this.violations = violations;
        random = new SplittableRandom(seed);
    }

    /** Checks the customers of the last round and some of the earlier ones. */
    void check(final List<List<Customer>> rounds, final long position) {
        final List<Customer> asked = new ArrayList<>(rounds.get(rounds.size() - 1));
        for (int i = 0; i < EARLIER_MAX && rounds.size() > 1; i++) {
            final List<Customer> earlier = rounds.get(random.nextInt(rounds.size() - 1));
            asked.add(earlier.get(random.nextInt(earlier.size())));
        }
        checkAll(asked, position);
    }

    /** Checks these customers. */
    void checkAll(final List<Customer> asked, final long position) {
        nodes.forEach(node -> node.awaitBack(position));
        asked.forEach(this::check);
        same("/v1/ordinals?format=ndjson");
        for (int phase = 0; phase < Customer.PHASES; phase++) {
            same("/v1/segments/phase-" + phase + "/members?format=roaring");
        }
        same("/v1/segments/ten-orders/members?format=ndjson");
        same("/v1/attributes");
        checkChanges();
        checkImages();
        violations.check();
    }

    /** How often the whole states of all nodes were found equal to the byte. */
    long images() {
        return images;
    }

    /** How many customers were held against the ledger so far. */
    long customers() {
        return customers;
    }

    private void check(final Customer customer) {
        final JsonNode held = NodeHttp.json(same("/v1/subjects/" + customer.key()));
        customer.faults(held).forEach(violations::add);
        customers++;
    }

    /** The newest changes, as far as all nodes have come with those that time brings. */
    private void checkChanges() {
        final long next = changesNext(nodes.get(0));
        if (nodes.size() > 1 && next > 0) {
            final long from = Math.max(0, next - CHANGES_MAX);
            final long count = next - from;
            Await.until(() -> "all nodes have the change before " + next,
                () -> nodes.stream().allMatch(node -> changesNext(node) >= next));
            same("/v1/changes?from=" + from + "&limit=" + count);
        }
    }

    /** The whole state of each node as of one position: a snapshot is taken everywhere when one node is asked. */
    private void checkImages() {
        if (nodes.size() == 1) {
            return;
        }
        final long[] positions = new long[nodes.size()];
        // A follower takes its snapshot when it comes to it in the log, and one that is due by itself may come between.
        for (int attempt = 0; attempt < IMAGE_ATTEMPTS; attempt++) {
            for (int i = 0; i < nodes.size(); i++) {
                nodes.get(i).http().backup(image(i), i == 0 && attempt % 3 == 0);
                try (BackupFile backup = new BackupFile(image(i))) {
                    positions[i] = backup.summary().position();
                }
            }
            if (Arrays.stream(positions).allMatch(position -> position == positions[0])) {
                compareImages(positions[0]);
                return;
            }
            Await.pass(IMAGE_PAUSE_MS);
        }
        violations.add("the nodes have no snapshot of one position: positions=" + Arrays.toString(positions));
    }

    private void compareImages(final long position) {
        try {
            boolean areEqual = true;
            for (int i = 1; i < nodes.size(); i++) {
                final long at = Files.mismatch(image(0), image(i));
                if (at >= 0) {
                    areEqual = false;
                    violations.add("replicas differ: snapshotPosition=" + position + ", node=0, length="
                        + Files.size(image(0)) + ", node=" + i + ", length=" + Files.size(image(i)) + ", at=" + at);
                }
            }
            if (areEqual) {
                images++;
                for (int i = 0; i < nodes.size(); i++) {
                    Files.delete(image(i));
                }
            }
        } catch (final IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    private Path image(final int node) {
        return directory.resolve("node" + node + ".backup");
    }

    private static long changesNext(final NodeProcess node) {
        final String name = "\ntagma_changes_next ";
        final String metrics = new String(node.http().read("/metrics"), StandardCharsets.UTF_8);
        final int at = metrics.indexOf(name);
        if (at < 0) {
            throw new TortureException("the metrics lack a value: name=" + name.strip());
        }
        return new BigDecimal(metrics.substring(at + name.length(),
            metrics.indexOf('\n', at + name.length())).strip()).longValueExact();
    }

    /** What all nodes say; a difference is a violation. */
    private byte[] same(final String path) {
        final byte[] first = nodes.get(0).http().read(path);
        for (int i = 1; i < nodes.size(); i++) {
            final byte[] other = nodes.get(i).http().read(path);
            if (!Arrays.equals(first, other)) {
                violations.add("replicas differ: path=" + path + ", node=0, length=" + length(first) + ", node=" + i
                    + ", length=" + length(other) + ", at=" + (first == null || other == null ? -1
                    : Arrays.mismatch(first, other)));
                keep(path, 0, first);
                keep(path, i, other);
            }
        }
        return first;
    }

    /** For whoever looks into it. */
    private void keep(final String path, final int node, final byte[] body) {
        try {
            Files.write(directory.resolve("node" + node + path.replaceAll("[^A-Za-z0-9]+", "-")),
                body == null ? new byte[0] : body);
        } catch (final IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    private static int length(final byte[] body) {
        return body == null ? -1 : body.length;
    }
}
