package io.tagma.server;

import io.tagma.engine.CommandResult;
import io.tagma.engine.EngineListener;
import io.tagma.engine.condition.RuleVersions;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * Hands what the engine says to everyone who listens, in order, or tells the operator. Listeners may be added from any
 * thread.
 */
final class ListenerFanOut implements EngineListener {
    private static final System.Logger LOGGER = System.getLogger(ListenerFanOut.class.getName());

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

    @Override
    public void onPause() {
        for (final EngineListener listener : listeners) {
            listener.onPause();
        }
    }

    @Override
    public void onOtherRules(final RuleVersions written, final RuleVersions present) {
        LOGGER.log(System.Logger.Level.WARNING, "the snapshot was written under other rules of zones and texts: "
            + "memberships that depend on them stay until their subjects change: written=" + written + ", present="
            + present);
    }
}
