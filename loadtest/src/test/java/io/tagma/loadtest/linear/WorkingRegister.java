package io.tagma.loadtest.linear;

import io.tagma.loadtest.linear.Operation.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/**
 * A register that works, replicated to nodes that lag behind each by its own: the instants at which operations take
 * effect are known, and those of question and answer lie around them.
 */
final class WorkingRegister {
    private static final int NODES = 3;
    private static final int CLIENTS = 6;

    private final SplittableRandom random;
    private final List<Long> log = new ArrayList<>(List.of(0L));
    private final int[] applied = new int[NODES];
    private final long[] freeNs = new long[CLIENTS];
    private final int[] seen = new int[CLIENTS];
    private final List<Operation> history = new ArrayList<>();

    WorkingRegister(final SplittableRandom random) {
        this.random = random;
    }

    List<Operation> history(final int count) {
        long nowNs = 1_000;
        long value = 1;
        while (history.size() < count) {
            nowNs += random.nextInt(2, 20);
            final int client = random.nextInt(CLIENTS);
            final int node = random.nextInt(NODES);
            final int behind = random.nextInt(NODES);
            applied[behind] += random.nextInt(log.size() - applied[behind]);
            if (freeNs[client] < nowNs) {
                final long invokedNs = Math.max(freeNs[client] + 1, nowNs - random.nextInt(60));
                final long returnedNs = nowNs + 1 + random.nextInt(60);
                if (random.nextInt(100) < 40) {
                    write(client, node, value++, invokedNs, returnedNs);
                } else {
                    read(client, node, invokedNs, returnedNs);
                }
                freeNs[client] = returnedNs;
            }
        }
        return history;
    }

    private void write(final int client, final int node, final long value, final long invokedNs,
                       final long returnedNs) {
        final boolean isUnknown = random.nextInt(10) == 0;
        if (!isUnknown || random.nextBoolean()) {
            log.add(value);
        }
        if (isUnknown) {
            history.add(new Operation(Kind.WRITE, client, node, -1, value, invokedNs, Operation.NEVER, 0, 0));
        } else {
            applied[node] = log.size() - 1;
            seen[client] = log.size() - 1;
            history.add(new Operation(Kind.WRITE, client, node, 0, value, invokedNs, returnedNs, 0, log.size() - 1));
        }
    }

    private void read(final int client, final int node, final long invokedNs, final long returnedNs) {
        final int choice = random.nextInt(3);
        final Kind kind = choice == 0 ? Kind.LINEARIZABLE_READ : choice == 1 ? Kind.POSITION_READ : Kind.LOCAL_READ;
        final int atLeast = kind == Kind.POSITION_READ ? seen[client] : 0;
        applied[node] = kind == Kind.LINEARIZABLE_READ ? log.size() - 1 : Math.max(applied[node], atLeast);
        seen[client] = Math.max(seen[client], applied[node]);
        history.add(new Operation(kind, client, node, 0, log.get(applied[node]), invokedNs, returnedNs, atLeast,
            applied[node]));
    }
}
