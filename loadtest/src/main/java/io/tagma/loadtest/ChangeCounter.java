package io.tagma.loadtest;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicLong;

/** Follows the change stream and counts by cause. A thread of its own reads; any thread may ask. */
final class ChangeCounter implements AutoCloseable {
    private static final String BY_TIME = "\"cause\":\"TIME\"";
    private static final String BY_EVENT = "\"cause\":\"EVENT\"";

    private final InputStream body;
    private final Thread thread = new Thread(this::run, "changes");
    private final AtomicLong byTime = new AtomicLong();
    private final AtomicLong byEvent = new AtomicLong();
    private volatile boolean isClosed;
    private volatile boolean isBroken;

    private ChangeCounter(final InputStream body) {
        this.body = body;
    }

    /** Counts the changes from now on. */
    static ChangeCounter start(final AdminPort admin) throws IOException {
        final ChangeCounter counter = new ChangeCounter(admin.changes(admin.changesNext()));
        counter.thread.setDaemon(true);
        counter.thread.start();
        return counter;
    }

    private void run() {
        try (BufferedReader lines = new BufferedReader(new InputStreamReader(body, StandardCharsets.UTF_8))) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                if (line.contains(BY_TIME)) {
                    byTime.incrementAndGet();
                } else if (line.contains(BY_EVENT)) {
                    byEvent.incrementAndGet();
                }
            }
        } catch (final IOException | UncheckedIOException ended) {
            isBroken = !isClosed;
        }
    }

    /** Changes that the clock made. */
    long byTime() {
        return byTime.get();
    }

    /** Changes that orders made. */
    long byEvent() {
        return byEvent.get();
    }

    /** Whether the stream broke off by itself: the counts are then too low. */
    boolean isBroken() {
        return isBroken;
    }

    @Override
    public void close() {
        isClosed = true;
        try {
            // Not the reader: its thread holds its lock while it waits for a line.
            body.close();
        } catch (final IOException alreadyGone) {
            isBroken = true;
        }
    }
}
