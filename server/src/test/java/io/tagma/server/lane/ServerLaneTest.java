package io.tagma.server.lane;

import static org.assertj.core.api.Assertions.assertThat;

import io.tagma.engine.CommandResult;
import io.tagma.engine.log.CommandLog;
import io.tagma.engine.protocol.Command;
import io.tagma.engine.protocol.CommandDecoder;
import io.tagma.engine.protocol.LogEntryDecoder;
import io.tagma.engine.protocol.MessageHeaderDecoder;
import io.tagma.engine.protocol.ResultCode;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.agrona.DirectBuffer;
import org.agrona.concurrent.UnsafeBuffer;
import org.junit.jupiter.api.Test;

class ServerLaneTest {
    private static final long SECOND_NS = 1_000_000_000L;

    private final StubLog log = new StubLog();
    private long nowNs = 77;
    private long nextClientId = 1000;
    private final ServerLane lane = new ServerLane(log, () -> nextClientId++, 8, () -> nowNs);

    @Test
    void shouldOpenTheLaneBeforeItOffersCommands() {
        lane.submit(erase("a"));

        crank();

        assertThat(log.entries).containsExactly(new Entry(1000, 0, new Command.LaneOpen(1000)));
    }

    @Test
    void shouldGiveSequencesInOrderOfSubmission() {
        open();

        lane.submit(erase("a"));
        lane.submit(erase("b"));
        crank();

        assertThat(log.entries).containsExactly(new Entry(1000, 1, erase("a")), new Entry(1000, 2, erase("b")));
    }

    @Test
    void shouldCompleteEachFutureWithItsOwnResult() {
        open();
        final CompletableFuture<CommandResult> first = lane.submit(erase("a"));
        final CompletableFuture<CommandResult> second = lane.submit(erase("b"));
        crank();

        lane.onResult(1000, 1, 10, CommandResult.ok(7, 0, 1));
        lane.onResult(1000, 2, 11, CommandResult.refused(ResultCode.INVALID, "/x", "no"));
        crank();

        assertThat(first.getNow(null).value()).isEqualTo(7);
        assertThat(second.getNow(null).code()).isEqualTo(ResultCode.INVALID);
    }

    @Test
    void shouldNotHearResultsOfOtherLanes() {
        open();
        final CompletableFuture<CommandResult> mine = lane.submit(erase("a"));
        crank();

        lane.onResult(999, 1, 10, CommandResult.OK);
        crank();

        assertThat(mine).isNotDone();
    }

    @Test
    void shouldOfferAgainWhenTheLogPushesBack() {
        open();
        log.answer = CommandLog.BACK_PRESSURED;
        lane.submit(erase("a"));
        lane.submit(erase("b"));
        crank();
        assertThat(log.entries).isEmpty();

        log.answer = 1;
        crank();

        assertThat(log.entries).extracting(Entry::sequence).containsExactly(1L, 2L);
    }

    @Test
    void shouldAnswerNoSpaceAndGoOnInSequenceWhenTheLogHasRoomAgain() {
        open();
        log.answer = CommandLog.NO_SPACE;
        final CompletableFuture<CommandResult> first = lane.submit(erase("a"));
        final CompletableFuture<CommandResult> second = lane.submit(erase("b"));
        crank();
        assertThat(first.getNow(null).code()).isEqualTo(ResultCode.NO_SPACE);
        assertThat(second.getNow(null).code()).isEqualTo(ResultCode.NO_SPACE);

        log.answer = 1;
        lane.submit(erase("c"));
        crank();

        assertThat(log.entries).containsExactly(new Entry(1000, 1, erase("c")));
    }

    @Test
    void shouldAnswerNoSpaceWhenTheLaneCannotEvenBeOpened() {
        log.answer = CommandLog.NO_SPACE;
        final CompletableFuture<CommandResult> early = lane.submit(erase("a"));
        crank();
        assertThat(early.getNow(null).code()).isEqualTo(ResultCode.NO_SPACE);

        log.answer = 1;
        nowNs += SECOND_NS;
        lane.submit(erase("b"));
        crank();
        lane.onResult(1000, 0, 1, CommandResult.OK);
        crank();

        assertThat(log.entries).containsExactly(new Entry(1000, 0, new Command.LaneOpen(1000)),
            new Entry(1000, 1, erase("b")));
    }

    @Test
    void shouldNotKnowTheOutcomeWhenThereIsNoSpaceToOfferAgain() {
        open();
        final CompletableFuture<CommandResult> lost = lane.submit(erase("a"));
        crank();
        log.answer = CommandLog.NO_SPACE;
        lane.onResult(1000, 1, 1, CommandResult.refused(ResultCode.BUSY, "", ""));
        crank();
        nowNs += SECOND_NS;
        final CompletableFuture<CommandResult> next = lane.submit(erase("b"));
        crank();

        assertThat(lost.getNow(null).code()).isEqualTo(ResultCode.DEADLINE);
        assertThat(next.getNow(null).code()).isEqualTo(ResultCode.NO_SPACE);
        assertThat(log.entries).extracting(Entry::sequence).containsExactly(1L);
    }

    @Test
    void shouldAnswerBusyAtOnceWhenFull() {
        open();
        log.answer = CommandLog.NOT_CONNECTED;
        final List<CompletableFuture<CommandResult>> all = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            all.add(lane.submit(erase("k" + i)));
        }

        assertThat(all.stream().filter(CompletableFuture::isDone).map(CompletableFuture::join)
            .map(CommandResult::code)).isNotEmpty().containsOnly(ResultCode.BUSY);
        assertThat(all.get(0)).isNotDone();
    }

    @Test
    void shouldNotOfferMoreThanMayBeInFlight() {
        open();
        for (int i = 0; i < 8; i++) {
            lane.submit(erase("k" + i));
        }
        crank();
        lane.submit(erase("late"));
        crank();
        assertThat(log.entries).hasSize(8);

        lane.onResult(1000, 1, 1, CommandResult.OK);
        crank();

        assertThat(log.entries).hasSize(9).last().isEqualTo(new Entry(1000, 9, erase("late")));
    }

    @Test
    void shouldOfferNothingTwiceHoweverLongAResultStaysAway() {
        open();
        final CompletableFuture<CommandResult> first = lane.submit(erase("a"));
        crank();
        nowNs += 3_600 * SECOND_NS;
        crank();
        assertThat(log.entries).extracting(Entry::sequence).containsExactly(1L);
        assertThat(first).isNotDone();

        lane.onResult(1000, 1, 1, CommandResult.OK);
        crank();
        assertThat(first.getNow(null)).isEqualTo(CommandResult.OK);
    }

    @Test
    void shouldGoOnWhenAResultComesBeforeTheCommandIsOfferedAgain() {
        open();
        final CompletableFuture<CommandResult> first = lane.submit(erase("a"));
        final CompletableFuture<CommandResult> second = lane.submit(erase("b"));
        crank();
        log.entries.clear();
        // A refusal of an earlier attempt: the attempt that succeeds is on its way already.
        lane.onResult(1000, 1, 1, CommandResult.refused(ResultCode.SEQUENCE_GAP, "", ""));
        crank();
        lane.onResult(1000, 1, 2, CommandResult.OK);
        crank();
        nowNs += SECOND_NS;
        crank();

        assertThat(first.getNow(null)).isEqualTo(CommandResult.OK);
        assertThat(log.entries).containsExactly(new Entry(1000, 2, erase("b")));
        lane.onResult(1000, 2, 3, CommandResult.OK);
        crank();
        assertThat(second.getNow(null)).isEqualTo(CommandResult.OK);
    }

    @Test
    void shouldOfferAgainWhenTheEngineFoundAGap() {
        open();
        final CompletableFuture<CommandResult> first = lane.submit(erase("a"));
        final CompletableFuture<CommandResult> second = lane.submit(erase("b"));
        crank();
        log.entries.clear();

        lane.onResult(1000, 1, 1, CommandResult.OK);
        lane.onResult(1000, 2, 1, CommandResult.refused(ResultCode.SEQUENCE_GAP, "", ""));
        crank();
        nowNs += SECOND_NS;
        crank();
        lane.onResult(1000, 2, 2, CommandResult.OK);
        crank();

        assertThat(log.entries).extracting(Entry::sequence).containsExactly(2L);
        assertThat(first.getNow(null)).isEqualTo(CommandResult.OK);
        assertThat(second.getNow(null)).isEqualTo(CommandResult.OK);
    }

    @Test
    void shouldForgetWhatWasRefusedTogetherWithABusyCommand() {
        open();
        final CompletableFuture<CommandResult> first = lane.submit(erase("a"));
        final CompletableFuture<CommandResult> second = lane.submit(erase("b"));
        crank();
        final CommandResult busy = CommandResult.refused(ResultCode.BUSY, "", "");
        lane.onResult(1000, 1, 1, busy);
        lane.onResult(1000, 2, 1, busy);
        crank();
        log.entries.clear();
        nowNs += SECOND_NS;
        crank();

        lane.onResult(1000, 1, 2, CommandResult.OK);
        crank();

        assertThat(log.entries).extracting(Entry::sequence).containsExactly(1L, 2L);
        assertThat(first.getNow(null)).isEqualTo(CommandResult.OK);
        assertThat(second).isNotDone();
    }

    @Test
    void shouldGoOnUnderANewIdWhenTheEngineForgotTheLane() {
        open();
        final CompletableFuture<CommandResult> lost = lane.submit(erase("a"));
        crank();
        log.entries.clear();

        lane.onResult(1000, 1, 1, CommandResult.refused(ResultCode.UNKNOWN_LANE, "", ""));
        lane.submit(erase("b"));
        crank();
        lane.onResult(1001, 0, 2, CommandResult.OK);
        crank();

        assertThat(lost.getNow(null).code()).isEqualTo(ResultCode.DEADLINE);
        assertThat(log.entries).containsExactly(new Entry(1001, 0, new Command.LaneOpen(1001)),
            new Entry(1001, 1, erase("b")));
    }

    @Test
    void shouldRefuseACommandOverTheLogsLimitWithoutASequence() {
        open();
        log.lengthMax = 200;
        final CompletableFuture<CommandResult> large = lane.submit(
            new Command.PutDefinition(io.tagma.engine.protocol.DefinitionKind.SEGMENT, "k", -1, "x".repeat(300)));
        lane.submit(erase("a"));
        crank();

        assertThat(large.getNow(null).code()).isEqualTo(ResultCode.TOO_LARGE);
        assertThat(log.entries).containsExactly(new Entry(1000, 1, erase("a")));
    }

    @Test
    void shouldAnswerEverythingWhenClosed() {
        open();
        final CompletableFuture<CommandResult> offered = lane.submit(erase("a"));
        crank();
        final CompletableFuture<CommandResult> waiting = lane.submit(erase("b"));

        lane.close();
        lane.close();

        assertThat(offered.getNow(null).code()).isEqualTo(ResultCode.DEADLINE);
        assertThat(waiting.getNow(null).code()).isEqualTo(ResultCode.SHUTTING_DOWN);
        assertThat(lane.submit(erase("c")).getNow(null).code()).isEqualTo(ResultCode.SHUTTING_DOWN);
    }

    @Test
    void shouldKeepTheOrderOfEachThreadWhenManySubmit() throws Exception {
        final EchoLog echo = new EchoLog();
        final ServerLane running = new ServerLane(echo, () -> 5, 64, System::nanoTime);
        echo.lane = running;
        running.start();
        final ExecutorService threads = Executors.newFixedThreadPool(4);
        final List<CompletableFuture<Void>> done = new ArrayList<>();
        for (int t = 0; t < 4; t++) {
            final int thread = t;
            done.add(CompletableFuture.runAsync(() -> submitAll(running, thread), threads));
        }
        CompletableFuture.allOf(done.toArray(new CompletableFuture<?>[0])).get(60, TimeUnit.SECONDS);
        threads.shutdown();
        running.close();

        assertThat(echo.keys).hasSize(4 * 500);
        for (int t = 0; t < 4; t++) {
            final String prefix = t + ":";
            assertThat(echo.keys.stream().filter(key -> key.startsWith(prefix))
                .map(key -> Integer.parseInt(key.substring(2)))).isSorted();
        }
    }

    private static void submitAll(final ServerLane lane, final int thread) {
        CompletableFuture<CommandResult> last = null;
        for (int i = 0; i < 500; i++) {
            do {
                last = lane.submit(erase(thread + ":" + i));
            } while (last.isDone() && last.join().code() == ResultCode.BUSY);
        }
        assertThat(last.orTimeout(30, TimeUnit.SECONDS).join()).isEqualTo(CommandResult.OK);
    }

    private void open() {
        crank();
        lane.onResult(1000, 0, 0, CommandResult.OK);
        crank();
        log.entries.clear();
    }

    private void crank() {
        for (int i = 0; i < 10; i++) {
            lane.doWork();
        }
    }

    private static Command erase(final String key) {
        return new Command.SubjectDelete(key, "");
    }

    private record Entry(long clientId, long sequence, Command command) {
        static Entry of(final DirectBuffer buffer, final int offset) {
            final LogEntryDecoder decoder = new LogEntryDecoder();
            decoder.wrapAndApplyHeader(buffer, offset, new MessageHeaderDecoder());
            final UnsafeBuffer command = new UnsafeBuffer(new byte[decoder.commandLength()]);
            final long clientId = decoder.clientId();
            final long sequence = decoder.sequence();
            decoder.getCommand(command, 0, command.capacity());
            final Command decoded = new CommandDecoder().decode(command, 0);
            return new Entry(clientId, sequence, decoded instanceof Command.SubjectDelete delete
                ? erase(delete.key()) : decoded);
        }
    }

    private abstract static class Log implements CommandLog {
        @Override
        public void start() {
        }

        @Override
        public CompletableFuture<Long> requestSnapshot() {
            return CompletableFuture.completedFuture(0L);
        }

        @Override
        public Throwable failure() {
            return null;
        }

        @Override
        public void close() {
        }
    }

    private static final class StubLog extends Log {
        private final List<Entry> entries = new ArrayList<>();
        private long answer = 1;
        private int lengthMax = 65_536;

        @Override
        public long offer(final DirectBuffer logEntry, final int offset, final int length) {
            if (answer >= 0) {
                entries.add(Entry.of(logEntry, offset));
            }
            return answer;
        }

        @Override
        public int entryLengthMax() {
            return lengthMax;
        }
    }

    /** Applies at once, on the lane's thread, and pushes back now and then. */
    private static final class EchoLog extends Log {
        private final List<String> keys = java.util.Collections.synchronizedList(new ArrayList<>());
        private ServerLane lane;
        private int offers;

        @Override
        public long offer(final DirectBuffer logEntry, final int offset, final int length) {
            if (++offers % 7 == 0) {
                return BACK_PRESSURED;
            }
            final Entry entry = Entry.of(logEntry, offset);
            if (entry.command instanceof Command.SubjectDelete delete) {
                keys.add(delete.key());
            }
            lane.onResult(entry.clientId, entry.sequence, offers, CommandResult.OK);
            return offers;
        }

        @Override
        public int entryLengthMax() {
            return 65_536;
        }
    }
}
