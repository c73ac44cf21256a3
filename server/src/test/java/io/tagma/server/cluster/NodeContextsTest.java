package io.tagma.server.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NodeContextsTest {
    @TempDir
    private Path directory;

    /** Else a node that follows on a leader hears the greeting of that one's session, and takes it for its own. */
    @Test
    void shouldHearEachSessionOnAStreamOfItsOwn() {
        final Watchdog watchdog = new Watchdog(failure -> { });
        final NodeContexts contexts = new NodeContexts(ClusterConfig.of(directory, failure -> { }),
            NodeDirectories.create(directory), watchdog);
        final LeaderTerm own = new LeaderTerm(3, 0, true);
        assertThat(contexts.leader(own).egressStreamId()).isNotEqualTo(contexts.leader(own).egressStreamId());
        assertThat(watchdog.failure()).isNull();
    }
}
