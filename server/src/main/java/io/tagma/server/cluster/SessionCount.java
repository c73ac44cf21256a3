package io.tagma.server.cluster;

import java.util.concurrent.atomic.AtomicLong;

/** Counts the messages of one session that the engine has applied: written by its thread, read by any. */
final class SessionCount {
    private final long sessionId;
    private final AtomicLong applied = new AtomicLong();

    SessionCount(final long sessionId) {
        this.sessionId = sessionId;
    }

    long sessionId() {
        return sessionId;
    }

    void increment() {
        applied.lazySet(applied.get() + 1);
    }

    long applied() {
        return applied.get();
    }
}
