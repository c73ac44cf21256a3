package io.tagma.loadtest;

import io.tagma.engine.protocol.Command;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** The storefront's connection to a server: what load and demo need of the client. Any thread may call. */
interface ShopLink extends AutoCloseable {
    /** Sends a command; the answer says whether it was applied. */
    CompletableFuture<Applied> update(Command command);

    /** Sends many commands in their order; the answer names the first that was refused. */
    CompletableFuture<Applied> updateAll(List<Command> commands);

    /** A subject's group and segments. */
    CompletableFuture<Found> lookup(String key);

    /** Defines a segment and waits until its members are visible; the answer's value is its id. */
    CompletableFuture<Applied> defineSegment(String key, String json);

    @Override
    void close();

    /**
     * What became of commands.
     *
     * @param value   the id of what was defined, or 0
     * @param refusal null where all were applied, else why the first was not
     */
    record Applied(long value, String refusal) {
    }

    /** A look-up's answer. */
    record Found(boolean isKnown, int group, int[] segments) {
    }
}
