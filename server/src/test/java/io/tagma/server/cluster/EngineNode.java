package io.tagma.server.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.tagma.engine.CommandResult;
import io.tagma.engine.Engine;
import io.tagma.engine.EngineListener;
import io.tagma.engine.EngineOptions;
import io.tagma.engine.SnapshotCheck;
import io.tagma.engine.SnapshotSummary;
import io.tagma.engine.log.StateMachine;
import io.tagma.engine.protocol.Command;
import io.tagma.engine.protocol.CommandEncoder;
import io.tagma.engine.protocol.DefinitionKind;
import io.tagma.engine.protocol.LogEntryEncoder;
import io.tagma.engine.protocol.MessageHeaderEncoder;
import io.tagma.engine.protocol.NamedValue;
import io.tagma.engine.protocol.Value;
import io.tagma.engine.subject.StoreSizes;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.UnaryOperator;
import org.agrona.ExpandableArrayBuffer;

/**
 * An engine behind a node of its own, with customers of {@code points} 0, 1, 2 ... and segments of those with at least
 * so many. Its clock is manual, so that the state stands still when no command comes. For any number of subjects.
 */
public final class EngineNode implements AutoCloseable, EngineListener {
    private static final long CLIENT = 7;
    private static final long NOW = 1_764_000_000_000L;

    private final AtomicReference<Throwable> failure = new AtomicReference<>();
    private final CommandEncoder encoder = new CommandEncoder();
    private final ExpandableArrayBuffer command = new ExpandableArrayBuffer();
    private final ExpandableArrayBuffer entry = new ExpandableArrayBuffer();
    private final Engine engine;
    private final ClusterNode node;
    private long sequence;
    private volatile long applied;
    private volatile CommandResult refused;

    /** A node that runs, from whatever the directory holds. */
    public EngineNode(final Path directory, final int subjects, final long keySeed) {
        this(directory, subjects, keySeed, machine -> machine);
    }

    EngineNode(final Path directory, final int subjects, final long keySeed,
               final UnaryOperator<StateMachine> around) {
        engine = new Engine(new EngineOptions(keySeed, StoreSizes.expecting(subjects)), this);
        node = new ClusterNode(ClusterConfig.of(directory, failure::set), around.apply(engine));
        boolean isStarted = false;
        try {
            node.start();
            isStarted = true;
        } finally {
            if (!isStarted) {
                close();
            }
        }
    }

    /** Begins the engine's life: clock, lane, attribute, so many segments. */
    public void begin(final int segments) {
        offer(0, 0, new Command.Genesis(true, NOW, 0, 0, 0));
        offer(0, 0, new Command.LaneOpen(CLIENT));
        apply(new Command.PutDefinition(DefinitionKind.ATTRIBUTE, "points", -1, "{\"type\":\"INT\"}"));
        for (int i = 0; i < segments; i++) {
            apply(new Command.PutDefinition(DefinitionKind.SEGMENT, "points-" + i, -1,
                "{\"condition\":{\"attr\":\"points\",\"op\":\"ge\",\"v\":" + i + "}}"));
            awaitApplied();
        }
        awaitApplied();
        Await.until(() -> engine.submit(view -> view.jobs().isEmpty()).join(), () -> "segments are built");
    }

    /** Customers of those numbers, applied. */
    public void put(final int from, final int to) {
        for (int i = from; i < to; i++) {
            apply(new Command.SubjectUpsert("customer-" + i, null, null, null,
                List.of(new NamedValue("points", new Value.Whole(i))), null, null));
        }
        awaitApplied();
    }

    /** A snapshot now; answers what it says of itself on the disk. */
    public SnapshotSummary snapshot() {
        node.requestSnapshot().join();
        try (MachineSnapshot snapshot = node.openSnapshot()) {
            return SnapshotCheck.check(snapshot);
        }
    }

    public Engine engine() {
        return engine;
    }

    public ClusterNode node() {
        return node;
    }

    /** Subjects there are. */
    public long subjects() {
        return (long) engine.submit(view -> ((Number) view.info().get("subjects")).longValue()).join();
    }

    /** Stops the node and answers the state hash at its end. */
    public long stop() {
        node.close();
        assertThat(failure.get()).isNull();
        return engine.stateHash();
    }

    @Override
    public void close() {
        node.close();
        engine.close();
    }

    private void apply(final Command next) {
        offer(CLIENT, ++sequence, next);
    }

    private void offer(final long clientId, final long number, final Command next) {
        final int length = encoder.encode(next, command, 0);
        final LogEntryEncoder frame = new LogEntryEncoder()
            .wrapAndApplyHeader(entry, 0, new MessageHeaderEncoder()).clientId(clientId).sequence(number)
            .putCommand(command, 0, length);
        while (node.offer(entry, 0, frame.limit()) != 0) {
            assertThat(node.failure()).isNull();
            Thread.yield();
        }
    }

    private void awaitApplied() {
        Await.until(() -> applied == sequence || refused != null, () -> "applied: " + applied + " of " + sequence);
        assertThat(refused).isNull();
    }

    @Override
    public void onResult(final long clientId, final long number, final long position, final CommandResult result) {
        if (clientId == CLIENT && number > 0) {
            if (!result.isOk()) {
                refused = result;
            }
            applied = number;
        }
    }

    @Override
    public void onJobDone(final long job) {
        assertThat(job).isPositive();
    }

    @Override
    public void onChanges(final long nextSeq) {
        assertThat(nextSeq).isNotNegative();
    }
}
