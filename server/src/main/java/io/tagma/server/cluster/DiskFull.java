package io.tagma.server.cluster;

import io.aeron.archive.client.ArchiveException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Tells a full disk from the other failures of a log: whoever meets it says so in other words. */
final class DiskFull {
    /** With less than this, a write may fail. */
    private static final long FULL_BELOW = 16L * 1024 * 1024;

    private DiskFull() {
    }

    /** The failure itself, or one that says that the directory's disk is full, with the failure as its cause. */
    static Throwable explain(final Throwable failure, final Path directory) {
        final long freeBytes;
        try {
            freeBytes = freeBytes(directory);
        } catch (final UncheckedIOException ex) {
            return failure;
        }
        // The recorder's own words are often lost: all that is seen is that its thread has died.
        if (!isNoSpace(failure) && freeBytes >= FULL_BELOW) {
            return failure;
        }
        return new IllegalStateException("the disk is full, and nothing acknowledged is lost: make room and start "
            + "again: directory=" + directory + ", freeBytes=" + freeBytes, failure);
    }

    /** What the directory's disk has left for this process. */
    static long freeBytes(final Path directory) {
        try {
            return Files.getFileStore(directory).getUsableSpace();
        } catch (final IOException ex) {
            throw new UncheckedIOException("cannot tell the free space: directory=" + directory, ex);
        }
    }

    private static boolean isNoSpace(final Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            final String message = cause.getMessage();
            if (cause instanceof ArchiveException archive && archive.errorCode() == ArchiveException.STORAGE_SPACE
                || message != null && (message.contains("No space left on device")
                || message.contains("Disk quota exceeded"))) {
                return true;
            }
        }
        return false;
    }
}
