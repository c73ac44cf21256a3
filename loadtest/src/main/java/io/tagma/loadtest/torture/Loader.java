package io.tagma.loadtest.torture;

import io.tagma.client.BatchResult;
import io.tagma.client.TagmaClient;
import io.tagma.client.UpdateResult;
import io.tagma.engine.protocol.Command;
import io.tagma.engine.protocol.DefinitionKind;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicReference;

/** Brings a population into a node, in batches, some of them under way. One thread. */
final class Loader {
    private static final int BATCH_COUNT = 100;
    /** A lane's newest 1,024 results are remembered: so many repeats can be answered. */
    private static final int BATCHES_MAX = 10;

    private final TagmaClient client;
    private final Population population;
    private final Semaphore window = new Semaphore(BATCHES_MAX);
    private final AtomicReference<String> fault = new AtomicReference<>();

    Loader(final TagmaClient client, final Population population) {
        this.client = client;
        this.population = population;
    }

    /** Declares the attributes, and defines so many segments. */
    void define(final int segments) {
        Population.attributes().forEach((key, type) -> applied(client.update(new Command.PutDefinition(
            DefinitionKind.ATTRIBUTE, key, -1, "{\"type\":\"" + type + "\"}")).join()));
        for (int segment = 0; segment < segments; segment++) {
            applied(client.defineSegment(Population.segmentKey(segment), Population.segment(segment), true).join());
        }
    }

    /** Sends so many subjects and waits until all are applied; how many commands that were. */
    long load(final int subjects) {
        long count = 0;
        List<Command> batch = new ArrayList<>(BATCH_COUNT + 1);
        for (int subject = 0; subject < subjects; subject++) {
            population.subject(subject, batch);
            if (batch.size() >= BATCH_COUNT || subject == subjects - 1) {
                count += batch.size();
                send(batch);
                batch = new ArrayList<>(BATCH_COUNT + 1);
            }
        }
        window.acquireUninterruptibly(BATCHES_MAX);
        window.release(BATCHES_MAX);
        checkFault();
        return count;
    }

    private void send(final List<Command> batch) {
        window.acquireUninterruptibly();
        checkFault();
        client.updateAll(batch).whenComplete((result, failure) -> {
            if (failure != null) {
                fault.compareAndSet(null, failure.toString());
            } else if (!result.failures().isEmpty()) {
                final BatchResult.Failure first = result.failures().get(0);
                fault.compareAndSet(null, first + ", command=" + batch.get(first.index()));
            }
            window.release();
        });
    }

    private void checkFault() {
        if (fault.get() != null) {
            throw new TortureException("a command was not applied: " + fault.get());
        }
    }

    private static void applied(final UpdateResult result) {
        if (!result.isApplied()) {
            throw new TortureException("a definition was refused: result=" + result);
        }
    }
}
