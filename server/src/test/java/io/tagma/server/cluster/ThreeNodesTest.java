package io.tagma.server.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.tagma.engine.log.CommandLog;
import io.tagma.server.FreePorts;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Three nodes in one process: who leads, what survives, and who takes commands. */
class ThreeNodesTest {
    private static final int COUNT = 3;
    private static final int ENTRY_LENGTH = 64;

    @TempDir
    private Path directory;

    private final AtomicReference<Throwable> told = new AtomicReference<>();
    private final UnsafeBuffer entry = new UnsafeBuffer(new byte[ENTRY_LENGTH]);
    private final List<ClusterConfig.Member> members = new ArrayList<>();
    private final ClusterNode[] nodes = new ClusterNode[COUNT];
    private final TallyMachine[] machines = new TallyMachine[COUNT];
    private long number;

    @AfterEach
    void close() {
        for (final ClusterNode node : nodes) {
            if (node != null) {
                node.close();
            }
        }
    }

    @Test
    void shouldApplyTheSameOnAllNodesWhicheverIsAsked() {
        startAll();
        for (int i = 0; i < COUNT; i++) {
            offer(i, 1_000);
            awaitApplied();
        }
        assertAllEqual();
        assertThat(told.get()).isNull();
    }

    @Test
    void shouldLoseNothingThatWasTakenWhenTheLeaderIsClosedAndGoOnWithTheRest() throws Exception {
        startAll();
        offer(0, 500);
        awaitApplied();
        final int leader = nodes[0].status().leaderId();
        final int asked = (leader + 1) % COUNT;
        final Thread closing = new Thread(nodes[leader]::close);
        closing.start();
        offer(asked, 2_000);
        closing.join();
        nodes[leader] = null;
        machines[leader] = machines[asked];
        awaitApplied();
        assertThat(machines[asked].isGapless()).isTrue();
        Await.until(() -> nodes[asked].status().leaderId() >= 0 && nodes[asked].status().leaderId() != leader,
            () -> "another leader: " + nodes[asked].status());

        start(leader);
        awaitReady(leader);
        awaitApplied();
        offer(leader, 10);
        awaitApplied();
        assertAllEqual();
    }

    @Test
    void shouldTakeASnapshotOnEveryNodeWhenAnyIsAsked() throws Exception {
        startAll();
        offer(0, 20_000);
        awaitApplied();
        final int follower = (nodes[0].status().leaderId() + 1) % COUNT;
        final long position = nodes[follower].requestSnapshot().get(20, TimeUnit.SECONDS);
        assertThat(position).isPositive();
        offer(follower, 100);
        awaitApplied();
        close();
        for (int i = 0; i < COUNT; i++) {
            start(i);
        }
        for (int i = 0; i < COUNT; i++) {
            awaitReady(i);
        }
        awaitApplied();
        for (int i = 0; i < COUNT; i++) {
            assertThat(machines[i].restoredCount).isEqualTo(20_000);
        }
        assertAllEqual();
    }

    private void startAll() {
        FreePorts.ofLogs(COUNT).forEach(port -> members.add(new ClusterConfig.Member("127.0.0.1", port)));
        for (int i = 0; i < COUNT; i++) {
            start(i);
        }
        for (int i = 0; i < COUNT; i++) {
            awaitReady(i);
        }
    }

    private void start(final int id) {
        machines[id] = new TallyMachine();
        nodes[id] = new ClusterNode(new ClusterConfig(directory.resolve("node" + id), id, members, Durability.FLUSHED,
            told::set), machines[id]);
        final Thread starting = new Thread(nodes[id]::start, "start-" + id);
        starting.setDaemon(true);
        starting.start();
    }

    private void awaitReady(final int id) {
        Await.until(() -> nodes[id].status().isOpen() || told.get() != null, () -> "node " + id + " starts: "
            + nodes[id].recovery());
        assertThat(told.get()).isNull();
    }

    private void offer(final int id, final int count) {
        for (int i = 0; i < count; i++) {
            entry.putLong(0, ++number);
            long answer = nodes[id].offer(entry, 0, ENTRY_LENGTH);
            while (answer == CommandLog.BACK_PRESSURED) {
                Thread.yield();
                answer = nodes[id].offer(entry, 0, ENTRY_LENGTH);
            }
            assertThat(answer).isZero();
        }
    }

    private void awaitApplied() {
        for (int i = 0; i < COUNT; i++) {
            final TallyMachine machine = machines[i];
            Await.until(() -> machine.entryCount() >= number || told.get() != null,
                () -> "applied: " + machine.entryCount() + " of " + number);
            assertThat(told.get()).isNull();
        }
    }

    private void assertAllEqual() {
        for (final TallyMachine machine : machines) {
            assertThat(machine.entryCount()).isEqualTo(number);
            assertThat(machine.isGapless()).isTrue();
            assertThat(machine.stateHash()).isEqualTo(machines[0].stateHash());
        }
    }
}
