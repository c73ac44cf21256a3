package io.tagma.server.cluster;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** Waits until what was written is on the disk. Any thread. */
public final class Fsync {
    private Fsync() {
    }

    /** A file with all its bytes, or a directory with the names in it. */
    public static void force(final Path path) throws IOException {
        try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }
}
