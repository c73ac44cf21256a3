package io.tagma.server.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class RecoveryTest {
    private final Recovery recovery = new Recovery(0);

    @Test
    void shouldSayWhatItIsAt() {
        assertThat(recovery).hasToString("the log is being checked");
        recovery.replay(4_000);
        assertThat(recovery).hasToString("the log is being replayed: position=0, of=4000, percent=0");
        recovery.at(1_000, 1);
        assertThat(recovery).hasToString("the log is being replayed: position=1000, of=4000, percent=25");
        recovery.at(4_096, 2);
        assertThat(recovery).hasToString("the log is replayed, and is being opened");
    }

    @Test
    void shouldGiveALineEveryFewSeconds() {
        recovery.replay(4_000);
        int lines = 0;
        for (int second = 1; second <= 12; second++) {
            final String line = recovery.at(100 * second, TimeUnit.SECONDS.toNanos(second));
            if (line != null) {
                lines++;
                assertThat(line).isEqualTo("the log is being replayed: position=" + 100 * second
                    + ", of=4000, percent=" + 100 * second * 100 / 4_000 + ", seconds=" + second);
            }
        }
        assertThat(lines).isEqualTo(4);
    }
}
