package io.tagma.server.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Real processes, killed by SIGKILL under load, as often as there are rounds. */
class KillTest {
    private static final int ROUNDS = 5;
    private static final long SEED = 20_261_125;

    @TempDir
    private Path directory;

    @Test
    void shouldHaveEveryAcknowledgedCommandOnceWhenKilledUnderLoadAndRestarted() throws Exception {
        final Random random = new Random(SEED);
        long acknowledged = 0;
        for (int round = 0; round < ROUNDS; round++) {
            try (ChildProcess child = ChildProcess.start(AcknowledgingNode.class, directory.toString())) {
                final long recovered = checkRecovery(child, acknowledged, round);
                final long killAt = recovered + 1_000 + random.nextInt(60_000);
                while (acknowledged < killAt) {
                    acknowledged = ack(child.readLine());
                }
                child.kill();
                // What it said before it died counts as well.
                String line = child.readLine();
                while (line != null) {
                    acknowledged = Math.max(acknowledged, isWhole(line, acknowledged) ? ack(line) : 0);
                    line = child.readLine();
                }
            }
        }
        try (ChildProcess child = ChildProcess.start(AcknowledgingNode.class, directory.toString(), "1000")) {
            checkRecovery(child, acknowledged, ROUNDS);
            String line = child.readLine();
            while (line != null && !line.startsWith("rate")) {
                line = child.readLine();
            }
            assertThat(line).startsWith("rate");
            assertThat(child.exitStatus()).isZero();
        }
    }

    private static long checkRecovery(final ChildProcess child, final long acknowledged, final int round)
        throws IOException {
        final String line = child.readLine();
        assertThat(line).as("round %d, seed %d", round, SEED).startsWith("recovered ");
        final String[] words = line.split(" ");
        final long recovered = Long.parseLong(words[1]);
        assertThat(recovered).as("round %d, seed %d", round, SEED).isGreaterThanOrEqualTo(acknowledged);
        assertThat(words[2]).as("every number once: round %d, seed %d", round, SEED).isEqualTo("true");
        System.out.println("round " + round + ": acknowledged " + acknowledged + ", " + line);
        return recovered;
    }

    private static boolean isWhole(final String line, final long acknowledged) {
        return line.startsWith("ack ") && line.length() >= ("ack " + acknowledged).length();
    }

    private static long ack(final String line) {
        assertThat(line).startsWith("ack ");
        return Long.parseLong(line.substring(4));
    }
}
