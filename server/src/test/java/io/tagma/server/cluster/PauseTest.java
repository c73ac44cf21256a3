package io.tagma.server.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A real process that stands still by SIGSTOP for longer than Aeron's default of ten seconds. */
class PauseTest {
    private static final int PAUSE_S = 13;

    @TempDir
    private Path directory;

    @Test
    void shouldGoOnWithNothingLostWhenTheProcessStoodStill() throws Exception {
        final Path errors = directory.resolve("errors.txt");
        try (ChildProcess child = ChildProcess.start(ProcessBuilder.Redirect.to(errors.toFile()),
            AcknowledgingNode.class, directory.resolve("data").toString())) {
            assertThat(child.readLine()).startsWith("recovered ");
            long acknowledged = 0;
            while (acknowledged < 1_000) {
                acknowledged = ack(child.readLine());
            }

            final Process pause = new ProcessBuilder("sh", "-c",
                "kill -STOP " + child.pid() + " && sleep " + PAUSE_S + " && kill -CONT " + child.pid()).start();
            assertThat(pause.waitFor()).isZero();

            // Far beyond what the pipe and the log held before.
            final long before = acknowledged;
            while (acknowledged < before + 100_000) {
                final String line = child.readLine();
                assertThat(line).as("after %d acknowledged", acknowledged).startsWith("ack ");
                assertThat(ack(line)).isGreaterThan(acknowledged);
                acknowledged = ack(line);
            }
        }
        assertThat(errors).content().as("a node alone does not doubt its quorum").doesNotContain("quorum", "WARN");
    }

    private static long ack(final String line) {
        assertThat(line).startsWith("ack ");
        return Long.parseLong(line.substring(4));
    }
}
