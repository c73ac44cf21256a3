package io.tagma.engine;

import io.tagma.engine.segment.LookupReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import org.agrona.concurrent.UnsafeBuffer;

/** Looks up beside a soak, on a thread of its own, and checks what can be said of an answer at any moment. */
final class SoakReader implements AutoCloseable {
    private static final int LOOKUPS_AT_ONCE = 16;
    private static final Set<Integer> GROUPS = Set.of(0, 1, 2, 3, 10, 11, 12);

    private final Engine engine;
    private final List<UnsafeBuffer> keys = new ArrayList<>();
    private final SplittableRandom random;
    private final Thread thread;
    private volatile boolean isClosed;
    private volatile Throwable failure;
    private volatile long lookups;

    /** It begins at once. */
    SoakReader(final Engine engine, final List<String> keys, final int number) {
        this.engine = engine;
        keys.forEach(key -> this.keys.add(new UnsafeBuffer(key.getBytes(StandardCharsets.UTF_8))));
        random = new SplittableRandom(number);
        thread = new Thread(this::run, "reader-" + number);
        thread.start();
    }

    private void run() {
        final Set<Integer> ids = new HashSet<>();
        long count = 0;
        try (LookupReader reader = engine.newReader()) {
            while (!isClosed) {
                reader.begin();
                for (int i = 0; i < LOOKUPS_AT_ONCE; i++) {
                    lookup(reader, ids);
                }
                reader.end();
                count += LOOKUPS_AT_ONCE;
                lookups = count;
            }
        } catch (final Throwable fault) {
            failure = fault;
        }
    }

    private void lookup(final LookupReader reader, final Set<Integer> ids) {
        final UnsafeBuffer key = keys.get(random.nextInt(keys.size()));
        final boolean isKnown = reader.lookup(key, 0, key.capacity(), 0);
        ids.clear();
        for (int i = 0; i < reader.count(); i++) {
            ids.add(reader.segmentId(i));
        }
        if (ids.size() != reader.count() || ids.contains(0) || !GROUPS.contains(reader.customerGroup())
            || !isKnown && reader.customerGroup() != 0) {
            throw new AssertionError("known=" + isKnown + ", group=" + reader.customerGroup() + ", segments=" + ids
                + ", count=" + reader.count());
        }
    }

    /** Fails where an answer was wrong; any thread may call. */
    void check() {
        if (failure != null) {
            throw new AssertionError("reader: " + failure.getMessage(), failure);
        }
    }

    /** Look-ups so far; any thread may call. */
    long lookups() {
        return lookups;
    }

    @Override
    public void close() {
        isClosed = true;
        try {
            thread.join();
        } catch (final InterruptedException stop) {
            Thread.currentThread().interrupt();
        }
    }
}
