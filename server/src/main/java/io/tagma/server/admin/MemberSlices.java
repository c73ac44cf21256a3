package io.tagma.server.admin;

import io.tagma.engine.EngineView.MembersExport;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;

/** Members as lines, so many a slice: each slice is a question of its own, read between two commands. */
final class MemberSlices implements Answer.Slices {
    private static final int MEMBERS_PER_SLICE = 1024;

    private final EnginePort port;
    private final Executor executor;
    private final MembersExport export;
    private final boolean isCsv;
    private final boolean withOrdinals;
    private long left;
    private boolean isBegun;
    private boolean isDone;

    MemberSlices(final EnginePort port, final Executor executor, final MembersExport export, final boolean isCsv,
                 final boolean withOrdinals, final long limit) {
        this.port = port;
        this.executor = executor;
        this.export = export;
        this.isCsv = isCsv;
        this.withOrdinals = withOrdinals;
        this.left = limit;
    }

    /** Members read on the engine's thread. */
    private static final class Batch {
        private final int[] ordinals = new int[MEMBERS_PER_SLICE];
        private final String[] keys = new String[MEMBERS_PER_SLICE];
        private int count;
        private boolean isLast;

        void add(final int ordinal, final String key) {
            ordinals[count] = ordinal;
            keys[count] = key;
            count++;
        }
    }

    @Override
    public CompletableFuture<byte[]> next() {
        final StringBuilder text = new StringBuilder();
        if (!isBegun) {
            isBegun = true;
            if (isCsv) {
                text.append(withOrdinals ? "ordinal,key\n" : "key\n");
            }
        }
        if (isDone || left == 0) {
            isDone = true;
            return CompletableFuture.completedFuture(text.isEmpty() ? null : bytes(text));
        }
        final int max = (int) Math.min(left, MEMBERS_PER_SLICE);
        return port.query(view -> {
            final Batch batch = new Batch();
            batch.isLast = !export.next(max, batch::add);
            return batch;
        }).thenApplyAsync(batch -> {
            left -= batch.count;
            isDone = batch.isLast;
            for (int i = 0; i < batch.count; i++) {
                line(batch.ordinals[i], batch.keys[i], text);
            }
            return bytes(text);
        }, executor);
    }

    @Override
    public void close() {
        isDone = true;
    }

    private void line(final int ordinal, final String key, final StringBuilder out) {
        if (isCsv) {
            if (withOrdinals) {
                out.append(ordinal).append(',');
            }
            csv(key, out);
        } else {
            out.append(withOrdinals ? "{\"ordinal\":" + ordinal + ",\"key\":" : "{\"key\":");
            Json.quote(key, out);
            out.append('}');
        }
        out.append('\n');
    }

    private static void csv(final String key, final StringBuilder out) {
        if (key.indexOf(',') < 0 && key.indexOf('"') < 0) {
            out.append(key);
        } else {
            out.append('"').append(key.replace("\"", "\"\"")).append('"');
        }
    }

    private static byte[] bytes(final StringBuilder text) {
        return text.toString().getBytes(StandardCharsets.UTF_8);
    }
}
