package io.tagma.engine;

import io.tagma.engine.log.PlantedFault;
import io.tagma.engine.log.StateMachine;
import io.tagma.engine.protocol.Command;
import io.tagma.engine.protocol.CommandDecoder;
import io.tagma.engine.protocol.LogEntryDecoder;
import io.tagma.engine.protocol.MessageHeaderDecoder;
import io.tagma.engine.segment.LookupReader;
import io.tagma.engine.subject.StoreSizes;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/** A real engine on a node of the simulated log, with what it answered to the last entry; broken only if asked to. */
final class ReplicaMachine implements StateMachine, EngineListener, AutoCloseable {
    /** The lane under which a broken node applies again what comes again. */
    static final long SHADOW = 999_999;

    /** As many units that jobs take several slices. */
    private static final SliceWork SMALL = new SliceWork(2_500, 500, 2_500);

    private final Engine engine;
    private final LookupReader reader;
    private final PlantedFault fault;
    private final boolean isBroken;
    private final List<Result> results = new ArrayList<>();
    private final Map<Long, Long> seen = new HashMap<>();
    private long shadowSequence;

    /** What was answered to a frame. */
    record Result(long clientId, long sequence, CommandResult result, boolean isDeletingGroup, boolean isAnyUnderway) {
        /** The same but for sentences, which are no state. */
        boolean isSame(final CommandResult other) {
            return result.code() == other.code() && result.value() == other.value() && result.job() == other.job()
                && result.definitionVersion() == other.definitionVersion()
                && result.pointer().equals(other.pointer());
        }
    }

    ReplicaMachine(final int node, final int versionKnown, final PlantedFault fault) {
        this.fault = fault;
        isBroken = fault == PlantedFault.APPLIES_TWICE || fault == PlantedFault.IGNORES_VERSIONS
            || fault == PlantedFault.IGNORES_VERSIONS_ALONE && node == 1;
        engine = new Engine(new EngineOptions(node * 31L + 7, new StoreSizes(1_000 * (1 + node), 512,
            8_000, 512), versionKnown), SMALL, this);
        reader = engine.newReader();
    }

    Engine engine() {
        return engine;
    }

    /** To the frames of the last message, in their order. */
    List<Result> results() {
        return results;
    }

    // ---- reading -----------------------------------------------------------------------------------------------

    /** Public ids that a look-up shows. */
    Set<Integer> lookup(final String key) {
        final byte[] bytes = key.getBytes(StandardCharsets.UTF_8);
        reader.begin();
        try {
            reader.lookup(new UnsafeBuffer(bytes), 0, bytes.length, 0);
            final Set<Integer> ids = new TreeSet<>();
            for (int i = 0; i < reader.count(); i++) {
                ids.add(reader.segmentId(i));
            }
            return ids;
        } finally {
            reader.end();
        }
    }

    /** The group that a look-up shows. */
    int group(final String key) {
        final byte[] bytes = key.getBytes(StandardCharsets.UTF_8);
        reader.begin();
        try {
            reader.lookup(new UnsafeBuffer(bytes), 0, bytes.length, 0);
            return reader.customerGroup();
        } finally {
            reader.end();
        }
    }

    // ---- the log -----------------------------------------------------------------------------------------------

    @Override
    public void onMessage(final long position, final long timestampMs, final DirectBuffer buffer, final int offset,
                          final int length) {
        results.clear();
        if (!isBroken) {
            engine.onMessage(position, timestampMs, buffer, offset, length);
        } else {
            final byte[] bytes = broken(buffer, offset, length);
            engine.onMessage(position, timestampMs, new UnsafeBuffer(bytes), 0, bytes.length);
        }
    }

    /** The message as a broken node reads it. */
    private byte[] broken(final DirectBuffer buffer, final int offset, final int length) {
        final List<byte[]> frames = new ArrayList<>();
        for (int at = offset; at < offset + length;) {
            final int frameLength = 4 + buffer.getInt(at, ByteOrder.LITTLE_ENDIAN);
            final byte[] frame = new byte[frameLength];
            buffer.getBytes(at, frame);
            at += frameLength;
            final LogEntryDecoder entry = new LogEntryDecoder().wrapAndApplyHeader(new UnsafeBuffer(frame), 4,
                new MessageHeaderDecoder());
            final long clientId = entry.clientId();
            final long sequence = entry.sequence();
            final UnsafeBuffer commandBytes = new UnsafeBuffer(0, 0);
            entry.wrapCommand(commandBytes);
            final Command command = new CommandDecoder().decode(commandBytes, 0);
            if (fault != PlantedFault.APPLIES_TWICE) {
                frames.add(command instanceof Command.SetApplicationVersion raise && raise.version() > 1
                    ? ReplicaFrames.frame(clientId, sequence, new Command.SetApplicationVersion(1)) : frame);
                continue;
            }
            frames.add(frame);
            if (shadowSequence == 0) {
                if (command instanceof Command.Genesis) {
                    frames.add(ReplicaFrames.frame(SHADOW, 0, new Command.LaneOpen(SHADOW)));
                    shadowSequence = 1;
                }
            } else if (sequence > 0 && sequence <= seen.getOrDefault(clientId, 0L)) {
                frames.add(ReplicaFrames.frame(SHADOW, shadowSequence++, command));
            }
            seen.merge(clientId, sequence, Math::max);
        }
        return ReplicaFrames.message(frames);
    }

    @Override
    public void onSlice(final long position, final long timestampMs) {
        results.clear();
        engine.onSlice(position, timestampMs);
    }

    @Override
    public long nextSliceDelayMs() {
        return engine.nextSliceDelayMs();
    }

    @Override
    public int onIdle() {
        return engine.onIdle();
    }

    @Override
    public void snapshot(final SnapshotSink sink) {
        results.clear();
        engine.snapshot(sink);
    }

    @Override
    public void restore(final SnapshotSource source) {
        engine.restore(source);
    }

    @Override
    public long stateHash() {
        return engine.stateHash();
    }

    @Override
    public void onResult(final long clientId, final long sequence, final long position, final CommandResult result) {
        if (clientId != SHADOW) {
            final Underway underway = engine.underway();
            results.add(new Result(clientId, sequence, result, underway.isDeletingGroup(), underway.isAny()));
        }
    }

    @Override
    public void onJobDone(final long job) {
        // Nobody waits for jobs here.
    }

    @Override
    public void onChanges(final long nextSeq) {
        // The stream itself is read.
    }

    @Override
    public void close() {
        reader.close();
        engine.close();
    }
}
