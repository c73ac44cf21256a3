package io.tagma.server.admin;

import io.tagma.engine.protocol.Command;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * Makes drafts complete that need to know what the engine holds, some at a time. Called on the stream's event loop,
 * never twice at a time, and only when all lines before the drafts are applied.
 */
interface Completion {
    /**
     * As many of the drafts, from the first one on, as can be told before those are applied: at least one. Fails with
     * a {@link BusyException} where it has to be asked again.
     */
    CompletableFuture<List<Completed>> complete(List<Draft> drafts);

    /** The last call: the stream is over. */
    void close();

    /**
     * A draft's command, or why it has none. One of both is null.
     */
    record Completed(Command command, LineFault fault) {
        static Completed of(final Command command) {
            return new Completed(command, null);
        }

        static Completed of(final LineFault fault) {
            return new Completed(null, fault);
        }
    }
}
