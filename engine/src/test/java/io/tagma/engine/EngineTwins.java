package io.tagma.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.tagma.engine.protocol.Command;

/**
 * Two engines under the same log, of which one is restored from a snapshot of the other whenever asked. After every
 * command and slice they have the same state, delay and position, and gave the same result or did the same work.
 */
final class EngineTwins implements AutoCloseable {
    private final EngineHarness running;
    private EngineHarness restored;

    EngineTwins(final EngineHarness running) {
        this.running = running;
        restored = EngineHarness.restore(running);
    }

    /** The one that goes on all the time. */
    EngineHarness running() {
        return running;
    }

    /** The other one, until it is restored again. */
    EngineHarness restored() {
        return restored;
    }

    CommandResult apply(final Command command, final long now) {
        final CommandResult result = running.apply(command, now);
        assertThat(restored.apply(command, now)).as("%s", command).isEqualTo(result);
        assertInStep();
        return result;
    }

    void slice(final long now) {
        running.slice(now);
        restored.slice(now);
        assertInStep();
        // What ends a slice: a difference here is one of state sooner or later.
        assertThat(restored.engine().counters().sliceWork()).as("work of a slice")
            .isEqualTo(running.engine().counters().sliceWork());
    }

    void restore() {
        final EngineHarness before = restored;
        restored = EngineHarness.restore(running);
        before.close();
        assertInStep();
    }

    /** As is to be after questions to one of them, too. */
    void assertInStep() {
        assertThat(restored.engine().stateHash()).as("state").isEqualTo(running.engine().stateHash());
        assertThat(restored.engine().nextSliceDelayMs()).as("delay").isEqualTo(running.engine().nextSliceDelayMs());
        assertThat(restored.engine().position()).as("position").isEqualTo(running.engine().position());
    }

    @Override
    public void close() {
        running.close();
        restored.close();
    }
}
