package io.tagma.server.net;

import io.tagma.engine.CommandResult;
import io.tagma.engine.log.CommandLog;
import io.tagma.engine.protocol.Command;
import io.tagma.engine.protocol.CommandDecoder;
import io.tagma.engine.protocol.LogEntryDecoder;
import io.tagma.engine.protocol.MessageHeaderDecoder;
import io.tagma.engine.protocol.ResultCode;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongUnaryOperator;
import org.agrona.DirectBuffer;
import org.agrona.MutableDirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;

/**
 * A log and an engine by hand, with one thread of its own: lanes with sequences and stored results as the real one has
 * them, and rows on the heap. Putting a subject into group g also appends g to its "segments", so that a look-up shows
 * what was applied, how often and in which order.
 */
public final class StubEngine implements CommandLog {
    static final int EPOCH = 7;
    static final long AS_OF = 1_700_000_000_000L;
    static final int WEBSITE_MAX = 3;

    private static final class StubLane {
        long lastSequence;
        final Map<Long, CommandResult> results = new ConcurrentHashMap<>();
    }

    private record Row(int group, int[] segments) {
    }

    private final ArrayBlockingQueue<byte[]> queue;
    /** Its thread's. */
    private final List<Long> openJobs = new ArrayList<>();
    private final ResultRouter router = new ResultRouter(job -> !openJobs.contains(job));
    /** Of the nodes that apply the same log. */
    private final List<ResultRouter> routers = new CopyOnWriteArrayList<>(List.of(router));
    private final Map<Long, StubLane> lanes = new ConcurrentHashMap<>();
    private final Map<String, Row> rows = new ConcurrentHashMap<>();
    private final List<Command> applied = new ArrayList<>();
    private final CommandDecoder decoder = new CommandDecoder();
    private final Thread thread = new Thread(this::run, "stub-engine");
    final AtomicInteger readers = new AtomicInteger();
    final AtomicInteger pinned = new AtomicInteger();
    volatile long position;
    private volatile boolean isPaused;
    private volatile boolean isStanding;
    volatile boolean isNotConnected;
    volatile boolean isWithoutSpace;
    /** Entries to be taken and then forgotten, as a change of leader does. */
    final AtomicInteger toLose = new AtomicInteger();
    /** Whether it tells results as if more stood in the log with each. */
    volatile boolean neverPauses;
    /** Of every so many offers one is BUSY; 0: none. */
    volatile int busyEvery;
    private final AtomicInteger offers = new AtomicInteger();
    private volatile boolean isClosed;

    public StubEngine(final int capacity) {
        queue = new ArrayBlockingQueue<>(capacity);
        thread.setDaemon(true);
        thread.start();
    }

    public ResultRouter router() {
        return router;
    }

    /** Another node's, told of the same results. */
    public ResultRouter anotherRouter() {
        final ResultRouter another = new ResultRouter(job -> !openJobs.contains(job));
        routers.add(another);
        return another;
    }

    /** The position applied. */
    public long position() {
        return position;
    }

    /** A subject's row without a command. */
    public void row(final String key, final int group, final int... segments) {
        rows.put(key, new Row(group, segments));
    }

    /** What was applied to the subject, in order. */
    public int[] history(final String key) {
        final Row row = rows.get(key);
        return row == null ? new int[0] : row.segments;
    }

    /** Every applied command. */
    public List<Command> applied() {
        synchronized (applied) {
            return List.copyOf(applied);
        }
    }

    /** Once paused, nothing more is taken from the queue. */
    public void pause(final boolean paused) {
        isPaused = paused;
        Await.until("the stub stands still, or goes on", () -> isStanding == paused);
    }

    public void busyEvery(final int n) {
        busyEvery = n;
    }

    public void withoutSpace(final boolean is) {
        isWithoutSpace = is;
    }

    public void lose(final int entries) {
        toLose.set(entries);
    }

    /** Forgets all lanes, as a log that keeps nothing does when it starts again. */
    public void forgetLanes() {
        lanes.clear();
    }

    /** Ends every job that a definition started. */
    public void finishJobs() {
        queue.add(new byte[0]);
    }

    @Override
    public void start() {
    }

    @Override
    public long offer(final DirectBuffer logEntry, final int offset, final int length) {
        if (isNotConnected) {
            return NOT_CONNECTED;
        }
        if (isWithoutSpace) {
            return NO_SPACE;
        }
        final int every = busyEvery;
        if (every != 0 && offers.incrementAndGet() % every == 0) {
            return BACK_PRESSURED;
        }
        final byte[] entry = new byte[length];
        logEntry.getBytes(offset, entry);
        return queue.offer(entry) ? 0 : BACK_PRESSURED;
    }

    @Override
    public CompletableFuture<Long> requestSnapshot() {
        return CompletableFuture.completedFuture(position);
    }

    @Override
    public int entryLengthMax() {
        return 128 * 1024;
    }

    @Override
    public Throwable failure() {
        return null;
    }

    @Override
    public void close() {
        isClosed = true;
        thread.interrupt();
    }

    private void run() {
        final UnsafeBuffer buffer = new UnsafeBuffer(0, 0);
        final MessageHeaderDecoder header = new MessageHeaderDecoder();
        final LogEntryDecoder entry = new LogEntryDecoder();
        while (!isClosed) {
            try {
                isStanding = isPaused;
                if (isStanding) {
                    LockSupport.parkNanos(200_000);
                    continue;
                }
                final byte[] bytes = queue.poll(1, TimeUnit.MILLISECONDS);
                if (bytes == null) {
                    continue;
                }
                if (bytes.length == 0) {
                    openJobs.forEach(job -> routers.forEach(each -> each.onJobDone(job)));
                    openJobs.clear();
                    continue;
                }
                if (toLose.get() > 0) {
                    toLose.decrementAndGet();
                    continue;
                }
                buffer.wrap(bytes);
                entry.wrapAndApplyHeader(buffer, 0, header);
                final int commandAt = entry.limit() + LogEntryDecoder.commandHeaderLength();
                apply(entry.clientId(), entry.sequence(), decoder.decode(buffer, commandAt));
            } catch (final InterruptedException closed) {
                Thread.currentThread().interrupt();
                return;
            }
        }
    }

    private void apply(final long clientId, final long sequence, final Command command) {
        final long at = position + 32;
        if (command instanceof Command.LaneOpen) {
            final StubLane lane = lanes.computeIfAbsent(clientId, id -> new StubLane());
            position = at;
            tell(clientId, sequence, at, CommandResult.ok(lane.lastSequence, 0, 0));
            return;
        }
        final StubLane lane = lanes.get(clientId);
        CommandResult result;
        if (lane == null) {
            result = CommandResult.refused(ResultCode.UNKNOWN_LANE, "", "open a lane first");
        } else if (sequence <= lane.lastSequence) {
            result = lane.results.getOrDefault(sequence,
                CommandResult.refused(ResultCode.RESULT_FORGOTTEN, "", "too old"));
        } else if (sequence != lane.lastSequence + 1) {
            result = CommandResult.refused(ResultCode.SEQUENCE_GAP, "", "expected=" + (lane.lastSequence + 1));
        } else {
            result = execute(command);
            lane.lastSequence = sequence;
            lane.results.put(sequence, result);
            lane.results.remove(sequence - 1024);
        }
        position = at;
        tell(clientId, sequence, at, result);
    }

    private void tell(final long clientId, final long sequence, final long at, final CommandResult result) {
        for (final ResultRouter each : routers) {
            each.onResult(clientId, sequence, at, result);
            if (!neverPauses) {
                each.onPause();
            }
        }
    }

    private CommandResult execute(final Command command) {
        if (command == null) {
            return CommandResult.refused(ResultCode.MALFORMED, "", "no command");
        }
        synchronized (applied) {
            applied.add(command);
        }
        if (command instanceof Command.GroupAssign assign) {
            if (assign.group() == 32_000) {
                return CommandResult.refused(ResultCode.INVALID, "/group", "reserved: group=32000");
            }
            final int[] before = history(assign.key());
            final int[] after = Arrays.copyOf(before, before.length + 1);
            after[before.length] = assign.group();
            rows.put(assign.key(), new Row(assign.group(), after));
        } else if (command instanceof Command.PutDefinition || command instanceof Command.ProductUpsert) {
            final long job = 1_000 + position;
            openJobs.add(job);
            return CommandResult.ok(42, job, 1);
        }
        return CommandResult.OK;
    }

    /** A reader of the rows. */
    public Lookups lookups() {
        return lookups(EPOCH, applied -> applied);
    }

    /**
     * The reader of one of several nodes.
     *
     * @param epoch   by which its answers are known
     * @param applied what it says it has applied, from what is
     */
    public Lookups lookups(final int epoch, final LongUnaryOperator applied) {
        readers.incrementAndGet();
        return new Reader(epoch, applied);
    }

    private final class Reader implements Lookups {
        private final int epoch;
        private final LongUnaryOperator appliedHere;
        private Row row = new Row(0, new int[0]);
        private DirectBuffer expected;
        private int[] expectedOffsets;
        private int[] expectedLengths;
        private boolean isPinned;
        private boolean isReaderClosed;

        Reader(final int epoch, final LongUnaryOperator appliedHere) {
            this.epoch = epoch;
            this.appliedHere = appliedHere;
        }

        @Override
        public void begin() {
            if (isPinned || isReaderClosed) {
                throw new IllegalStateException("begun twice, or after close");
            }
            isPinned = true;
            pinned.incrementAndGet();
        }

        @Override
        public boolean lookup(final DirectBuffer key, final int offset, final int length, final int website) {
            if (!isPinned) {
                throw new IllegalStateException("not begun");
            }
            final byte[] bytes = new byte[length];
            key.getBytes(offset, bytes);
            final Row found = rows.get(new String(bytes, StandardCharsets.UTF_8));
            row = found == null ? new Row(0, new int[] {9_999}) : found;
            return found != null;
        }

        @Override
        public void expect(final DirectBuffer buffer, final int[] offsets, final int[] lengths, final int count) {
            expected = buffer;
            expectedOffsets = Arrays.copyOf(offsets, count);
            expectedLengths = Arrays.copyOf(lengths, count);
        }

        @Override
        public boolean lookupExpected(final int index, final int website) {
            return lookup(expected, expectedOffsets[index], expectedLengths[index], website);
        }

        @Override
        public int customerGroup() {
            return row.group;
        }

        @Override
        public int count() {
            return row.segments.length;
        }

        @Override
        public int segmentId(final int i) {
            return row.segments[i];
        }

        @Override
        public int segmentIds(final MutableDirectBuffer destination, final int offset) {
            for (int i = 0; i < row.segments.length; i++) {
                destination.putInt(offset + i * Integer.BYTES, row.segments[i], ByteOrder.LITTLE_ENDIAN);
            }
            return row.segments.length;
        }

        @Override
        public long varyHash() {
            return Arrays.hashCode(row.segments);
        }

        @Override
        public boolean isStale() {
            return false;
        }

        @Override
        public int epoch() {
            return epoch;
        }

        @Override
        public boolean isMember(final int segmentId) {
            return Arrays.stream(row.segments).anyMatch(id -> id == segmentId);
        }

        @Override
        public long asOf() {
            return AS_OF;
        }

        @Override
        public long position() {
            return appliedHere.applyAsLong(position);
        }

        @Override
        public boolean hasWebsite(final int id) {
            return id >= 1 && id <= WEBSITE_MAX;
        }

        @Override
        public void end() {
            if (!isPinned) {
                throw new IllegalStateException("not begun");
            }
            isPinned = false;
            pinned.decrementAndGet();
        }

        @Override
        public void close() {
            isReaderClosed = true;
            readers.decrementAndGet();
        }
    }
}
