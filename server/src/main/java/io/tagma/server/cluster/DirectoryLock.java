package io.tagma.server.cluster;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * A data directory belongs to one process at a time: the holder of a lock on its {@value #FILE_NAME}, which the
 * operating system drops with the process, however that dies. The file names the process for people.
 */
final class DirectoryLock implements AutoCloseable {
    static final String FILE_NAME = "tagma.lock";

    private static final int PID_LENGTH_MAX = 20;
    // Closing any channel of a locked file drops the process's lock, so a second try in this process must not open it.
    private static final Set<Path> HELD_HERE = ConcurrentHashMap.newKeySet();

    private final Path directory;
    private final FileChannel channel;
    private boolean isClosed;

    private DirectoryLock(final Path directory, final FileChannel channel) {
        this.directory = directory;
        this.channel = channel;
    }

    /**
     * Takes the directory, which must exist.
     *
     * @throws IllegalStateException where it is another's
     */
    static DirectoryLock acquire(final Path dataDirectory) {
        try {
            final Path directory = dataDirectory.toRealPath();
            if (!HELD_HERE.add(directory)) {
                throw new IllegalStateException("data directory is in use by this process: directory=" + directory);
            }
            try {
                return new DirectoryLock(directory, lock(directory));
            } catch (final IOException | RuntimeException ex) {
                HELD_HERE.remove(directory);
                throw ex;
            }
        } catch (final IOException ex) {
            throw new UncheckedIOException(ex);
        }
    }

    @Override
    public void close() {
        if (isClosed) {
            return;
        }
        isClosed = true;
        try {
            channel.close();
        } catch (final IOException ex) {
            throw new UncheckedIOException(ex);
        } finally {
            HELD_HERE.remove(directory);
        }
    }

    private static FileChannel lock(final Path directory) throws IOException {
        final Path file = directory.resolve(FILE_NAME);
        final FileChannel channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.READ,
            StandardOpenOption.WRITE);
        boolean isLocked = false;
        try {
            final FileLock lock = channel.tryLock();
            if (lock == null) {
                throw new IllegalStateException("data directory is in use by another process: directory=" + directory
                    + ", pid=" + Files.readString(file, StandardCharsets.US_ASCII).trim());
            }
            isLocked = true;
            final byte[] pid = String.format("%-" + PID_LENGTH_MAX + "d", ProcessHandle.current().pid())
                .getBytes(StandardCharsets.US_ASCII);
            channel.write(ByteBuffer.wrap(pid), 0);
            return channel;
        } finally {
            if (!isLocked) {
                channel.close();
            }
        }
    }
}
