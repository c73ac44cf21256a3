package io.tagma.server.cluster;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.stream.Stream;
import java.util.zip.CRC32C;
import org.agrona.IoUtil;
import org.agrona.collections.Hashing;

/**
 * Where a node keeps what.
 *
 * <pre>
 *   data/tagma.lock          whose process it is
 *   data/archive             log and snapshots
 *   data/cluster             recording log, node state
 *   data/seeding             there while a copy of a peer's state is not whole: what is there is of no worth
 *   data/set-aside           damaged snapshots that are not used any more
 *   data/restored.txt        there where the log begins with the snapshot of a backup, and what was restored
 *   /dev/shm/tagma-…         buffers of the media driver: of no worth once the process is gone, and unique to the
 *                            directory, so that the next start finds and deletes what a killed process left
 * </pre>
 */
record NodeDirectories(Path data, Path archive, Path cluster, Path driver, boolean isMemoryAmple) {
    private static final String SEEDING_FILE = "seeding";
    private static final Path SHARED_MEMORY = Path.of("/dev/shm");
    /** One node's driver uses 28 MB, with a snapshot under way 34 MB, after a change of leader 13 MB more. */
    private static final long SHARED_MEMORY_MIN = 56L * 1024 * 1024;
    /** From here on buffers are laid out page by page as they are used. */
    private static final long SHARED_MEMORY_AMPLE = 256L * 1024 * 1024;
    /** Marks, node state, catalogue, and what the archive wants to find free before it goes on recording. */
    static final long START_MIN = 32L * 1024 * 1024;
    private static final String[] MARK_FILES = {
        "archive/archive-mark.dat", "archive/archive-mark.lnk", "cluster/cluster-mark.dat", "cluster/cluster-mark.lnk",
        "cluster/cluster-mark-service-0.dat", "cluster/cluster-mark-service-0.lnk"
    };

    /** Creates the data directory and tells the others. */
    static NodeDirectories create(final Path dataDirectory) {
        try {
            Files.createDirectories(dataDirectory);
            final Path data = dataDirectory.toRealPath();
            final long memory = sharedMemory();
            final Path driver = driver(data);
            // One that is there already is what a killed process left, and its room is ours.
            final boolean isInMemory = memory >= SHARED_MEMORY_MIN || Files.exists(driver);
            return new NodeDirectories(data, data.resolve("archive"), data.resolve("cluster"),
                isInMemory ? driver : data.resolve("driver"), memory >= SHARED_MEMORY_AMPLE);
        } catch (final IOException ex) {
            throw new UncheckedIOException("cannot create the data directory: directory=" + dataDirectory + ", reason="
                + ex.getClass().getSimpleName(), ex);
        }
    }

    Path setAside() {
        return data.resolve("set-aside");
    }

    Path restored() {
        return data.resolve("restored.txt");
    }

    /**
     * Deletes the marks that a killed process left: they say for ten seconds more that it lives. Only the holder of the
     * directory's lock may know better.
     */
    void deleteMarks() {
        try {
            for (final String mark : MARK_FILES) {
                Files.deleteIfExists(data.resolve(mark));
            }
            if (!driver.startsWith(data)) {
                IoUtil.delete(data.resolve("driver").toFile(), true);
            }
        } catch (final IOException ex) {
            throw new UncheckedIOException(ex);
        }
    }

    /** Empties log and snapshots, for a copy of a peer's. */
    void beginSeeding() {
        try {
            Fsync.force(Files.writeString(data.resolve(SEEDING_FILE), "a copy of a peer's log is not whole yet\n"));
            IoUtil.delete(archive.toFile(), true);
            IoUtil.delete(cluster.toFile(), true);
        } catch (final IOException ex) {
            throw new UncheckedIOException(ex);
        }
    }

    /** The copy is whole. */
    void endSeeding() {
        try {
            for (final Path directory : new Path[] {archive, cluster}) {
                try (Stream<Path> files = Files.list(directory)) {
                    for (final Path file : files.toList()) {
                        Fsync.force(file);
                    }
                }
                Fsync.force(directory);
            }
            Files.delete(data.resolve(SEEDING_FILE));
        } catch (final IOException ex) {
            throw new UncheckedIOException(ex);
        }
    }

    /** Empties what a copy that was cut off has left. */
    void deleteHalfCopy() {
        if (Files.exists(data.resolve(SEEDING_FILE))) {
            beginSeeding();
            try {
                Files.delete(data.resolve(SEEDING_FILE));
            } catch (final IOException ex) {
                throw new UncheckedIOException(ex);
            }
        }
    }

    /**
     * Refuses a disk on which not even the start would succeed; a start with less than the reserve of the
     * {@link DiskGuard} succeeds.
     */
    void checkRoom() {
        final long needed = START_MIN + (driver.startsWith(data) ? SHARED_MEMORY_MIN : 0);
        final long freeBytes = DiskFull.freeBytes(data);
        if (freeBytes < needed) {
            throw new IllegalStateException("the disk is full, nothing was touched: make room and start again: "
                + "directory=" + data + ", freeBytes=" + freeBytes + ", neededBytes=" + needed);
        }
    }

    /** Bytes free there, 0 where there is none. */
    private static long sharedMemory() throws IOException {
        return Files.isDirectory(SHARED_MEMORY) && Files.isWritable(SHARED_MEMORY)
            ? Files.getFileStore(SHARED_MEMORY).getUsableSpace() : 0;
    }

    private static Path driver(final Path data) throws IOException {
        // The file's key tells directories of one name apart where containers share the memory but not the disk.
        final Object key = Files.readAttributes(data, BasicFileAttributes.class).fileKey();
        final byte[] name = (data + "|" + key).getBytes(StandardCharsets.UTF_8);
        final CRC32C checksum = new CRC32C();
        checksum.update(name);
        return SHARED_MEMORY.resolve(String.format("tagma-%08x%08x", checksum.getValue(),
            Hashing.hash((data + "|" + key).hashCode())));
    }
}
