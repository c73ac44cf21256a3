package io.tagma.engine;

import io.tagma.engine.protocol.Command;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.function.Supplier;

/**
 * An engine that is restored from a snapshot on a thread of its own while the other goes on, and then does what the
 * other has done since: in the end it must have the same state. {@link #follow} and {@link #end} are the other's.
 */
final class SoakTwin {
    /** What the other did at an instant, or where it stands. */
    private record Step(SoakScript.Batch batch, int slices, boolean isEnd, long stateHash) {
    }

    private final BlockingQueue<Step> steps = new LinkedBlockingQueue<>();
    private final Thread thread;
    private volatile Throwable failure;
    private volatile boolean isOver;

    SoakTwin(final Supplier<EngineHarness> restored) {
        thread = new Thread(() -> run(restored), "twin");
        thread.setDaemon(true);
        thread.start();
    }

    /** The other has applied the commands and then run so many slices. */
    void follow(final SoakScript.Batch batch, final int slices) {
        steps.add(new Step(batch, slices, false, 0));
    }

    /** The other stands here. */
    void end(final long stateHash) {
        steps.add(new Step(null, 0, true, stateHash));
    }

    /** Whether it has ended; fails where it was another in the end. */
    boolean isOver() {
        if (failure != null) {
            throw new AssertionError("twin: " + failure.getMessage(), failure);
        }
        return isOver;
    }

    void join() throws InterruptedException {
        thread.join();
        isOver();
    }

    private void run(final Supplier<EngineHarness> restored) {
        try (EngineHarness engine = restored.get()) {
            while (true) {
                final Step step = steps.take();
                if (step.isEnd()) {
                    if (engine.engine().stateHash() != step.stateHash()) {
                        throw new AssertionError("restored from a snapshot, it has another state in the end");
                    }
                    break;
                }
                for (final Command command : step.batch().commands()) {
                    engine.apply(command, step.batch().now());
                }
                for (int i = 0; i < step.slices(); i++) {
                    engine.slice(step.batch().now());
                }
            }
            isOver = true;
        } catch (final Throwable fault) {
            failure = fault;
        }
    }
}
