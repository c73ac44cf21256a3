package io.tagma.server.admin;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** A backup as slices of an answer: the disk is read on a thread of its own, not on the connection's event loop. */
final class BackupSlices implements Answer.Slices {
    private final BackupStream stream;
    private final ExecutorService reader = Executors.newSingleThreadExecutor(task -> {
        final Thread thread = new Thread(task, "tagma-backup");
        thread.setDaemon(true);
        return thread;
    });

    BackupSlices(final BackupStream stream) {
        this.stream = stream;
    }

    @Override
    public CompletableFuture<byte[]> next() {
        return CompletableFuture.supplyAsync(stream::next, reader);
    }

    /** Behind what is being read: the peer may have gone in the middle of it. */
    @Override
    public void close() {
        if (!reader.isShutdown()) {
            reader.execute(stream::close);
            reader.shutdown();
        }
    }
}
