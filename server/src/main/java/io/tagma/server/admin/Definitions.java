package io.tagma.server.admin;

import io.tagma.engine.CommandResult;
import io.tagma.engine.Query;
import io.tagma.engine.protocol.Command;
import io.tagma.engine.protocol.DefinitionKind;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/** How definitions of any kind are written and deleted: precondition, command, job. Immutable: any event loop. */
final class Definitions {
    private final EnginePort port;

    Definitions(final EnginePort port) {
        this.port = port;
    }

    /** A definition that was written. */
    record Written(boolean isNew, CommandResult result) {
        int status() {
            return isNew ? 201 : 200;
        }
    }

    /**
     * Creates or replaces a definition.
     *
     * @param version      of the present one; 0 where there is none
     * @param isJobAwaited whether to wait until what it changed elsewhere is visible
     * @param isForced     whether also to switch off a segment that others refer to
     */
    CompletableFuture<Written> put(final Request request, final DefinitionKind kind, final String key,
                                   final String json, final Query<Integer> version, final boolean isJobAwaited,
                                   final boolean isForced) {
        return port.query(version).thenComposeAsync(present -> {
            final int expected = Preconditions.expected(request.headers(), present);
            return port.submit(new Command.PutDefinition(kind, key, expected, json, isForced))
                .thenComposeAsync(result -> finished(result, isJobAwaited), request.executor())
                .thenApply(result -> new Written(present == 0, result));
        }, request.executor());
    }

    /** Creates a definition; one that is there already is a conflict. An empty key takes the next free one. */
    CompletableFuture<Written> create(final Request request, final DefinitionKind kind, final String key,
                                      final String json) {
        final int expected = key.isEmpty() ? Preconditions.ANY : 0;
        return port.submit(new Command.PutDefinition(kind, key, expected, json))
            .thenComposeAsync(result -> finished(result, true), request.executor())
            .thenApply(result -> new Written(true, result));
    }

    /** Deletes a definition. */
    CompletableFuture<Answer.Whole> delete(final Request request, final DefinitionKind kind, final String key,
                                           final Query<Integer> version, final boolean isForced) {
        return port.query(version).thenComposeAsync(present -> {
            if (present == 0) {
                throw Problem.notFound(kind.name().toLowerCase(Locale.ROOT), key);
            }
            final int expected = Preconditions.expected(request.headers(), present);
            return port.submit(new Command.DeleteDefinition(kind, key, expected, isForced))
                .thenComposeAsync(result -> finished(result, true), request.executor())
                .thenApply(result -> Answer.empty(204, Map.of()));
        }, request.executor());
    }

    /** The result once its job has ended; a refusal as a failure. */
    CompletableFuture<CommandResult> finished(final CommandResult result, final boolean isJobAwaited) {
        if (!result.isOk()) {
            return CompletableFuture.failedFuture(Problem.of(result));
        }
        if (result.job() == 0 || !isJobAwaited) {
            return CompletableFuture.completedFuture(result);
        }
        return port.jobDone(result.job()).thenApply(done -> result);
    }
}
