package io.tagma.engine;

import io.tagma.engine.condition.RuleVersions;

/**
 * Hears what the engine did. Called on the engine's thread: hand over, never block, never throw. Replicas hear the same
 * calls; a listener answers only those it knows the asker of.
 */
public interface EngineListener {
    /** A command was applied or refused. */
    void onResult(long clientId, long sequence, long position, CommandResult result);

    /** A job ended: what it was to finish is visible. */
    void onJobDone(long job);

    /** Change events were appended; {@code nextSeq} is the number of the next one. */
    void onChanges(long nextSeq);

    /** What was told since the last call stood in the log together and is applied; nothing follows for the moment. */
    default void onPause() {
        // For listeners that gather what they hear.
    }

    /**
     * A snapshot was restored that a node with other rules of zones and texts wrote: memberships that depend on them
     * stay as they were until their subjects change, so all nodes should be brought to the same versions.
     */
    default void onOtherRules(final RuleVersions written, final RuleVersions present) {
        // Most listeners answer commands, to which this is nothing.
    }

    /** Hears nothing. */
    EngineListener NONE = new EngineListener() {
        @Override
        public void onResult(final long clientId, final long sequence, final long position,
                             final CommandResult result) {
        }

        @Override
        public void onJobDone(final long job) {
        }

        @Override
        public void onChanges(final long nextSeq) {
        }
    };
}
