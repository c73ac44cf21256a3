package io.tagma.loadtest;

import io.tagma.client.BatchResult;
import io.tagma.client.TagmaClient;
import io.tagma.client.UpdateResult;
import io.tagma.engine.protocol.Command;
import io.tagma.engine.protocol.ResultCode;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** The Java client as a {@link ShopLink}. Any thread may call. */
final class ClientLink implements ShopLink {
    private final TagmaClient client;

    ClientLink(final TagmaClient client) {
        this.client = client;
    }

    @Override
    public CompletableFuture<Applied> update(final Command command) {
        return client.update(command).thenApply(ClientLink::applied);
    }

    @Override
    public CompletableFuture<Applied> updateAll(final List<Command> commands) {
        return client.updateAll(commands).thenApply(result -> {
            if (result.failures().isEmpty()) {
                return new Applied(0, null);
            }
            final BatchResult.Failure first = result.failures().get(0);
            return new Applied(0, refusal(first.code(), first.pointer(), first.detail()) + ", command="
                + commands.get(first.index()));
        });
    }

    @Override
    public CompletableFuture<Found> lookup(final String key) {
        return client.lookup(key)
            .thenApply(result -> new Found(result.isKnown(), result.customerGroup(), result.segments()));
    }

    @Override
    public CompletableFuture<Applied> defineSegment(final String key, final String json) {
        return client.defineSegment(key, json, true).thenApply(ClientLink::applied);
    }

    private static Applied applied(final UpdateResult result) {
        return new Applied(result.value(),
            result.isApplied() ? null : refusal(result.code(), result.pointer(), result.detail()));
    }

    private static String refusal(final ResultCode code, final String pointer, final String detail) {
        return "code=" + code + ", pointer=" + pointer + ", detail=" + detail;
    }

    @Override
    public void close() {
        client.close();
    }
}
