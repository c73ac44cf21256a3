package io.tagma.server.cluster;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.file.Path;

/** Reaches into a stopped node's files. */
final class LogFiles {
    private LogFiles() {
    }

    /** First segment of a recording. */
    static Path segment(final Path dataDirectory, final long recordingId) {
        return dataDirectory.resolve("archive").resolve(recordingId + "-0.rec");
    }

    static void flipBit(final Path file, final long offset) {
        with(file, access -> {
            access.seek(offset);
            final int value = access.read();
            access.seek(offset);
            access.write(value ^ 4);
        });
    }

    static void write(final Path file, final long offset, final byte[] bytes) {
        with(file, access -> {
            access.seek(offset);
            access.write(bytes);
        });
    }

    static byte[] read(final Path file, final long offset, final int length) {
        final byte[] bytes = new byte[length];
        with(file, access -> {
            access.seek(offset);
            access.readFully(bytes);
        });
        return bytes;
    }

    static void truncate(final Path file, final long length) {
        with(file, access -> access.setLength(length));
    }

    private static void with(final Path file, final Change change) {
        try (RandomAccessFile access = new RandomAccessFile(file.toFile(), "rw")) {
            change.apply(access);
        } catch (final IOException ex) {
            throw new UncheckedIOException(ex);
        }
    }

    private interface Change {
        void apply(RandomAccessFile access) throws IOException;
    }
}
