package io.tagma.server;

import io.tagma.engine.CommandResult;
import io.tagma.engine.EngineListener;
import java.util.concurrent.CopyOnWriteArrayList;

/** Hands what the engine says to everyone who listens, in order. Listeners may be added from any thread. */
final class ListenerFanOut implements EngineListener {
    private final CopyOnWriteArrayList<EngineListener> listeners = new CopyOnWriteArrayList<>();

    void add(final EngineListener listener) {
        listeners.add(listener);
    }

    @Override
    public void onResult(final long clientId, final long sequence, final long position, final CommandResult result) {
        for (final EngineListener listener : listeners) {
            listener.onResult(clientId, sequence, position, result);
        }
    }

    @Override
    public void onJobDone(final long job) {
        for (final EngineListener listener : listeners) {
            listener.onJobDone(job);
        }
    }

    @Override
    public void onChanges(final long nextSeq) {
        for (final EngineListener listener : listeners) {
            listener.onChanges(nextSeq);
        }
    }
}
