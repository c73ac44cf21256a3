package io.tagma.client;

import java.util.concurrent.atomic.AtomicLong;

/** What the client's event loop counts; any thread reads. All of it is rare. */
final class Counters {
    final AtomicLong hedges = new AtomicLong();
    final AtomicLong hedgesWon = new AtomicLong();
    final AtomicLong failovers = new AtomicLong();
    final AtomicLong resends = new AtomicLong();
    final AtomicLong staleRetries = new AtomicLong();

    ClientStats read() {
        return new ClientStats(hedges.get(), hedgesWon.get(), failovers.get(), resends.get(), staleRetries.get());
    }
}
