package io.tagma.server.net;

import static org.assertj.core.api.Assertions.assertThat;

import io.tagma.engine.protocol.Command;
import io.tagma.engine.protocol.DefinitionKind;
import io.tagma.engine.protocol.LaneOpenedDecoder;
import io.tagma.engine.protocol.NamedValue;
import io.tagma.engine.protocol.ResultCode;
import io.tagma.engine.protocol.UpdateBatchReplyDecoder;
import io.tagma.engine.protocol.UpdateReplyDecoder;
import io.tagma.engine.protocol.Value;
import java.nio.ByteBuffer;
import java.text.Normalizer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class BinaryServerUpdateTest {
    private static final long LANE = 0x1234_5678_9ABC_DEF0L;

    private final StubEngine engine = new StubEngine(4);
    private final List<Command> normalised = new ArrayList<>();
    private final BinaryServer server = new BinaryServer(engine, engine.router(), engine::lookups, this::normalise,
        new BinarySettings(2, 100, 30_000, 30_000, 30_000, 50));
    private final int port = server.start("127.0.0.1", 0);

    @AfterEach
    void close() {
        server.close();
        engine.close();
    }

    @Test
    void shouldAnswerAnUpdateOnceItIsVisible() {
        try (RawClient client = laneOpened(0)) {
            client.send(RawClient.update(2, LANE, 1, assign(5)));
            final UpdateReplyDecoder reply = updateReply(client.receive());
            assertThat(reply.correlationId()).isEqualTo(2);
            assertThat(reply.code()).isEqualTo(ResultCode.OK);
            assertThat(reply.position()).isEqualTo(engine.position);
            assertThat(engine.history("42")).containsExactly(5);
        }
    }

    @Test
    void shouldGatherResultsUntilTheEnginePausesOrThereAreMany() {
        final StubEngine busy = new StubEngine(128);
        final BinaryServer other = new BinaryServer(busy, busy.router(), busy::lookups, this::normalise,
            new BinarySettings(2, 100, 30_000, 30_000, 30_000, 50));
        try (RawClient client = RawClient.greeted(other.start("127.0.0.1", 0))) {
            client.send(RawClient.openLane(1, LANE));
            assertThat(client.receive().getShort(2)).isEqualTo((short)LaneOpenedDecoder.TEMPLATE_ID);
            busy.neverPauses = true;
            for (int sequence = 1; sequence <= 63; sequence++) {
                client.send(RawClient.update(sequence, LANE, sequence, assign(sequence)));
            }
            Await.until("63 are applied", () -> busy.history("42").length == 63);
            // Its Pong is the next that comes.
            client.ping(100);

            client.send(RawClient.update(64, LANE, 64, assign(64)));
            for (int sequence = 1; sequence <= 64; sequence++) {
                assertThat(updateReply(client.receive()).correlationId()).isEqualTo(sequence);
            }
            busy.neverPauses = false;
            client.send(RawClient.update(65, LANE, 65, assign(65)));
            assertThat(updateReply(client.receive()).correlationId()).isEqualTo(65);
        } finally {
            other.close();
            busy.close();
        }
    }

    @Test
    void shouldAnswerARefusalWithItsPointer() {
        try (RawClient client = laneOpened(0)) {
            client.send(RawClient.update(2, LANE, 1, assign(32_000)));
            final UpdateReplyDecoder reply = updateReply(client.receive());
            assertThat(reply.code()).isEqualTo(ResultCode.INVALID);
            assertThat(reply.pointer()).isEqualTo("/group");
            assertThat(reply.detail()).isEqualTo("reserved: group=32000");
        }
    }

    @Test
    void shouldRefuseUpdatesOfALaneThatIsNotOpenOnThisConnection() {
        try (RawClient client = RawClient.greeted(port)) {
            client.send(RawClient.update(2, LANE, 1, assign(5)));
            assertThat(client.receiveError(2)).isEqualTo(ResultCode.UNKNOWN_LANE);
            client.send(RawClient.openLane(3, 0));
            assertThat(client.receiveError(3)).isEqualTo(ResultCode.INVALID);
        }
    }

    @Test
    void shouldRefuseSequencesBelowOneAndCommandsThatAreTheServersOwn() {
        try (RawClient client = laneOpened(0)) {
            client.send(RawClient.update(2, LANE, 0, assign(5)));
            assertThat(client.receiveError(2)).isEqualTo(ResultCode.INVALID);
            client.send(RawClient.update(3, LANE, 1, new Command.LaneOpen(9)));
            assertRefused(client, 3, ResultCode.UNSUPPORTED, "this command is the server's own");
            client.send(RawClient.update(4, LANE, 2, new Command.Genesis(true, 0, 1, 1, 1)));
            assertRefused(client, 4, ResultCode.UNSUPPORTED, "this command is the server's own");
            client.send(RawClient.update(5, LANE, 3, new Command.SetApplicationVersion(2)));
            assertRefused(client, 5, ResultCode.UNSUPPORTED, "this command is the server's own");
            assertThat(engine.applied()).isEmpty();
        }
    }

    @Test
    void shouldAnswerBusyUntilTheRefusedSequenceReturns() {
        try (RawClient client = laneOpened(0)) {
            engine.busyEvery = 1;
            client.send(RawClient.update(2, LANE, 1, assign(1)));
            assertThat(client.receiveError(2)).isEqualTo(ResultCode.BUSY);
            engine.busyEvery = 0;
            client.send(RawClient.update(3, LANE, 2, assign(2)));
            assertThat(client.receiveError(3)).isEqualTo(ResultCode.BUSY);
            client.send(RawClient.update(4, LANE, 1, assign(1)));
            client.send(RawClient.update(5, LANE, 2, assign(2)));
            assertThat(updateReply(client.receive()).correlationId()).isEqualTo(4);
            assertThat(updateReply(client.receive()).correlationId()).isEqualTo(5);
            assertThat(engine.history("42")).containsExactly(1, 2);
        }
    }

    @Test
    void shouldAnswerNoSpaceUntilTheRefusedSequenceReturns() {
        try (RawClient client = laneOpened(0)) {
            engine.isWithoutSpace = true;
            client.send(RawClient.update(2, LANE, 1, assign(1)));
            assertThat(client.receiveError(2)).isEqualTo(ResultCode.NO_SPACE);
            client.send(RawClient.openLane(3, 77));
            assertThat(client.receiveError(3)).isEqualTo(ResultCode.NO_SPACE);
            engine.isWithoutSpace = false;
            client.send(RawClient.update(4, LANE, 2, assign(2)));
            assertThat(client.receiveError(4)).isEqualTo(ResultCode.BUSY);
            client.send(RawClient.update(5, LANE, 1, assign(1)));
            client.send(RawClient.update(6, LANE, 2, assign(2)));
            assertThat(updateReply(client.receive()).correlationId()).isEqualTo(5);
            assertThat(updateReply(client.receive()).correlationId()).isEqualTo(6);
            assertThat(engine.history("42")).containsExactly(1, 2);
        }
    }

    @Test
    void shouldAnswerNotLeaderWhileTheLogIsNotConnected() {
        try (RawClient client = laneOpened(0)) {
            engine.isNotConnected = true;
            client.send(RawClient.update(2, LANE, 1, assign(1)));
            assertThat(client.receiveError(2)).isEqualTo(ResultCode.NOT_LEADER);
            client.send(RawClient.openLane(3, 77));
            assertThat(client.receiveError(3)).isEqualTo(ResultCode.NOT_LEADER);
        }
    }

    @Test
    void shouldAnswerABatchWithWhatFailedInIt() {
        engine.pause(true);
        try (RawClient client = RawClient.greeted(port)) {
            client.send(RawClient.openLane(1, LANE));
            // The log of this stub takes four entries: the lane, and three of the batch.
            client.send(RawClient.updateBatch(2, LANE, 1, assign(1), assign(32_000), assign(3), assign(4), assign(5)));
            client.ping(3);
            engine.pause(false);
            assertThat(client.receive().getShort(2)).isEqualTo((short)LaneOpenedDecoder.TEMPLATE_ID);
            final UpdateBatchReplyDecoder reply = batchReply(client.receive());
            assertThat(reply.correlationId()).isEqualTo(2);
            assertThat(reply.applied()).isEqualTo(2);
            assertThat(reply.position()).isEqualTo(engine.position);
            final List<String> failures = new ArrayList<>();
            for (final UpdateBatchReplyDecoder.FailuresDecoder failure : reply.failures()) {
                failures.add(failure.index() + " " + failure.code() + failure.pointer());
                failure.skipDetail();
            }
            assertThat(failures).containsExactly("3 BUSY", "4 BUSY", "1 INVALID/group");
            assertThat(engine.history("42")).containsExactly(1, 3);
        }
    }

    @Test
    void shouldAnswerAnEmptyBatchAtOnceAndRefuseOneOverTheLimit() {
        try (RawClient client = laneOpened(0)) {
            client.send(RawClient.updateBatch(2, LANE, 1));
            assertThat(batchReply(client.receive()).applied()).isZero();
            final Command[] many = new Command[1_001];
            Arrays.fill(many, assign(1));
            client.send(RawClient.updateBatch(3, LANE, 1, many));
            assertThat(client.receiveError(3)).isEqualTo(ResultCode.TOO_LARGE);
        }
    }

    @Test
    void shouldAnswerRepeatsWithTheFirstResultAfterTheConnectionWasCut() {
        try (RawClient client = laneOpened(0)) {
            engine.pause(true);
            client.send(RawClient.update(2, LANE, 1, assign(1)));
            client.send(RawClient.update(3, LANE, 2, assign(32_000)));
            client.ping(4);
        }
        engine.pause(false);
        Await.until("both are executed", () -> engine.applied().size() == 2);
        try (RawClient client = laneOpened(2)) {
            client.send(RawClient.update(5, LANE, 1, assign(1)));
            client.send(RawClient.update(6, LANE, 2, assign(32_000)));
            client.send(RawClient.update(7, LANE, 3, assign(3)));
            assertThat(updateReply(client.receive()).code()).isEqualTo(ResultCode.OK);
            assertThat(updateReply(client.receive()).code()).isEqualTo(ResultCode.INVALID);
            assertThat(updateReply(client.receive()).code()).isEqualTo(ResultCode.OK);
            assertThat(engine.history("42")).containsExactly(1, 3);
        }
    }

    @Test
    void shouldGiveALaneToTheConnectionThatOpenedItLast() {
        try (RawClient first = laneOpened(0)) {
            engine.lose(1);
            first.send(RawClient.update(2, LANE, 1, assign(1)));
            Await.until("the entry is lost", () -> engine.toLose.get() == 0);
            try (RawClient second = laneOpened(0)) {
                assertThat(first.receiveError(2)).isEqualTo(ResultCode.UNKNOWN_LANE);
                first.send(RawClient.update(3, LANE, 1, assign(7)));
                assertThat(first.receiveError(3)).isEqualTo(ResultCode.UNKNOWN_LANE);
                second.send(RawClient.update(4, LANE, 1, assign(1)));
                assertThat(updateReply(second.receive()).correlationId()).isEqualTo(4);
                assertThat(engine.history("42")).containsExactly(1);
            }
        }
    }

    @Test
    void shouldAnswerOnlyTheLaterRequestWhenACommandIsSentAgainOnTheSameConnection() {
        try (RawClient client = laneOpened(0)) {
            engine.lose(1);
            client.send(RawClient.update(2, LANE, 1, assign(1)));
            Await.until("the entry is lost", () -> engine.toLose.get() == 0);
            client.send(RawClient.update(3, LANE, 1, assign(1)));
            assertThat(client.receiveError(2)).isEqualTo(ResultCode.DEADLINE);
            assertThat(updateReply(client.receive()).correlationId()).isEqualTo(3);
        }
    }

    @Test
    void shouldAnswerADefinitionWhenItsJobIsDoneIfAskedTo() {
        try (RawClient client = laneOpened(0)) {
            client.send(RawClient.defineSegment(2, LANE, 1, false, "vip", "{}"));
            final UpdateReplyDecoder atOnce = updateReply(client.receive());
            assertThat(atOnce.correlationId()).isEqualTo(2);
            assertThat(atOnce.value()).isEqualTo(42);
            assertThat(atOnce.job()).isNotZero();

            client.send(RawClient.defineSegment(3, LANE, 2, true, "vip", "{\"name\":\"Größe\"}"));
            client.send(RawClient.update(4, LANE, 3, assign(1)));
            assertThat(updateReply(client.receive()).correlationId()).as("later commands pass").isEqualTo(4);
            engine.finishJobs();
            assertThat(updateReply(client.receive()).correlationId()).isEqualTo(3);
            assertThat(engine.applied().get(1)).isInstanceOfSatisfying(Command.PutDefinition.class, put -> {
                assertThat(put.key()).isEqualTo("vip");
                assertThat(put.expectedVersion()).isEqualTo(-1);
                assertThat(put.json()).isEqualTo("{\"name\":\"Größe\"}");
            });

            client.send(RawClient.defineSegment(5, LANE, 2, true, "vip", "{\"name\":\"Größe\"}"));
            assertThat(updateReply(client.receive()).correlationId()).as("a repeat of a finished one").isEqualTo(5);
        }
    }

    @Test
    void shouldAnswerAnUpdateWhenItsJobIsDone() {
        final Command product = new Command.ProductUpsert("sku", List.of(), null);
        try (RawClient client = laneOpened(0)) {
            client.send(RawClient.update(2, LANE, 1, product));
            client.send(RawClient.update(3, LANE, 2, assign(1)));
            assertThat(updateReply(client.receive()).correlationId()).as("later commands pass").isEqualTo(3);
            engine.finishJobs();
            final UpdateReplyDecoder reply = updateReply(client.receive());
            assertThat(reply.correlationId()).isEqualTo(2);
            assertThat(reply.job()).isNotZero();

            client.send(RawClient.update(4, LANE, 1, product));
            assertThat(updateReply(client.receive()).correlationId()).as("a repeat of a finished one").isEqualTo(4);
        }
    }

    @Test
    void shouldAnswerABatchWhenItsJobsAreDone() {
        try (RawClient client = laneOpened(0)) {
            client.send(RawClient.updateBatch(2, LANE, 1, assign(1), new Command.ProductUpsert("sku", List.of(), null),
                assign(32_000)));
            client.send(RawClient.update(3, LANE, 4, assign(2)));
            assertThat(updateReply(client.receive()).correlationId()).as("later commands pass").isEqualTo(3);
            engine.finishJobs();
            final UpdateBatchReplyDecoder reply = batchReply(client.receive());
            assertThat(reply.correlationId()).isEqualTo(2);
            assertThat(reply.applied()).isEqualTo(2);
        }
    }

    @Test
    void shouldNormaliseOnlyCommandsWithTextsBeyondAscii() {
        try (RawClient client = laneOpened(0)) {
            client.send(RawClient.update(2, LANE, 1, name("Zoe")));
            client.send(RawClient.update(3, LANE, 2, name("Zoë")));
            client.send(RawClient.updateBatch(4, LANE, 3, name("Ada"), name("Ödön")));
            client.receive();
            client.receive();
            client.receive();
            synchronized (normalised) {
                assertThat(normalised).containsExactly(name("Zoë"), name("Ödön"));
            }
            assertThat(engine.applied()).containsExactly(name("Zoe"), folded("Zoë"), name("Ada"), folded("Ödön"));
        }
    }

    @Test
    void shouldRefuseTextsWhoseFoldedFormIsTooLong() {
        try (RawClient client = laneOpened(0)) {
            client.send(RawClient.update(2, LANE, 1, name("\uFDFA".repeat(3_000))));
            assertRefused(client, 2, ResultCode.TOO_LARGE, "a command is over the log's limit of length");
            client.send(RawClient.update(3, LANE, 2, name("\uFDFA")));
            assertThat(updateReply(client.receive()).code()).isEqualTo(ResultCode.OK);
        }
    }

    @Test
    void shouldRefuseFoldedTextsFromClients() {
        try (RawClient client = laneOpened(0)) {
            client.send(RawClient.update(2, LANE, 1, folded("Zoe")));
            assertRefused(client, 2, ResultCode.MALFORMED, "folded texts are the server's to add");
            client.send(RawClient.update(3, LANE, 2, folded("Zoë")));
            assertRefused(client, 3, ResultCode.MALFORMED, "folded texts are the server's to add");
        }
    }

    @Test
    void shouldRefuseCommandsOverTheLimitOfLength() {
        try (RawClient client = laneOpened(0)) {
            client.send(RawClient.update(2, LANE, 1,
                new Command.PutDefinition(DefinitionKind.SEGMENT, "a", -1,
                    "x".repeat(70_000))));
            assertRefused(client, 2, ResultCode.TOO_LARGE, "a command is over the limit of length");
            client.send(RawClient.defineSegment(3, LANE, 2, false, "a", "x".repeat(64 * 1024 - 10)));
            assertRefused(client, 3, ResultCode.TOO_LARGE, "a definition is over the limit of length");
            client.send(RawClient.defineSegment(4, LANE, 3, false, "a", "x".repeat(64 * 1024 + 10)));
            assertRefused(client, 4, ResultCode.TOO_LARGE, "a definition is over the limit of length");
        }
    }

    @Test
    void shouldRefuseAMalformedCommandInItsTurnAndApplyThoseBehindIt() {
        final byte[] badValue = RawClient.update(3, LANE, 2, folded("Zoe"));
        final byte[] cutOff = RawClient.update(5, LANE, 4, assign(4));
        cutOff[cutOff.length - 2] = 99;
        final byte[] badJson = RawClient.defineSegment(6, LANE, 5, true, "vip", "xxxx");
        badJson[badJson.length - 1] = (byte)0xFF;
        try (RawClient client = laneOpened(0)) {
            client.send(RawClient.update(2, LANE, 1, assign(1)));
            client.send(badValue);
            client.send(RawClient.update(4, LANE, 3, assign(3)));
            assertThat(updateReply(client.receive()).correlationId()).isEqualTo(2);
            assertRefused(client, 3, ResultCode.MALFORMED, "folded texts are the server's to add");
            assertThat(updateReply(client.receive()).correlationId()).isEqualTo(4);
            client.send(cutOff);
            client.send(badJson);
            client.send(RawClient.update(7, LANE, 6, assign(6)));
            assertRefused(client, 5, ResultCode.MALFORMED, "a text is longer than its frame");
            assertRefused(client, 6, ResultCode.MALFORMED, "a text is not UTF-8");
            assertThat(updateReply(client.receive()).code()).isEqualTo(ResultCode.OK);
            assertThat(engine.history("42")).containsExactly(1, 3, 6);
        }
    }

    @Test
    void shouldRefuseAMalformedCommandOfTheFirstSchemaVersionInItsTurnAsWell() {
        final byte[] cutOff = RawClient.update(2, LANE, 1, assign(1));
        cutOff[cutOff.length - 2] = 99;
        // Length of the frame, then block length, template, schema: each two bytes but the first.
        cutOff[10] = 1;
        try (RawClient client = laneOpened(0)) {
            client.send(cutOff);
            assertRefused(client, 2, ResultCode.MALFORMED, "a text is longer than its frame");
            client.send(RawClient.update(3, LANE, 2, assign(2)));
            assertThat(updateReply(client.receive()).code()).isEqualTo(ResultCode.OK);
        }
    }

    @Test
    void shouldRefuseOnlyTheMalformedCommandsOfABatch() {
        try (RawClient client = laneOpened(0)) {
            client.send(RawClient.updateBatch(2, LANE, 1, assign(1), folded("Zoë"), assign(3)));
            final UpdateBatchReplyDecoder reply = batchReply(client.receive());
            assertThat(reply.applied()).isEqualTo(2);
            final UpdateBatchReplyDecoder.FailuresDecoder failure = reply.failures().next();
            assertThat(failure.index()).isEqualTo(1);
            assertThat(failure.code()).isEqualTo(ResultCode.MALFORMED);
            assertThat(failure.pointer()).isEmpty();
            assertThat(failure.detail()).isEqualTo("folded texts are the server's to add");
            client.send(RawClient.update(3, LANE, 4, assign(4)));
            assertThat(updateReply(client.receive()).code()).isEqualTo(ResultCode.OK);
            assertThat(engine.history("42")).containsExactly(1, 3, 4);
        }
    }

    @Test
    void shouldRefuseAMalformedCommandAgainWhenItIsSentAgainAndNeverTakeItsSequenceForAnother() {
        for (int round = 0; round < 2; round++) {
            try (RawClient client = laneOpened(round == 0 ? 0 : 2)) {
                client.send(RawClient.update(2, LANE, 1, folded("Zoe")));
                client.send(RawClient.update(3, LANE, 2, assign(2)));
                assertRefused(client, 2, ResultCode.MALFORMED, "folded texts are the server's to add");
                assertThat(updateReply(client.receive()).code()).isEqualTo(ResultCode.OK);
            }
        }
        try (RawClient client = laneOpened(2)) {
            client.send(RawClient.update(4, LANE, 1, assign(7)));
            assertThat(updateReply(client.receive()).code()).as("its first result").isEqualTo(ResultCode.MALFORMED);
            client.send(RawClient.update(5, LANE, 2, folded("Zoe")));
            assertThat(updateReply(client.receive()).code()).as("its first result").isEqualTo(ResultCode.OK);
        }
        assertThat(engine.history("42")).containsExactly(2);
    }

    @Test
    void shouldAnswerBusyToAMalformedCommandThatTheLogDoesNotTake() {
        try (RawClient client = laneOpened(0)) {
            engine.busyEvery = 1;
            client.send(RawClient.update(2, LANE, 1, folded("Zoe")));
            assertThat(client.receiveError(2)).isEqualTo(ResultCode.BUSY);
            engine.busyEvery = 0;
            client.send(RawClient.update(3, LANE, 2, assign(2)));
            assertThat(client.receiveError(3)).isEqualTo(ResultCode.BUSY);
            client.send(RawClient.update(4, LANE, 1, folded("Zoe")));
            assertRefused(client, 4, ResultCode.MALFORMED, "folded texts are the server's to add");
        }
    }

    @Test
    void shouldAnswerAtOnceWhereLaneAndSequenceCannotBeRead() {
        final byte[] otherBlock = RawClient.update(2, LANE, 1, assign(1));
        otherBlock[4]++;
        final byte[] cutBatch = RawClient.updateBatch(3, LANE, 1, assign(1), assign(2));
        cutBatch[cutBatch.length - RawClient.command(assign(2)).length - 4] += 1;
        try (RawClient client = laneOpened(0)) {
            client.send(otherBlock);
            assertThat(client.receiveError(2)).isEqualTo(ResultCode.MALFORMED);
            client.send(cutBatch);
            assertThat(client.receiveError(3)).isEqualTo(ResultCode.MALFORMED);
            client.send(RawClient.update(4, LANE, 1, assign(1)));
            assertThat(updateReply(client.receive()).code()).isEqualTo(ResultCode.OK);
        }
    }

    private static void assertRefused(final RawClient client, final long correlationId, final ResultCode code,
                                      final String detail) {
        final UpdateReplyDecoder reply = updateReply(client.receive());
        assertThat(reply.correlationId()).isEqualTo(correlationId);
        assertThat(reply.code()).isEqualTo(code);
        assertThat(reply.pointer()).isEmpty();
        assertThat(reply.detail()).isEqualTo(detail);
    }

    private RawClient laneOpened(final long lastSequence) {
        final RawClient client = RawClient.greeted(port);
        client.send(RawClient.openLane(1, LANE));
        final LaneOpenedDecoder reply =
            new LaneOpenedDecoder().wrapAndApplyHeader(RawClient.body(client.receive()), 0, RawClient.header());
        assertThat(reply.correlationId()).isEqualTo(1);
        assertThat(reply.clientId()).isEqualTo(LANE);
        assertThat(reply.lastSequence()).isEqualTo(lastSequence);
        return client;
    }

    private Command normalise(final Command command) {
        synchronized (normalised) {
            normalised.add(command);
        }
        return command instanceof Command.SubjectUpsert upsert
            ? folded(((Value.Text)upsert.attributes().get(0).value()).value()) : command;
    }

    private static Command assign(final int group) {
        return new Command.GroupAssign("42", group, null);
    }

    private static Command name(final String text) {
        return new Command.SubjectUpsert("42", null, null, null,
            List.of(new NamedValue("firstname", Value.of(text))), null, null);
    }

    private static Command folded(final String text) {
        final String folded = Normalizer.normalize(text, Normalizer.Form.NFKC).toLowerCase(Locale.ROOT);
        return new Command.SubjectUpsert("42", null, null, null,
            List.of(new NamedValue("firstname", new Value.Text(text, folded))), null, null);
    }

    private static UpdateReplyDecoder updateReply(final ByteBuffer message) {
        assertThat(message).isNotNull();
        assertThat(message.getShort(2)).isEqualTo((short)UpdateReplyDecoder.TEMPLATE_ID);
        return new UpdateReplyDecoder().wrapAndApplyHeader(RawClient.body(message), 0, RawClient.header());
    }

    private static UpdateBatchReplyDecoder batchReply(final ByteBuffer message) {
        assertThat(message).isNotNull();
        assertThat(message.getShort(2)).isEqualTo((short)UpdateBatchReplyDecoder.TEMPLATE_ID);
        return new UpdateBatchReplyDecoder().wrapAndApplyHeader(RawClient.body(message), 0, RawClient.header());
    }
}
