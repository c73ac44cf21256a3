package io.tagma.engine;

import io.tagma.engine.log.StateMachine;
import io.tagma.engine.protocol.Command;
import io.tagma.engine.protocol.CommandEncoder;
import io.tagma.engine.protocol.LogEntryEncoder;
import io.tagma.engine.protocol.MessageHeaderEncoder;
import io.tagma.engine.condition.TextNormaliser;
import io.tagma.engine.segment.LookupReader;
import io.tagma.engine.subject.StoreSizes;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.function.Supplier;
import org.agrona.ExpandableArrayBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/** An engine cranked by hand: commands and slices at instants that the test chooses. */
public final class EngineHarness implements AutoCloseable, EngineListener {
    private static final long CLIENT = 1;
    private static final int SLICES_MAX = 100_000;
    private static final int KEYS_AT_ONCE = 100;

    private final CommandEncoder encoder = new CommandEncoder();
    private final ExpandableArrayBuffer command = new ExpandableArrayBuffer();
    private final ExpandableArrayBuffer entry = new ExpandableArrayBuffer();
    private final Set<Long> jobsDone = new HashSet<>();
    private final SliceWork sliceWork;
    private final Engine engine;
    private final LookupReader reader;
    private long position;
    private long sequence;
    private CommandResult last;

    private EngineHarness(final long keySeed, final StoreSizes sizes, final SliceWork sliceWork) {
        this.sliceWork = sliceWork;
        engine = new Engine(new EngineOptions(keySeed, sizes), sliceWork, this);
        reader = engine.newReader();
    }

    /** An engine whose clock follows the timestamps of commands and slices; visitors never expire. */
    public static EngineHarness begin(final long now) {
        return begin(new Command.Genesis(false, 0, 0, 0, 0, Long.MAX_VALUE, 0), StoreSizes.SMALL, now, SliceWork.USUAL);
    }

    /** The same with stores for so many subjects. */
    public static EngineHarness begin(final int subjects, final long now) {
        return begin(new Command.Genesis(false, 0, 0, 0, 0, Long.MAX_VALUE, 0), StoreSizes.expecting(subjects), now,
            SliceWork.USUAL);
    }

    /** An engine whose clock stands still until a command moves it. */
    public static EngineHarness beginManual(final long now) {
        return begin(new Command.Genesis(true, now, 0, 0, 0, Long.MAX_VALUE, 0), StoreSizes.SMALL, now,
            SliceWork.USUAL);
    }

    /** An engine that begins with this command. */
    public static EngineHarness begin(final Command.Genesis genesis, final long now) {
        return begin(genesis, StoreSizes.SMALL, now, SliceWork.USUAL);
    }

    /** An engine of which every slice does only so much. */
    static EngineHarness begin(final boolean isManualClock, final long now, final SliceWork sliceWork) {
        return begin(isManualClock, Long.MAX_VALUE, now, sliceWork);
    }

    /** The same; visitors expire so long after the last line that named them. */
    static EngineHarness begin(final boolean isManualClock, final long visitorTtlMs, final long now,
                               final SliceWork sliceWork) {
        return begin(new Command.Genesis(isManualClock, isManualClock ? now : 0, 0, 0, 0, visitorTtlMs, 0),
            StoreSizes.SMALL, now, sliceWork);
    }

    /** By the newest rules, unless Genesis asks for others. */
    private static EngineHarness begin(final Command.Genesis genesis, final StoreSizes sizes, final long now,
                                       final SliceWork sliceWork) {
        final EngineHarness harness = new EngineHarness(1, sizes, sliceWork);
        harness.send(0, 0, new Command.Genesis(genesis.isManualClock(), genesis.now(), genesis.subjectsMax(),
            genesis.segmentsMax(), genesis.changesMax(), genesis.visitorTtlMs(), genesis.bytesMax(),
            genesis.applicationVersion() == 0 ? ApplicationVersion.NEWEST : genesis.applicationVersion()), now);
        harness.send(0, 0, new Command.LaneOpen(CLIENT), now);
        return harness;
    }

    /** An engine restored from a snapshot of another, to go on in its place. */
    public static EngineHarness restore(final EngineHarness other) {
        return other.restorer(other.snapshot()).get();
    }

    /** Restores an engine as this one is now, of which these are the frames; on any thread, when it is asked to. */
    Supplier<EngineHarness> restorer(final List<byte[]> frames) {
        final long positionNow = position;
        final long sequenceNow = sequence;
        final Set<Long> jobsDoneNow = Set.copyOf(jobsDone);
        return () -> {
            final EngineHarness harness = new EngineHarness(positionNow * 31 + 7, StoreSizes.SMALL, sliceWork);
            harness.restore(frames);
            harness.position = positionNow;
            harness.sequence = sequenceNow;
            harness.jobsDone.addAll(jobsDoneNow);
            return harness;
        };
    }

    /** The frames of a snapshot. */
    public List<byte[]> snapshot() {
        final List<byte[]> frames = new ArrayList<>();
        engine.snapshot((buffer, offset, length) -> {
            final byte[] frame = new byte[length];
            buffer.getBytes(offset, frame);
            frames.add(frame);
        });
        return frames;
    }

    private void restore(final List<byte[]> frames) {
        final int[] next = {0};
        engine.restore(new StateMachine.SnapshotSource() {
            @Override
            public boolean read(final StateMachine.SnapshotSink consumer) {
                if (next[0] == frames.size()) {
                    return false;
                }
                final byte[] frame = frames.get(next[0]++);
                consumer.write(new UnsafeBuffer(frame), 0, frame.length);
                return true;
            }
        });
    }

    /** Applies a command under the lane's next sequence. */
    public CommandResult apply(final Command plain, final long now) {
        send(CLIENT, ++sequence, TextNormaliser.normalise(plain), now);
        return last;
    }

    /** Applies a command under any client and sequence. */
    public CommandResult send(final long clientId, final long atSequence, final Command plain, final long now) {
        final int length = encoder.encode(plain, command, 0);
        final LogEntryEncoder logEntry = new LogEntryEncoder().wrapAndApplyHeader(entry, 4, new MessageHeaderEncoder())
            .clientId(clientId).sequence(atSequence).putCommand(command, 0, length);
        final int entryLength = logEntry.limit() - 4;
        entry.putInt(0, entryLength);
        position += 4 + entryLength;
        engine.onMessage(position, now, entry, 0, 4 + entryLength);
        return last;
    }

    /** Runs one slice. */
    public void slice(final long now) {
        engine.onSlice(++position, now);
    }

    /** Runs slices until nothing is overdue or under way. */
    public void settle(final long now) {
        slice(now);
        for (int slices = 1; !isSettled(); slices++) {
            if (slices == SLICES_MAX) {
                throw new AssertionError("does not come to rest: now=" + now + ", slices=" + slices);
            }
            slice(now);
        }
    }

    /** Whether nothing is overdue or under way. */
    public boolean isSettled() {
        return engine.nextSliceDelayMs() != 0;
    }

    /** Whether the job has ended. */
    public boolean isDone(final long job) {
        return job == 0 || jobsDone.contains(job);
    }

    /** The engine. */
    public Engine engine() {
        return engine;
    }

    /** Questions to the state. */
    public EngineView view() {
        return engine.view();
    }

    /** The keys of an export, in their order; none may come twice. */
    public static SortedSet<String> keys(final EngineView.MembersExport export) {
        final SortedSet<String> keys = new TreeSet<>();
        boolean isMore = true;
        while (isMore) {
            isMore = export.next(KEYS_AT_ONCE, (ordinal, key) -> {
                if (!keys.add(key)) {
                    throw new AssertionError("exported twice: key=" + key);
                }
            });
        }
        return keys;
    }

    /** Public ids that a look-up shows. */
    public Set<Integer> lookup(final String key) {
        return lookup(key, null);
    }

    /** Public ids that a look-up for a website shows; null: the subject's home. */
    public Set<Integer> lookup(final String key, final String website) {
        final byte[] bytes = key.getBytes(StandardCharsets.UTF_8);
        final int asking = website == null ? 0 : engine.view().websites().stream()
            .filter(each -> each.code().equals(website)).findFirst().orElseThrow().id();
        reader.begin();
        try {
            reader.lookup(new UnsafeBuffer(bytes), 0, bytes.length, asking);
            final Set<Integer> ids = new HashSet<>();
            for (int i = 0; i < reader.count(); i++) {
                ids.add(reader.segmentId(i));
            }
            return ids;
        } finally {
            reader.end();
        }
    }

    /** The group that a look-up shows. */
    public int group(final String key) {
        final byte[] bytes = key.getBytes(StandardCharsets.UTF_8);
        reader.begin();
        try {
            reader.lookup(new UnsafeBuffer(bytes), 0, bytes.length, 0);
            return reader.customerGroup();
        } finally {
            reader.end();
        }
    }

    @Override
    public void onResult(final long clientId, final long atSequence, final long atPosition,
                         final CommandResult result) {
        last = result;
    }

    @Override
    public void onJobDone(final long job) {
        jobsDone.add(job);
    }

    @Override
    public void onChanges(final long nextSeq) {
        // Tests read the stream itself.
    }

    @Override
    public void close() {
        reader.close();
        engine.close();
    }
}
