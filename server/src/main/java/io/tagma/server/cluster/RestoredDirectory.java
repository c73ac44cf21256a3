package io.tagma.server.cluster;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.stream.Stream;

/**
 * A data directory that begins with a backup's state. It is marked before anything is in it, and built in a directory
 * of its own inside, so that at no time a server can start on a part of it, or without the snapshot. One thread.
 *
 * <pre>
 *   data/restored.txt    first: says that the log is worth nothing without a snapshot
 *   data/building/       a node writes the snapshot there, and ends
 *   data/cluster         moved from there when that is done
 *   data/archive         moved last: without it there is no log, and with the mark that is refused
 * </pre>
 */
public final class RestoredDirectory {
    private final NodeDirectories directories;
    private final Path building;

    private RestoredDirectory(final NodeDirectories directories) {
        this.directories = directories;
        building = directories.data().resolve("building");
    }

    /**
     * Takes the directory.
     *
     * @param line what is restored, for people
     * @throws IllegalStateException where it is not empty
     */
    public static RestoredDirectory begin(final Path directory, final String line) {
        final NodeDirectories directories = NodeDirectories.create(directory);
        try {
            try (Stream<Path> files = Files.list(directories.data())) {
                if (files.findAny().isPresent()) {
                    throw notEmpty(directories);
                }
            }
            Files.createFile(directories.restored());
            Files.writeString(directories.restored(), "restored from a backup at " + Instant.now() + ": " + line
                + System.lineSeparator(), StandardCharsets.UTF_8);
            Fsync.force(directories.restored());
            Fsync.force(directories.data());
        } catch (final FileAlreadyExistsException ex) {
            throw notEmpty(directories);
        } catch (final IOException ex) {
            throw new UncheckedIOException("cannot restore: directory=" + directories.data(), ex);
        }
        return new RestoredDirectory(directories);
    }

    /** Where to build. */
    public Path building() {
        return building;
    }

    /** What was built becomes the directory's. */
    public void complete() {
        final NodeDirectories built = NodeDirectories.create(building);
        built.deleteMarks();
        try {
            Files.move(built.cluster(), directories.cluster());
            Files.move(built.archive(), directories.archive());
            Fsync.force(directories.data());
            try (Stream<Path> files = Files.list(building)) {
                for (final Path file : files.toList()) {
                    Files.delete(file);
                }
            }
            Files.delete(building);
        } catch (final IOException ex) {
            throw new UncheckedIOException("cannot restore: directory=" + directories.data(), ex);
        }
    }

    private static IllegalStateException notEmpty(final NodeDirectories directories) {
        return new IllegalStateException("the directory to restore into is not empty: directory="
            + directories.data());
    }
}
