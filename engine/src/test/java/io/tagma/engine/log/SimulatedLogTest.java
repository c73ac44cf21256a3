package io.tagma.engine.log;

import static org.assertj.core.api.Assertions.assertThat;

import io.tagma.engine.log.SimulatedLog.Damage;
import io.tagma.engine.log.SimulatedLog.Entry;
import io.tagma.engine.log.SimulatedLog.Kind;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the model must share with Raft, whoever is elected by chance. */
class SimulatedLogTest {
    private static final long NOW = 1_790_000_000_000L;

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5})
    void shouldNotElectALongerLogOfAnEarlierTermBeforeANodeThatHasOnlyASnapshotOfALaterOne(final long seed) {
        try (SimulatedLog log = new SimulatedLog(3, seed, PlantedFault.NONE, new Tallies())) {
            assertThat(log.elect(NOW)).isTrue();
            final int old = log.leader();
            for (int i = 0; i < 10; i++) {
                log.append(Kind.SLICE, new byte[0], NOW);
            }
            log.flush(old);
            log.crash(old);

            assertThat(log.elect(NOW)).isTrue();
            final int leader = log.leader();
            final int follower = 3 - old - leader;
            log.append(Kind.SNAPSHOT, new byte[0], NOW);
            log.replicate(follower, 10);
            log.flush(follower);
            log.flush(leader);
            assertThat(log.committedEnd()).isEqualTo(2);
            log.apply(leader, Damage.NONE);
            log.apply(leader, Damage.NONE);

            log.crash(follower);
            log.wipe(follower);
            assertThat(log.seed(follower)).isTrue();
            assertThat(log.restart(follower)).isTrue();
            assertThat(log.appliedEnd(follower)).isEqualTo(log.end(follower)).isEqualTo(2);

            log.crash(leader);
            assertThat(log.restart(old)).isTrue();
            assertThat(log.end(old)).isEqualTo(11);
            assertThat(log.elect(NOW)).isTrue();
            assertThat(log.leader()).isEqualTo(follower);
        }
    }

    private static final class Tallies implements SimulatedLog.Service {
        @Override
        public StateMachine start(final int node) {
            return new TallyMachine();
        }

        @Override
        public void applied(final int node, final Entry entry) {
        }

        @Override
        public void restored(final int node, final Entry at, final Damage damage) {
        }

        @Override
        public boolean isRefused(final int node, final Damage damage, final RuntimeException why) {
            throw why;
        }

        @Override
        public void written(final int node, final Entry at, final List<byte[]> frames) {
        }

        @Override
        public void stopped(final int node, final StateMachine machine) {
        }
    }
}
