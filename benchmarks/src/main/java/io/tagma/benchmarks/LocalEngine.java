package io.tagma.benchmarks;

import io.tagma.engine.ApplicationVersion;
import io.tagma.engine.CommandResult;
import io.tagma.engine.Engine;
import io.tagma.engine.EngineListener;
import io.tagma.engine.EngineOptions;
import io.tagma.engine.protocol.Command;
import io.tagma.engine.protocol.DefinitionKind;
import io.tagma.engine.subject.StoreSizes;

/** An engine without a log, cranked by hand at an instant that stands still. One thread. */
final class LocalEngine implements EngineListener, AutoCloseable {
    static final long NOW = 1_790_000_000_000L;

    private static final long CLIENT = 1;
    private static final long KEY_SEED = 0x5EED;
    private static final int CHANGES_MAX = 100_000;

    private final Engine engine;
    private long position;
    private long sequence;
    private long jobDone;
    private CommandResult last;

    private LocalEngine(final StoreSizes sizes) {
        engine = new Engine(new EngineOptions(KEY_SEED, sizes), this);
    }

    /** An engine for so many subjects and orders, begun, with an open lane. */
    static LocalEngine begin(final long subjects, final long orders) {
        final LocalEngine local = new LocalEngine(new StoreSizes(subjects, 256, Math.max(orders, 1), 512));
        local.message(LoggedCommand.of(0, new Command.Genesis(false, 0, 0, 0, CHANGES_MAX, 0, 0,
            ApplicationVersion.NEWEST)));
        local.message(LoggedCommand.of(0, new Command.LaneOpen(CLIENT)));
        return local;
    }

    Engine engine() {
        return engine;
    }

    /** A command of this engine's lane, for {@link #apply(LoggedCommand)}. */
    static LoggedCommand logged(final Command command) {
        return LoggedCommand.of(CLIENT, command);
    }

    /** Applies a command that must be accepted. */
    CommandResult apply(final Command command) {
        apply(logged(command));
        return last;
    }

    /** Applies an encoded command that must be accepted. */
    void apply(final LoggedCommand command) {
        command.sequence(++sequence);
        message(command);
        if (!last.isOk()) {
            throw new IllegalStateException("refused: result=" + last);
        }
    }

    private void message(final LoggedCommand command) {
        position += command.length();
        engine.onMessage(position, NOW, command.buffer(), 0, command.length());
    }

    /** Defines an attribute of the type. */
    void attribute(final String key, final String type) {
        apply(new Command.PutDefinition(DefinitionKind.ATTRIBUTE, key, -1, "{\"type\":\"" + type + "\"}"));
    }

    /** Defines a segment; returns its job. */
    CommandResult segment(final String key, final String condition) {
        return apply(new Command.PutDefinition(DefinitionKind.SEGMENT, key, -1, "{\"condition\":" + condition + "}"));
    }

    /** Runs one slice. */
    void slice() {
        engine.onSlice(++position, NOW);
    }

    /** Whether something is under way. */
    boolean hasWork() {
        return engine.nextSliceDelayMs() == 0;
    }

    /** Runs slices until nothing is under way. */
    void settle() {
        while (hasWork()) {
            slice();
        }
    }

    /** The job that ended last. */
    long jobDone() {
        return jobDone;
    }

    @Override
    public void onResult(final long clientId, final long atSequence, final long atPosition,
                         final CommandResult result) {
        last = result;
    }

    @Override
    public void onJobDone(final long job) {
        jobDone = job;
    }

    @Override
    public void onChanges(final long nextSeq) {
        // Nobody follows the changes.
    }

    @Override
    public void close() {
        engine.close();
    }
}
