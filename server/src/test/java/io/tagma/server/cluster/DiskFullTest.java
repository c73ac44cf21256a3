package io.tagma.server.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.aeron.archive.client.ArchiveException;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DiskFullTest {
    @TempDir
    private Path directory;

    @Test
    void shouldSayThatTheDiskIsFullHoweverDeepTheReasonLies() {
        final Throwable failure = new IllegalStateException("recorder",
            new RuntimeException(new IOException("No space left on device")));
        assertThat(DiskFull.explain(failure, directory)).hasMessageStartingWith(
            "the disk is full, and nothing acknowledged is lost: make room and start again: directory=" + directory
                + ", freeBytes=").hasCause(failure);
        final Throwable archive = new ArchiveException("low", ArchiveException.STORAGE_SPACE);
        assertThat(DiskFull.explain(archive, directory)).hasMessageStartingWith("the disk is full").hasCause(archive);
    }

    @Test
    void shouldLeaveOtherFailuresAsTheyAre() {
        final Throwable failure = new IllegalStateException("agent has terminated", new InternalError("a fault"));
        assertThat(DiskFull.explain(failure, directory)).isSameAs(failure);
        final Throwable silent = new RuntimeException();
        assertThat(DiskFull.explain(silent, directory.resolve("gone"))).isSameAs(silent);
    }
}
