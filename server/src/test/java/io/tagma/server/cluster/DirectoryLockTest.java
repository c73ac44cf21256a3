package io.tagma.server.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DirectoryLockTest {
    @TempDir
    private Path directory;

    @Test
    void shouldNameThePidWhenHeld() throws IOException {
        try (DirectoryLock lock = DirectoryLock.acquire(directory)) {
            assertThat(lock).isNotNull();
            assertThat(Files.readString(directory.resolve(DirectoryLock.FILE_NAME)).trim())
                .isEqualTo(Long.toString(ProcessHandle.current().pid()));
        }
    }

    @Test
    void shouldRefuseASecondHolderInThisProcessAndStillHoldTheFirst() throws Exception {
        try (DirectoryLock lock = DirectoryLock.acquire(directory)) {
            assertThat(lock).isNotNull();
            assertThatThrownBy(() -> DirectoryLock.acquire(directory)).isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("in use by this process").hasMessageContaining(directory.toRealPath().toString());
            try (ChildProcess child = ChildProcess.start(LockProbe.class, directory.toString())) {
                assertThat(child.readLine()).isEqualTo("refused: data directory is in use by another process: "
                    + "directory=" + directory.toRealPath() + ", pid=" + ProcessHandle.current().pid());
            }
        }
    }

    @Test
    void shouldBeFreeAgainWhenClosedTwice() {
        final DirectoryLock lock = DirectoryLock.acquire(directory);
        lock.close();
        lock.close();
        final DirectoryLock next = DirectoryLock.acquire(directory);
        assertThatThrownBy(() -> DirectoryLock.acquire(directory)).isInstanceOf(IllegalStateException.class);
        next.close();
    }

    @Test
    void shouldBeFreeWhenItsProcessWasKilled() throws Exception {
        try (ChildProcess child = ChildProcess.start(LockProbe.class, directory.toString(), "hold")) {
            assertThat(child.readLine()).isEqualTo("held");
            assertThatThrownBy(() -> DirectoryLock.acquire(directory)).isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("pid=" + child.pid());
            child.kill();
        }
        DirectoryLock.acquire(directory).close();
    }

    /** A process that tries to take the directory, says how it went, and holds it if told to. */
    static final class LockProbe {
        private LockProbe() {
        }

        public static void main(final String[] args) throws IOException {
            try {
                DirectoryLock.acquire(Path.of(args[0]));
                System.out.println("held");
            } catch (final IllegalStateException ex) {
                System.out.println("refused: " + ex.getMessage());
            }
            if (args.length > 1) {
                System.in.read();
            }
        }
    }
}
