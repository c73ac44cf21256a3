package io.tagma.loadtest.load;

import java.util.List;
import java.util.concurrent.locks.LockSupport;

/** The thread that sends several {@link OpenLoop}s until it is closed. */
public final class Traffic implements AutoCloseable {
    private static final int BURST_MAX = 64;
    private static final long PARK_NS_MAX = 1_000_000;

    private final List<OpenLoop> loops;
    private final Thread thread = new Thread(this::run, "traffic");
    private volatile boolean isClosed;

    /** Not started yet. */
    public Traffic(final List<OpenLoop> loops) {
        this.loops = List.copyOf(loops);
    }

    /** Begins now. */
    public void start() {
        final long nowNs = System.nanoTime();
        loops.forEach(loop -> loop.start(nowNs));
        thread.setDaemon(true);
        thread.start();
    }

    private void run() {
        while (!isClosed) {
            long idleNs = PARK_NS_MAX;
            for (final OpenLoop loop : loops) {
                idleNs = Math.min(idleNs, loop.sendDue(System.nanoTime(), BURST_MAX));
            }
            if (idleNs > 0) {
                LockSupport.parkNanos(idleNs);
            }
        }
    }

    @Override
    public void close() {
        isClosed = true;
        try {
            thread.join();
        } catch (final InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
