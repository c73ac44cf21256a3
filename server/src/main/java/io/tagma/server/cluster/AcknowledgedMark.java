package io.tagma.server.cluster;

import io.aeron.cluster.RecordingLog;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * How far the log has certainly been acknowledged, kept beside it, so that a tail that was damaged later is told from
 * one that was being written: a log must not end before its mark. That is written now and then and never flushed, so it
 * may lag behind, and never runs ahead of what was flushed. The recording log, which only grows, is told from a shorter
 * one in the same way.
 *
 * <pre>
 *    0                 8                  16                        24
 *   +-----------------+------------------+-------------------------+-----------------+
 *   | log position    | its complement   | recording log's length  | its complement  |
 *   +-----------------+------------------+-------------------------+-----------------+
 *   big endian; a number that does not fit its complement is none
 * </pre>
 *
 * One thread polls and closes.
 */
final class AcknowledgedMark implements AutoCloseable {
    static final String FILE_NAME = "tagma-acknowledged.dat";
    /** No mark. */
    static final long NONE = 0;

    private static final System.Logger LOGGER = System.getLogger(AcknowledgedMark.class.getName());
    private static final long WRITE_INTERVAL_NS = TimeUnit.MILLISECONDS.toNanos(250);
    private static final int LENGTH = 4 * Long.BYTES;
    private static final int RECORDING_LOG_OFFSET = 2 * Long.BYTES;

    private final LongSupplier position;
    private final File recordingLog;
    private final FileChannel channel;
    private final ByteBuffer buffer = ByteBuffer.allocate(LENGTH);
    private long writtenPosition;
    private long writeDueNs;

    /** Of a log whose acknowledged position that is; the file is made at the first write. */
    AcknowledgedMark(final Path clusterDirectory, final LongSupplier position) {
        this.position = position;
        recordingLog = clusterDirectory.resolve(RecordingLog.RECORDING_LOG_FILE_NAME).toFile();
        try {
            channel = FileChannel.open(clusterDirectory.resolve(FILE_NAME), StandardOpenOption.CREATE,
                StandardOpenOption.WRITE);
        } catch (final IOException ex) {
            throw new UncheckedIOException(ex);
        }
    }

    /** The log's position that a process left, or {@link #NONE}. */
    static long read(final Path clusterDirectory) {
        return read(clusterDirectory, 0);
    }

    /** How long the recording log was, or {@link #NONE}. */
    static long recordingLogLength(final Path clusterDirectory) {
        return read(clusterDirectory, RECORDING_LOG_OFFSET);
    }

    private static long read(final Path clusterDirectory, final int offset) {
        final byte[] bytes;
        try {
            bytes = Files.readAllBytes(clusterDirectory.resolve(FILE_NAME));
        } catch (final NoSuchFileException none) {
            return NONE;
        } catch (final IOException ex) {
            throw new UncheckedIOException(ex);
        }
        if (bytes.length < LENGTH) {
            return NONE;
        }
        final ByteBuffer mark = ByteBuffer.wrap(bytes);
        final long value = mark.getLong(offset);
        return mark.getLong(offset + Long.BYTES) == ~value ? value : NONE;
    }

    /** Writes now and then, if there is something new. */
    int poll(final long nowNs) {
        if (nowNs - writeDueNs < 0) {
            return 0;
        }
        writeDueNs = nowNs + WRITE_INTERVAL_NS;
        final long now = position.getAsLong();
        if (now <= writtenPosition) {
            return 0;
        }
        buffer.clear();
        final long length = recordingLog.length();
        buffer.putLong(now).putLong(~now).putLong(length).putLong(~length).flip();
        try {
            channel.write(buffer, 0);
        } catch (final IOException ex) {
            LOGGER.log(System.Logger.Level.WARNING, "the acknowledged position is not noted: " + ex.getMessage());
        }
        writtenPosition = now;
        return 1;
    }

    @Override
    public void close() {
        try {
            channel.close();
        } catch (final IOException ex) {
            throw new UncheckedIOException(ex);
        }
    }
}
