package io.tagma.client;

import io.tagma.engine.log.CommandLog;
import io.tagma.server.net.BinaryServer;
import io.tagma.server.net.BinarySettings;
import io.tagma.server.net.StubEngine;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;
import org.agrona.DirectBuffer;

/**
 * One of several nodes in front of the same log and engine, with a server, results and a way to the log of its own, and
 * a proxy before it. Its answers have its id as their epoch.
 */
final class StubNode implements AutoCloseable {
    final CuttingProxy proxy;
    private final StubEngine engine;
    private final BinaryServer server;
    /** Nothing above is said to be applied here. */
    volatile long appliedMax = Long.MAX_VALUE;
    /** host:port that is named to whom this node cannot answer. */
    volatile String named = "";
    /** It has no way to the leader. */
    volatile boolean isCutOff;
    /** What it sends to the leader gets lost. */
    volatile boolean isLosing;
    /** What it was to pass on to the leader, commands and lanes. */
    final AtomicInteger offered = new AtomicInteger();

    StubNode(final StubEngine engine, final int id) {
        this.engine = engine;
        server = new BinaryServer(new Log(), engine.anotherRouter(),
            () -> engine.lookups(id, applied -> Math.min(applied, appliedMax)), UnaryOperator.identity(),
            position -> named, new BinarySettings(1, 1_000, 30_000, 30_000, 30_000, 5));
        proxy = new CuttingProxy(server.start("127.0.0.1", 0));
    }

    String name() {
        return "127.0.0.1:" + proxy.port();
    }

    /** From now on nobody can connect. */
    void kill() {
        proxy.close();
    }

    @Override
    public void close() {
        proxy.close();
        server.close();
    }

    private final class Log implements CommandLog {
        @Override
        public void start() {
        }

        @Override
        public long offer(final DirectBuffer logEntry, final int offset, final int length) {
            offered.incrementAndGet();
            if (isCutOff) {
                return NOT_CONNECTED;
            }
            return isLosing ? 0 : engine.offer(logEntry, offset, length);
        }

        @Override
        public CompletableFuture<Long> requestSnapshot() {
            return engine.requestSnapshot();
        }

        @Override
        public int entryLengthMax() {
            return engine.entryLengthMax();
        }

        @Override
        public Throwable failure() {
            return null;
        }

        @Override
        public void close() {
        }
    }
}
